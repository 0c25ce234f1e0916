using ML.Thermo.Onnx.Comparison;
using ML.Thermo.Report.Fields;

namespace ML.Thermo.Report.Layers;

/// <summary>What changed of a layer between two networks.</summary>
internal static class ComparisonFields
{
    private const string Unlike = "the weights cannot be compared number by number";

    public static IReadOnlyList<Field<LayerChange>> All { get; } =
    [
        new("name", "layer", "the first network's name for it", change => Cell.Of(change.Pair.First.Name), Shown.Data),
        new("otherName", "in the other", "the second network's name for it", change => Cell.Of(change.Pair.Second.Name), Shown.Data),
        new("matchedBy", "matched by", "weight name, layer name, or shape and order", change => Cell.Of(change.Pair.MatchedBy), Shown.Data),
        new("relativeChange", "change", "‖W_B − W_A‖/‖W_A‖",
            change => Cell.Of(change.Weights?.RelativeChange ?? double.NaN, Unlike), Shown.Data | Shown.Console | Shown.Page),
        new("cosine", "cosine", "⟨W_A, W_B⟩/(‖W_A‖‖W_B‖)",
            change => Cell.Of(change.Weights?.Cosine ?? double.NaN, Unlike), Shown.Data | Shown.Console | Shown.Page),
        new("rankOfChange", "rank", "singular values of the change above a thousandth of the largest",
            change => change.Weights is { } weights ? Cell.Of(weights.RankOfChange) : Cell.Of(double.NaN, Unlike), Shown.Data | Shown.Console | Shown.Page),
        new("pruned", "pruned", "share of weights that became zero", change => Cell.Of(change.Weights?.Pruned ?? double.NaN, Unlike), Shown.Data | Shown.Page),
        new("deltaAlpha", "Δα", "tail exponent of the second minus that of the first",
            change => Cell.Of(change.DeltaAlpha, "one of them has no tail"), Shown.Data | Shown.Console | Shown.Page),
        new("deltaStableRank", "Δ stable rank", "stable rank of the second minus that of the first",
            change => Cell.Of(change.DeltaStableRank, "spectra were left out"), Shown.Data | Shown.Page),
        new("deltaTemperature", "ΔT", "temperature of the second minus that of the first, loss per nat",
            change => Cell.Of(change.DeltaTemperature, "one of them has no temperature"), Shown.Data | Shown.Console | Shown.Page),
        new("signalToNoiseDecibel", "dB", "10 log₁₀ Σa²/Σ(a − b)² of the outputs on the same rows",
            change => Cell.Of(change.SignalToNoise, "nothing was run, or the outputs are equal"), Shown.Data | Shown.Console | Shown.Page),
    ];
}
