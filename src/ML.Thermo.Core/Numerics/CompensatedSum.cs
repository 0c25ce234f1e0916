namespace ML.Thermo.Numerics;

/// <summary>Neumaier's compensated sum: the error does not grow with the number of terms.</summary>
internal struct CompensatedSum
{
    private double _sum;
    private double _lost;

    /// <summary>The sum so far.</summary>
    public readonly double Value => _sum + _lost;

    /// <summary>Adds a term.</summary>
    public void Add(double term)
    {
        double total = _sum + term;
        _lost += Math.Abs(_sum) >= Math.Abs(term) ? _sum - total + term : term - total + _sum;
        _sum = total;
    }
}
