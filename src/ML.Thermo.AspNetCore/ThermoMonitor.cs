using Microsoft.Extensions.Logging;
using ML.Thermo.AspNetCore.Journal;
using ML.Thermo.AspNetCore.Serving;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Report.Monitors;

namespace ML.Thermo.AspNetCore;

/// <summary>
/// A monitor in service, by the name that it was registered under: it observes what a model is asked and answers, takes labels that come later, and goes on
/// when the configuration changes. <see cref="ThermoMonitor{TInput, TOutput}"/> observes rows of a type.
/// </summary>
/// <remarks>All members may be called from many threads at once. What watches never stops what serves: a row that cannot be observed is counted, logged and
/// shown, and nothing is thrown.</remarks>
public sealed partial class ThermoMonitor : IWatched, IDisposable
{
    private readonly Lock _gate = new();
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly string _root;
    private ThermoMonitorOptions _options;
    private ServedModel _served;
    private DriftMonitor? _monitor;
    private WindowJournal _journal;
    private readonly LabelClock _clock;
    private string? _failure, _refusal, _reloadError;
    private long _refused, _version;
    private bool _isDrawn; // the limit of the next window with labels, or it is being drawn

    /// <exception cref="ThermoException">The model cannot be served; the message is one line.</exception>
    internal ThermoMonitor(string name, ThermoMonitorOptions options, string root, TimeProvider time, ILogger log)
    {
        (Name, _options, _root, _time, _log) = (name, options, root, time, log);
        _served = ServedModel.Load(name, options, root);
        _clock = new LabelClock(options.WaitingRows);
        _journal = NewJournal();
        Open();
        if (_served.State is { } state && Path.GetRelativePath(root, state) is var place && !place.StartsWith("..", StringComparison.Ordinal)
            && !Path.IsPathRooted(place))
            LogPlace(log, name, state, root);
    }

    /// <summary>The name that it was registered under.</summary>
    public string Name { get; }

    /// <summary>Time to refresh.</summary>
    public bool Refresh
    {
        get
        {
            lock (_gate)
                return _monitor?.Refresh ?? false;
        }
    }

    /// <summary>This monitor for rows of a type; the columns that its model reads are members of it.</summary>
    /// <typeparam name="TInput">The rows' class.</typeparam>
    /// <typeparam name="TOutput">What is answered.</typeparam>
    /// <exception cref="ThermoException">The model reads a column that the rows' class does not have.</exception>
    public ThermoMonitor<TInput, TOutput> Of<TInput, TOutput>()
        where TInput : class
    {
        var monitor = new ThermoMonitor<TInput, TOutput>(this);
        monitor.Check();
        return monitor;
    }

    /// <summary>What the monitor knows now; null where its state could not be opened, of which the health check tells.</summary>
    public MonitorSnapshot? Snapshot()
    {
        lock (_gate)
            return _monitor?.Snapshot();
    }

    /// <summary>The model that is served now.</summary>
    internal WatchedModel Model
    {
        get
        {
            lock (_gate)
                return _served.Watched;
        }
    }

    /// <summary>Rises with all that a page would show.</summary>
    long IWatched.Version => Interlocked.Read(ref _version);

