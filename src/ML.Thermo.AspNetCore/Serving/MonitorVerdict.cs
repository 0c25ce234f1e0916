using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Report.Monitors;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.AspNetCore.Serving;

/// <summary>What went wrong around a monitor; null where nothing did.</summary>
/// <param name="Failure">Its state could not be opened.</param>
/// <param name="Refusal">The last row could not be observed.</param>
/// <param name="ReloadError">The last change of the configuration was not taken.</param>
/// <param name="JournalError">The journal could not be written.</param>
/// <param name="LastFinal">The number of the last window that has its labels.</param>
internal sealed record Troubles(string? Failure, string? Refusal, string? ReloadError, string? JournalError, long? LastFinal);

/// <summary>How well a monitor and its model are, with reasons in words.</summary>
internal static class MonitorVerdict
{
    public static (MonitorHealth Health, IReadOnlyList<string> Reasons) Of(MonitorSnapshot? now, Troubles troubles)
    {
        string[] broken = [.. Broken(now, troubles)], doubtful = [.. Doubtful(now, troubles)];
        MonitorHealth health = broken.Length > 0 ? MonitorHealth.Unhealthy : doubtful.Length > 0 ? MonitorHealth.Degraded : MonitorHealth.Healthy;
        return (health, [.. broken, .. doubtful]);
    }

    /// <summary>What the monitor says cannot be relied on, or the model gets broken inputs.</summary>
    private static IEnumerable<string> Broken(MonitorSnapshot? now, Troubles troubles)
    {
        if (troubles.Failure is { } failure)
            yield return failure;
        if (now?.Damage is { } damage)
            yield return $"State was lost. {damage}";
        if (troubles.Refusal is { } refusal && troubles.Failure is null)
            yield return $"The last row could not be observed: {refusal}";
        if (now?.Report is { Cause: DriftCause.BrokenInput } report)
            yield return $"Inputs are broken. {Cause(now, report, $"window {now.Windows - 1}")}";
    }

    /// <summary>The model serves, and somebody should look.</summary>
    private static IEnumerable<string> Doubtful(MonitorSnapshot? now, Troubles troubles)
    {
        if (now is { Refresh: true, Report: { } last })
        {
            bool byLabels = now.Final is { } final && final.Cause != DriftCause.None && last.Cause == DriftCause.None;
            WindowDrift telling = byLabels ? now.Final! : last;
            string name = !byLabels || ReferenceEquals(now.Final, last) ? $"window {now.Windows - 1}"
                : troubles.LastFinal is { } number ? $"window {number}" : "the last window with its labels";
            string why = telling.Cause is DriftCause.None or DriftCause.BrokenInput
                ? $"All windows together give the alarm (ln e = {Numbers.Significant(now.Sequential.LogEValue, 3)}); the last one's shift is " +
                    $"{Numbers.Significant(last.Effect, 2)} standard deviations of one row."
                : Cause(now, telling, name);
            yield return $"A refresh is due. {why}";
        }

        if (now?.CheckpointError is { } checkpoint)
            yield return $"The state could not be written at the last full window ({checkpoint}); the rows since are kept beside it.";
        if (troubles.JournalError is { } journal)
            yield return $"The journal cannot be written ({journal}).";
        if (troubles.ReloadError is { } reload)
            yield return $"The new configuration was not taken, the old one goes on: {reload}";
    }

    private static string Cause(MonitorSnapshot now, WindowDrift drift, string name) =>
        MonitorWindow.Explain(now.Windows - 1, drift, now.Sequential, name);
}
