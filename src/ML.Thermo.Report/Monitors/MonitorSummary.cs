using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Report.Refresh;
using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Monitors;

/// <summary>A monitor in plain sentences, the verdict first.</summary>
internal static class MonitorSummary
{
    /// <summary>The verdict in one sentence.</summary>
    public static string Verdict(MonitorFindings findings) => findings.Health switch
    {
        MonitorHealth.Unhealthy => "Unhealthy.",
        MonitorHealth.Degraded => "Degraded.",
        _ when findings.Snapshot is not { Windows: > 0 } => "Healthy so far: no window is full yet, so nothing has been judged.",
        _ => "Healthy: keep the model.",
    };

    public static IEnumerable<string> Of(MonitorFindings findings)
    {
        yield return string.Join(' ', findings.Reasons.Prepend(Verdict(findings)));
        if (findings.Snapshot is not { } now)
            yield break;
        yield return Count(findings, now);
        if (now.Report is { } report)
            yield return Last(now, report);
        if (Labels(findings, now) is { Length: > 0 } labels)
            yield return labels;
        if (now is { Report.Rule: DriftRule.LabelFree, RowsWaiting: 0, Final: null or { Rule: DriftRule.LabelFree } })
            yield return DriftSummary.LabelFree;
    }

    public static IEnumerable<string> Of(IReadOnlyList<MonitorFindings> monitors)
    {
        if (monitors.Count == 0)
        {
            yield return "No monitor is registered: AddThermoMonitor does.";
            yield break;
        }

        int bad = monitors.Count(monitor => monitor.Health != MonitorHealth.Healthy);
        yield return bad == 0 ? $"{Monitors(monitors.Count)}, all healthy." : $"{bad} of {Monitors(monitors.Count)} {(bad == 1 ? "asks" : "ask")} for a look.";
        foreach (MonitorFindings monitor in monitors.Where(monitor => monitor.Health != MonitorHealth.Healthy).OrderByDescending(monitor => monitor.Health))
            yield return string.Join(' ', monitor.Reasons.Prepend($"{monitor.Name}: {Verdict(monitor)}"));
    }

    /// <summary>A duration as people say it.</summary>
    public static string Words(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => $"{Numbers.Significant(time.TotalDays, 2)} days",
        { TotalHours: >= 2 } => $"{Numbers.Significant(time.TotalHours, 2)} hours",
        { TotalMinutes: >= 2 } => $"{Numbers.Significant(time.TotalMinutes, 2)} minutes",
        _ => $"{Numbers.Significant(time.TotalSeconds, 2)} s",
    };

    /// <summary>Rows since the last window was full, of those that a window has where it is counted in rows.</summary>
    public static string Open(MonitorFindings findings, MonitorSnapshot now) =>
        findings.WindowRows > 0 ? $"{Numbers.Count(now.Open.Rows)} of {Numbers.Count(findings.WindowRows)}" : Numbers.Count(now.Open.Rows);

    private static string Count(MonitorFindings findings, MonitorSnapshot now)
    {
        string open = $"{Open(findings, now)} rows of the next";
        string rows = $"{Numbers.Count(now.Rows)} {(now.Rows == 1 ? "row" : "rows")} observed, {Numbers.Count(now.Windows)} " +
            $"{(now.Windows == 1 ? "window" : "windows")} judged; {open} are there.";
        return findings.RowsRefused == 0 ? rows : $"{rows} {Numbers.Count(findings.RowsRefused)} could not be observed since the start.";
    }

    private static string Last(MonitorSnapshot now, WindowDrift report)
    {
        Transition? transition = report.Decisive?.Transition;
        string loss = report.Rule == DriftRule.LabelFree ? "expected loss (self-energy)" : "mean loss";
        string energy = transition is null ? "" : $" The {loss} is {Numbers.Brief(transition.From.Energy.Value)} instead of " +
            $"{Numbers.Brief(transition.To.Energy.Value)}, ΔE = {Numbers.Brief(transition.DeltaEnergy)}.";
        string decided = report.Rule == DriftRule.None ? "had too few rows to be judged"
            : $"has p = {Numbers.Significant(report.PValue, 2)} and a shift of {Numbers.Significant(report.Effect, 2)} standard deviations of one row, by " +
                $"{(report.Rule == DriftRule.Energy ? "its losses" : "inputs and predictions, without labels")}";
        string wait = now.IsFinal ? "" : " Its labels are awaited: it is judged again when they are there.";
        return $"The last full window {decided}.{energy}{wait}";
    }

    private static string Labels(MonitorFindings findings, MonitorSnapshot now)
    {
        var sentences = new List<string>();
        if (now.RowsWaiting > 0)
            sentences.Add(now.RowsWaiting == 1 ? "1 row waits for its label." : $"{Numbers.Count(now.RowsWaiting)} rows wait for their label.");
        if (findings.Delays is { } delays)
            sentences.Add($"Half of the labels came within {Words(delays.Median)}, nine of ten within {Words(delays.NinetyPercent)}.");
        if (now.RowsEvicted > 0)
            sentences.Add($"{Numbers.Count(now.RowsEvicted)} rows wait no more: their window had labels enough, or had waited too long.");
        if (now.LabelsUnmatched > 0)
            sentences.Add($"{Numbers.Count(now.LabelsUnmatched)} labels found no row that waited for them.");
        return string.Join(' ', sentences);
    }

    private static string Monitors(int count) => count == 1 ? "1 monitor" : $"{count} monitors";
}
