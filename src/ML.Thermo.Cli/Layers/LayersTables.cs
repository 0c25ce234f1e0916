using System.Globalization;
using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Weights;
using ML.Thermo.Report.Layers;
using Spectre.Console;

namespace ML.Thermo.Cli.Layers;

/// <summary>A network as tables that fit a window: its layers, their weights one by one, their spectra, and what belongs to no layer.</summary>
internal static class LayersTables
{
    public static void Write(IAnsiConsole console, LayersResult report)
    {
        console.WriteLine(Heading(report), new Style(decoration: Decoration.Bold));
        int room = Math.Clamp(console.Profile.Width - Terminal.ReadableWidth, 0, 40);
        if (report.Rows.Count > 0)
            console.Write(Structure(report, 20 + room));
        if (report.Run?.Thermodynamics is { } found)
            console.Write(TemperatureTables.Temperatures(report, found, 13 + room));
        if (report.Run?.Sharpness is { } sharpness)
            console.Write(TemperatureTables.Curvature(report, sharpness, 20 + room));
        if (report.Rows.Any(row => row.Signal is not null))
            console.Write(TemperatureTables.Signals(report, 17 + room));
        LayerRow[] weighted = [.. report.Rows.Where(row => row.Weights.Analysis is not null)];
        if (weighted.Length > 0)
        {
            console.Write(Entries(weighted, 16 + room));
            console.Write(Spectra(weighted, 20 + room));
        }

        if (report.Graph.Skipped.Count > 0)
            console.Write(Skipped(report.Graph.Skipped));
    }

    /// <summary>The end of a name, where names differ most.</summary>
    internal static string Shorten(string name, int longest) => name.Length <= longest ? name : $"…{name[^(longest - 1)..]}";

    private static string Heading(LayersResult report)
    {
        string producer = report.Producer.Length == 0 ? "" : $", by {report.Producer}";
        string inputs = string.Join(", ", report.Inputs), outputs = string.Join(", ", report.Model.Graph.Outputs);
        string shown = report.Rows.Count == report.Graph.Layers.Count ? "" : $", {report.Rows.Count} of them shown";
        return string.Join('\n', new[]
        {
            $"{report.Model.Name}: {Count(report.Graph.ParameterCount)} parameters in {Plural(report.Graph.Layers.Count, "layer")}{shown}; opset {report.Model.OperatorSet}, IR {report.Model.IrVersion}{producer}; {report.Elapsed.TotalSeconds:0.00} s",
            $"inputs {inputs}",
            $"outputs {outputs}",
            Ran(report),
        }.Where(line => line.Length > 0).Select(line => Prose.Wrap(line)));
    }

    /// <summary>What the network ran on, in the words of the options.</summary>
    private static string Ran(LayersResult report)
    {
        if (report is not { Run: { } run, Request.Data: { } data })
            return "";
        string on = data.IsSynthetic ? "standard normal noise" : Path.GetFileName(data.File)!;
        string energy = run.Thermodynamics is { } found ? $", energy {found.Energy.Name}, {found.Network.Energies.Length} draws" : "";
        return $"run on {run.Signals.Device}: {Plural((int)run.Signals.Rows, "row")} of {on}{energy}";
    }

    private static Table Structure(LayersResult report, int room)
    {
        Table table = Sheet.Create("#", "layer", "type", "activation", "#parameters", "#fan-in→out");
        table.Columns[0].RightAligned();
        foreach (Layer layer in report.Rows.Select(row => row.Layer))
        {
            table.AddRow(
                Index(layer),
                Name(layer, room),
                Plain.Cell(Start(layer.OpType, 14)),
                Plain.Cell(Start(layer.Activation?.ToString() ?? "", 10)),
                layer.ParameterCount == 0 ? "" : Count(layer.ParameterCount),
                layer.FanIn == 0 ? "" : $"{Count(layer.FanIn)}→{Count(layer.FanOut)}");
        }

        return table;
    }

    private static Table Entries(IEnumerable<LayerRow> rows, int room)
    {
        Table table = Sheet.Create("#", "weights of", "#variance", "#kurtosis", "assumed, sd", "#Var/Var₀", "#KS");
        table.Columns[0].RightAligned();
        foreach (LayerRow row in rows)
        {
            WeightAnalysis weights = row.Weights.Analysis!;
            InitializationDistance? distance = weights.Initialization;
            table.AddRow(
                Index(row.Layer),
                Name(row.Layer, room),
                Digits(weights.Variance),
                Digits(weights.Kurtosis),
                Plain.Cell(Start(row.Weights.ShortLaw, 14)),
                Digits(distance?.VarianceRatio ?? double.NaN),
                distance is null ? "—" : distance.KolmogorovSmirnov.ToString("F3", CultureInfo.InvariantCulture));
        }

        return table;
    }

    private static Table Spectra(IEnumerable<LayerRow> rows, int room)
    {
        Table table = Sheet.Create("#", "spectrum of", "#‖W‖₂", "#stable rank", "#entropy", "#α", "#spikes");
        table.Columns[0].RightAligned();
        foreach (LayerRow row in rows)
        {
            WeightAnalysis weights = row.Weights.Analysis!;
            table.AddRow(
                Index(row.Layer),
                Name(row.Layer, room),
                Measured(weights.SpectralNorm),
                Measured(weights.StableRank),
                Measured(weights.SpectralEntropy),
                Bracketed(Measured(weights.Alpha), weights.HasFewInTail()),
                Bracketed(weights.Bulk.Law is null ? "—" : Count(weights.Spikes), !weights.HasRandomBulk()));
        }

        return table;
    }

    private static Table Skipped(IReadOnlyList<SkippedNode> skipped)
    {
        Table table = Sheet.Create("#", "in no layer", "because");
        table.Columns[0].RightAligned();
        table.Columns[1].NoWrap = table.Columns[2].NoWrap = false;
        foreach (IGrouping<string, SkippedNode> alike in skipped.GroupBy(node => node.Reason, StringComparer.Ordinal).OrderByDescending(group => group.Count()))
            table.AddRow(Count(alike.Count()), Plain.Cell(string.Join(", ", alike.Select(node => node.OpType).Distinct())), Plain.Cell(alike.Key));
        return table;
    }

    internal static string Index(Layer layer) => layer.Index.ToString(CultureInfo.InvariantCulture);

    internal static string Name(Layer layer, int room) => Plain.Cell(Shorten(layer.Name, room));

    internal static string Digits(double value) => Numbers.Significant(value, 3);

    private static string Measured(Estimate estimate) => estimate.StandardError > 0 ? Numbers.Show(estimate) : Numbers.Significant(estimate.Value, 4);

    private static string Bracketed(string number, bool isUncertain) => isUncertain && number != "—" ? $"({number})" : number;

    private static string Start(string text, int longest) => text.Length <= longest ? text : $"{text[..(longest - 1)]}…";

    internal static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Plural(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
