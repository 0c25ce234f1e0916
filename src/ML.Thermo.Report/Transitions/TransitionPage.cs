using ML.Thermo.Entropies;
using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Transitions;

/// <summary>The page of a transition.</summary>
internal static class TransitionPage
{
    public static PageContent Of(TransitionFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return new PageContent
        {
            Title = $"{findings.Subject}: training as a phase transition",
            Subtitle = $"Energy {findings.Energy}, {findings.Parameters} {(findings.Parameters == 1 ? "parameter" : "parameters")}, trained energy over {findings.FreshPoints} fresh points",
            Summary = [string.Join(' ', findings.Summary)],
            Status = StatusWords.Of(findings.Transition.Status),
            Scripts = ["transition.js"],
            Data = new
            {
                Facts = Facts(findings),
                Distributions = TransitionCurves.Distributions(findings),
                FreeEnergies = TransitionCurves.FreeEnergies(findings.Transition),
                Scales = TransitionCurves.Scales(findings),
            },
        };
    }

    private static IEnumerable<object> Facts(TransitionFindings findings)
    {
        Transition transition = findings.Transition;
        string why = StatusWords.WhyUndefined(transition);
        const string NoNoise = "a state does not fluctuate, or its floor is not known";
        return
        [
            Fact("T", Quantity.Of(transition.Temperature, why), "ΔE/ΔS, loss removed for each nat of spread removed", main: true),
            .. Interval(transition),
            Fact("β", Quantity.Of(transition.Beta, why), "ΔS/ΔE = 1/T, finite where T has its pole", main: true),
            Fact("ΔE", Quantity.Of(transition.DeltaEnergy, why), "mean loss that training removed on these rows", main: true),
            Fact("ΔS", Quantity.Of(transition.DeltaEntropy, why), "nats: ln of how much narrower the loss is spread", main: true),
            Fact("E untrained", Quantity.Of(transition.From.Energy, "it is not finite"), "mean loss over the initialisation"),
            Fact("E trained", Quantity.Of(transition.To.Energy, why), "mean loss on fresh data"),
            Fact("S untrained", Entropy(transition.From), $"nats, by {Method(transition.From)}"),
            Fact("S trained", Entropy(transition.To), $"nats, by {Method(transition.To)}"),
            Fact("T resolved", Quantity.Of(transition.ResolvedTemperature, NoNoise), "with the most that the entropy can be at the resolution of the trained loss; no pole"),
            Fact("T Gaussian", Quantity.Of(transition.GaussianTemperature, NoNoise), "with normal entropies"),
            Fact("T fluctuation", Quantity.Of(transition.FluctuationTemperature, NoNoise), "Var E/(⟨E⟩ − E₀), needs no entropy"),
            Fact("degrees of freedom", Quantity.Of(transition.EffectiveDegreesOfFreedom, NoNoise), "2(⟨E⟩ − E₀)²/Var E"),
            .. Asked("T differential", findings.DifferentialTemperature, "dE/dS along the scale of the initialisation"),
            .. Asked("T parameters", findings.ParameterTemperature, "of the initialisation in the curvature at the optimum"),
            .. Asked("equipartition ratio", findings.EquipartitionRatio, "1: equally steep in all directions"),
        ];
    }

    private static object[] Interval(Transition transition) => transition.TemperatureConfidence is { } interval
        ? [Fact("T, 95 %", new Quantity(null, null, $"{Numbers.Brief(interval.Lower)} to {Numbers.Brief(interval.Upper)}"), "what the rows leave open, by resampling them")] : [];

    private static object[] Asked(string label, Estimate? found, string meaning) =>
        found is { } estimate ? [Fact(label, Quantity.Of(estimate, "it does not follow from these data and this initialisation"), meaning)] : [];

    private static object Fact(string label, Quantity quantity, string meaning, bool main = false) =>
        new { Label = label, quantity.Text, quantity.Value, quantity.Error, Meaning = meaning, Main = main };

    private static Quantity Entropy(State state) => double.IsNegativeInfinity(state.Entropy.Differential)
        ? Quantity.Undefined("−∞, the energy does not fluctuate")
        : Quantity.Of(new Estimate(state.Entropy.Differential, state.Entropy.StandardError), "it is not finite");

    private static string Method(State state) => state.Entropy.Method switch
    {
        EntropyMethod.Exact => "closed form or quadrature",
        EntropyMethod.KozachenkoLeonenko => "nearest neighbours",
        EntropyMethod.CentralLimit => "the central limit",
        EntropyMethod.FiniteResolution => "finite resolution",
        var other => other.ToString(),
    };
}
