namespace ML.Thermo.Refresh.Monitoring;

/// <content>Labels that come later.</content>
public sealed partial class DriftMonitor
{
    private const int MostRecords = 1 << 16;

    /// <summary>Observes a row whose label comes later, by <see cref="Label"/>.</summary>
    /// <param name="id">What the label will name; the monitor keeps a hash of it.</param>
    /// <param name="features">In the order of the reference's inputs; NaN where missing; a category by its code, −1 for one that the reference did not
    /// have.</param>
    /// <param name="prediction">What the model said; it is kept until the label comes.</param>
    /// <returns>Whether the row filled a window. It is judged without labels then, and again when enough of them are there.</returns>
    /// <remarks>
    /// Rows wait in a bounded store (<see cref="MonitorOptions.WaitingRows"/>, <see cref="MonitorOptions.WaitingWindows"/>); what is dropped is counted
    /// (<see cref="MonitorSnapshot.RowsEvicted"/>). A sequential alarm takes a window when it is final.
    /// </remarks>
    /// <exception cref="ArgumentException">There are more or fewer features than the reference has, or a row of this id waits already.</exception>
    /// <exception cref="InvalidOperationException">The monitor was made without <see cref="Predictions"/>.</exception>
    /// <exception cref="IOException">The row cannot be kept in the monitor's file; it is not counted.</exception>
    public bool Observe(string id, ReadOnlySpan<double> features, double prediction) =>
        Observe(id, features, new ReadOnlySpan<double>(in prediction));

    /// <summary>Observes a row with one number a class as its prediction, whose label comes later.</summary>
    /// <inheritdoc cref="Observe(string, ReadOnlySpan{double}, double)"/>
    public bool Observe(string id, ReadOnlySpan<double> features, ReadOnlySpan<double> prediction) =>
        Observe(null, id, features, prediction);

    /// <summary>Gives the label of a row that was observed by its id, in any order, after a restart too.</summary>
    /// <param name="id">The row's.</param>
    /// <param name="value">The right answer; NaN says that it never comes, which drops the row.</param>
    /// <returns>Whether its window has enough labels now and was judged again, for good. A label that no row waits for is counted.</returns>
    /// <exception cref="UnusableDataException">The label is outside its domain; the row still waits.</exception>
    /// <exception cref="InvalidOperationException">The monitor was made without <see cref="Predictions"/>.</exception>
    /// <exception cref="IOException">The label cannot be kept in the monitor's file; it is not counted.</exception>
    public bool Label(string id, double value)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        _ = Read(Reference.Inputs.Count - 1);
        UInt128 key = JournalNote.Key(id);
        lock (_lock)
        {
            (double Loss, double Channel)? found = _state.Loss(key, value);
            _file?.Keep(new JournalNote(NoteKind.Label, key, [value]).Records(_row.Length));
            bool isFinal = _state.Label(key, found);
            if (_file?.Records > MostRecords)
                _file.TryCheckpoint(_state);
            return isFinal;
        }
    }

    /// <summary>Whether a row that was observed by its id waits for its label.</summary>
    /// <param name="id">The row's.</param>
    public bool IsWaiting(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        UInt128 key = JournalNote.Key(id);
        lock (_lock)
            return _state.Late.Has(key);
    }

    private bool Observe(DateTimeOffset? time, string id, ReadOnlySpan<double> features, ReadOnlySpan<double> prediction)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        PredictionEnergy predictions = Read(features.Length);
        double self = predictions.SelfEnergy(prediction), channel = predictions.Channel(prediction);
        UInt128 key = JournalNote.Key(id);
        double[] kept = prediction.ToArray();
        lock (_lock)
        {
            if (_state.Late.Has(key))
                throw new ArgumentException($"A row '{id}' waits for its label already: expected an id of its own for every row.", nameof(id));
            features.CopyTo(_row.AsSpan(2));
            (_row[0], _row[1], _row[^1]) = (double.NaN, self, channel);
            if (_state.IsTimed || time is not null)
                return CountByTime(time, key, kept);
            _state.Check(_row);
            _file?.Keep([.. new JournalNote(NoteKind.Row, key, kept).Records(_row.Length), .. _row]);
            bool closed = _state.Observe(_row, key, kept);
            if (closed)
                _file?.TryCheckpoint(_state);
            return closed;
        }
    }
}
