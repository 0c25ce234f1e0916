using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ML.Thermo.AspNetCore.Journal;
using ML.Thermo.AspNetCore.Serving;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Report.Monitors;

namespace ML.Thermo.AspNetCore;

/// <summary>A monitor that counts elsewhere: read now and then, for its page and its health.</summary>
internal sealed class RemoteMonitor(string name, MonitorSource source, TimeProvider time, ILogger<ThermoMonitor> log) : BackgroundService, IWatched
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly WindowJournal _journal = new(name, new MonitorHistory(null, source.History), time, log);
    private MonitorSnapshot? _now;
    private DateTimeOffset _read;
    private string? _error;
    private long _version;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public long Version => Interlocked.Read(ref _version);

    /// <inheritdoc/>
    public MonitorFindings Find(bool showsValues = false)
    {
        lock (_gate)
        {
            string? failure = _error is null ? _now is null ? "The monitor has not been read yet." : null
                : $"The monitor could not be read: {_error} {(_now is null ? "Nothing is known of it." : $"What stands here was read at {_read:u}.")}";
            (MonitorHealth health, IReadOnlyList<string> reasons) = MonitorVerdict.Of(_now, new Troubles(failure, null, null, null, _journal.LastFinal));
            return new MonitorFindings
            {
                Name = name,
                Health = health,
                Reasons = reasons,
                Now = time.GetUtcNow(),
                Snapshot = _now,
                Reference = source.Reference,
                WindowRows = source.WindowRows,
                RowsRefused = 0,
                Windows = _journal.History.Windows,
                Journal = _journal.History.Events,
                Delays = null,
                ShowsValues = showsValues,
            };
        }
    }

    /// <summary>Reads it once.</summary>
    internal async Task ReadAsync(CancellationToken stopping)
    {
        try
        {
            MonitorSnapshot now = await source.Read(stopping).WaitAsync(s_patience, time, stopping);
            lock (_gate)
                Take(now);
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            lock (_gate)
                Fail($"{error.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}.");
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(source.Period, time);
        try
        {
            do
                await ReadAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    private void Take(MonitorSnapshot now)
    {
        MonitorSnapshot? before = _now;
        if (_error is not null)
            _journal.Note("The monitor can be read again.");
        if (before is null)
        {
            _journal.Note($"Read first after {now.Rows} rows and {now.Windows} windows.");
            _journal.Begin(now);
        }
        else if (now.Windows < before.Windows)
        {
            _journal.Note("Reset: windows and detectors begin anew.");
            _journal.Begin(now);
        }

        // Windows that came and went between two readings are not shown.
        if (now.Report is not null && now.Windows != (before?.Windows ?? 0))
            _journal.Close(now, isKnown: !now.IsFinal);
        else
            _journal.Settle(now, isKnown: true);
        bool isNew = before is null || _error is not null || !IsSame(before, now);
        (_now, _read, _error) = (now, time.GetUtcNow(), null);
        if (isNew)
            Interlocked.Increment(ref _version);
    }

    private void Fail(string why)
    {
        if (_error == why)
            return;
        _error = why;
        _journal.Note($"The monitor could not be read: {why}", isWarning: true);
        Interlocked.Increment(ref _version);
    }

    private static bool IsSame(MonitorSnapshot one, MonitorSnapshot other) =>
        (one.Rows, one.Windows, one.Refresh, one.RowsWaiting, one.WindowsWaiting, one.RowsEvicted, one.RowsLate, one.RowsAhead)
        == (other.Rows, other.Windows, other.Refresh, other.RowsWaiting, other.WindowsWaiting, other.RowsEvicted, other.RowsLate, other.RowsAhead);
}
