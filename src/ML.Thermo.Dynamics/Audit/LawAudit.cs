using System.Runtime.CompilerServices;
using MathNet.Numerics.Distributions;

namespace ML.Thermo.Dynamics.Audit;

/// <summary>
/// Whether a trajectory keeps energy and makes entropy. Rows are added one after the other; memory does not grow with them (but for
/// <see cref="AuditOptions.FitsIsotonic"/>).</summary>
/// <remarks>
/// <para>Energies may come in columns (kinetic, potential, internal …); their sum is the energy, and the largest range of one column is the scale on which a
/// residual is large or small. An energy has a free constant, so one column alone gives no such scale (<see cref="AuditStatus.OffsetDependent"/>).</para>
/// <para>Numbers of a program (<see cref="AuditNoise.None"/>) are lawful where the first law's class is not <see cref="FirstLawClass.Secular"/> and
/// the drawdown is at most 16 ε √n max|S|. Noisy numbers are unlawful where a p-value is below its share of
/// <see cref="AuditOptions.FalseAlarms"/>: of the slope of R, and of the drawdown (<see cref="DrawdownLaw"/>). Where the noise is estimated from up to
/// 4,096 rows, both laws are simulated with the estimate in them (15,999 draws), so that the rate holds for few rows too.</para></remarks>
/// <example><code>
/// var audit = new LawAudit(new AuditOptions { Noise = AuditNoise.None });
/// foreach (var row in trajectory)
///     audit.Add(row.Time, [row.Kinetic, row.Potential, row.Internal], row.Entropy);
/// LawReport report = audit.Report();
/// </code></example>
[Maturity(Maturity.Theorem, "drawdown")]
[Maturity(Maturity.Estimator, "class, noise")]
public sealed class LawAudit
{
    private const double Epsilon = 2.220446049250313e-16;
    private const double MostGrowth = 32; // a residual that grows as t⁴ from the first row is 16 times larger at the end than half way
    private const double LeastGrown = 0.01; // of the energy exchanged: digits that a file leaves out are no growth
    private readonly AuditOptions _options;
    private readonly ResidualTrend _trend = new();
    private readonly IsotonicRegression? _isotonic;
    private SecondDifferences _residualNoise, _seriesNoise;
    private readonly bool _estimatesNoise;
    private Range[] _ranges = [];
    private Range _workRange, _heatRange;
    private long _rows, _firstFall = -1;
    private int _falls;
    private double _time, _energy0, _entropy0, _work0, _heat0, _heat, _bath, _flow; // of the first and of the last row
    private double _maxResidual, _maxSize, _maxSeries, _residual, _series, _highest, _drawdown, _negative, _largestFall;

    /// <summary>Opens an audit.</summary>
    /// <param name="options">Default: an isolated system, noise estimated, 5 % of false alarms.</param>
    /// <exception cref="ThermoException">An option is outside its range.</exception>
    public LawAudit(AuditOptions? options = null)
    {
        _options = options ?? new AuditOptions();
        _options.Check();
        _isotonic = _options.FitsIsotonic ? new IsotonicRegression() : null;
        _estimatesNoise = _options.Noise.IsEstimated;
    }

    /// <summary>The residual R of the last row, energy units.</summary>
    public double Residual => _residual;

    /// <summary>The series D at the last row: what must not fall.</summary>
    public double Series => _series;

    /// <summary>Adds the next row.</summary>
    /// <param name="time">Later than the row before.</param>
    /// <param name="energies">One number a column; as many in every row.</param>
    /// <param name="entropy">Nats.</param>
    /// <param name="work">Work received since some fixed time (open and bath).</param>
    /// <param name="heat">Heat received since some fixed time (open).</param>
    /// <param name="bathTemperature">Temperature of the bath that gives the heat, &gt; 0 (open); a step takes the mean of its two ends. NaN where no
    /// heat comes.</param>
    /// <exception cref="UnusableDataException">Time does not increase, a number is not finite, the columns changed, or a temperature is not
    /// positive.</exception>
    public void Add(double time, ReadOnlySpan<double> energies, double entropy, double work = 0, double heat = 0, double bathTemperature = double.NaN)
    {
        double energy = 0, size = 0;
        foreach (double part in energies)
        {
            energy += part;
            size += Math.Abs(part);
        }

        bool isOpen = _options.Setting == AuditSetting.Open;
        if (isOpen || !IsOrdinary(time, energies.Length, size + Math.Abs(entropy) + Math.Abs(work) + Math.Abs(heat)))
            Check(time, energies, entropy, work, heat, bathTemperature);
        if (_rows == 0)
            Begin(energies, energy, entropy, work, heat);
        else if (isOpen && heat != _heat)
            _flow += (heat - _heat) / (0.5 * (_bath + bathTemperature));
        Range[] ranges = _ranges;
        for (int i = 0; i < energies.Length; i++)
            ranges[i].Add(energies[i]);

        if (isOpen)
        {
            _workRange.Add(work);
            _heatRange.Add(heat);
        }

        (_time, _heat, _bath) = (time, heat, bathTemperature);
        if (size > _maxSize)
            _maxSize = size;
        AddResidual(time, energy - _energy0 - (isOpen ? work - _work0 + (heat - _heat0) : 0));
        double series = entropy - _entropy0 - _flow, seriesSize = isOpen ? Math.Max(Math.Abs(entropy), Math.Abs(_flow)) : Math.Abs(entropy);
        if (_options.Setting == AuditSetting.Bath)
        {
            double free = (energy - _energy0) - (_options.BathTemperature * (entropy - _entropy0));
            (series, seriesSize) = (work - _work0 - free, Math.Max(size, Math.Abs(_options.BathTemperature * entropy)));
        }

        AddSeries(series, seriesSize);
        _rows++;
    }

