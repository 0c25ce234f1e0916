namespace ML.Thermo.Dynamics.Audit;

/// <summary>The nearest series, in least squares, that does not fall: pool adjacent violators, one number after the other.</summary>
/// <remarks>Memory grows with the number of levels of the fit, at most one a number.</remarks>
[Maturity(Maturity.Theorem, "Ayer and others 1955")]
public sealed class IsotonicRegression
{
    private const int PartLevels = 8192; // a series that rises in every row fills part after part, and none is copied
    private readonly List<Level[]> _parts = [];
    private Level[] _levels = new Level[64]; // the part of the last level; those before it are full
    private int _part, _top;
    private long _count;
    private double _squares;

    /// <summary>Adds the next number of the series.</summary>
    /// <param name="value">A finite number.</param>
    public void Add(double value)
    {
        _count++;
        Level level = new(1, value);
        if (_top > 0 && _levels[_top - 1].Mean > value)
            level = Pooled(level);
        if (_top == _levels.Length)
            Grow();
        _levels[_top++] = level;
    }

    /// <summary>Root mean square distance of the series to its fit, dividing by n; NaN before the first number.</summary>
    public double Rms => _count == 0 ? double.NaN : Math.Sqrt(_squares / _count);

    /// <summary>The fit, one number a number.</summary>
    public double[] Fit() => [.. _parts.Take(_part).SelectMany(part => part).Concat(_levels.Take(_top))
        .SelectMany(level => Enumerable.Repeat(level.Mean, checked((int)level.Count)))];

    /// <summary>A level with all those before it that are higher, which are taken away.</summary>
    private Level Pooled(Level level)
    {
        while (true)
        {
            for (; _top > 0 && _levels[_top - 1].Mean > level.Mean; _top--)
                level = Pool(_levels[_top - 1], level);
            if (_top > 0 || _part == 0)
                return level;
            if (_part == _parts.Count)
                _parts.Add(_levels); // kept for when the series rises again
            _levels = _parts[--_part];
            _top = _levels.Length;
        }
    }

    private void Grow()
    {
        if (_top < PartLevels)
        {
            Array.Resize(ref _levels, 2 * _top);
            return;
        }

        if (_part == _parts.Count)
            _parts.Add(_levels);
        _part++;
        _levels = _part < _parts.Count ? _parts[_part] : GC.AllocateUninitializedArray<Level>(PartLevels);
        _top = 0;
    }

    /// <summary>Two levels as one; what they were apart is what the fit lacks from then on.</summary>
    private Level Pool(Level before, Level after)
    {
        long count = before.Count + after.Count;
        double gap = after.Mean - before.Mean;
        _squares += gap * gap * before.Count * after.Count / count;
        return new Level(count, before.Mean + (gap * after.Count / count));
    }

    private readonly record struct Level(long Count, double Mean);
}
