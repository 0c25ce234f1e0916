using ML.Thermo.Onnx.Compression;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Compression;

/// <summary>The page of a compressed network.</summary>
internal static class CompressionPage
{
    public static PageContent Of(CompressionFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        CompressedNetwork network = findings.Network;
        CompressionPlan plan = network.Plan;
        IReadOnlyList<StoredLayer> layers = StoredLayer.Of(network);
        return new PageContent
        {
            Title = $"{findings.Subject}: in thermal equilibrium",
            Subtitle = $"{Numbers.Count(plan.Parameters)} weights in {plan.Layers.Count} layers, {Numbers.Significant(network.AverageBits, 3)} bits a weight "
                + $"on average; {plan.Rows} rows to plan{(findings.MeasuredRows > 0 ? $", {findings.MeasuredRows} others to measure" : "")}",
            Warnings = findings.IsSynthetic ? ["The rows were noise: loss on real rows may be another."] : [],
            Tone = findings.Bytes is null ? VerdictTone.Open : VerdictTone.Good,
            Summary = findings.Summary,
            Scripts = ["compress.js"],
            Data = new
            {
                Unit = CompressionSummary.Unit(plan),
                plan.BytesBefore,
                Bytes = findings.Bytes ?? network.Bytes,
                Forecast = Loss(network.Forecast),
                Measured = findings.Measured is { } measured ? Loss(measured) : Quantity.Of(double.NaN, "no file was written"),
                Curve = plan.Curve.Select(point => new[] { point.Allocation.Size, point.Allocation.Loss, point.Price / (8 * Math.Log(2)) }),
                Columns = FieldWriters.PageColumns(CompressionFields.All),
                Layers = layers.Select(layer => FieldWriters.PageValues(CompressionFields.All, layer)),
                Temperatures = layers.Select(layer => layer.Layer.Choices.SkipLast(1).Select((choice, i) => new
                {
                    choice.Bits,
                    Temperature = Quantity.Finite(layer.Layer.Temperature(i)),
                    IsChosen = i == layer.At,
                })),
            },
        };
    }

    private static Quantity Loss(MeasuredLoss loss) => Quantity.Of(loss.Value, "") with { Text = loss.ToString() };
}