    /// <summary>The audit of the rows so far.</summary>
    /// <exception cref="UnusableDataException">There are fewer than 3 rows.</exception>
    public LawReport Report()
    {
        if (_rows < 3)
            throw new UnusableDataException($"A trajectory of {_rows} rows: expected at least 3 to audit.");
        bool isBath = _options.Setting == AuditSetting.Bath;
        AuditNoise noise = _options.Noise;
        double residualNoise = noise.IsEstimated ? _residualNoise.Deviation : noise.Energy;
        double seriesNoise = noise.IsEstimated ? _seriesNoise.Deviation : isBath ? double.Hypot(noise.Energy, _options.BathTemperature * noise.Entropy)
            : noise.Entropy;
        double level = isBath ? _options.FalseAlarms : _options.FalseAlarms / 2;
        AuditStatus status = noise.IsEstimated && _rows < 20 ? AuditStatus.SmallSample : AuditStatus.Defined;
        FirstLaw? first = isBath ? null : First(residualNoise, level, ref status);
        SecondLaw second = Second(seriesNoise, level, ref status);
        bool? lawful = noise.IsEstimated && _rows < 5 ? null : (first?.IsLawful ?? true) && second.IsLawful;
        return new LawReport(_rows, first, second, lawful, status);
    }

    private FirstLaw First(double noise, double level, ref AuditStatus status)
    {
        ResidualTrend.Line line = _trend.Fit();
        double scale = Scale(ref status), n = _rows;
        FirstLawClass kind = _maxResidual <= 64 * Epsilon * Math.Sqrt(n) * _maxSize ? FirstLawClass.RoundOff
            : Math.Abs(line.Slope) * _trend.Duration > 4 * line.Rms && Math.Abs(line.Slope) > 3 * line.Error ? FirstLawClass.Secular
            : line.Growth > MostGrowth && _maxResidual > LeastGrown * scale ? FirstLawClass.Secular
            : FirstLawClass.Bounded;
        double p = double.NaN, constant = double.NaN;
        bool lawful = kind != FirstLawClass.Secular;
        if (noise > 0)
        {
            double z = line.Slope * Math.Sqrt(line.Spread) / noise, about = line.Squares / (noise * noise), left = n * line.Rms * line.Rms / (noise * noise);
            (p, constant) = Simulated is { } law ? (law.Slope(z), law.Squares(about)) : (2 * Normal.CDF(0, 1, -Math.Abs(z)), Upper(about, n - 1));
            bool isIndependent = Upper(left, n - 2) >= 1e-6 || Simulated?.Squares(left) > EstimatedNoiseLaw.Resolution;
            if (!isIndependent && kind != FirstLawClass.RoundOff)
                status |= AuditStatus.DependentErrors;
            lawful = kind == FirstLawClass.RoundOff || (isIndependent ? p >= level : kind == FirstLawClass.Bounded);
        }

        return new FirstLaw(
            _maxResidual, scale > 0 ? _maxResidual / scale : double.NaN, scale, _residual, new Estimate(line.Slope, line.Error), line.Rms, kind, noise, p,
                constant, lawful);
    }

    private SecondLaw Second(double noise, double level, ref AuditStatus status)
    {
        double p = double.NaN;
        bool lawful = _drawdown <= 16 * Epsilon * Math.Sqrt(_rows) * _maxSeries;
        if (noise > 0)
        {
            p = Simulated?.Drawdown(_drawdown / noise) ?? DrawdownLaw.Survival(_rows, _drawdown / noise);
            if (p <= (Simulated is null ? DrawdownLaw.Resolution : EstimatedNoiseLaw.Resolution))
                status |= AuditStatus.BelowResolution;
            lawful |= p >= level;
        }

        return new SecondLaw(_drawdown, _negative, _falls, _firstFall, _largestFall, _isotonic?.Rms ?? double.NaN, noise, p, _series, lawful);
    }

