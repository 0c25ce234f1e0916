namespace ML.Thermo.Scans;

/// <summary>Mean and variance of numbers that come one by one (Welford 1962).</summary>
internal sealed class Moments
{
    private double _mean, _squares;

    public long Count { get; private set; }

    /// <summary>The mean with its standard error s/√n; the error is NaN below two numbers.</summary>
    public Estimate Mean => new(Count == 0 ? double.NaN : _mean, Math.Sqrt(VarianceOfMean));

    /// <summary>s²/n with s² over n − 1.</summary>
    public double VarianceOfMean => Count < 2 ? double.NaN : _squares / (Count - 1) / Count;

    /// <summary>s², over n − 1.</summary>
    public double Variance => Count < 2 ? double.NaN : _squares / (Count - 1);

    public double Sum => _mean * Count;

    public void Add(double value)
    {
        Count++;
        double difference = value - _mean;
        _mean += difference / Count;
        _squares += difference * (value - _mean);
    }
}
