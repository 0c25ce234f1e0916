using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Cluster.Monitoring;

/// <summary>All that the grain of a model knows: the monitor, the replicas and what is counted of each. One call at a time; it does no input or
/// output.</summary>
internal sealed partial class MonitorLedger : IDisposable
{
    private static readonly TimeSpan s_keepsReplica = TimeSpan.FromDays(30);
    private readonly string _model;
    private readonly MonitorSetup _setup;
    private readonly DriftReference _reference;
    private readonly Dictionary<Guid, Replica> _replicas = [];
    private readonly Dictionary<UInt128, double> _early = []; // labels whose row has not come
    private readonly Queue<UInt128> _earlyOrder = [];
    private DriftMonitor _monitor;
    private long _order, _late, _ahead, _dropped, _doubled, _unmatched;

    /// <param name="model">The model's name.</param>
    /// <param name="setup">What its first replica said.</param>
    /// <param name="isPublished">Whether it has instruments.</param>
    public MonitorLedger(string model, MonitorSetup setup, bool isPublished = true)
    {
        (_model, _setup, _reference) = (model, setup, setup.ToReference());
        _options = setup.ToOptions(isPublished ? model : null);
        _monitor = new DriftMonitor(_reference, setup.ToPredictions(), _options);
    }

    /// <summary>Windows judged.</summary>
    public long Windows => _monitor.Snapshot().Windows;

    /// <summary>Whether a replica has joined, and not left.</summary>
    public bool Knows(Guid replica) => _replicas.TryGetValue(replica, out Replica? known) && !known.HasLeft;

    /// <summary>A replica begins, or begins again after the store was lost.</summary>
    /// <returns>Why it may not; null where it may.</returns>
    public string? Join(JoinRequest request, DateTimeOffset now)
    {
        if (_setup.Difference(request.Setup) is { } difference)
        {
            return $"Model '{_model}' is watched otherwise: replica '{request.Name}' brings {difference}; expected the same in all replicas. Another version "
                + "of a model is another name.";
        }

        TimeSpan ahead = request.Moment - now;
        if (_setup.WindowTime is not null && ahead.Duration() > _setup.Lateness)
        {
            string way = ahead > TimeSpan.Zero ? "ahead of" : "behind";
            return $"The clock of replica '{request.Name}' is {ahead.Duration()} {way} the silo's: expected at most the lateness, {_setup.Lateness}, since " +
                "its rows would miss their windows. Set the clocks by one server.";
        }

        Replica replica = _replicas.GetValueOrDefault(request.Replica)
            ?? new Replica { Name = request.Name, Sequence = request.Sequence, Moment = request.Until };
        replica.Hear(replica.Moment, now, ahead);
        _replicas[request.Replica] = replica;
        foreach (Guid old in _replicas.Where(known => now - known.Value.Seen > s_keepsReplica).Select(known => known.Key).ToArray())
            _replicas.Remove(old);
        return null;
    }

    /// <summary>A replica has ended.</summary>
    public void Leave(Guid replica)
    {
        if (_replicas.TryGetValue(replica, out Replica? known))
            known.HasLeft = true;
    }

    /// <summary>Counts a handover, once. All of it, or nothing.</summary>
    public HandoverAnswer Take(Handover handover, DateTimeOffset now)
    {
        if (!_replicas.TryGetValue(handover.Replica, out Replica? replica))
            return new(HandoverOutcome.Unknown, _order, Windows, null);
        if (handover.Sequence <= replica.Sequence)
        {
            // Of one that was counted, or that has nothing to count, the moment still tells that nothing older will come.
            replica.Hear(handover.Moment, now, handover.Moment - now);
            Advance(now);
            return new(HandoverOutcome.CountedBefore, _order, Windows, null);
        }

        if (handover.Sequence > replica.Sequence + 1)
        {
            return new(HandoverOutcome.Refused, _order, Windows, $"Handover {handover.Sequence} of replica '{replica.Name}' came after {replica.Sequence}: "
                + $"expected {replica.Sequence + 1}. Is the replica's number used twice?");
        }

        DriftWindow[] windows;
        try
        {
            windows = [.. handover.Summaries.Select(Read)];
        }
        catch (Exception error) when (error is ThermoException or EndOfStreamException or ArgumentException)
        {
            return new(HandoverOutcome.Refused, _order, Windows,
                $"Handover {handover.Sequence} of replica '{replica.Name}' cannot be counted: {error.Message}");
        }

        long late = _monitor.Snapshot().RowsLate;
        for (int i = 0; i < windows.Length; i++)
        {
            Summary summary = handover.Summaries[i];
            _doubled += _monitor.Merge(windows[i], summary.WindowStart?.UtcTicks, summary.Waiting.Select(row => new WaitingRow(row.Id, row.Prediction)));
            _order++;
            foreach (LateRow row in summary.Waiting)
            {
                if (_early.Remove(row.Id, out double label))
                    Label(new(row.Id, label));
            }
        }

        foreach (LateLabel label in handover.Labels)
            Label(label);
        replica.Sequence = handover.Sequence;
        replica.Rows += windows.Sum(window => window.Rows) - (_monitor.Snapshot().RowsLate - late);
        (_late, _ahead, _dropped) = (_late + handover.RowsLate, _ahead + handover.RowsAhead, _dropped + handover.RowsDropped);
        replica.Hear(handover.Moment, now, handover.Moment - now);
        Advance(now);
        return new(HandoverOutcome.Counted, _order, Windows, null);
    }

