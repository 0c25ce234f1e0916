using ML.Thermo.Activations;

namespace ML.Thermo.Cli.Activations;

/// <summary>An activation at one variance.</summary>
/// <param name="Engine">Its type.</param>
/// <param name="Moments">Its numbers.</param>
internal sealed record ActivationAt(ActivationEngine Engine, ActivationMoments Moments)
{
    /// <summary>Where χ = 1 at q* = 1.</summary>
    public CriticalInitialization Critical { get; } = CriticalInitialization.Of(Engine.Activation);
}

/// <summary>The numbers of an activation: a new one is a line here.</summary>
internal static class ActivationFields
{
    /// <summary>All of them, in the order of JSON and tables.</summary>
    public static IReadOnlyList<Field<ActivationAt>> All { get; } =
    [
        new("activation", "activation", "with its parameters", at => Cell.Of(at.Engine.Activation.Name), Shown.Json | Shown.Console),
        new(
            "variance", "pre-activation variance", "of the normal pre-activation",
            at => Cell.Of(at.Moments.InputVariance, "") with { Short = Numbers.Show(at.Moments.InputVariance) }, Shown.Json)
            { Symbol = "q" },
        Share("transmission", "τ", "Var φ(z)/q", "share of the variance that passes", moments => moments.Transmission),
        Share("efficiency", "η", "1 − τ", "share of the variance that is turned into work", moments => moments.Efficiency),
        Share("coherentGain", "b", "E φ′(z)", "mean slope", moments => moments.CoherentGain) with { Label = "coherent gain" },
        Share("gradientGain", "χ", "E φ′(z)²", "gain of squared gradients", moments => moments.GradientGain) with { Label = "gradient gain" },
        new("engineType", "engine type", "by how the efficiency goes with q", at => Cell.Of(at.Engine.Type.ToString()), Shown.Json | Shown.Console),
        new("criticalWeightVariance", "critical weight variance", "times fan-in, with χ = 1 at q* = 1",
            at => Variance(at.Critical.WeightVariance), Shown.Json) { Symbol = "σ_w²" },
        new("criticalBiasVariance", "critical bias variance", "with χ = 1 at q* = 1", at => Variance(at.Critical.BiasVariance), Shown.Json) { Symbol = "σ_b²" },
        new("depthScale", "depth scale", "−1/ln χ at the law's own fixed point, layers", at => Cell.Nested(json => WriteDepths(json, at)), Shown.Json),
        new("status", "status", "whether there is a critical point", at => Cell.Of([at.Critical.Exists ? "Defined" : "NoCriticalPoint"]), Shown.Json),
    ];

    /// <summary>Depth scales of usual laws, as −1/ln χ in layers.</summary>
    public static IReadOnlyList<(string Name, string Label, double WeightVariance)> Laws { get; } =
        [("he", "He", 2), ("xavier", "Xavier", 1), ("default", "the common default U(±1/√fan-in)", 1.0 / 3)];

    private static void WriteDepths(System.Text.Json.Utf8JsonWriter json, ActivationAt at)
    {
        json.WriteStartObject("depthScale");
        foreach ((string name, _, double variance) in Laws)
            json.WriteNumberOrNull(name, SignalDepth.Of(at.Engine.Activation, variance).Layers);
        json.WriteEndObject();
    }

    private static Cell Variance(double value) =>
        Cell.Of(value, "no critical point") with { Short = double.IsFinite(value) ? Numbers.Share(value) : "none" };

    private static Field<ActivationAt> Share(string name, string sign, string formula, string meaning, Func<ActivationMoments, double> of) => new(
        name, name, meaning, at => Cell.Of(of(at.Moments), "it is not finite") with { Short = Numbers.Share(of(at.Moments)) }, Shown.Json | Shown.Console)
    { Heading = sign, Symbol = $"{sign} = {formula}" };
}
