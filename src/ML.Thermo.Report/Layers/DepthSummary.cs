using MathNet.Numerics.Statistics;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Layers;

/// <summary>How efficiency goes with depth, where it goes with depth at all.</summary>
internal static class DepthSummary
{
    private const double TellingErrors = 2, TellingTrend = 2.576; // the latter: 99 % of a normal law, two-sided
    private const int FewestForTrend = 8;

    /// <summary>A sentence about the layers' efficiencies against the network's temperature, and one about their activations'.</summary>
    public static IEnumerable<string> Of(NetworkFindings findings) =>
    [
        .. Along("The layers' efficiency 1 − T/T_l",
            [.. findings.Layers.Where(layer => layer.Result is { Engine.Efficiency.IsDefined: true })
                .Select(layer => new LayerValue(layer.Layer.Name, layer.Result!.Engine.Efficiency))]),
        .. Along("The activations' efficiency 1 − τ",
            [.. findings.Layers.Where(layer => layer is { Layer.Activation: not null, Signal.ActivationEfficiency.IsDefined: true })
                .Select(layer => new LayerValue(layer.Layer.Name, layer.Signal!.ActivationEfficiency))]),
    ];

    /// <summary>A step is claimed only where every layer before it is above every layer behind it by more than their errors; a trend
    /// only where the rank correlation with depth is beyond 99 % of chance.</summary>
    internal static IEnumerable<string> Along(string what, IReadOnlyList<LayerValue> layers)
    {
        for (int split = 2; split <= layers.Count - 2; split++)
        {
            LayerValue[] before = [.. layers.Take(split)], behind = [.. layers.Skip(split)];
            bool falls = before.Min(Low) > behind.Max(High), rises = before.Max(High) < behind.Min(Low);
            if (!falls && !rises)
                continue;
            yield return $"{what} {(falls ? "falls" : "rises")} after {before[^1].Name}: up to it {Range(before)}, behind it {Range(behind)}.";
            yield break;
        }

        if (layers.Count < FewestForTrend)
            yield break;
        double rank = Correlation.Spearman(Enumerable.Range(0, layers.Count).Select(i => (double)i), layers.Select(layer => layer.Value.Value));
        if (Math.Abs(rank) * Math.Sqrt(layers.Count - 1) > TellingTrend)
            yield return $"{what} tends to {(rank < 0 ? "fall" : "rise")} with depth (rank correlation {Numbers.Significant(rank, 2)} over {layers.Count} "
                + "layers).";
    }

    private static double Low(LayerValue layer) => layer.Value.Value - (TellingErrors * layer.Value.StandardError);

    private static double High(LayerValue layer) => layer.Value.Value + (TellingErrors * layer.Value.StandardError);

    private static string Range(LayerValue[] layers) =>
        $"it is between {Numbers.Significant(layers.Min(layer => layer.Value.Value), 2)} and {Numbers.Significant(layers.Max(layer => layer.Value.Value), 2)}";
}

/// <summary>A number of a layer.</summary>
/// <param name="Name">The layer's.</param>
/// <param name="Value">The number.</param>
internal sealed record LayerValue(string Name, Estimate Value);
