using ML.Thermo.Files;

namespace ML.Thermo.Refresh.Monitoring;

/// <content>Windows by event time: several are open at once, and the clock closes them.</content>
internal sealed partial class MonitorState
{
    private readonly SortedDictionary<long, DriftWindow> _byTime = []; // open, by number
    private long _lastByTime;

    /// <summary>Whether windows close by the clock.</summary>
    public bool IsTimed => _options.WindowTime is not null;

    /// <summary>The latest moment seen, in ticks; it never goes back.</summary>
    public long Now { get; private set; }

    /// <summary>Rows that came too late.</summary>
    public long RowsLate { get; private set; }

    /// <summary>Rows of a time that is not yet.</summary>
    public long RowsAhead { get; private set; }

    private WindowClock Clock => WindowClock.Of(_options);

    /// <summary>Number of the window that closed last.</summary>
    private long LastNumber => IsTimed ? _lastByTime : Windows - 1;

    /// <summary>Closes the windows whose time has come. Says whether there was one.</summary>
    public bool Advance(long now)
    {
        Now = Math.Max(Now, now);
        bool isClosed = false;
        while (_byTime.Count > 0 && _byTime.First() is var (number, window) && IsOver(number))
        {
            _byTime.Remove(number);
            KeepFinal();
            (_closed, _lastByTime, isClosed) = (window, number, true);
            Close(number);
        }

        return isClosed;
    }

    /// <summary>Whether a row of a time is counted now; if not, says so in the counts of rows that are late or ahead.</summary>
    public bool Takes(long time)
    {
        bool isLate = IsOver(Clock.Number(time)), isAhead = Clock.IsAhead(time, Now);
        (RowsLate, RowsAhead) = (RowsLate + (isLate ? 1 : 0), RowsAhead + (isAhead ? 1 : 0));
        return !isLate && !isAhead;
    }

    /// <summary>Counts a row in the window of its time, after <see cref="Advance"/> and <see cref="Takes"/>.</summary>
    public void Observe(ReadOnlySpan<double> row, long time, UInt128? id, double[]? prediction)
    {
        long number = Clock.Number(time);
        OpenAt(number).Observe(row[0], row[1], row[2..]);
        Rows++;
        if (id is { } known && _late.Add(known, number, prediction!) is { } complete)
            Judge(complete);
    }

    /// <summary>Adds rows to the window that begins at a time. Says whether it is open still; if not, they are late.</summary>
    public bool Merge(DriftWindow rows, long start)
    {
        long number = Clock.Number(start);
        if (start != Clock.Start(number).Ticks)
        {
            throw new ArgumentException($"A window begins at {Clock.Start(number):O} or {Clock.Start(number + 1):O}, not at "
                + $"{new DateTime(start, DateTimeKind.Utc):O}: expected a multiple of {_options.WindowTime}.", nameof(start));
        }

        if (IsOver(number))
        {
            RowsLate += rows.Rows;
            return false;
        }

        OpenAt(number).Merge(rows);
        Rows += rows.Rows;
        return true;
    }

    /// <summary>Rows of the last merge begin to wait for their labels.</summary>
    /// <param name="rows">Those of its rows.</param>
    /// <param name="start">Of their window; null of windows by rows.</param>
    /// <returns>How many do not, since a row of their id waits already.</returns>
    public int Wait(IEnumerable<WaitingRow> rows, long? start)
    {
        int doubled = 0;
        foreach (WaitingRow row in rows)
        {
            if (_late.Has(row.Id))
                doubled++;
            else if (_late.Add(row.Id, start is { } time ? Clock.Number(time) : Windows, row.Prediction) is { } complete)
                Judge(complete);
        }

        return doubled;
    }

    /// <summary>Takes the rows of all open windows out.</summary>
    public SortedDictionary<DateTimeOffset, DriftWindow> DrainByTime()
    {
        var rows = new SortedDictionary<DateTimeOffset, DriftWindow>();
        foreach ((long number, DriftWindow window) in _byTime)
        {
            rows.Add(Clock.Start(number), window);
            _late.Drop(number);
        }

        _byTime.Clear();
        return rows;
    }

    private bool IsOver(long number) => Clock.IsOver(number, Now);

    private DriftWindow OpenAt(long number)
    {
        if (!_byTime.TryGetValue(number, out DriftWindow? open))
            _byTime.Add(number, open = _reference.NewWindow());
        return open;
    }

    private void SaveTimes(Stream to)
    {
        using var writer = new BinaryWriter(to, System.Text.Encoding.UTF8, leaveOpen: true);
        foreach (long number in new[] { Clock.Length, Now, _lastByTime, RowsLate, RowsAhead, _byTime.Count })
            writer.Write(number);
        foreach ((long number, DriftWindow window) in _byTime)
        {
            writer.Write(number);
            writer.Flush();
            window.Save(to);
        }
    }

    private void LoadTimes(Dictionary<string, byte[]> sections, string what)
    {
        _byTime.Clear();
        if (!sections.ContainsKey(ByTime))
        {
            if (IsTimed && _open.Rows > 0)
            {
                throw new UnusableDataException($"{what} has windows by rows, and {_open.Rows} rows in the open one: the options ask for windows of "
                    + $"{_options.WindowTime}; start a new monitor, or keep the old option.");
            }

            return;
        }

        using BinaryReader reader = sections.Section(ByTime, what);
        long length = reader.ReadInt64();
        if (length != _options.WindowTime?.Ticks)
        {
            throw new UnusableDataException($"{what} has windows of {TimeSpan.FromTicks(length)}: the options ask for windows "
                + $"{(_options.WindowTime is { } own ? $"of {own}" : "by rows")}; start a new monitor, or keep the old option.");
        }

        (Now, _lastByTime, RowsLate, RowsAhead) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        for (long windows = reader.ReadInt64(); windows > 0; windows--)
            _byTime.Add(reader.ReadInt64(), _reference.ReadWindow(reader.BaseStream));
    }
}
