using System.Globalization;
using ML.Thermo.Display;

namespace ML.Thermo.Onnx.Compression;

/// <summary>What a plan can reach: its layers and the widths on offer.</summary>
internal sealed class CompressionPlanDisplay : HtmlDisplay<CompressionPlan>
{
    internal const int MostLayers = 40;

    /// <inheritdoc/>
    public override string Html(CompressionPlan value)
    {
        var table = new HtmlTable("layer", "parameters", "bits on offer");
        foreach (CompressionLayer layer in value.Layers.Take(MostLayers))
            table.Row(layer.Name, Count(layer.Parameters), string.Join(", ", layer.Choices.Select(choice => choice.Bits)));
        string reach = $"{Count(value.BytesBefore)} bytes, of which {Count(value.SmallestBytes)} can be reached; measured on {value.Rows} rows";
        return HtmlTable.Line(reach, isStrong: true) + table + More(value);
    }

    internal static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    internal static string More(CompressionPlan plan) => plan.Layers.Count > MostLayers ? HtmlTable.Line($"{plan.Layers.Count - MostLayers} more layers") : "";
}

/// <summary>A choice of widths: size, forecast loss, and the bits of each layer.</summary>
internal sealed class CompressedNetworkDisplay : HtmlDisplay<CompressedNetwork>
{
    /// <inheritdoc/>
    public override string Html(CompressedNetwork value)
    {
        CompressionPlan plan = value.Plan;
        var table = new HtmlTable("layer", "parameters", "bits", "stored as", "self-energy");
        for (int i = 0; i < Math.Min(plan.Layers.Count, CompressionPlanDisplay.MostLayers); i++)
        {
            CompressionChoice choice = value.Choice(i);
            table.Row(plan.Layers[i].Name, CompressionPlanDisplay.Count(plan.Layers[i].Parameters), $"{choice.Bits}", choice.Form, $"{choice.SelfEnergy}");
        }

        string unit = plan.IsDivergence ? "nats a row" : "of the outputs' variance";
        string share = (100.0 * value.Bytes / plan.BytesBefore).ToString("F1", CultureInfo.InvariantCulture);
        string bits = value.AverageBits.ToString("F2", CultureInfo.InvariantCulture);
        string size = $"{CompressionPlanDisplay.Count(value.Bytes)} bytes, {share} % of the original, {bits} bits a weight";
        return HtmlTable.Line($"{size}; forecast loss {value.Forecast} {unit}", isStrong: true)
            + table + CompressionPlanDisplay.More(plan);
    }
}
