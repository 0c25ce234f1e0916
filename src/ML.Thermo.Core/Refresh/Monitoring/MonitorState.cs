namespace ML.Thermo.Refresh.Monitoring;

/// <summary>What a monitor knows. One thread at a time.</summary>
internal sealed partial class MonitorState
{
    private readonly DriftReference _reference;
    private readonly MonitorOptions _options;
    private DriftWindow _open, _closed;
    private SequentialDetector? _labelled, _labelFree;
    private WindowDrift? _judged;
    private bool _isRaised;

    public MonitorState(DriftReference reference, PredictionEnergy? predictions, MonitorOptions options)
    {
        (_reference, _predictions, _options) = (reference, predictions, options);
        _late = new WaitingRows(reference, options);
        (_open, _closed) = (reference.NewWindow(), reference.NewWindow());
        (_labelled, _labelFree) = NewDetectors();
    }

    public long Rows { get; private set; }

    public long Windows { get; private set; }

    /// <summary>Rows of damaged journals, which are not counted.</summary>
    public long Lost { get; private set; }

    /// <summary>The last full window.</summary>
    public WindowDrift? Report { get; private set; }

    /// <summary>The detector of the last window's rule.</summary>
    public SequentialStep Sequential => Detector((Final ?? Report)?.Rule)?.Last ?? default;

    public bool Refresh => _judged is not null && _isRaised && _judged.Effect >= _reference.Options.LeastEffect;

    /// <summary>What draws the limit of the next window with labels, if it has all of them; null where nothing is to be drawn, or nobody knows how many rows it
    /// has.</summary>
    public Action? Ahead => IsTimed ? null : _labelled?.Ahead(_options.WindowRows);

    /// <summary>The alarm of windows with labels.</summary>
    public Alarms.RankAlarm? Alarm => _labelled?.RankAlarm;

    /// <summary>Refuses a row that cannot be counted.</summary>
    /// <exception cref="UnusableDataException">An energy is infinite, or too large to be summed.</exception>
    public void Check(ReadOnlySpan<double> row) => _open.Check(row[0], row[1]);

    /// <summary>Notes rows that were kept and cannot be read.</summary>
    public void Lose(long rows) => Lost += rows;

    /// <summary>Counts a row: energy, self-energy, inputs. Says whether it filled the window.</summary>
    public bool Observe(ReadOnlySpan<double> row)
    {
        _open.Observe(row[0], row[1], row[2..]);
        Rows++;
        return CloseIfFull();
    }

    public void Merge(DriftWindow rows, IEnumerable<WaitingRow>? waiting, out int doubled)
    {
        _open.Merge(rows);
        Rows += rows.Rows;
        doubled = Wait(waiting ?? [], null);
        CloseIfFull();
    }

    public DriftWindow Drain()
    {
        DriftWindow rows = _open;
        _late.Drop(Windows); // their labels cannot find them elsewhere
        _open = _reference.NewWindow();
        return rows;
    }

    public MonitorSnapshot Snapshot()
    {
        DriftWindow open = _reference.NewWindow();
        open.Merge(_open);
        foreach (DriftWindow window in _byTime.Values)
            open.Merge(window);
        return new MonitorSnapshot
        {
            Rows = Rows,
            Windows = Windows,
            Open = open,
            Report = Report,
            Final = Final,
            IsFinal = IsFinal,
            RowsWaiting = _late.Count,
            WindowsWaiting = _late.Windows,
            AwaitedWindows = _late.Numbers,
            RowsEvicted = _late.Evicted,
            LabelsUnmatched = _late.Unmatched,
            Sequential = Sequential,
            Refresh = Refresh,
            RowsLost = Lost,
            RowsLate = RowsLate,
            RowsAhead = RowsAhead,
            WindowStart = IsTimed && Report is not null ? Clock.Start(LastNumber) : null,
        };
    }

    public void Reset()
    {
        _open.Clear();
        _byTime.Clear();
        _closed.Clear();
        _late.Clear();
        (Report, Final, _judged, _finalRows, IsFinal, _isRaised) = (null, null, null, null, true, false);
        (_labelled, _labelFree) = NewDetectors();
    }

    /// <summary>Judges the open window if it is full, and starts the next.</summary>
    private bool CloseIfFull()
    {
        if (_open.Rows < _options.WindowRows)
            return false;
        KeepFinal();
        (_open, _closed) = (_closed, _open);
        _open.Clear();
        Close(Windows);
        return true;
    }

    /// <summary>Judges the window that has just closed, or lets it wait for its labels.</summary>
    private void Close(long number)
    {
        Windows++;
        if (_late.Waits(number, _closed))
        {
            IsFinal = false;
            Report = _judged = _reference.Measure(_closed.WithoutLabels());
            _isRaised = _options.Rule == RefreshRule.Window ? Report.Refresh : _isRaised;
        }
        else
        {
            IsFinal = true;
            Judge(_closed);
            Report = Final;
        }

        foreach (DriftWindow old in _late.Before(number + 1 - _options.WaitingWindows))
            Judge(old);
    }

    private SequentialDetector? Detector(DriftRule? rule) => rule switch
    {
        DriftRule.Energy => _labelled,
        DriftRule.LabelFree => _labelFree,
        _ => null,
    };

    private (SequentialDetector? Labelled, SequentialDetector? LabelFree) NewDetectors() => (
        _reference.EnergyShifts is null ? null : new SequentialDetector(_reference, DriftRule.Energy),
        _reference.Scores.Count == 0 ? null : new SequentialDetector(_reference, DriftRule.LabelFree));
}
