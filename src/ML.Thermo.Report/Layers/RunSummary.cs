using System.Globalization;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Layers;

/// <summary>What running a network showed, in sentences.</summary>
internal static class RunSummary
{
    private const double TellingErrors = 2;

    /// <summary>The curvature; nothing where it was not asked for.</summary>
    public static IEnumerable<string> Curvature(NetworkFindings findings)
    {
        if (findings.Sharpness is not { } found)
            yield break;
        if (found.Network.Traces.Trace.Value > 0)
            yield return $"Moved by σ in every direction, the weights raise the loss by σ²/2 × {Numbers.Show(found.Network.Traces.Trace)}; of "
                + $"{Numbers.Count(found.Network.Traces.Dimension)} directions about {Numbers.Show(found.Network.Traces.EffectiveDegreesOfFreedom)} count.";
        else
            yield return $"The curvature cannot be told from zero: tr H = {Numbers.Show(found.Network.Traces.Trace)}.";
        Sharpness[] curved = [.. found.Layers.Where(layer => layer.Traces.Trace.Value > TellingErrors * layer.Traces.Trace.StandardError)
            .OrderByDescending(PerParameter)];
        if (curved.Length > 1)
            yield return $"For each of its parameters the sharpest layer is {curved[0].Layers[0].Name} (tr H/d = "
                + $"{Numbers.Significant(PerParameter(curved[0]), 2)}), the flattest {curved[^1].Layers[0].Name} "
                + $"({Numbers.Significant(PerParameter(curved[^1]), 2)}).";

        static double PerParameter(Sharpness layer) => layer.Traces.Trace.Value / layer.Traces.Dimension;
    }

    /// <summary>Dead and saturated units, and what could not be watched.</summary>
    public static IEnumerable<string> Signals(NetworkFindings findings)
    {
        if (findings.Signals is not { } signals)
            yield break;
        if (signals.Rows < 2)
            yield break; // one row tells nothing of what a unit does
        if (signals.Mask is { } mask)
            yield return $"Places that '{mask.Input}' leaves out as padding left all statistics.";
        LayerSignal[] overflowing = [.. signals.Layers.Where(signal => signal.Tails.HalfHeadroom < 1
            && signal.Layer.Weight?.ElementType == Onnx.Reading.ElementType.Float16)];
        if (overflowing.Length > 0)
            yield return $"Values beyond 65504, the largest of half precision, come up in " +
                $"{Phrases.Listed([.. overflowing.Select(signal => signal.Layer.Name)])}: on hardware that computes in half precision they overflow.";
        if (signals.HasEqualRows)
        {
            yield return $"All {signals.Rows} rows are the same: nothing can be said of units that never varied.";
            yield break;
        }

        LayerSignal[] dead = [.. signals.Layers.Where(signal => signal.DeadFraction > 0).OrderByDescending(signal => signal.DeadFraction)];
        if (dead.Length > 0)
        {
            string first = string.Join(", ", dead.Take(3).Select(s => $"{Math.Round(s.DeadFraction * s.Units)} of {s.Units} in {s.Layer.Name}"));
            string others = dead.Length > 3 ? $" and some in {Phrases.Layers(dead.Length - 3)} more" : "";
            yield return $"Units that did nothing on these {signals.Rows} rows: {first}{others}.";
        }
        else if (signals.Layers.Count > 0)
        {
            yield return $"No unit was dead on these {signals.Rows} rows.";
        }

        if (signals.Layers.Where(signal => signal.SaturatedFraction > 0.1).MaxBy(signal => signal.SaturatedFraction) is { } saturated)
            yield return $"{saturated.Layer.Name} is the most saturated: {saturated.SaturatedFraction.ToString("P0", CultureInfo.InvariantCulture)} of its "
                + "outputs lie at a bound.";
        foreach (IGrouping<string, string> left in signals.Unwatched.Where(layer => layer.Reason != "not asked for")
            .GroupBy(layer => layer.Reason, layer => layer.Layer.Name))
            yield return $"{Phrases.Listed([.. left])} could not be watched: {left.Key}.";
    }
}
