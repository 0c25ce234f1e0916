namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// What is kept of one tensor over any number of batches: per unit (channel or feature) the sums behind mean and variance, of the values
/// and of their positive parts, and one histogram of all values. Two of them merge into that of both batches together.</summary>
/// <remarks>Sums are of 32-bit activations: a variance far below mean² × 1e−6 is rounding noise.</remarks>
[Maturity(Maturity.Estimator)]
public sealed class SignalSums
{
    private readonly double[] _sums;
    private readonly double[] _histogram;
    private readonly double _gridStep;

    internal SignalSums(SignalTap tap, ReadOnlySpan<double> record, bool histogram = true)
    {
        int tail = SignalRecord.HeaderLength + (tap.HistogramLimit > 0 ? SignalHistogram.Bins : 0);
        Units = (record.Length - tail) / UnitSums.Fields;
        _sums = new double[UnitSums.Fields * Units];
        UnitSums.Clear(_sums, Units);
        _histogram = new double[histogram && tap.HistogramLimit > 0 ? SignalHistogram.Bins : 0];
        _gridStep = tap.GridStep;
        Add(record);
    }

    private SignalSums(SignalSums whole, SignalSums part)
    {
        Units = whole.Units;
        Values = whole.Values - part.Values;
        _sums = [.. whole._sums];
        _histogram = [];
        for (int i = 0; i < UnitSums.Added * Units; i++)
            _sums[i] -= part._sums[i];
    }

    private SignalSums(int units, ReadOnlySpan<double> record)
    {
        Units = units;
        _sums = record[..(UnitSums.Fields * units)].ToArray();
        _histogram = [];
        Values = (long)SignalRecord.HeaderOf(record, units).Count;
    }

    /// <summary>Number of units: the extent of the unit axis.</summary>
    public int Units { get; }

    /// <summary>Number of values seen, all units together.</summary>
    public long Values { get; private set; }

    /// <summary>Number of values that lie at or beyond the bounds that were asked for.</summary>
    public long Saturated { get; private set; }

    /// <summary>Shape of the tensor in the last batch; of more than eight axes only the first eight.</summary>
    public IReadOnlyList<long> Shape { get; private set; } = [];

    /// <summary>Number of values seen of each unit, on average over the units: rows × positions, padded ones apart.</summary>
    public double ValuesPerUnit => Values / (double)Units;

    /// <summary>Whether every value was a finite number.</summary>
    public bool IsFinite => Array.TrueForAll(_sums[..(UnitSums.Added * Units)], double.IsFinite);

    /// <summary>Number of units whose values were all equal: they carry no signal.</summary>
    public int ConstantUnits => Enumerable.Range(0, Units).Count(IsConstant);

    /// <summary>Whether a unit's values were all equal; not for one of which none was seen.</summary>
    /// <param name="unit">0 … <see cref="Units"/> − 1.</param>
    public bool IsConstant(int unit) => Least(unit) == Most(unit);

    /// <summary>Differential entropy of one value of a unit chosen at random, nats, by a histogram (range-free, or of the codes of a quantised
    /// tensor) with Miller–Madow correction;
    /// values that are exactly zero are left out. NaN where no histogram was kept.</summary>
    public Estimate Entropy => _histogram.Length == 0 ? Estimate.Undefined : SignalHistogram.Entropy(_histogram, _gridStep);

    /// <summary>The histogram behind <see cref="Entropy"/>, its occupied bins from low to high; empty where none was kept.</summary>
    public IReadOnlyList<SignalBin> Distribution => _histogram.Length == 0 ? [] : SignalHistogram.Occupied(_histogram, _gridStep);

    /// <summary>Smallest value of a unit.</summary>
    /// <param name="unit">0 … <see cref="Units"/> − 1.</param>
    public double Least(int unit) => Of(UnitSums.Least, unit);

    /// <summary>Largest value of a unit.</summary>
    /// <param name="unit">0 … <see cref="Units"/> − 1.</param>
    public double Most(int unit) => Of(UnitSums.Most, unit);

    /// <summary>Mean of a unit.</summary>
    /// <param name="unit">0 … <see cref="Units"/> − 1.</param>
    public double Mean(int unit) => Of(UnitSums.Sum, unit) / Count(unit);

    /// <summary>Number of values of a unit.</summary>
    /// <param name="unit">0 … <see cref="Units"/> − 1.</param>
    public double Count(int unit) => Of(UnitSums.Count, unit);

    /// <summary>Variance (divided by n) of a unit's values; ≥ 0, and exactly 0 where all are equal.</summary>
    /// <param name="unit">0 … <see cref="Units"/> − 1.</param>
    public double Variance(int unit) => Least(unit) >= Most(unit) ? 0 : Variance(unit, Of(UnitSums.Sum, unit), Of(UnitSums.Square, unit));

