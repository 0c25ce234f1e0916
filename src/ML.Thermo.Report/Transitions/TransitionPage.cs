using ML.Thermo.Entropies;
using ML.Thermo.Report.Fields;
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
            Subtitle = $"Energy {findings.Energy}, {findings.Parameters} {(findings.Parameters == 1 ? "parameter" : "parameters")}, "
                + $"trained energy over {findings.FreshPoints} fresh points",
            Tone = findings.Transition.Temperature.IsDefined && findings.Transition.DeltaEnergy.Value > 0 ? VerdictTone.Good : VerdictTone.Bad,
            Settings = Settings(findings),
            Summary = [string.Join(' ', findings.Summary)],
            Status = StatusWords.Of(findings.Transition.Status),
            Scripts = ["transition.js"],
            Data = new
            {
                Facts = Facts(findings),
                Law = findings.Initialization,
                Arrow = $"ΔE = {Numbers.Brief(findings.Transition.DeltaEnergy)}, ΔS = {Numbers.Brief(findings.Transition.DeltaEntropy)} nats",
                Distributions = TransitionCurves.Distributions(findings),
                FreeEnergies = TransitionCurves.FreeEnergies(findings.Transition),
                Scales = TransitionCurves.Scales(findings),
            },
        };
    }

    private static (string Name, string Value)[] Settings(TransitionFindings findings)
    {
        (string Name, string Value)[] all =
        [
            ("before training", findings.Initialization), ("rows", findings.Rows), ("features", findings.IsStandardized ? "standardised" : "as they are"),
        ];
        return [.. all.Where(setting => setting.Value.Length > 0)];
    }

    private static IEnumerable<object> Facts(TransitionFindings findings) =>
    [
        .. FieldWriters.OnPage(TrainingFields.Main).OrderByDescending(field => field.Symbol.Length > 0) // T and β first
            .Select(field => Fact(field.Label, field.Of(findings).Page, field.Meaning, main: true)),
        .. FieldWriters.OnPage(TransitionFields.State)
            .SelectMany(field => new[] { Fact(field, "untrained", findings.Transition.From), Fact(field, "trained", findings.Transition.To) }),
        .. FieldWriters.OnPage(TrainingFields.Others(findings)).Select(field => Fact(field.Label, field.Of(findings).Page, field.Meaning)),
    ];

    private static object Fact(Field<State> field, string of, State state) =>
        Fact($"{field.Label} {of}", field.Of(state).Page, field.Name == "entropy" ? $"{field.Meaning}, by {Method(state)}" : field.Meaning);

    private static object Fact(string label, Quantity quantity, string meaning, bool main = false) =>
        new { Label = label, quantity.Text, quantity.Value, quantity.Error, Meaning = meaning, Main = main };

    private static string Method(State state) => state.Entropy.Method.Name switch
    {
        nameof(EntropyMethod.Exact) => "closed form or quadrature",
        nameof(EntropyMethod.KozachenkoLeonenko) => "nearest neighbours",
        nameof(EntropyMethod.CentralLimit) => "the central limit",
        nameof(EntropyMethod.FiniteResolution) => "finite resolution",
        var other => other,
    };
}
