using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Layers;

/// <summary>What running a network showed, in sentences.</summary>
internal static class RunSummary
{
    private const double TellingErrors = 2;

    /// <summary>The temperatures; nothing where ensembles were not asked for.</summary>
    public static IEnumerable<string> Temperatures(NetworkFindings findings)
    {
        if (findings.Thermodynamics is not { } found)
            yield break;
        Transition whole = found.Network.Transition;
        bool isHot = whole.Temperature.Value > 0;
        yield return whole.Status.HasFlag(Status.PointState) && found.Energy.IsSelfEnergy && found.Energy.Name == "self-mse"
            ? "The network has no temperature: without labels its own outputs are the targets, so its trained energy is zero and does not fluctuate. ΔE, T_fluct and d_eff are defined. Labels, or the variance of the targets' noise, give temperatures; so does cross-entropy, if the outputs are logits of classes."
            : whole.Temperature.IsDefined
                ? $"The network's temperature is {Numbers.Show(whole.Temperature)} {Unit(found)}, relative to the laws assumed before training."
                : $"The network's temperature is undefined: ΔS = {Numbers.Show(whole.DeltaEntropy)}, ΔE = {Numbers.Show(whole.DeltaEnergy)}.";
        if (double.IsFinite(findings.ResidualVariance))
            yield return $"Its targets are the network's own outputs with noise of variance {Numbers.Brief(findings.ResidualVariance)}.";
        LayerResult[] defined = [.. found.Layers.Where(layer => layer.Transition.Temperature.Value > 0).OrderByDescending(layer => layer.Transition.Temperature.Value)];
        if (defined.Length > 1)
        {
            LayerResult hottest = defined[0], coldest = defined[^1];
            string[] rivals = [.. defined.Skip(1).Where(layer => !Differ(hottest.Transition.Temperature, layer.Transition.Temperature)).Select(layer => layer.Layer.Name)];
            yield return rivals.Length switch
            {
                0 => $"The hottest layer is {hottest.Layer.Name} (T = {Numbers.Show(hottest.Transition.Temperature)}): it holds the most loss per nat of certainty.",
                _ when rivals.Length == defined.Length - 1 => "Within their errors the layers' temperatures cannot be told apart.",
                _ => $"The hottest layers are {hottest.Layer.Name} (T = {Numbers.Show(hottest.Transition.Temperature)}) and, not to be told from it within the errors, {Phrases.Listed(rivals)}.",
            };
            if (Differ(hottest.Transition.Temperature, coldest.Transition.Temperature))
                yield return $"The coldest is {coldest.Layer.Name} (T = {Numbers.Show(coldest.Transition.Temperature)}).";
        }

        string[] fixedOnes = [.. found.Layers.Where(IsFixed).Select(layer => layer.Layer.Name)];
        if (fixedOnes.Length > 0)
            yield return $"{Phrases.Listed(fixedOnes)} {(fixedOnes.Length == 1 ? "has" : "have")} no temperature, because only constants are assumed before training: {(fixedOnes.Length == 1 ? "its" : "their")} ΔE is that of one redraw.";
        int negative = found.Layers.Count(layer => layer.Transition.Temperature.Value < 0), undefined = found.Layers.Count(layer => !IsFixed(layer) && !layer.Transition.Temperature.IsDefined);
        if (negative > 0)
            yield return $"{Phrases.Layers(negative)} {(negative == 1 ? "has" : "have")} a negative temperature, which is a result and not an error: redrawn, the energy was known more sharply than trained.";
        if (undefined > 0 && !whole.Status.HasFlag(Status.PointState))
            yield return $"{Phrases.Layers(undefined)} {(undefined == 1 ? "has" : "have")} no temperature that can be told from infinite.";
        int engines = found.Layers.Count(layer => layer.Engine.Mode == EngineMode.Engine), pumps = found.Layers.Count(layer => layer.Engine.Mode == EngineMode.Pump);
        if (isHot && engines + pumps > 0)
            yield return $"Against the network's temperature {Working(engines)} (hotter) and {(pumps == 0 ? "none as a pump" : pumps == 1 ? "1 as a pump" : $"{pumps} as pumps")} (colder).";
        if (whole.Status.HasFlag(Status.HeavyTail))
            yield return "A few redraws of the network have very large losses (HeavyTail), so its ΔE and T may be less certain than their errors say.";
        foreach (IGrouping<string, string> left in found.Skipped.Where(s => s.Layer.ParameterCount > 0 && s.Reason != "left out by choice").GroupBy(s => s.Reason, s => s.Layer.Name))
            yield return $"{Phrases.Listed([.. left])} {(left.Count() == 1 ? "was" : "were")} not redrawn: {left.Key}.";
    }

