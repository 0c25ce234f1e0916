namespace ML.Thermo.Dynamics.Audit;

/// <summary>The nearest series, in least squares, that does not fall: pool adjacent violators, one number after the other.</summary>
/// <remarks>Memory grows with the number of levels of the fit, at most one a number: eight bytes for each, and sixteen more where it holds several.</remarks>
[Maturity(Maturity.Theorem, "Ayer and others 1955")]
public sealed class IsotonicRegression
{
    private const int PartLevels = 8192; // a series that rises in every row fills part after part, and none is copied; small enough for the young heap
    private readonly List<double[]> _parts = [];
    private readonly Stack<(long Level, long Count)> _pooled = new(); // the levels that hold more than one number, the last on top
    private double[] _means = new double[64]; // the part of the last level; those before it are full
    private int _part, _top;
    private long _count;
    private double _squares;

    /// <summary>Adds the next number of the series.</summary>
    /// <param name="value">A finite number.</param>
    public void Add(double value)
    {
        _count++;
        int top = _top;
        double[] means = _means;
        if ((uint)(top - 1) < (uint)means.Length && means[top - 1] > value)
        {
            Pool(value);
            return;
        }

        if ((uint)top < (uint)means.Length)
        {
            means[top] = value;
            _top = top + 1;
        }
        else
        {
            Push(value);
        }
    }

    /// <summary>Root mean square distance of the series to its fit, dividing by n; NaN before the first number.</summary>
    public double Rms => _count == 0 ? double.NaN : Math.Sqrt(_squares / _count);

    /// <summary>The fit, one number a number.</summary>
    public double[] Fit()
    {
        Dictionary<long, long> counts = _pooled.ToDictionary(level => level.Level, level => level.Count);
        return [.. _parts.Take(_part).SelectMany(part => part).Concat(_means.Take(_top))
            .SelectMany((mean, level) => Enumerable.Repeat(mean, checked((int)counts.GetValueOrDefault(level, 1))))];
    }

    private long Levels => ((long)_part * PartLevels) + _top;

    /// <summary>Joins a number with all levels before it that are higher.</summary>
    private void Pool(double value)
    {
        (long count, double mean) = (1, value);
        while (true)
        {
            for (; _top > 0 && _means[_top - 1] > mean; _top--)
            {
                long before = _pooled.TryPeek(out (long Level, long Count) last) && last.Level == Levels - 1 ? _pooled.Pop().Count : 1, all = before + count;
                double gap = mean - _means[_top - 1];
                _squares += gap * gap * before * count / all; // what they were apart is what the fit lacks from then on
                (count, mean) = (all, _means[_top - 1] + (gap * count / all));
            }

            if (_top > 0 || _part == 0)
                break;
            if (_part == _parts.Count)
                _parts.Add(_means); // kept for when the series rises again
            _means = _parts[--_part];
            _top = _means.Length;
        }

        Push(mean);
        _pooled.Push((Levels - 1, count));
    }

    private void Push(double mean)
    {
        if (_top == _means.Length)
            Grow();
        _means[_top++] = mean;
    }

    private void Grow()
    {
        if (_top < PartLevels)
        {
            Array.Resize(ref _means, 2 * _top);
            return;
        }

        if (_part == _parts.Count)
            _parts.Add(_means);
        _part++;
        _means = _part < _parts.Count ? _parts[_part] : GC.AllocateUninitializedArray<double>(PartLevels);
        _top = 0;
    }
}
