using ML.Thermo.AspNetCore.Journal;
using ML.Thermo.AspNetCore.Serving;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Report.Monitors;

namespace ML.Thermo.AspNetCore;

/// <content>What happens to a monitor: changes of the configuration, and what is known of it.</content>
public sealed partial class ThermoMonitor
{
    /// <inheritdoc/>
    MonitorFindings IWatched.Find(bool showsValues)
    {
        lock (_gate)
        {
            MonitorSnapshot? now = _monitor?.Snapshot();
            (MonitorHealth health, IReadOnlyList<string> reasons) = MonitorVerdict.Of(
                now, new Troubles(_failure, _refusal, _reloadError, _journal.History.Error, _journal.LastFinal));
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
                Windows = _journal.History.Windows,
                Journal = _journal.History.Events,
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
            (_served, _options, _failure, _reloadError) = (served, options, null, null);
            if (old.State != served.State)
                _journal = NewJournal();
            _journal.Begin(_monitor.Snapshot());
            Note($"A new configuration was taken{(isAnew ? "; windows begin anew" : "")}.");
        }
    }

    private WindowJournal NewJournal() => new(Name, new(_served.State is { } state ? $"{state}.journal" : null, _options.History), _time, _log);

    /// <summary>Opens the state. Where that fails the model serves, and the monitor says that it cannot watch.</summary>
    private void Open()
    {
        try
        {
            _monitor = _served.NewMonitor();
            MonitorSnapshot now = _monitor.Snapshot();
            _journal.Begin(now);
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

    private void Note(string what, bool isWarning = false)
    {
        _journal.Note(what, isWarning);
        Interlocked.Increment(ref _version);
    }
}
