namespace ML.Thermo.Refresh.Monitoring;

/// <content>Labels that come later: a window that waits is judged without labels when it is full, and again when enough of them are there.</content>
internal sealed partial class MonitorState
{
    private readonly PredictionEnergy? _predictions;
    private readonly WaitingRows _late;
    private readonly JournalNote.Reader _notes = new();
    private JournalNote? _next, _times;
    private DriftWindow? _finalRows; // of the last final window; null where they are those of the last full one

    /// <summary>Somebody has given an id or a label: there is more to write than windows and detectors.</summary>
    private bool HasLate => _late.IsUsed || !IsFinal || _finalRows is not null;

    /// <summary>The last window that was judged with its labels.</summary>
    public WindowDrift? Final { get; private set; }

    /// <summary>Whether the last full window has been judged for good.</summary>
    public bool IsFinal { get; private set; } = true;

    /// <summary>What waits, and was dropped.</summary>
    public WaitingRows Late => _late;

    /// <summary>Counts a row whose label comes later. Says whether it filled the window.</summary>
    public bool Observe(ReadOnlySpan<double> row, UInt128 id, double[] prediction)
    {
        _open.Observe(row[0], row[1], row[2..]);
        Rows++;
        if (_late.Add(id, Windows, prediction) is { } complete)
            Judge(complete);
        return CloseIfFull();
    }

    /// <summary>The loss of a label for a row that waits, and what is watched of its prediction; null where no row does.</summary>
    /// <exception cref="UnusableDataException">The label is outside its domain, or its loss too large to be summed.</exception>
    public (double Loss, double Channel)? Loss(UInt128 id, double label)
    {
        if (_late.Prediction(id) is not { } prediction)
            return null;
        double loss = _predictions!.Loss(prediction, label);
        _open.Check(loss, double.NaN);
        return (loss, _predictions.Channel(prediction));
    }

    /// <summary>Takes a label. Says whether a window has enough of them now and was judged again.</summary>
    public bool Label(UInt128 id, (double Loss, double Channel)? found)
    {
        if (found is not var (loss, channel))
        {
            _late.Miss();
            return false;
        }

        DriftWindow? complete = _late.Label(id, loss, channel, number => _byTime.GetValueOrDefault(number) ?? _open);
        if (complete is not null)
            Judge(complete);
        return complete is not null;
    }

    /// <summary>Takes a record of the journal: a row, or a note of the next row's id or of a label.</summary>
    public void Replay(double[] record)
    {
        if (_notes.Take(record, out JournalNote? note))
        {
            if (note is { Kind: NoteKind.Label, Numbers: [double label] })
                Label(note.Id, Loss(note.Id, label));
            else if (note is { Kind: NoteKind.Times, Numbers: [_, _] })
                _times = note;
            else if (note is not null)
                _next = note;
            return;
        }

        if (_times is { Numbers: [double time, double moment] })
        {
            Advance(BitConverter.DoubleToInt64Bits(moment));
            Observe(record, BitConverter.DoubleToInt64Bits(time), _next?.Id, _next?.Numbers);
        }
        else if (_next is { } known)
        {
            Observe(record, known.Id, known.Numbers);
        }
        else
        {
            Observe(record);
        }

        (_next, _times) = (null, null);
    }

    /// <summary>Judges a window for good.</summary>
    private void Judge(DriftWindow window)
    {
        _judged = Final = _reference.Measure(window);
        _finalRows = ReferenceEquals(window, _closed) ? null : window;

        // Each window goes to the detector of its own rule only, so that the two together raise no more false alarms than one would.
        bool isAlarm = Detector(Final.Rule)?.Observe(window).Alarm ?? false;
        _isRaised = _options.Rule == RefreshRule.Window ? Final.Refresh : _isRaised || isAlarm;
        if (IsFinal || _late.IsWaiting(LastNumber))
            return;
        (IsFinal, Report) = (true, Final);
        (_closed, _finalRows) = (_finalRows ?? _closed, null);
    }

    /// <summary>The last final window goes out of the way of the next that closes.</summary>
    private void KeepFinal()
    {
        if (_late.Count == 0 || Final is null || _finalRows is not null)
            return;
        _finalRows = _reference.NewWindow();
        _finalRows.Merge(_closed);
    }

    private void SaveLate(Stream to)
    {
        using var writer = new BinaryWriter(to, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(IsFinal);
        writer.Write(ReferenceEquals(_judged, Final));
        writer.Write(_finalRows is not null);
        writer.Flush();
        _finalRows?.Save(to);
        _late.Write(to);
    }

    private void LoadLate(Stream from)
    {
        using var reader = new BinaryReader(from, System.Text.Encoding.UTF8, leaveOpen: true);
        IsFinal = reader.ReadBoolean();
        bool isJudgedFinal = reader.ReadBoolean();
        _finalRows = reader.ReadBoolean() ? _reference.ReadWindow(from) : null;
        Final = _finalRows is null ? null : _reference.Measure(_finalRows);
        if (Report is not null && !IsFinal)
            Report = _reference.Measure(_closed.WithoutLabels());
        _judged = isJudgedFinal ? Final : Report;
        _late.Read(from);
    }
}
