using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.Signals;
using Spectre.Console;

namespace ML.Thermo.Cli.Layers;

/// <summary>The size and the tails of the values of each layer.</summary>
internal static class TailTables
{
    public static Table Of(LayersResult report, int room)
    {
        Table table = Sheet.Create("#", "values of", "#least", "#most", "#99.9 %", "#kurtosis", "#>6 sd", "#half", "#int8 dB");
        table.Columns[0].RightAligned();
        foreach (LayerRow row in report.Rows)
        {
            if (row.Signal?.Tails is not { } tails)
                continue;
            table.AddRow(
                LayersTables.Index(row.Layer),
                LayersTables.Name(row.Layer, room),
                LayersTables.Digits(tails.Least),
                LayersTables.Digits(tails.Most),
                LayersTables.Digits(tails.P999),
                LayersTables.Digits(tails.Kurtosis),
                tails.OutlierShare == 0 ? "0" : LayersTables.Digits(tails.OutlierShare),
                Numbers.Significant(tails.HalfHeadroom, 2),
                Numbers.Significant(tails.Int8SignalToNoise, 3));
        }

        return table;
    }
}