    /// <summary>The curvature; nothing where it was not asked for.</summary>
    public static IEnumerable<string> Curvature(NetworkFindings findings)
    {
        if (findings.Sharpness is not { } found)
            yield break;
        if (found.Network.Traces.Trace.Value > 0)
            yield return $"Moved by σ in every direction, the weights raise the loss by σ²/2 × {Numbers.Show(found.Network.Traces.Trace)}; of {found.Network.Traces.Dimension.ToString("N0")} directions about {Numbers.Show(found.Network.Traces.EffectiveDegreesOfFreedom)} count.";
        else
            yield return $"The curvature cannot be told from zero: tr H = {Numbers.Show(found.Network.Traces.Trace)}.";
        Sharpness[] curved = [.. found.Layers.Where(layer => layer.Traces.Trace.Value > TellingErrors * layer.Traces.Trace.StandardError).OrderByDescending(PerParameter)];
        if (curved.Length > 1)
            yield return $"For each of its parameters the sharpest layer is {curved[0].Layers[0].Name} (tr H/d = {Numbers.Significant(PerParameter(curved[0]), 2)}), the flattest {curved[^1].Layers[0].Name} ({Numbers.Significant(PerParameter(curved[^1]), 2)}).";

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
        LayerSignal[] overflowing = [.. signals.Layers.Where(signal => signal.Tails.HalfHeadroom < 1 && signal.Layer.Weight?.ElementType == Onnx.Reading.ElementType.Float16)];
        if (overflowing.Length > 0)
            yield return $"Values beyond 65504, the largest of half precision, come up in {Phrases.Listed([.. overflowing.Select(signal => signal.Layer.Name)])}: on hardware that computes in half precision they overflow.";
        if (signals.HasEqualRows)
        {
            yield return $"All {signals.Rows} rows are the same: nothing can be said of units that never varied.";
            yield break;
        }

        LayerSignal[] dead = [.. signals.Layers.Where(signal => signal.DeadFraction > 0).OrderByDescending(signal => signal.DeadFraction)];
        if (dead.Length > 0)
        {
            yield return $"Units that did nothing on these {signals.Rows} rows: {string.Join(", ", dead.Take(3).Select(s => $"{Math.Round(s.DeadFraction * s.Units)} of {s.Units} in {s.Layer.Name}"))}{(dead.Length > 3 ? $" and some in {Phrases.Layers(dead.Length - 3)} more" : "")}.";
        }
        else if (signals.Layers.Count > 0)
        {
            yield return $"No unit was dead on these {signals.Rows} rows.";
        }

        if (signals.Layers.Where(signal => signal.SaturatedFraction > 0.1).MaxBy(signal => signal.SaturatedFraction) is { } saturated)
            yield return $"{saturated.Layer.Name} is the most saturated: {saturated.SaturatedFraction:P0} of its outputs lie at a bound.";
        foreach (IGrouping<string, string> left in signals.Unwatched.Where(layer => layer.Reason != "not asked for").GroupBy(layer => layer.Reason, layer => layer.Layer.Name))
            yield return $"{Phrases.Listed([.. left])} could not be watched: {left.Key}.";
    }

    private static string Working(int engines) => engines switch
    {
        0 => "no layer works as an engine",
        1 => "1 layer works as an engine",
        _ => $"{engines} layers work as engines",
    };

    private static bool IsFixed(LayerResult layer) => layer.Assumed.All(assumed => assumed.Law is not { Variance: > 0 });

    private static bool Differ(Estimate a, Estimate b) => Math.Abs(a.Value - b.Value) > TellingErrors * Math.Sqrt((a.StandardError * a.StandardError) + (b.StandardError * b.StandardError));

    private static string Unit(NetworkThermodynamics found) => found.Energy.Name.EndsWith("ce", StringComparison.Ordinal) ? "nats of loss per nat" : "units of loss per nat";
}
