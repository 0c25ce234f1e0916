namespace ML.Thermo.Dynamics.Audit;

/// <summary>Noise of a series that is smooth between neighbours: σ² = Σ(y₊ − 2y + y₋)²/6(n − 2).</summary>
internal struct SecondDifferences
{
    private double _before, _last, _squares;
    private long _count;

    public void Add(double value)
    {
        if (_count >= 2)
        {
            double second = value - (2 * _last) + _before;
            _squares += second * second;
        }

        (_before, _last) = (_last, value);
        _count++;
    }

    public readonly double Deviation => Math.Sqrt(_squares / (6.0 * (_count - 2)));
}
