namespace ML.Thermo.Refresh.Monitoring;

/// <content>Windows by event time (<see cref="MonitorOptions.WindowTime"/>).</content>
public sealed partial class DriftMonitor
{
    /// <summary>Observes a row in the window of its own time.</summary>
    /// <param name="time">When the row happened. Without one, it happens when it is observed.</param>
    /// <param name="features">In the order of the reference's inputs; NaN where missing; a category by its code, −1 for one that the reference did
    /// not have.</param>
    /// <param name="prediction">What the model said.</param>
    /// <param name="label">The right answer; NaN where it is not known, which is counted.</param>
    /// <returns>Whether a window has been judged, since the clock is past its end and the lateness.</returns>
    /// <remarks>A row that comes after its window was judged, or whose time is further ahead of the clock than the lateness, is counted as such
    /// (<see cref="MonitorSnapshot.RowsLate"/>, <see cref="MonitorSnapshot.RowsAhead"/>) and not observed.</remarks>
    /// <exception cref="ArgumentException">There are more or fewer features than the reference has.</exception>
    /// <exception cref="UnusableDataException">The label is outside its domain; the row is not counted.</exception>
    /// <exception cref="InvalidOperationException">Windows are by rows (<see cref="MonitorOptions.WindowTime"/> is null), or the monitor was made without
    /// <see cref="Predictions"/>.</exception>
    /// <exception cref="IOException">The row cannot be kept in the monitor's file: the disk is full, or fails; the row is not counted.</exception>
    public bool Observe(DateTimeOffset time, ReadOnlySpan<double> features, double prediction, double label = double.NaN) =>
        Observe(time, features, new ReadOnlySpan<double>(in prediction), label);

    /// <summary>Observes a row with one number a class as its prediction, in the window of its own time.</summary>
    /// <inheritdoc cref="Observe(DateTimeOffset, ReadOnlySpan{double}, double, double)"/>
    public bool Observe(DateTimeOffset time, ReadOnlySpan<double> features, ReadOnlySpan<double> prediction, double label = double.NaN) =>
        Observe((DateTimeOffset?)time, features, prediction, label);

    /// <summary>Observes a row in single precision, in the window of its own time.</summary>
    /// <inheritdoc cref="Observe(DateTimeOffset, ReadOnlySpan{double}, double, double)"/>
    public bool Observe(DateTimeOffset time, ReadOnlySpan<float> features, ReadOnlySpan<float> prediction, float label = float.NaN) =>
        Observe((DateTimeOffset?)time, features, prediction, label);

    /// <summary>Observes a row by its energies, in the window of its own time.</summary>
    /// <param name="time">When the row happened.</param>
    /// <param name="energy">Loss against the label; NaN where it is not known.</param>
    /// <param name="selfEnergy">Loss expected by the prediction itself; NaN where there is none.</param>
    /// <param name="inputs">All inputs of the reference; NaN where missing.</param>
    /// <returns>Whether a window has been judged.</returns>
    /// <exception cref="ArgumentException">There are not as many values as inputs.</exception>
    /// <exception cref="UnusableDataException">An energy is infinite; the row is not counted.</exception>
    /// <exception cref="InvalidOperationException">Windows are by rows.</exception>
    /// <exception cref="IOException">The row cannot be kept in the monitor's file; it is not counted.</exception>
    public bool Observe(DateTimeOffset time, double energy, double selfEnergy, ReadOnlySpan<double> inputs) =>
        Observe((DateTimeOffset?)time, energy, selfEnergy, inputs);

    /// <summary>Observes a row whose label comes later, by <see cref="Label"/>, in the window of its own time.</summary>
    /// <param name="time">When the row happened.</param>
    /// <param name="id">What the label will name.</param>
    /// <param name="features">In the order of the reference's inputs.</param>
    /// <param name="prediction">What the model said, one number or one a class; it is kept until the label comes.</param>
    /// <returns>Whether a window has been judged.</returns>
    /// <exception cref="ArgumentException">There are more or fewer features than the reference has, or a row of this id waits already.</exception>
    /// <exception cref="InvalidOperationException">Windows are by rows, or the monitor was made without <see cref="Predictions"/>.</exception>
    /// <exception cref="IOException">The row cannot be kept in the monitor's file; it is not counted.</exception>
    public bool Observe(DateTimeOffset time, string id, ReadOnlySpan<double> features, ReadOnlySpan<double> prediction) =>
        Observe((DateTimeOffset?)time, id, features, prediction);

    /// <summary>Judges the windows whose end and lateness are past, where no row comes that would. <c>Observe</c> does it by itself.</summary>
    /// <param name="now">The moment; null for the clock of the options. It never goes back.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="InvalidOperationException">Windows are by rows.</exception>
    public bool Advance(DateTimeOffset? now = null)
    {
        NeedTimed(true);
        lock (_lock)
        {
            bool isClosed = _state.Advance((now ?? _options.Clock.GetUtcNow()).UtcTicks);
            if (isClosed)
                _file?.TryCheckpoint(_state);
            return isClosed;
        }
    }

    private void NeedTimed(bool isTimed)
    {
        if (isTimed != _state.IsTimed)
        {
            throw new InvalidOperationException(isTimed
                ? "The monitor has windows by rows: set MonitorOptions.WindowTime, or give no time."
                : $"The monitor has windows of {_options.WindowTime}: merge and drain them by their times.");
        }
    }

    /// <summary>Keeps the row at hand and counts it in the window of its time.</summary>
    private bool CountByTime(DateTimeOffset? time, UInt128? id, double[]? prediction)
    {
        NeedTimed(true);
        _state.Check(_row);
        bool isClosed = _state.Advance(_options.Clock.GetUtcNow().UtcTicks);
        long own = time?.UtcTicks ?? _state.Now;
        if (isClosed)
            _file?.TryCheckpoint(_state);
        if (!_state.Takes(own))
            return isClosed;
        if (_file is not null)
        {
            double[] name = id is { } known ? new JournalNote(NoteKind.Row, known, prediction!).Records(_row.Length) : [];
            _file.Keep([.. JournalNote.OfTimes(own, _state.Now).Records(_row.Length), .. name, .. _row]);
        }

        _state.Observe(_row, own, id, prediction);
        return isClosed;
    }
}
