using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Monitors;

/// <summary>The page of all monitors of a service.</summary>
internal static class MonitorsPage
{
    public static PageContent Of(MonitorsFindings findings) => new()
    {
        Title = "Monitors",
        Subtitle = findings.Monitors.Count == 1 ? "1 model in service" : $"{findings.Monitors.Count} models in service",
        Verdict = findings.Summary[0],
        Tone = Tone(findings),
        Summary = [.. findings.Summary.Skip(1)],
        Scripts = ["live.js", "monitors.js"],
        Data = Data(findings),
    };

    /// <summary>What the page's script draws, when it is opened and whenever it changes.</summary>
    public static object Data(MonitorsFindings findings) => new
    {
        Verdict = findings.Summary[0],
        Tone = Tone(findings).ToString().ToLowerInvariant(),
        Summary = findings.Summary.Skip(1),
        Monitors = findings.Monitors.Select(monitor => new
        {
            monitor.Name,
            Health = monitor.Health.ToString(),
            Refresh = monitor.Snapshot?.Refresh ?? false,
            Rows = Quantity.Of(monitor.Snapshot?.Rows ?? 0),
            Windows = Quantity.Of(monitor.Snapshot?.Windows ?? 0),
            Waiting = Quantity.Of(monitor.Snapshot?.RowsWaiting ?? 0),
            DeltaEnergy = Value(monitor, report => report.Decisive?.Transition is { } found ? Quantity.Of(found.DeltaEnergy, "too few losses") : null),
            PValue = Value(monitor, report => Quantity.Of(report.PValue, "too few rows")),
            Effect = Value(monitor, report => Quantity.Of(report.Effect, "too few rows")),
            Evidence = monitor.Snapshot is { Sequential.Windows: > 0 } judged
                ? Quantity.Of(judged.Sequential.LogEValue, "") : Quantity.Undefined("no window yet"),
        }),
    };

    private static VerdictTone Tone(MonitorsFindings findings) => findings.Monitors.Select(MonitorPage.Tone).DefaultIfEmpty(VerdictTone.Open).Max();

    private static Quantity Value(MonitorFindings monitor, Func<Thermo.Refresh.WindowDrift, Quantity?> of) =>
        monitor.Snapshot is { Report: { } report } ? of(report) ?? Quantity.Undefined("too few losses") : Quantity.Undefined("no window yet");
}
