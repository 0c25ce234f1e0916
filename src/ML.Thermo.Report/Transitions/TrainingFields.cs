using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Transitions;

/// <summary>The numbers of the training of a linear model, in the order of JSON, console and page: a new one is a line here.</summary>
internal static class TrainingFields
{
    private const Shown JsonAndPeople = Shown.Json | Shown.Console | Shown.Page;

    /// <summary>ΔE and ΔS, which the console shows beside the states; T and β.</summary>
    public static IReadOnlyList<Field<TransitionFindings>> Main { get; } =
    [
        .. TransitionFields.Differences<TransitionFindings>(findings => findings.Transition, _ => "")
            .Zip(ConsoleTexts, (field, text) => field.Shortened(text) with { In = JsonAndPeople }),
    ];

    private static Func<TransitionFindings, string>[] ConsoleTexts =>
    [
        findings => Numbers.Show(findings.Transition.DeltaEnergy),
        findings => Numbers.Show(findings.Transition.DeltaEntropy),
        findings => Numbers.Show(findings.Transition.Temperature),
        findings => Numbers.Show(findings.Transition.Beta),
    ];

    /// <summary>The other temperatures; those that cost draws of their own only where they were asked for.</summary>
    public static IEnumerable<Field<TransitionFindings>> Others(TransitionFindings findings) =>
    [
        .. TransitionFields.Temperatures<TransitionFindings>(found => found.Transition, _ => ""),
        .. Asked(
            findings.DifferentialTemperature,
            "differentialTemperature", "T differential", "dE/dS along the scale of the initialisation, loss per nat",
            "differential, along the init scale", "T_diff"),
        .. Asked(
            findings.ParameterTemperature,
            "parameterTemperature", "T parameters", "of the initialisation in the curvature at the optimum, loss units",
            "parameter, around the optimum", "T_par"),
        .. Asked(
            findings.EquipartitionRatio,
            "equipartitionRatio", "equipartition ratio", "1: equally steep in all directions",
            "equipartition ratio", findings.HasCurvature ? "d·tr H²/(tr H)²" : "T_fluct/T_par"),
    ];

    private static Field<TransitionFindings>[] Asked(Estimate? found, string name, string label, string meaning, string heading, string symbol) =>
        found is not { } estimate ? [] :
        [
            new(
                name, label, meaning,
                _ => TransitionFields.Full(estimate, "it does not follow from these data and this initialisation") with { Short = Numbers.Show(estimate) },
                JsonAndPeople)
                { Heading = heading, Symbol = symbol },
        ];
}
