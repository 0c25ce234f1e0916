using ML.Thermo.Loops.Guard;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Loops;

/// <summary>Loops of numbers in plain sentences.</summary>
internal static class NumberLoopSummary
{
    public static IEnumerable<string> Of(NumberFinding finding, LoopGuardOptions options)
    {
        yield return $"Verdict: {finding.Verdict}. The chance to lose as much spread by refitting normal laws to their own draws is p = "
            + $"{Numbers.Significant(finding.DriftPValue, 2)}.";
        yield return $"A generation's variance is multiplied by τ = {Numbers.Brief(finding.Temperature)} in sampling, with a fresh share of "
            + $"{LoopSummary.Percent(finding.FreshShare)}{(options.FreshShare is null ? " (taken as 0; give --fresh-share if it is not)" : "")}.";
        yield return double.IsInfinity(finding.Retention)
            ? "If nothing changes the variance grows without end."
            : $"If nothing changes {LoopSummary.Percent(finding.Retention)} of the variance stays in the long run.";
        if (double.IsFinite(finding.CriticalShare))
            yield return $"To keep {LoopSummary.Percent(options.Retain)} of it, {LoopSummary.Percent(finding.CriticalShare)} of each generation must be fresh.";
    }
}
