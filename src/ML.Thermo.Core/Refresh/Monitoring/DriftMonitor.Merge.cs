namespace ML.Thermo.Refresh.Monitoring;

/// <content>Rows of several monitors, brought together.</content>
public sealed partial class DriftMonitor
{
    /// <summary>Adds the rows of another monitor of the same reference to the open window, exactly; a window that is full then is judged.</summary>
    /// <param name="rows">What its <see cref="Drain"/> gave. A judged window is as large as its parts made it.</param>
    /// <exception cref="ArgumentException">The rows are of another reference.</exception>
    /// <exception cref="InvalidOperationException">Windows are by event time: say which one the rows are of.</exception>
    /// <exception cref="IOException">The state cannot be written to the monitor's file; nothing was merged.</exception>
    public void Merge(DriftWindow rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        NeedTimed(false);
        Change(() => _state.Merge(rows, null, out _));
    }

    /// <summary>Takes the rows of the open window out, for another monitor to merge. They are not judged here; they stay in the count of rows.</summary>
    /// <exception cref="InvalidOperationException">Windows are by event time: take <see cref="DrainByTime"/>.</exception>
    /// <exception cref="IOException">The state cannot be written to the monitor's file; nothing was taken out.</exception>
    public DriftWindow Drain()
    {
        NeedTimed(false);
        DriftWindow? rows = null;
        Change(() => rows = _state.Drain());
        return rows!;
    }

    /// <summary>Adds the rows of another monitor of the same reference to an open window, exactly.</summary>
    /// <param name="rows">One of what its <see cref="DrainByTime"/> gave.</param>
    /// <param name="windowStart">When their window begins.</param>
    /// <returns>Whether the window is open; if not, the rows are counted as late. No window is judged: see <see cref="Advance"/>.</returns>
    /// <exception cref="ArgumentException">The rows are of another reference, or no window begins then.</exception>
    /// <exception cref="InvalidOperationException">Windows are by rows.</exception>
    /// <exception cref="IOException">The state cannot be written to the monitor's file; nothing was merged.</exception>
    public bool Merge(DriftWindow rows, DateTimeOffset windowStart)
    {
        ArgumentNullException.ThrowIfNull(rows);
        NeedTimed(true);
        bool isOpen = false;
        Change(() => isOpen = _state.Merge(rows, windowStart.UtcTicks));
        return isOpen;
    }

    /// <summary>Takes the rows of all open windows out, by the windows' begins, for another monitor to merge.</summary>
    /// <exception cref="InvalidOperationException">Windows are by rows.</exception>
    /// <exception cref="IOException">The state cannot be written to the monitor's file; nothing was taken out.</exception>
    public IReadOnlyDictionary<DateTimeOffset, DriftWindow> DrainByTime()
    {
        NeedTimed(true);
        IReadOnlyDictionary<DateTimeOffset, DriftWindow> rows = new Dictionary<DateTimeOffset, DriftWindow>();
        Change(() => rows = _state.DrainByTime());
        return rows;
    }

    /// <summary>Adds rows that were observed elsewhere, some of which wait for labels.</summary>
    /// <param name="rows">Of one window.</param>
    /// <param name="start">When it begins, in ticks; null of windows by rows.</param>
    /// <param name="waiting">Those of them whose labels come later.</param>
    /// <returns>How many of these had an id for which a row waits already: they are counted, and their labels go to the first.</returns>
    internal int Merge(DriftWindow rows, long? start, IEnumerable<WaitingRow> waiting)
    {
        NeedTimed(start is not null);
        int doubled = 0;
        Change(() =>
        {
            if (start is not { } time)
                _state.Merge(rows, waiting, out doubled);
            else if (_state.Merge(rows, time))
                doubled = _state.Wait(waiting, time);
        });
        return doubled;
    }

    /// <summary>Whether a row waits for its label.</summary>
    internal bool Waits(UInt128 id) => Locked(() => _state.Late.Has(id));

    /// <summary>Gives the label of a row that waits.</summary>
    /// <exception cref="UnusableDataException">The label is outside its domain; the row still waits.</exception>
    internal void LabelWaiting(UInt128 id, double value) => Change(() => _state.Label(id, _state.Loss(id, value)));
}
