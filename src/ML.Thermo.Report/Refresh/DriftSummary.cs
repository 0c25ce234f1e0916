using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Refresh;

/// <summary>Drift in plain sentences.</summary>
internal static class DriftSummary
{
    /// <summary>What a rule without labels cannot see.</summary>
    public const string LabelFree =
        "Without labels only the inputs and what the model makes of them are seen: that the right answers have changed, or that noise has grown, cannot be.";

    private const double TellingErrors = 2;

    public static IEnumerable<string> Of(DriftFindings findings)
    {
        DriftPoint[] judged = [.. findings.Windows.Where(window => !double.IsNaN(window.PValue))], alarms = [.. findings.Windows.Where(window => window.Refresh)];
        if (judged.Length == 0)
        {
            yield return "No window has enough rows to be judged.";
            yield break;
        }

        double expected = findings.FalseAlarmRate * judged.Length;
        string chance = $"Without any drift at most {Numbers.Significant(expected, 2)} of {judged.Length} would, on average.";
        yield return alarms.Length == 0
            ? $"None of {Windows(judged.Length)} asks for a refresh: within {findings.Rule}, no shift was told from chance that is large enough to count. That is no proof that there is none."
            : $"{alarms.Length} of {Windows(judged.Length)} {(alarms.Length == 1 ? "asks" : "ask")} for a refresh, the first one {alarms[0].Label}. {chance}";
        if (findings.Windows.Count > judged.Length)
            yield return $"{Windows(findings.Windows.Count - judged.Length)} had too few rows to be judged.";
        DriftPoint[] measured = [.. findings.Windows.Where(window => window.Transition is { DeltaEnergy.IsDefined: true })];
        if (measured.MaxBy(window => window.Transition!.DeltaEnergy.Value) is { Transition: { } worst } largest)
            yield return Energy(largest.Label, worst);
        if (alarms.MaxBy(window => window.Effect) is { Shares.Count: > 0 } carried)
            yield return Carriers(carried);
        if (findings.IsLabelFree)
            yield return LabelFree;
    }

    private static string Energy(string label, Transition worst) => worst.DeltaEnergy.Value > TellingErrors * worst.DeltaEnergy.StandardError
        ? $"The loss is highest in {label}: ΔE = {Numbers.Brief(worst.DeltaEnergy)} above the reference{Heat(worst)}."
        : $"In no window is the mean loss above that of the reference by more than two standard errors (at most ΔE = {Numbers.Brief(worst.DeltaEnergy)}, {label}).";

    private static string Heat(Transition worst) => worst.Temperature.IsDefined
        ? $", at T = {Numbers.Brief(worst.Temperature)} per nat of certainty lost"
        : $"; its temperature is undefined, because {StatusWords.WhyUndefined(worst)}";

    private static string Carriers(DriftPoint window)
    {
        (string? Name, Estimate DeltaEnergy)[] telling = [.. window.Shares.Where(share => Math.Abs(share.DeltaEnergy.Value) > TellingErrors * share.DeltaEnergy.StandardError).OrderByDescending(share => Math.Abs(share.DeltaEnergy.Value))];
        return telling.Length == 0
            ? $"No single feature's share of it in {window.Label} can be told from zero."
            : $"Most of it in {window.Label} goes with {string.Join(", ", telling.Take(3).Select(share => $"{share.Name ?? "the target"} ({Numbers.Brief(share.DeltaEnergy)})"))}.";
    }

    private static string Windows(int count) => count == 1 ? "1 window" : $"{count} windows";
}
