using ML.Thermo.AspNetCore.Journal;
using ML.Thermo.AspNetCore.Serving;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Report.Monitors;

namespace ML.Thermo.AspNetCore;

/// <content>What happens to a monitor: windows, changes of the configuration, and what is known of all that.</content>
public sealed partial class ThermoMonitor
{
    /// <summary>What is known now.</summary>
    /// <param name="showsValues">Show where rows lie in the bins of the reference.</param>
    internal MonitorFindings Find(bool showsValues = false)
    {
        lock (_gate)
        {
            MonitorSnapshot? now = _monitor?.Snapshot();
            IReadOnlyList<MonitorWindow> windows = _history.Windows;
            (MonitorHealth health, IReadOnlyList<string> reasons) = MonitorVerdict.Of(
                now, new Troubles(_failure, _refusal, _reloadError, _history.Error, windows.LastOrDefault(window => window.IsFinal)?.Number));
            return new MonitorFindings
            {
                Name = Name,
                Health = health,
                Reasons = reasons,
                Now = _time.GetUtcNow(),
                Snapshot = now,
                Reference = _served.Watched.Saved.Reference,
                WindowRows = _served.Options.WindowRows,
                RowsRefused = _refused,
                Windows = windows,
                Journal = _history.Events,
                Delays = _clock.Delays,
                ShowsValues = showsValues,
            };
        }
    }

    /// <summary>Takes a new configuration, or says why not and goes on with the old one.</summary>
    /// <param name="read">Reads it.</param>
    internal void Reload(Func<ThermoMonitorOptions> read)
    {
        try
        {
            ThermoMonitorOptions options = read();
            lock (_gate)
            {
                if (options == _options && _reloadError is null && _failure is null)
                    return;
            }

            Exchange(options, ServedModel.Load(Name, options, _root)); // loaded before anything waits for it
        }
        catch (Exception error) when (error is ThermoException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            lock (_gate)
            {
                _reloadError = error.Message.ReplaceLineEndings(" ");
                Note($"The new configuration was not taken: {_reloadError}", isWarning: true);
            }
        }
    }

    private void Exchange(ThermoMonitorOptions options, ServedModel served)
    {
        lock (_gate)
        {
            (ServedModel old, DriftMonitor? before) = (_served, _monitor);
            bool isKept = old.State is not null || served.State is not null;
            DriftMonitor? continued = isKept || before is null ? null : served.Continue(before);
            before?.Dispose(); // two monitors cannot have one file
            try
            {
                _monitor = continued ?? served.NewMonitor();
            }
            catch
            {
                Open(); // the old one goes on
                throw;
            }

            bool isAnew = continued is null && (old.State is null || old.State != served.State);
            (_served, _options, _failure, _reloadError, _awaited) = (served, options, null, null, [.. _monitor.Snapshot().AwaitedWindows]);
            if (old.State != served.State)
                _history = NewHistory();
            Note($"A new configuration was taken{(isAnew ? "; windows begin anew" : "")}.");
        }
    }

    private MonitorHistory NewHistory() => new(_served.State is { } state ? $"{state}.journal" : null, _options.History);

    /// <summary>Opens the state. Where that fails the model serves, and the monitor says that it cannot watch.</summary>
    private void Open()
    {
        try
        {
            _monitor = _served.NewMonitor();
            MonitorSnapshot now = _monitor.Snapshot();
            _awaited = [.. now.AwaitedWindows];
            Note(now.Rows == 0 ? "Started." : $"Started, going on after {now.Rows} rows and {now.Windows} windows.");
            if (now.Damage is { } damage)
                Note(damage, isWarning: true);
        }
        catch (Exception error) when (error is ThermoException or IOException or UnauthorizedAccessException)
        {
            string why = error.Message.ReplaceLineEndings(" ");
            _failure = $"The state '{_served.State}' cannot be opened: {why} No row is watched. Mend it, or name another file.";
            Note(_failure, isWarning: true);
        }
    }

    /// <summary>A window is full.</summary>
    private void Close(MonitorSnapshot now)
    {
        bool wasRaised = _history.Windows is [.., { Refresh: true }];
        var window = MonitorWindow.Of(now.Windows - 1, _time.GetUtcNow(), now.Report!, now.Sequential, now.Refresh, now.IsFinal);
        Settle(now, isKnown: !ReferenceEquals(now.Final, now.Report)); // a window that waited too long
        _history.Add(window);
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
    /// <param name="now">What the monitor knows now.</param>
    /// <param name="isKnown">Where it is one window, the monitor's final one is it.</param>
    private void Settle(MonitorSnapshot now, bool isKnown)
    {
        long[] settled = [.. _awaited.Except(now.AwaitedWindows)];
        _awaited = [.. now.AwaitedWindows];
        foreach (long number in settled)
        {
            if (_history.Find(number) is not { } window)
                continue;
            MonitorWindow judged = isKnown && settled.Length == 1 && now.Final is not null
                ? MonitorWindow.Of(number, window.Closed, now.Final, now.Sequential, now.Refresh, isFinal: true)
                : window with { IsFinal = true };
            _history.Add(judged);
            if (judged.Refresh && !window.Refresh)
                Note($"A refresh is due: the labels of {window.Label} are there. {Why(judged, now.Final ?? now.Report!, now)}".TrimEnd(), isWarning: true);
        }
    }

    private static string Why(MonitorWindow window, WindowDrift drift, MonitorSnapshot now) =>
        drift.Cause == DriftCause.None ? "" : MonitorWindow.Explain(window.Number, drift, now.Sequential, window.Label);

    private void Note(string what, bool isWarning = false)
    {
        _history.Add(new MonitorEvent(_time.GetUtcNow(), what));
        Interlocked.Increment(ref _version);
        if (isWarning)
            LogWarning(_log, Name, what);
        else
            LogEvent(_log, Name, what);
    }
}