    /// <summary>The laws of noise that is estimated from the rows themselves; null where it is known, or as good as known.</summary>
    private EstimatedNoiseLaw? Simulated =>
        _options.Noise.IsEstimated && _rows is >= 5 and <= EstimatedNoiseLaw.MostRows ? EstimatedNoiseLaw.Of((int)_rows) : null;

    /// <summary>The energy really exchanged.</summary>
    private double Scale(ref AuditStatus status)
    {
        if (_ranges.Length > 1)
            return _ranges.Max(range => range.Width);
        if (_options.Setting == AuditSetting.Open)
            return _workRange.Width + _heatRange.Width;
        status |= AuditStatus.OffsetDependent;
        return _maxSize;
    }

    private void Begin(ReadOnlySpan<double> energies, double energy, double entropy, double work, double heat)
    {
        _ranges = new Range[energies.Length];
        for (int i = 0; i < energies.Length; i++)
            _ranges[i] = new Range(energies[i]);
        (_energy0, _entropy0, _work0, _heat0) = (energy, entropy, work, heat);
        (_workRange, _heatRange) = (new Range(work), new Range(heat));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddResidual(double time, double residual)
    {
        _residual = residual;
        if (Math.Abs(residual) > _maxResidual)
            _maxResidual = Math.Abs(residual);
        _trend.Add(time, residual);
        if (_estimatesNoise)
            _residualNoise.Add(residual);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddSeries(double value, double size)
    {
        double fall = _rows == 0 ? 0 : _series - value;
        if (fall > 0)
        {
            _falls++;
            _negative += fall;
            _largestFall = Math.Max(_largestFall, fall);
            if (_firstFall < 0)
                _firstFall = _rows;
        }

        _series = value;
        if (size > _maxSeries)
            _maxSeries = size;
        if (_rows == 0 || value > _highest)
            _highest = value;
        else if (_highest - value > _drawdown)
            _drawdown = _highest - value;
        if (_estimatesNoise)
            _seriesNoise.Add(value);
        _isotonic?.Add(value);
    }

    /// <summary>Whether a row of an isolated system or of a bath has nothing to look at more closely: a later time, as many columns, a finite sum of
    /// sizes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsOrdinary(double time, int columns, double size) =>
        _rows > 0 && columns == _ranges.Length && time > _time && time <= double.MaxValue && size <= double.MaxValue;

    private void Check(double time, ReadOnlySpan<double> energies, double entropy, double work, double heat, double bathTemperature)
    {
        if (energies.Length == 0 || (_rows > 0 && energies.Length != _ranges.Length))
            throw new UnusableDataException($"Row {_rows} has {energies.Length} energies: expected {(_rows == 0 ? "at least one" : _ranges.Length)}.");
        if (!double.IsFinite(time) || (_rows > 0 && time <= _time))
            throw new UnusableDataException($"Row {_rows} has time {time}{(_rows > 0 ? $", the row before {_time}" : "")}: expected times that increase.");
        for (int i = 0; i < energies.Length; i++)
        {
            if (!double.IsFinite(energies[i]))
                throw new UnusableDataException($"Energy {i} of row {_rows} is {energies[i]}: expected a finite number.");
        }

        if (!double.IsFinite(entropy))
            throw new UnusableDataException($"The entropy of row {_rows} is {entropy}: expected a finite number (the logarithm of an energy that is not " +
                "positive is none).");
        if (!double.IsFinite(work) || !double.IsFinite(heat))
            throw new UnusableDataException($"Work {work} and heat {heat} of row {_rows}: expected finite numbers.");
        if (_options.Setting != AuditSetting.Open)
            return;
        if (!double.IsNaN(bathTemperature) && !(bathTemperature > 0 && double.IsFinite(bathTemperature)))
            throw new UnusableDataException($"The bath's temperature in row {_rows} is {bathTemperature}: expected a positive number.");
        if (_rows > 0 && heat != _heat && double.IsNaN(_bath + bathTemperature))
            throw new UnusableDataException($"Row {_rows} has received heat and names no temperature of the bath: expected one in it and in the row before.");
    }

    private static double Upper(double chiSquare, double degrees) => 1 - ChiSquared.CDF(degrees, chiSquare);

    private struct Range(double first)
    {
        private double _least = first, _most = first;

        public readonly double Width => _most - _least;

        public void Add(double value)
        {
            if (value < _least)
                _least = value;
            if (value > _most)
                _most = value;
        }
    }
}
