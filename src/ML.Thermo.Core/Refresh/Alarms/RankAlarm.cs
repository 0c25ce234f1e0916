using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Refresh.Alarms;

/// <summary>The alarm of one stream of losses: its state, the sizes of its windows, and a table of limits that it may share with others.</summary>
/// <remarks>What a restart needs is what <see cref="Write"/> writes: limits are drawn again from the sizes and come out the same. That takes tens of
/// milliseconds a window; what <see cref="WriteLimits"/> writes saves it.</remarks>
internal sealed class RankAlarm
{
    private readonly AlarmScores _scores;
    private readonly double[] _state;
    private readonly List<long> _sizes = [];
    private AlarmLimits _limits;
    private double _rows, _lastLimit = double.NaN;

    /// <param name="urn">The law of a window's counts by rank.</param>
    /// <param name="bothWays">Whether losses that fall, or spread, count too.</param>
    /// <param name="runLength">ARL, windows.</param>
    /// <param name="seed">Of the limits.</param>
    public RankAlarm(PolyaUrn urn, bool bothWays, double runLength, ulong seed)
    {
        _scores = new AlarmScores(urn, bothWays);
        _limits = AlarmLimits.Of(urn, _scores, bothWays, runLength, seed);
        _state = new double[_scores.Width];
        _scores.Start(_state);
    }

    /// <summary>Judges a window: its statistic over the limit, above 1 an alarm.</summary>
    /// <param name="counts">The window's counts by rank; empty ones change nothing.</param>
    /// <param name="shrink">What differences are multiplied by, for rows that depend on each other.</param>
    public double Observe(ReadOnlySpan<long> counts, double shrink)
    {
        long rows = ScoreShifts.Rows(counts);
        if (rows == 0)
            return 0;
        double value = _scores.Add(_state, _scores.Sums(counts), rows, _rows, shrink);
        _rows += rows;
        if (_sizes.Count < AlarmLimits.MostWindows)
        {
            _sizes.Add(rows);
            _lastLimit = Limit();
        }

        return value / _lastLimit;
    }

    /// <summary>What draws the limit of the next window; it may run on another thread than the alarm. Null where later windows keep the last limit.</summary>
    /// <param name="rows">The next window's, as far as one can tell.</param>
    public Action? Ahead(long rows)
    {
        (AlarmLimits limits, long[] sizes) = (_limits, [.. _sizes]);
        return sizes.Length < AlarmLimits.MostWindows ? () => limits.DrawAhead(sizes, rows) : null;
    }

    /// <summary>What the limits of the windows so far take to be drawn, as rows that every particle draws; 0 where no window to come needs them.</summary>
    public long LimitRows => _sizes.Count == AlarmLimits.MostWindows ? 0 : _sizes.Sum(AlarmLimits.Drawn);

    /// <summary>Writes the table; false where no window to come needs it.</summary>
    public bool WriteLimits(Stream to)
    {
        bool isNeeded = _sizes.Count is > 0 and < AlarmLimits.MostWindows;
        if (isNeeded)
            _limits.Write(to);
        return isNeeded;
    }

    /// <summary>Draws what the table lacks of the windows so far, so that nobody waits for it later. It may run on another thread while no window is
    /// judged.</summary>
    /// <param name="limits">What <see cref="WriteLimits"/> wrote, of some windows of this stream; null where all are to be drawn.</param>
    /// <returns>How many windows were drawn.</returns>
    /// <exception cref="UnusableDataException">What was written is damaged; nothing is drawn.</exception>
    public int CatchUp(Stream? limits)
    {
        if (_sizes.Count is 0 or AlarmLimits.MostWindows)
            return 0;
        if (limits is not null)
            _limits = _limits.GoOn(limits, _sizes);
        int owed = _limits.Owed(_sizes);
        _ = Limit();
        return owed;
    }

    public void Write(BinaryWriter to)
    {
        to.Write(_rows);
        to.Write(_lastLimit);
        foreach (double number in _state)
            to.Write(number);
        to.Write(_sizes.Count);
        foreach (long size in _sizes)
            to.Write(size);
    }

    public void Read(BinaryReader from)
    {
        (_rows, _lastLimit) = (from.ReadDouble(), from.ReadDouble());
        for (int i = 0; i < _state.Length; i++)
            _state[i] = from.ReadDouble();
        int windows = from.ReadInt32();
        if (windows is < 0 or > AlarmLimits.MostWindows)
            throw new UnusableDataException($"An alarm claims {windows} windows, of at most {AlarmLimits.MostWindows}: it is damaged.");
        for (int t = 0; t < windows; t++)
        {
            _sizes.Add(from.ReadInt64());
            if (_sizes[t] <= 0)
                throw new UnusableDataException($"Window {t} of an alarm claims {_sizes[t]} rows: it is damaged.");
        }
    }

    private double Limit()
    {
        double limit = _limits.Limit(_sizes);
        if (!double.IsNaN(limit))
            return limit;
        _limits = _limits.Own();
        return _limits.Limit(_sizes);
    }
}