    /// <summary>Judges the windows of event time for which no row comes any more. Says whether there was one.</summary>
    /// <remarks>Every replica has said until when its rows have been handed over; the windows wait for the one that is furthest behind, and not for those that
    /// have left or were silent for too long. Without a replica they close by the silo's clock.</remarks>
    public bool Advance(DateTimeOffset now)
    {
        if (_setup.WindowTime is null)
            return false;
        DateTimeOffset[] moments = [.. _replicas.Values.Where(replica => IsAwaited(replica, now)).Select(replica => replica.Moment)];
        return _monitor.Advance(moments.Length == 0 ? now : moments.Min());
    }

    /// <summary>After the silo was away nobody has been silent.</summary>
    public void HearAll(DateTimeOffset now)
    {
        foreach (Replica replica in _replicas.Values.Where(replica => !replica.HasLeft && now - replica.Seen < s_keepsReplica))
            replica.Seen = now;
    }

    /// <summary>Forgets windows and detectors.</summary>
    public void Reset()
    {
        _monitor.Reset();
        _early.Clear();
        _earlyOrder.Clear();
    }

    /// <summary>What the monitor says.</summary>
    public MonitorVerdict Verdict(DateTimeOffset now)
    {
        MonitorSnapshot snapshot = _monitor.Snapshot();
        return new MonitorVerdict
        {
            Model = _model,
            Rows = snapshot.Rows,
            Windows = snapshot.Windows,
            WindowStart = snapshot.WindowStart,
            Refresh = snapshot.Refresh,
            PValue = Known(snapshot.Report?.PValue),
            Effect = Known(snapshot.Report?.Effect),
            LogEValue = snapshot.Sequential.LogEValue,
            Summary = snapshot.Report?.ToString() ?? "",
            RowsLate = snapshot.RowsLate + _late,
            RowsAhead = _ahead,
            RowsDropped = _dropped,
            RowsWaiting = snapshot.RowsWaiting,
            LabelsEarly = _early.Count,
            LabelsUnmatched = _unmatched,
            IdsDoubled = _doubled,
            Order = _order,
            Replicas = _replicas.Select(of => new ReplicaStatus(of.Value.Name, of.Key, of.Value.Sequence, of.Value.Rows, of.Value.Seen,
                of.Value.ClockAhead, IsAwaited(of.Value, now))).ToArray(),
        };

        static double? Known(double? value) => value is { } number && !double.IsNaN(number) ? number : null;
    }

    /// <summary>What <see cref="DriftMonitor.Load"/> reads.</summary>
    public byte[] State()
    {
        using var bytes = new MemoryStream();
        _monitor.Save(bytes);
        return bytes.ToArray();
    }

    /// <summary>What the limits of the model's alarm take to be drawn, in rows; 0 where no window to come needs them.</summary>
    public long LimitRows => _monitor.AlarmLimitRows;

    /// <summary>The limits, for <see cref="CatchUp"/> of another activation.</summary>
    public byte[]? Limits() => _monitor.SaveAlarmLimits();

    /// <summary>Draws what is missing of the limits, on this thread; no handover may be taken meanwhile.</summary>
    /// <param name="limits">What <see cref="Limits"/> gave some windows ago, if anything.</param>
    /// <returns>How many windows were drawn.</returns>
    /// <exception cref="UnusableDataException">They are damaged.</exception>
    public int CatchUp(byte[]? limits) => _monitor.CatchUp(limits);

    public void Dispose() => _monitor.Dispose();

    private bool IsAwaited(Replica replica, DateTimeOffset now) => !replica.HasLeft && now - replica.Seen <= _setup.ReplicaTimeout;

    private DriftWindow Read(Summary summary)
    {
        using var bytes = new MemoryStream(summary.Window);
        DriftWindow window = _reference.ReadWindow(bytes);
        if (window.Rows != summary.Rows || summary.Waiting.Count > window.Rows)
            throw new ArgumentException($"a summary claims {summary.Rows} rows, {summary.Waiting.Count} of them waiting, and has {window.Rows}.");
        if (_setup.WindowTime is null != summary.WindowStart is null)
            throw new ArgumentException("a summary is of another kind of windows.");
        if (_setup.WindowTime is null && window.Rows > _setup.SummaryRows)
            throw new ArgumentException($"a summary has {window.Rows} rows: expected at most {_setup.SummaryRows}, a sixteenth of a window.");
        if (summary.WindowStart is { } start && _setup.WindowTime is { } length && start.UtcTicks % length.Ticks != 0)
            throw new ArgumentException($"no window of {length} begins at {start:O}.");
        return window;
    }

    private void Label(LateLabel label)
    {
        try
        {
            if (_monitor.Waits(label.Id))
                _monitor.LabelWaiting(label.Id, label.Value);
            else if (_early.TryAdd(label.Id, label.Value))
                _earlyOrder.Enqueue(label.Id);
            else
                _unmatched++; // the same label twice, and no row yet
        }
        catch (UnusableDataException)
        {
            _unmatched++;
        }

        while (_earlyOrder.Count > _setup.WaitingRows)
            _unmatched += _early.Remove(_earlyOrder.Dequeue()) ? 1 : 0;
    }

    /// <summary>What is known of a replica.</summary>
    private sealed class Replica
    {
        public string Name { get; init; } = "";

        public long Sequence { get; set; }

        public long Rows { get; set; }

        /// <summary>All its rows until then, by its clock, are here.</summary>
        public DateTimeOffset Moment { get; set; }

        /// <summary>By the silo's clock.</summary>
        public DateTimeOffset Seen { get; set; }

        public TimeSpan ClockAhead { get; set; }

        public bool HasLeft { get; set; }

        public void Hear(DateTimeOffset moment, DateTimeOffset now, TimeSpan ahead) =>
            (Moment, Seen, ClockAhead, HasLeft) = (moment > Moment ? moment : Moment, now, ahead, false);
    }
}
