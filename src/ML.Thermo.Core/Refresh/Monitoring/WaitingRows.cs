namespace ML.Thermo.Refresh.Monitoring;

/// <summary>Rows that wait for their label, and closed windows that wait for their rows: both bounded, and what is dropped is counted.</summary>
/// <param name="reference">Makes windows.</param>
/// <param name="options">Says how much may wait, and for how long.</param>
internal sealed class WaitingRows(DriftReference reference, MonitorOptions options)
{
    private readonly Dictionary<UInt128, (long Window, double[] Prediction)> _rows = [];
    private readonly Dictionary<long, int> _counts = []; // rows that wait, by window
    private readonly SortedDictionary<long, DriftWindow> _windows = []; // closed and not final
    private Queue<UInt128> _order = []; // oldest first; ids whose label has come may stand in it

    /// <summary>Rows that wait.</summary>
    public int Count => _rows.Count;

    /// <summary>Closed windows that wait.</summary>
    public int Windows => _windows.Count;

    /// <summary>Their numbers, rising.</summary>
    public long[] Numbers => [.. _windows.Keys];

    /// <summary>Rows that were dropped before their label had come.</summary>
    public long Evicted { get; private set; }

    /// <summary>Labels of rows that do not wait.</summary>
    public long Unmatched { get; private set; }

    /// <summary>Somebody has given an id, or a label.</summary>
    public bool IsUsed => Count + Windows + Evicted + Unmatched > 0;

    /// <summary>Whether a row waits.</summary>
    public bool Has(UInt128 id) => _rows.ContainsKey(id);

    /// <summary>Whether a closed window waits.</summary>
    public bool IsWaiting(long number) => _windows.ContainsKey(number);

    /// <summary>The prediction of a row that waits; null where none does.</summary>
    public double[]? Prediction(UInt128 id) => _rows.TryGetValue(id, out (long Window, double[] Prediction) row) ? row.Prediction : null;

    /// <summary>A row begins to wait; the oldest is dropped where there are too many.</summary>
    /// <returns>A window that waits no more; null where all still do.</returns>
    public DriftWindow? Add(UInt128 id, long window, double[] prediction)
    {
        _rows.Add(id, (window, prediction));
        _counts[window] = _counts.GetValueOrDefault(window) + 1;
        _order.Enqueue(id);
        if (_order.Count > (2 * _rows.Count) + 1024)
            _order = new(_order.Where(_rows.ContainsKey));
        if (_rows.Count <= options.WaitingRows)
            return null;
        while (!_rows.ContainsKey(_order.Peek()))
            _order.Dequeue();
        Evicted++;
        return Remove(_order.Dequeue());
    }

    /// <summary>A label has come.</summary>
    /// <param name="id">Of a row that waits.</param>
    /// <param name="energy">Its loss; NaN where the label says nothing, which drops the row.</param>
    /// <param name="prediction">What is watched of its prediction.</param>
    /// <param name="open">The open window of a number.</param>
    /// <returns>A window that waits no more; null where all still do.</returns>
    public DriftWindow? Label(UInt128 id, double energy, double prediction, Func<long, DriftWindow> open)
    {
        long number = _rows[id].Window;
        if (double.IsNaN(energy))
            Evicted++;
        else
            (_windows.GetValueOrDefault(number) ?? open(number)).Label(energy, prediction);
        return Remove(id);
    }

    /// <summary>Notes a label that no row waits for.</summary>
    public void Miss() => Unmatched++;

    /// <summary>Whether a window that closes waits for labels; if so, a copy of it is kept.</summary>
    public bool Waits(long number, DriftWindow window)
    {
        if (_counts.GetValueOrDefault(number) == 0 || HasEnough(window))
        {
            Drop(number);
            return false;
        }

        DriftWindow copy = reference.NewWindow();
        copy.Merge(window);
        _windows.Add(number, copy);
        return true;
    }

    /// <summary>Drops the rows that wait in windows before one, and gives those windows.</summary>
    public IEnumerable<DriftWindow> Before(long number)
    {
        while (_windows.Count > 0 && _windows.First() is { } oldest && oldest.Key < number)
        {
            Drop(oldest.Key);
            _windows.Remove(oldest.Key);
            yield return oldest.Value;
        }
    }

    /// <summary>Drops the rows that wait in a window.</summary>
    public void Drop(long number)
    {
        if (!_counts.Remove(number, out int waiting))
            return;
        Evicted += waiting;
        foreach (UInt128 id in _rows.Where(row => row.Value.Window == number).Select(row => row.Key).ToArray())
            _rows.Remove(id);
    }

    /// <summary>Forgets all that waits; counts go on.</summary>
    public void Clear()
    {
        Evicted += Count;
        _rows.Clear();
        _counts.Clear();
        _windows.Clear();
        _order.Clear();
    }

    /// <summary>Goes back to the beginning.</summary>
    public void Restart()
    {
        Clear();
        (Evicted, Unmatched) = (0, 0);
    }

    public void Write(Stream to)
    {
        using var writer = new BinaryWriter(to, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Evicted);
        writer.Write(Unmatched);
        writer.Write(Count);
        foreach (UInt128 id in _order.Where(_rows.ContainsKey))
        {
            (long window, double[] prediction) = _rows[id];
            writer.Write((ulong)(id >> 64));
            writer.Write((ulong)id);
            writer.Write(window);
            writer.Write(prediction.Length);
            foreach (double number in prediction)
                writer.Write(number);
        }

        writer.Write(Windows);
        foreach ((long number, DriftWindow window) in _windows)
        {
            writer.Write(number);
            writer.Flush();
            window.Save(to);
        }
    }

    public void Read(Stream from)
    {
        using var reader = new BinaryReader(from, System.Text.Encoding.UTF8, leaveOpen: true);
        Clear();
        (Evicted, Unmatched) = (reader.ReadInt64(), reader.ReadInt64());
        for (int rows = reader.ReadInt32(); rows > 0; rows--)
        {
            var id = new UInt128(reader.ReadUInt64(), reader.ReadUInt64());
            long window = reader.ReadInt64();
            double[] prediction = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadDouble())];
            _rows.Add(id, (window, prediction));
            _counts[window] = _counts.GetValueOrDefault(window) + 1;
            _order.Enqueue(id);
        }

        for (int windows = reader.ReadInt32(); windows > 0; windows--)
            _windows.Add(reader.ReadInt64(), reference.ReadWindow(from));
    }

    /// <summary>A row waits no more: the closed window that has enough of its labels now, or no row left to wait for.</summary>
    private DriftWindow? Remove(UInt128 id)
    {
        long number = _rows[id].Window;
        _rows.Remove(id);
        _counts[number]--;
        if (!_windows.TryGetValue(number, out DriftWindow? window) || (_counts[number] > 0 && !HasEnough(window)))
            return null;
        Drop(number);
        _windows.Remove(number);
        return window;
    }

    private bool HasEnough(DriftWindow window) => window.Labelled >= options.FinalShare * window.Rows;
}