    /// <summary>Gives the label of a row that was observed with its id: in any order, after a restart too.</summary>
    /// <param name="id">The row's.</param>
    /// <param name="value">The right answer: a number, 0 or 1, or the number of the class; NaN says that it never comes, which drops the row.</param>
    /// <exception cref="UnusableDataException">The label is outside its domain; the row still waits.</exception>
    /// <exception cref="ThermoException">The monitor's state could not be opened.</exception>
    /// <exception cref="IOException">The label cannot be kept in the monitor's file; it is not counted.</exception>
    public LabelOutcome Label(string id, double value)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        lock (_gate)
        {
            DriftMonitor monitor = _monitor ?? throw new ThermoException(_failure!);
            bool isWaiting = monitor.IsWaiting(id), isFinal = monitor.Label(id, value);
            Interlocked.Increment(ref _version);
            if (!isWaiting && _clock.WasLabelled(id))
                return LabelOutcome.Doubled;
            bool isKnown = _clock.End(id, _time.GetTimestamp(), _time);
            if (!isWaiting)
                return isKnown ? LabelOutcome.Late : LabelOutcome.Unknown;
            DrawAhead(monitor, isJudged: isFinal);
            if (isFinal)
                _journal.Settle(monitor.Snapshot(), isKnown: true);
            return LabelOutcome.Taken;
        }
    }

    /// <summary>After a refresh was looked into: forgets windows and detectors. The counts go on.</summary>
    /// <exception cref="ThermoException">The monitor's state could not be opened.</exception>
    /// <exception cref="IOException">The state cannot be written to the monitor's file; nothing was forgotten.</exception>
    public void Reset()
    {
        lock (_gate)
        {
            (_monitor ?? throw new ThermoException(_failure!)).Reset();
            _refusal = null;
            _journal.Begin(null);
            Note("Reset: windows and detectors begin anew.");
        }
    }

    /// <summary>Writes the state, if it is kept, and withdraws the instruments.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _monitor?.Dispose();
            _monitor = null;
            _failure ??= "The service has stopped.";
        }
    }

    /// <summary>Counts a row.</summary>
    /// <param name="model">Whose reference the row was read for.</param>
    /// <param name="row">Its numbers.</param>
    /// <param name="id">What its label will name; null where none comes later.</param>
    /// <returns>Whether it was counted; null where another model is served by now.</returns>
    internal bool? Count(WatchedModel model, WatchedRow row, string? id)
    {
        lock (_gate)
        {
            if (_served.Watched != model)
                return null;
            try
            {
                DriftMonitor monitor = _monitor ?? throw new ThermoException(_failure!);
                if (id is not null && monitor.IsWaiting(id))
                    throw new ThermoException("a row of its id waits for its label already; expected an id of its own for every row.");
                bool isFull = id is null
                    ? monitor.Observe(row.Energy, row.SelfEnergy, row.Inputs)
                    : monitor.Observe(id, row.Inputs[..^1], row.Scores);
                if (id is not null)
                    _clock.Begin(id, _time.GetTimestamp());
                if (isFull || !double.IsNaN(row.Energy))
                    DrawAhead(monitor, isJudged: isFull);
                if (isFull)
                {
                    MonitorSnapshot now = monitor.Snapshot();
                    _journal.Close(now, isKnown: !ReferenceEquals(now.Final, now.Report));
                }

                _refusal = null;
                Interlocked.Increment(ref _version);
                return true;
            }
            catch (Exception error) when (error is ThermoException or IOException or ArgumentException or UnauthorizedAccessException)
            {
                Refuse(error);
                return false;
            }
        }
    }

    /// <summary>Notes a row that could not be observed. The first is logged, then each thousandth. What people are shown holds no value of the row.</summary>
    internal void Refuse(Exception error)
    {
        lock (_gate)
        {
            _refusal = error switch
            {
                UnusableDataException => "its label, or a number of it, is outside its domain.",
                ThermoException or IOException or UnauthorizedAccessException => error.Message.ReplaceLineEndings(" "),
                _ => $"{error.GetType().Name}; the log has more of it.",
            };
            if (_refused++ % 1000 == 0)
                LogRefused(_log, Name, _refused, _refusal, error);
            Interlocked.Increment(ref _version);
        }
    }

    /// <summary>With the first label of a window the limit of its alarm is drawn, away from requests: tens of milliseconds.</summary>
    private void DrawAhead(DriftMonitor monitor, bool isJudged)
    {
        if (!_isDrawn && !isJudged)
            _ = Task.Run(monitor.DrawAhead);
        _isDrawn = !isJudged;
    }

    [LoggerMessage(1, LogLevel.Error, "Monitor {Name}: a row could not be observed, {Refused} since the start: {Why}")]
    private static partial void LogRefused(ILogger log, string name, long refused, string why, Exception error);

    [LoggerMessage(4, LogLevel.Information, "Monitor {Name}: its state {State} lies below the content root {Root}, which ASP.NET watches, so that every row "
        + "costs a notification of 10 to 30 microseconds. A path outside it does not have that.")]
    private static partial void LogPlace(ILogger log, string name, string state, string root);
}
