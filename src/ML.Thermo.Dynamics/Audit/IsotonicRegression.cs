namespace ML.Thermo.Dynamics.Audit;

/// <summary>The nearest series, in least squares, that does not fall: pool adjacent violators, one number after the other.</summary>
/// <remarks>Memory grows with the number of levels of the fit, at most one a number.</remarks>
[Maturity(Maturity.Theorem, "Ayer and others 1955")]
public sealed class IsotonicRegression
{
    private readonly Stack<Level> _levels = new();
    private long _count;

    /// <summary>Adds the next number of the series.</summary>
    /// <param name="value">A finite number.</param>
    public void Add(double value)
    {
        _count++;
        Level level = new(1, value, 0);
        while (_levels.TryPeek(out Level before) && before.Mean > level.Mean)
            level = _levels.Pop().Pool(level);
        _levels.Push(level);
    }

    /// <summary>Root mean square distance of the series to its fit, dividing by n; NaN before the first number.</summary>
    public double Rms => _count == 0 ? double.NaN : Math.Sqrt(_levels.Sum(level => level.Squares) / _count);

    /// <summary>The fit, one number a number.</summary>
    public double[] Fit() => [.. _levels.Reverse().SelectMany(level => Enumerable.Repeat(level.Mean, checked((int)level.Count)))];

    private readonly record struct Level(long Count, double Mean, double Squares)
    {
        public Level Pool(Level next)
        {
            long count = Count + next.Count;
            double gap = next.Mean - Mean;
            return new Level(count, Mean + (gap * next.Count / count), Squares + next.Squares + (gap * gap * Count * next.Count / count));
        }
    }
}
