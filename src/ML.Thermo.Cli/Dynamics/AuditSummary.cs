using ML.Thermo.Dynamics.Audit;

namespace ML.Thermo.Cli.Dynamics;

/// <summary>An audit in sentences, for console and page alike.</summary>
internal static class AuditSummary
{
    public static IReadOnlyList<string> Of(AuditResult result)
    {
        if (result.Trajectories.Count == 1)
            return [.. Sentences(result.Trajectories[0].Report, result.Request.Options)];
        int lawful = result.Trajectories.Count(trajectory => trajectory.Report.IsLawful == true);
        string[] broken = [.. result.Trajectories.Where(trajectory => trajectory.Report.IsLawful == false).Select(trajectory => trajectory.Name)];
        string[] open = [.. result.Trajectories.Where(trajectory => trajectory.Report.IsLawful is null).Select(trajectory => trajectory.Name)];
        return [$"{lawful} of {result.Trajectories.Count} trajectories keep both laws.{Listed(" Not: ", broken)}{Listed(" Too few rows to tell: ", open)}"];
    }

    private static string Listed(string words, string[] names) =>
        names.Length == 0 ? "" : $"{words}{string.Join(", ", names.Take(10))}{(names.Length > 10 ? " and others" : "")}.";

    /// <summary>What <c>--fail-on-violation</c> says.</summary>
    public static string Violation(AuditResult result)
    {
        IReadOnlyList<string> sentences = Of(result);
        return sentences.FirstOrDefault(sentence => sentence.Contains("law is broken", StringComparison.Ordinal)) ?? sentences[0];
    }

    public static string Setting(AuditSetting setting) => setting switch
    {
        AuditSetting.Open => "open",
        AuditSetting.Bath => "bath",
        _ => "isolated",
    };

    public static string Verdict(LawReport report) => report.IsLawful switch
    {
        true => "lawful",
        false => report.FirstLaw is { IsLawful: false } ? report.SecondLaw.IsLawful ? "energy is not kept" : "both laws broken" : "entropy falls",
        null => "not decided",
    };

    public static IEnumerable<string> Sentences(LawReport report, AuditOptions options)
    {
        if (report.IsLawful is null)
            yield return "Fewer than 5 rows do not tell noise from a broken law: there is no verdict. Give --noise if the errors are known.";
        if (report.FirstLaw is { } first)
        {
            string size = double.IsFinite(first.Relative) ? $", {Numbers.Brief(100 * first.Relative)} % of the energy exchanged" : "";
            string law = report.IsLawful is null ? "Of the first law: " : first.IsLawful ? "The first law holds: " : "The first law is broken: ";
            yield return law + first.Class switch
            {
                FirstLawClass.RoundOff => "energy is kept to round-off.",
                FirstLawClass.Bounded => $"the energy balance is off by up to {Numbers.Show(first.MaxResidual)}{size}, without a trend.",
                _ => $"the energy balance drifts by {Numbers.Brief(first.Slope)} a unit of time, up to {Numbers.Show(first.MaxResidual)}{size}.",
            };
        }

        SecondLaw second = report.SecondLaw;
        string series = options.Setting == AuditSetting.Bath ? "Minus the free energy" : options.Setting == AuditSetting.Open
            ? "Entropy, less what came with the heat," : "Entropy";
        if (second.Drawdown == 0)
            yield return $"{series} never falls.";
        else if (second.IsLawful)
            yield return $"{series} falls by {Numbers.Show(second.Drawdown)} at most, which " +
                $"{(second.Noise > 0 ? $"noise of {Numbers.Brief(second.Noise)} explains (p = {Numbers.Brief(second.PValue)})" : "is rounding")}.";
        else
            yield return $"{series} falls by {Numbers.Show(second.Drawdown)}, first in row {second.FirstFall}: the second law is broken. An error of " +
                $"{Numbers.Brief(0.5 * second.Drawdown)} in every row is the least that could excuse it.";
        if (report.Status.HasFlag(AuditStatus.OffsetDependent))
            yield return "There is one energy column only: its size depends on a free constant, so read the relative residual with care. Give kinetic, " +
                "potential and internal energy apart.";
        if (report.Status.HasFlag(AuditStatus.DependentErrors))
            yield return "The residual scatters more than the noise allows: its errors are not independent, and the class decides the first law.";
        if (report.Status.HasFlag(AuditStatus.SmallSample))
            yield return "The noise is estimated from fewer than 20 rows, and may be too large.";
    }
}
