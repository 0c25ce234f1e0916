using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Cluster.Monitoring;

/// <summary>What a replica has counted and not yet handed over. One thread at a time.</summary>
/// <remarks>A handover that was made stays as it is, and is the next one, until it is acknowledged: so the monitor can tell by its number whether it has
/// it.</remarks>
internal sealed class Outbox(Guid replica, DriftReference reference, MonitorSetup setup, int mostSummaries, long now)
{
    private const int MostAtOnce = 256;
    private readonly WindowClock? _clock = setup.WindowTime is { } length ? new(length.Ticks, setup.Lateness.Ticks) : null;
    private readonly SortedDictionary<long, Part> _byTime = [];
    private readonly Queue<Summary> _full = [];
    private readonly List<LateLabel> _labels = [];
    private Part _open = new(reference.NewWindow(), []);
    private Handover? _made;
    private long _madeLabels;
    private long _now = now, _newLate, _newAhead, _newDropped;

    /// <summary>Number of the last handover that was acknowledged.</summary>
    public long Sequence { get; private set; }

    /// <summary>All rows until then are handed over.</summary>
    public DateTimeOffset Until { get; private set; } = new(now, TimeSpan.Zero);

    /// <summary>Rows that were taken; those of them that are done with, acknowledged or refused; those that are acknowledged.</summary>
    public (long Taken, long Done, long Acknowledged) Rows { get; private set; }

    /// <summary>Labels that were taken, and that are done with.</summary>
    public (long Taken, long Done) Labels { get; private set; }

    public long RowsLate { get; private set; }

    public long RowsAhead { get; private set; }

    public long RowsDropped { get; private set; }

    /// <summary>Enough is here to be handed over now.</summary>
    public bool IsReady => _full.Count > 0;

    /// <summary>A handover is under way.</summary>
    public bool IsMade => _made is not null;

    /// <summary>Counts a row. Says whether it is.</summary>
    public bool Observe(ReadOnlySpan<double> row, long? time, long now, LateRow? waiting)
    {
        _open.Window.Check(row[0], row[1]);
        _now = Math.Max(_now, now);
        Part part = _open;
        if (_clock is { } clock)
        {
            long own = time ?? _now, number = clock.Number(own);
            if (clock.IsOver(number, _now) || clock.IsAhead(own, _now))
            {
                bool isLate = clock.IsOver(number, _now);
                (RowsLate, RowsAhead) = (RowsLate + (isLate ? 1 : 0), RowsAhead + (isLate ? 0 : 1));
                (_newLate, _newAhead) = (_newLate + (isLate ? 1 : 0), _newAhead + (isLate ? 0 : 1));
                return false;
            }

            if (!_byTime.TryGetValue(number, out part!))
                _byTime.Add(number, part = new(reference.NewWindow(), []));
        }
        else if (_full.Count >= mostSummaries)
        {
            RowsDropped++;
            _newDropped++;
            return false;
        }

        part.Window.Observe(row[0], row[1], row[2..]);
        if (waiting is { } late)
            part.Waiting.Add(late);
        Rows = Rows with { Taken = Rows.Taken + 1 };
        if (_clock is null && _open.Window.Rows >= setup.SummaryRows)
            Fill();
        return true;
    }

    public void Label(LateLabel label)
    {
        _labels.Add(label);
        Labels = Labels with { Taken = Labels.Taken + 1 };
    }

    /// <summary>The handover to be sent: the last that was made, until it is acknowledged; else a new one.</summary>
    /// <param name="now">The replica's clock.</param>
    /// <param name="all">Summaries that are not full too.</param>
    /// <returns>Null where there is nothing to say; of windows by event time there is always the time.</returns>
    public Handover? Next(long now, bool all)
    {
        _now = Math.Max(_now, now);
        if (_made is not null)
            return _made;
        if (all && _clock is null && _open.Window.Rows > 0)
            Fill();
        bool isEmpty = _full.Count + _byTime.Count == 0 && !(all && (_labels.Count + _newDropped + _newLate + _newAhead > 0));
        if (isEmpty)
            return _clock is null ? null : new Handover { Replica = replica, Sequence = Sequence, Moment = new(_now, TimeSpan.Zero), Summaries = [] };
        var summaries = new List<Summary>();
        foreach ((long number, Part part) in _byTime)
            summaries.Add(part.Close(_clock!.Value.Start(number)));
        _byTime.Clear();
        while (_full.Count > 0 && summaries.Count < MostAtOnce)
            summaries.Add(_full.Dequeue());
        _made = new Handover
        {
            Replica = replica,
            Sequence = Sequence + 1,
            Moment = new DateTimeOffset(_now, TimeSpan.Zero),
            Summaries = summaries.ToArray(),
            Labels = _labels.ToArray(),
            RowsLate = _newLate,
            RowsAhead = _newAhead,
            RowsDropped = _newDropped,
        };
        _madeLabels = _labels.Count;
        _labels.Clear();
        (_newLate, _newAhead, _newDropped) = (0, 0, 0);
        return _made;
    }

    /// <summary>The handover is counted and written; or it never will be.</summary>
    public void Close(Handover handover, bool isCounted)
    {
        Until = handover.Moment;
        if (_made is null)
            return; // it told the time
        long rows = _made.Summaries.Sum(summary => summary.Rows);
        Sequence = isCounted ? _made.Sequence : Sequence;
        if (!isCounted)
        {
            RowsDropped += rows;
            _newDropped += rows;
        }

        Rows = (Rows.Taken, Rows.Done + rows, Rows.Acknowledged + (isCounted ? rows : 0));
        Labels = Labels with { Done = Labels.Done + _madeLabels };
        _made = null;
    }

    private void Fill()
    {
        _full.Enqueue(_open.Close(null));
        _open = new(reference.NewWindow(), []);
    }

    /// <summary>Rows of one window.</summary>
    private sealed record Part(DriftWindow Window, List<LateRow> Waiting)
    {
        public Summary Close(DateTimeOffset? start)
        {
            using var bytes = new MemoryStream();
            Window.Save(bytes);
            return new Summary(start, Window.Rows, bytes.ToArray(), Waiting.ToArray());
        }
    }
}
