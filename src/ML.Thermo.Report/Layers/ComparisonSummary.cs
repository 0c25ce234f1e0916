using ML.Thermo.Onnx.Comparison;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Layers;

/// <summary>Two networks side by side, in sentences.</summary>
internal static class ComparisonSummary
{
    public static IEnumerable<string> Of(NetworkComparison found)
    {
        int byShape = found.Layers.Count(change => change.Pair.MatchedBy == "shape");
        string only = found.OnlyInFirst.Count + found.OnlyInSecond.Count == 0
            ? "none is in one of them alone"
            : $"{found.OnlyInFirst.Count} only in the first, {found.OnlyInSecond.Count} only in the second";
        yield return $"{Phrases.Layers(found.Layers.Count)} with weights answer to each " +
            $"other{(byShape == 0 ? "" : $", {byShape} by shape and order alone")}; {only}.";
        LayerChange[] changed = [.. found.Layers.Where(change => change.Weights is { RelativeChange: > 0 })];
        int equal = found.Layers.Count(change => change.Weights is { RelativeChange: 0 });
        if (changed.Length == 0)
        {
            yield return equal == found.Layers.Count ? "All their weights are equal." : "Their weights cannot be compared number by number.";
        }
        else
        {
            LayerChange most = changed[0], middle = changed[changed.Length / 2];
            string rank = $"rank {most.Weights!.RankOfChange} of {most.Pair.First.Weight!.Layout!.Rows * most.Pair.First.Weight.Layout.Groups}";
            yield return $"The weights changed by {Numbers.Significant(100 * middle.Weights!.RelativeChange, 2)} % of their size in the middle layer, most in "
                + $"{most.Pair.First.Name}: {Numbers.Significant(100 * most.Weights.RelativeChange, 2)} %, a change of {rank}.";
            if (equal > 0)
                yield return $"In {Phrases.Layers(equal)} they are equal.";
            if (changed.MaxBy(change => change.Weights!.Pruned) is { Weights.Pruned: > 0.001 } pruned)
                yield return $"Most were set to zero in {pruned.Pair.First.Name}: {Numbers.Significant(100 * pruned.Weights!.Pruned, 2)} % of its weights.";
        }

        if (found.Layers.Where(change => double.IsFinite(change.SignalToNoise)).MinBy(change => change.SignalToNoise) is { } worst)
            yield return $"On the same rows the outputs differ most in {worst.Pair.First.Name}: {Numbers.Significant(worst.SignalToNoise, 3)} dB of " +
                "signal to noise.";
    }
}
