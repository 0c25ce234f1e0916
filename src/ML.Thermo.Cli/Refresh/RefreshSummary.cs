using ML.Thermo.Cli.Output;
using ML.Thermo.Energies;
using ML.Thermo.Refresh;
using ML.Thermo.Report.Refresh;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Refresh;

/// <summary>What was found, in a few plain sentences.</summary>
internal static class RefreshSummary
{
    public static IEnumerable<string> Of(RefreshResult report) => [string.Join(' ', Sentences(report))];

    private static IEnumerable<string> Sentences(RefreshResult report)
    {
        DriftOptions options = report.Reference.Options;
        int flagged = report.Windows.Count(window => window.Drift.Refresh), count = report.Windows.Count;
        string rate = options.FalseAlarmRate.ToString("P3", System.Globalization.CultureInfo.InvariantCulture).Replace(".000", "", StringComparison.Ordinal);
        yield return $"{flagged} of {count} {(count == 1 ? "window asks" : "windows ask")} for a refresh: p at most {options.FalseAlarmRate}, and a shift of at least {options.LeastEffect} standard deviations. Of windows without drift {rate} would be flagged.";
        if (count > 1)
        {
            string sequential = report.FirstAlarm is { } alarm ? $"gives alarm at window {alarm.Index}" : "gives no alarm";
            yield return $"Over all windows together the sequential test {sequential}; without drift it would within t windows with probability at most t/{options.RunLength}.";
        }

        RefreshWindow farthest = RefreshTables.Farthest(report);
        EnergyDrift? energy = report.Rule == DriftRule.Energy ? farthest.Drift.Energy : farthest.Drift.SelfEnergy;
        if (energy?.Transition is { } transition && farthest.Drift.Refresh)
        {
            string what = report.Rule == DriftRule.Energy ? "mean loss" : "expected loss (self-energy)";
            yield return $"In window {farthest.Index} the {what} went from {Numbers.Brief(transition.To.Energy.Value)} to {Numbers.Brief(transition.From.Energy.Value)}{(transition.Temperature.IsDefined ? $", at {Numbers.Show(transition.Temperature)} of loss per nat of uncertainty" : "")}.";
        }

        if (farthest.Warm is { } warm && farthest.Drift.Refresh)
        {
            yield return warm.Release > 0
                ? $"Refreshed on that window, the linear model would have a loss of about {Numbers.Brief(warm.FreshEnergy)} on rows to come, {Numbers.Brief(warm.Release)} less."
                : $"Refreshed on that window alone, the linear model would do no better on rows to come: it has too few rows, or the noise itself has grown.";
        }

        if (report.Rule == DriftRule.LabelFree)
            yield return DriftSummary.LabelFree;
    }
}
