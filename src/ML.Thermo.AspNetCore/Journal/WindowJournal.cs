using Microsoft.Extensions.Logging;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Report.Monitors;

namespace ML.Thermo.AspNetCore.Journal;

/// <summary>What becomes of a monitor's windows, from one snapshot to the next, in its history and the log. One thread at a time.</summary>
internal sealed partial class WindowJournal(string name, MonitorHistory history, TimeProvider time, ILogger log)
{
    private long[] _awaited = [];

    /// <summary>What is kept.</summary>
    public MonitorHistory History { get; } = history;

    /// <summary>The number of the last window that has its labels.</summary>
    public long? LastFinal => History.Windows.LastOrDefault(window => window.IsFinal)?.Number;

    /// <summary>Begins with a monitor as it is, or with none.</summary>
    public void Begin(MonitorSnapshot? now) => _awaited = [.. now?.AwaitedWindows ?? []];

    /// <summary>A window is full.</summary>
    /// <param name="now">What the monitor knows now.</param>
    /// <param name="isKnown">Where a window that waited for labels was judged for good since the last snapshot, the monitor's final one is it.</param>
    public void Close(MonitorSnapshot now, bool isKnown)
    {
        bool wasRaised = History.Windows is [.., { Refresh: true }];
        var window = MonitorWindow.Of(now.Windows - 1, time.GetUtcNow(), now.Report!, now.Sequential, now.Refresh, now.IsFinal);
        Settle(now, isKnown); // a window that waited too long
        History.Add(window);
        if (now.Refresh && !wasRaised)
            Note($"A refresh is due, since {window.Label}. {Why(window, now.Report!, now)}".TrimEnd(), isWarning: true);
        else if (!now.Refresh && wasRaised)
            Note($"A refresh is no longer due, since {window.Label}.");
        else if (now.Report!.Cause == DriftCause.BrokenInput)
            Note(Why(window, now.Report!, now), isWarning: true);
        if (now.CheckpointError is { } error)
            Note($"The state could not be written: {error}", isWarning: true);
    }

    /// <summary>Windows that waited for labels and do so no more were judged for good.</summary>
    /// <inheritdoc cref="Close"/>
    public void Settle(MonitorSnapshot now, bool isKnown)
    {
        long[] settled = [.. _awaited.Except(now.AwaitedWindows)];
        Begin(now);
        foreach (long number in settled)
        {
            if (History.Find(number) is not { } window)
                continue;
            MonitorWindow judged = isKnown && settled.Length == 1 && now.Final is not null
                ? MonitorWindow.Of(number, window.Closed, now.Final, now.Sequential, now.Refresh, isFinal: true)
                : window with { IsFinal = true };
            History.Add(judged);
            if (judged.Refresh && !window.Refresh)
                Note($"A refresh is due: the labels of {window.Label} are there. {Why(judged, now.Final ?? now.Report!, now)}".TrimEnd(), isWarning: true);
        }
    }

    /// <summary>Something happened.</summary>
    public void Note(string what, bool isWarning = false)
    {
        History.Add(new MonitorEvent(time.GetUtcNow(), what));
        if (isWarning)
            LogWarning(log, name, what);
        else
            LogEvent(log, name, what);
    }

    private static string Why(MonitorWindow window, WindowDrift drift, MonitorSnapshot now) =>
        drift.Cause == DriftCause.None ? "" : MonitorWindow.Explain(window.Number, drift, now.Sequential, window.Label);

    [LoggerMessage(2, LogLevel.Information, "Monitor {Name}: {What}")]
    private static partial void LogEvent(ILogger log, string name, string what);

    [LoggerMessage(3, LogLevel.Warning, "Monitor {Name}: {What}")]
    private static partial void LogWarning(ILogger log, string name, string what);
}
