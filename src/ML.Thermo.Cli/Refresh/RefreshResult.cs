using ML.Thermo.Refresh;
using ML.Thermo.Report.Refresh;

namespace ML.Thermo.Cli.Refresh;

/// <summary>One window of the current rows.</summary>
/// <param name="Index">0, 1, ….</param>
/// <param name="FirstRow">Number of its first row in the file, from 1.</param>
/// <param name="Start">Time of its first row, as the file has it; null without a time column.</param>
/// <param name="Drift">How far it has drifted.</param>
/// <param name="Step">What the sequential detector says after it.</param>
/// <param name="Shares">Features that carry ΔE, largest first, for a linear fit; else empty.</param>
/// <param name="Warm">What a refresh on this window would release, for a linear fit with rows enough.</param>
internal sealed record RefreshWindow(
    int Index, long FirstRow, string? Start, WindowDrift Drift, SequentialStep Step, IReadOnlyList<Attribution> Shares, WarmRefresh? Warm);

/// <summary>All that a command found.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Reference">The reference.</param>
/// <param name="Fit">The linear fit, where there is one.</param>
/// <param name="Rule">What the sequential detector watches.</param>
/// <param name="Windows">The windows in order.</param>
internal sealed record RefreshResult(
    RefreshRequest Request, DriftReference Reference, LinearFit? Fit, DriftRule Rule, IReadOnlyList<RefreshWindow> Windows)
{
    /// <summary>The same for a report in HTML.</summary>
    public DriftFindings Findings => new()
    {
        Subject = $"{Path.GetFileName(Request.Current)} against {Path.GetFileName(Request.Reference)}",
        Rule = Rule == DriftRule.LabelFree ? "inputs and self-energy, without labels" : "losses against labels",
        IsLabelFree = Rule == DriftRule.LabelFree,
        FalseAlarmRate = Reference.Options.FalseAlarmRate,
        LeastEffect = Reference.Options.LeastEffect,
        Windows = [.. Windows.Select(window => DriftPoint.Of(window.Start ?? $"rows {window.FirstRow}–{window.FirstRow + window.Drift.Rows - 1}", window.Drift, window.Shares))],
    };

    /// <summary>The first window at which the detector gave alarm.</summary>
    public RefreshWindow? FirstAlarm => Windows.FirstOrDefault(window => window.Step.Alarm);
}
