using ML.Thermo.Numerics;

namespace ML.Thermo.Refresh.Binning;

/// <summary>
/// The losses of a window as numbers with counts, ascending. Up to <see cref="ExactRows"/> rows they are kept as they are; above, their
/// mantissa is cut to ten bits (0.1 %), so that memory is bounded by the range of the losses and not by their number.
/// </summary>
/// <remarks>Which bits are kept depends on the number of rows alone, so the sample of a merged window is that of one window which saw all.</remarks>
internal sealed class LossSample
{
    /// <summary>Most rows whose losses are kept to the last bit.</summary>
    public const int ExactRows = 1 << 14;

    private readonly List<double> _recent = [];
    private double[] _values = [];
    private long[] _counts = [];
    private RoundedCounts? _rounded; // above ExactRows it takes what comes; values and counts are made of them when asked for
    private bool _isSettled = true;

    /// <summary>Losses seen.</summary>
    public long Count { get; private set; }

    /// <summary>Distinct losses, ascending.</summary>
    public ReadOnlySpan<double> Values
    {
        get
        {
            Settle();
            return _values;
        }
    }

    /// <summary>How often each was seen.</summary>
    public ReadOnlySpan<long> Counts
    {
        get
        {
            Settle();
            return _counts;
        }
    }

    public void Add(double loss)
    {
        Count++;
        _isSettled = false;
        if (Count <= ExactRows)
            _recent.Add(loss);
        else
            AsRounded().Add(loss, 1);
    }

    public void Add(LossSample other)
    {
        Count += other.Count;
        ReadOnlySpan<double> values = other.Values;
        ReadOnlySpan<long> counts = other.Counts;
        if (Count <= ExactRows)
        {
            Settle();
            Merge(values, counts);
            return;
        }

        RoundedCounts rounded = AsRounded();
        for (int k = 0; k < values.Length; k++)
            rounded.Add(values[k], counts[k]);
        _isSettled = false;
    }

    public void Clear()
    {
        _recent.Clear();
        (_values, _counts, Count, _rounded, _isSettled) = ([], [], 0, null, true);
    }

    /// <summary>
    /// Largest difference of two samples' distribution functions (Kolmogorov–Smirnov), 0 … 1; above <see cref="ExactRows"/> rows that of losses to 0.1 %.
    /// </summary>
    public static double Distance(LossSample first, LossSample second)
    {
        ReadOnlySpan<double> a = first.Values, b = second.Values;
        double most = 0;
        long before = 0, after = 0;
        for (int i = 0, j = 0; i < a.Length || j < b.Length;)
        {
            double value = j == b.Length || (i < a.Length && a[i] <= b[j]) ? a[i] : b[j];
            while (i < a.Length && a[i] <= value)
                before += first.Counts[i++];
            while (j < b.Length && b[j] <= value)
                after += second.Counts[j++];
            most = Math.Max(most, Math.Abs(((double)before / first.Count) - ((double)after / second.Count)));
        }

        return most;
    }

    /// <summary>A loss as a pool of so many rows holds it.</summary>
    public static double Rounded(double loss, long rows) => rows <= ExactRows ? loss : RoundedCounts.Cut(loss);

    public void Write(BinaryWriter to)
    {
        Settle();
        to.Write(_values.Length);
        for (int k = 0; k < _values.Length; k++)
        {
            to.Write(_values[k]);
            to.Write(_counts[k]);
        }
    }

    public static LossSample Read(BinaryReader from)
    {
        int length = from.ReadInt32();
        if (length < 0)
            throw new UnusableDataException($"A window claims {length} different losses: it is damaged.");
        var values = new List<double>();
        var counts = new List<long>();
        var sample = new LossSample();
        for (int k = 0; k < length; k++) // one by one: a false length ends at the end of the stream, not of the memory
        {
            values.Add(from.ReadDouble());
            counts.Add(from.ReadInt64());
            if (counts[k] <= 0 || double.IsNaN(values[k]) || (k > 0 && values[k] <= values[k - 1]))
                throw new UnusableDataException($"Loss {k} of a window is {values[k]}, seen {counts[k]} times: the window is damaged.");
            sample.Count += counts[k];
        }

        (sample._values, sample._counts) = ([.. values], [.. counts]);
        return sample;
    }

    /// <summary>The counts of rounded losses, with all that was taken before.</summary>
    private RoundedCounts AsRounded()
    {
        if (_rounded is not null)
            return _rounded;
        _rounded = new RoundedCounts();
        for (int k = 0; k < _values.Length; k++)
            _rounded.Add(_values[k], _counts[k]);
        foreach (double loss in _recent)
            _rounded.Add(loss, 1);
        _recent.Clear();
        return _rounded;
    }

    /// <summary>Brings what came last into the whole.</summary>
    private void Settle()
    {
        if (_isSettled)
            return;
        if (_rounded is not null)
        {
            (_values, _counts) = _rounded.Sorted();
        }
        else
        {
            double[] recent = [.. _recent];
            _recent.Clear();
            Array.Sort(recent);
            long[] ones = new long[recent.Length];
            ones.AsSpan().Fill(1);
            Merge(recent, ones);
        }

        _isSettled = true;
    }

    private void Merge(ReadOnlySpan<double> values, ReadOnlySpan<long> counts)
    {
        var merged = new List<double>(_values.Length + values.Length);
        var sums = new List<long>(_values.Length + values.Length);
        for (int a = 0, b = 0; a < _values.Length || b < values.Length;)
        {
            bool own = b == values.Length || (a < _values.Length && _values[a] <= values[b]);
            (double value, long count) = own ? (_values[a], _counts[a++]) : (values[b], counts[b++]);
            if (merged.Count > 0 && merged[^1] == value)
            {
                sums[^1] += count;
            }
            else
            {
                merged.Add(value);
                sums.Add(count);
            }
        }

        (_values, _counts) = ([.. merged], [.. sums]);
    }
}
