namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// What is kept of one tensor over any number of batches: per unit (channel or feature) the sums behind mean and variance, of the values
/// and of their positive parts, and one histogram of all values. Two of them merge into that of both batches together.
/// </summary>
/// <remarks>Sums are of 32-bit activations: a variance far below mean² × 1e−6 is rounding noise. Maturity: estimator.</remarks>
public sealed class SignalSums
{
    private readonly double[] _sums;
    private readonly double[] _histogram;

    internal SignalSums(int units)
    {
        Units = units;
        _sums = new double[SignalKernel.Fields * units];
        SignalKernel.Clear(_sums, units);
        _histogram = new double[SignalHistogram.Bins];
    }

    internal SignalSums(ReadOnlySpan<double> output, bool histogram)
    {
        int tail = 1 + (histogram ? SignalHistogram.Bins : 0);
        Units = (output.Length - tail) / SignalKernel.Fields;
        _sums = output[..^tail].ToArray();
        Values = (long)output[^tail];
        _histogram = histogram ? output[^SignalHistogram.Bins..].ToArray() : new double[SignalHistogram.Bins];
    }

    /// <summary>Number of units: the extent of the unit axis.</summary>
    public int Units { get; }

    /// <summary>Number of values seen, all units together.</summary>
    public long Values { get; private set; }

    /// <summary>Number of values seen of each unit: rows × positions.</summary>
    public double ValuesPerUnit => Values / (double)Units;

    /// <summary>Whether every value was a finite number.</summary>
    public bool IsFinite => Array.TrueForAll(_sums[..(4 * Units)], double.IsFinite);

    /// <summary>Number of units whose values were all equal: they carry no signal.</summary>
    public int ConstantUnits => Enumerable.Range(0, Units).Count(u => Least(u) == Most(u));

    /// <summary>Number of units that were never above zero: dead behind a rectifier.</summary>
    public int NeverPositiveUnits => Enumerable.Range(0, Units).Count(u => Most(u) <= 0);

    /// <summary>Differential entropy of one value of a unit chosen at random, nats, by a range-free histogram with Miller–Madow correction;
    /// values that are exactly zero are left out. NaN where no histogram was kept.</summary>
    public Estimate Entropy => SignalHistogram.Entropy(_histogram);

    /// <summary>Share of the values inside [low, high], by the histogram's bins: exact to an eighth of an octave.</summary>
    /// <param name="low">Lower bound.</param>
    /// <param name="high">Upper bound.</param>
    public double Share(double low, double high) => SignalHistogram.Share(_histogram, low, high);

    /// <summary>Smallest value of a unit.</summary>
    /// <param name="unit">0 … <see cref="Units"/> − 1.</param>
    public double Least(int unit) => _sums[(4 * Units) + unit];

    /// <summary>Largest value of a unit.</summary>
    /// <param name="unit">0 … <see cref="Units"/> − 1.</param>
    public double Most(int unit) => _sums[(5 * Units) + unit];

    /// <summary>Mean of a unit.</summary>
    /// <param name="unit">0 … <see cref="Units"/> − 1.</param>
    public double Mean(int unit) => _sums[unit] / ValuesPerUnit;

    /// <summary>Variance (divided by n) of a unit's values; ≥ 0.</summary>
    /// <param name="unit">0 … <see cref="Units"/> − 1.</param>
    public double Variance(int unit) => Variance(_sums[unit], _sums[Units + unit]);

    /// <summary>Variance of p·x⁺ − n·x⁻ for a unit's values x: what a homogeneous activation lets through.</summary>
    /// <param name="unit">0 … <see cref="Units"/> − 1.</param>
    /// <param name="positiveSlope">p, 1 for the rectifier.</param>
    /// <param name="negativeSlope">n, 0 for the rectifier, −1 for the absolute value.</param>
    public double HomogeneousVariance(int unit, double positiveSlope, double negativeSlope)
    {
        double plus = _sums[(2 * Units) + unit], minus = plus - _sums[unit];
        double plusSquare = _sums[(3 * Units) + unit], minusSquare = Math.Max(_sums[Units + unit] - plusSquare, 0);
        return Variance(
            (positiveSlope * plus) - (negativeSlope * minus),
            (positiveSlope * positiveSlope * plusSquare) + (negativeSlope * negativeSlope * minusSquare));
    }

    /// <summary>The mean over units of their variances: the temperature q of the signal.</summary>
    public double MeanVariance => Enumerable.Range(0, Units).Average(Variance);

    /// <summary>The mean of all values.</summary>
    public double MeanValue => Enumerable.Range(0, Units).Average(Mean);

    /// <summary>Adds what another tensor of the same units showed.</summary>
    /// <param name="other">Sums of the same tensor over other rows.</param>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public void Merge(SignalSums other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Units != Units)
            throw new ArgumentException($"Sums over {other.Units} units cannot be merged into sums over {Units}.", nameof(other));
        for (int i = 0; i < 4 * Units; i++)
            _sums[i] += other._sums[i];
        for (int i = 0; i < Units; i++)
        {
            _sums[(4 * Units) + i] = Math.Min(_sums[(4 * Units) + i], other._sums[(4 * Units) + i]);
            _sums[(5 * Units) + i] = Math.Max(_sums[(5 * Units) + i], other._sums[(5 * Units) + i]);
        }

        for (int i = 0; i < _histogram.Length; i++)
            _histogram[i] += other._histogram[i];
        Values += other.Values;
    }

    private double Variance(double sum, double square)
    {
        double n = ValuesPerUnit, mean = sum / n;
        return Math.Max((square / n) - (mean * mean), 0);
    }
}
