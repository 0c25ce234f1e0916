using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Layers;

/// <summary>The temperatures of a network and its layers, in sentences.</summary>
internal static class TemperatureSummary
{
    private const double TellingErrors = 2;

    /// <summary>The sentences; none where ensembles were not asked for.</summary>
    public static IEnumerable<string> Of(NetworkFindings findings)
    {
        if (findings.Thermodynamics is not { } found)
            return [];
        Transition whole = found.Network.Transition;
        string[] sentences =
        [
            Whole(found),
            double.IsFinite(findings.ResidualVariance)
                ? $"Its targets are the network's own outputs with noise of variance {Numbers.Brief(findings.ResidualVariance)}." : "",
            .. Extremes(found),
            .. WithoutTemperature(found),
            Modes(found),
            whole.From.Status.HasFlag(Status.HeavyTail)
                ? "A few redraws of the network have very large losses (HeavyTail): these draws do not tell the errors of its ΔE and T, nor which layers "
                    + "are engines or pumps. More draws can."
            : whole.To.Status.HasFlag(Status.HeavyTail)
                ? "A few rows have very large losses in the trained network (HeavyTail), so its ΔE and T may be less certain than their errors say." : "",
            .. LeftOut(found),
        ];
        return sentences.Where(sentence => sentence.Length > 0);
    }

    private static string Whole(NetworkThermodynamics found)
    {
        Transition whole = found.Network.Transition;
        if (whole.Status.HasFlag(Status.PointState) && found.Energy.IsSelfEnergy && found.Energy.Name == "self-mse")
        {
            return $"The network has no temperature, because nothing says that '{found.Energy.Output}' holds probabilities or logits: under squared error "
                + "against its own outputs the trained energy is zero and does not fluctuate; labels, the variance of the targets' noise, or cross-entropy "
                + "(where the outputs are logits of classes) would give it one, while ΔE, T_fluct and d_eff are defined without.";
        }

        return whole.Temperature.IsDefined
            ? $"The network's temperature is {Numbers.Show(whole.Temperature)} {Unit(found)}, relative to the laws assumed before training."
            : $"The network's temperature is undefined: ΔS = {Numbers.Show(whole.DeltaEntropy)}, ΔE = {Numbers.Show(whole.DeltaEnergy)}.";
    }

    /// <summary>The hottest layer and the coldest, where errors tell them apart.</summary>
    private static IEnumerable<string> Extremes(NetworkThermodynamics found)
    {
        LayerResult[] defined = [.. found.Layers.Where(layer => layer.Transition.Temperature.Value > 0)
            .OrderByDescending(layer => layer.Transition.Temperature.Value)];
        if (defined.Length < 2)
            yield break;
        Estimate hottest = defined[0].Transition.Temperature, coldest = defined[^1].Transition.Temperature;
        string first = $"{defined[0].Layer.Name} (T = {Numbers.Show(hottest)})";
        string[] rivals = [.. defined.Skip(1).Where(layer => !Differ(hottest, layer.Transition.Temperature)).Select(layer => layer.Layer.Name)];
        yield return rivals.Length switch
        {
            0 => $"The hottest layer is {first}: it holds the most loss per nat of certainty.",
            _ when rivals.Length == defined.Length - 1 => "Within their errors the layers' temperatures cannot be told apart.",
            _ => $"The hottest layers are {first} and, not to be told from it within the errors, {Phrases.Listed(rivals)}.",
        };
        if (Differ(hottest, coldest))
            yield return $"The coldest is {defined[^1].Layer.Name} (T = {Numbers.Show(coldest)}).";
    }

    private static IEnumerable<string> WithoutTemperature(NetworkThermodynamics found)
    {
        string[] constant = [.. found.Layers.Where(IsFixed).Select(layer => layer.Layer.Name)];
        if (constant.Length > 0)
        {
            yield return $"{Phrases.Listed(constant)} {(constant.Length == 1 ? "has" : "have")} no temperature, because only constants are assumed before "
                + $"training: {(constant.Length == 1 ? "its" : "their")} ΔE is that of one redraw.";
        }

        int negative = found.Layers.Count(layer => layer.Transition.Temperature.Value < 0);
        if (negative > 0)
        {
            yield return $"{Phrases.Layers(negative)} {(negative == 1 ? "has" : "have")} a negative temperature, which is a result and not an error: "
                + "redrawn, the energy was known more sharply than trained.";
        }

        int undefined = found.Layers.Count(layer => !IsFixed(layer) && !layer.Transition.Temperature.IsDefined);
        if (undefined > 0 && !found.Network.Transition.Status.HasFlag(Status.PointState))
            yield return $"{Phrases.Layers(undefined)} {(undefined == 1 ? "has" : "have")} no temperature that can be told from infinite.";
    }

    /// <summary>How many layers are hotter and colder than the network.</summary>
    private static string Modes(NetworkThermodynamics found)
    {
        int engines = found.Layers.Count(layer => layer.Engine.Mode == EngineMode.Engine),
            pumps = found.Layers.Count(layer => layer.Engine.Mode == EngineMode.Pump);
        if (!(found.Network.Transition.Temperature.Value > 0) || engines + pumps == 0)
            return "";
        string hotter = engines switch { 0 => "no layer works as an engine", 1 => "1 layer works as an engine", _ => $"{engines} layers work as engines" };
        string colder = pumps switch { 0 => "none as a pump", 1 => "1 as a pump", _ => $"{pumps} as pumps" };
        return $"Against the network's temperature {hotter} (hotter) and {colder} (colder).";
    }

    private static IEnumerable<string> LeftOut(NetworkThermodynamics found) => found.Skipped
        .Where(skipped => skipped.Layer.ParameterCount > 0 && skipped.Reason != "left out by choice")
        .GroupBy(skipped => skipped.Reason, skipped => skipped.Layer.Name)
        .Select(left => $"{Phrases.Listed([.. left])} {(left.Count() == 1 ? "was" : "were")} not redrawn: {left.Key}.");

    private static bool IsFixed(LayerResult layer) => layer.Assumed.All(assumed => assumed.Law is not { Variance: > 0 });

    private static bool Differ(Estimate a, Estimate b) =>
        Math.Abs(a.Value - b.Value) > TellingErrors * Math.Sqrt((a.StandardError * a.StandardError) + (b.StandardError * b.StandardError));

    private static string Unit(NetworkThermodynamics found) =>
        found.Energy.Name.EndsWith("ce", StringComparison.Ordinal) ? "nats of loss per nat" : "units of loss per nat";
}