    /// <summary>Variance of p·x⁺ − n·x⁻ for a unit's values x: what a homogeneous activation lets through.</summary>
    /// <param name="unit">0 … <see cref="Units"/> − 1.</param>
    /// <param name="positiveSlope">p, 1 for the rectifier.</param>
    /// <param name="negativeSlope">n, 0 for the rectifier, −1 for the absolute value.</param>
    public double HomogeneousVariance(int unit, double positiveSlope, double negativeSlope)
    {
        if (Least(unit) >= Most(unit))
            return 0;
        double plus = Of(UnitSums.Plus, unit), minus = plus - Of(UnitSums.Sum, unit);
        double plusSquare = Of(UnitSums.PlusSquare, unit), minusSquare = Math.Max(Of(UnitSums.Square, unit) - plusSquare, 0);
        return Variance(
            unit,
            (positiveSlope * plus) - (negativeSlope * minus),
            (positiveSlope * positiveSlope * plusSquare) + (negativeSlope * negativeSlope * minusSquare));
    }

    /// <summary>The mean over units of their variances, each weighted by its number of values: the temperature q of the signal.</summary>
    public double MeanVariance => Mean(Variance);

    /// <summary>The mean over units of <see cref="HomogeneousVariance"/>.</summary>
    /// <param name="positiveSlope">p, 1 for the rectifier.</param>
    /// <param name="negativeSlope">n, 0 for the rectifier, −1 for the absolute value.</param>
    public double MeanHomogeneousVariance(double positiveSlope, double negativeSlope) => Mean(unit => HomogeneousVariance(unit, positiveSlope, negativeSlope));

    /// <summary>The mean of all values.</summary>
    public double MeanValue => Mean(Mean);

    /// <summary>Adds what another tensor of the same units showed.</summary>
    /// <param name="other">Sums of the same tensor over other rows.</param>
    /// <exception cref="ArgumentException">The numbers of units differ.</exception>
    public void Merge(SignalSums other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Units != Units)
            throw new ArgumentException($"Sums over {other.Units} units cannot be merged into sums over {Units}.", nameof(other));
        Add(other._sums, other._histogram);
        Values += other.Values;
        Saturated += other.Saturated;
    }

    /// <summary>The sums of all but a part of the batches, without histogram; the range stays that of the whole.</summary>
    internal SignalSums Without(SignalSums part) => new(this, part);

    /// <summary>The sums of single rows: a record whose units are the rows.</summary>
    internal static SignalSums OfRows(int rows, ReadOnlySpan<double> record) => new(rows, record);

    /// <summary>Whether a batch has the same units.</summary>
    internal bool Fits(SignalTap tap, ReadOnlySpan<double> record) =>
        record.Length == _sums.Length + SignalRecord.HeaderLength + (tap.HistogramLimit > 0 ? SignalHistogram.Bins : 0);

    /// <summary>Adds one batch.</summary>
    internal void Add(ReadOnlySpan<double> record)
    {
        SignalRecord.Header header = SignalRecord.HeaderOf(record, Units);
        Add(record[.._sums.Length], record[(_sums.Length + SignalRecord.HeaderLength)..]);
        Values += (long)header.Count;
        Saturated += (long)header.Saturated;
        Shape = header.Shape;
    }

    private void Add(ReadOnlySpan<double> sums, ReadOnlySpan<double> histogram)
    {
        // Few numbers, so plain loops: the library's vectors would be compiled at run time for longer than they are used.
        for (int i = 0; i < UnitSums.Added * Units; i++)
            _sums[i] += sums[i];
        for (int i = UnitSums.Least * Units; i < (UnitSums.Least + 1) * Units; i++)
            _sums[i] = Math.Min(_sums[i], sums[i]);
        for (int i = UnitSums.Most * Units; i < (UnitSums.Most + 1) * Units; i++)
            _sums[i] = Math.Max(_sums[i], sums[i]);
        for (int i = 0; i < _histogram.Length; i++)
            _histogram[i] += histogram[i];
    }

    private double Of(int field, int unit) => _sums[UnitSums.At(field, Units, unit)];

    private double Mean(Func<int, double> ofUnit)
    {
        double sum = 0, weights = 0;
        for (int unit = 0; unit < Units; unit++)
        {
            double weight = Count(unit);
            sum += weight > 0 ? weight * ofUnit(unit) : 0;
            weights += weight;
        }

        return weights > 0 ? sum / weights : double.NaN;
    }

    private double Variance(int unit, double sum, double square)
    {
        double n = Count(unit), mean = sum / n;
        return Math.Max((square / n) - (mean * mean), 0);
    }
}
