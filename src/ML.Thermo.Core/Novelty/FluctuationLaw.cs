namespace ML.Thermo.Novelty;

/// <summary>How far a row of numbers lies outside what a reference varies, in nats: Einstein's law of fluctuations with the reference's own
/// covariance.</summary>
/// <remarks>
/// <para>Strangeness = ½ (x − μ)ᵀ C⁻¹ (x − μ) ≥ 0: half the squared Mahalanobis distance, the entropy that a fluctuation of this size lacks. μ and the
/// deviations are those of the reference; the correlations are drawn towards none by as much as their own noise demands (Ledoit and Wolf 2004), so that C
/// has an inverse with fewer rows than columns too.</para>
/// <para>The deviation of a column counts as a fifth of its largest departure from the mean at least: the few rows of the reference that make the
/// tail of a nearly constant column would else be stranger than any damage.</para>
/// <para>A column that never varied in the reference enters by itself, in units of a thousandth of its value (of 10⁻⁶ where that is 0).</para>
/// <para>It is a score. How often a row of the reference's kind exceeds it tells <see cref="ConformalCalibration"/>, on rows that the law has not seen.</para>
/// </remarks>
[Maturity(Maturity.Estimator, "the entropy deficit of a Gaussian macrostate; for other laws a score")]
public sealed class FluctuationLaw
{
    private const double Departures = 5, ConstantRelative = 1e-3, ConstantAbsolute = 1e-6, Varies = 1e-9;

    private readonly double[] _mean, _scale;
    private readonly double[][] _factor; // lower triangle of the correlations, row by row

    private FluctuationLaw(double[] mean, double[] scale, double[][] factor, double shrinkage) =>
        (_mean, _scale, _factor, Shrinkage) = (mean, scale, factor, shrinkage);

    /// <summary>Number of columns.</summary>
    public int Columns => _mean.Length;

    /// <summary>μ, a number a column.</summary>
    public IReadOnlyList<double> Mean => _mean;

    /// <summary>The deviation of each column, in its own unit.</summary>
    public IReadOnlyList<double> Scale => _scale;

    /// <summary>L of C = D L Lᵀ D, D the deviations: row i has i + 1 numbers.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Factor => _factor;

    /// <summary>How far the correlations were drawn towards none, 0 … 1; NaN where the law was read from a file.</summary>
    public double Shrinkage { get; }

    /// <summary>The law of a reference.</summary>
    /// <param name="rows">At least 3 rows of equal length ≥ 1, finite.</param>
    /// <exception cref="UnusableDataException">There are fewer, or a number is not finite.</exception>
    public static FluctuationLaw Of(IReadOnlyList<double[]> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count < 3 || rows[0].Length == 0)
            throw new UnusableDataException(
                $"There are {rows.Count} rows of {(rows.Count == 0 ? 0 : rows[0].Length)} numbers: expected at least 3 of at least 1.");
        int columns = rows[0].Length;
        (double[] mean, double[] scale) = (new double[columns], new double[columns]);
        bool[] varies = new bool[columns];
        for (int j = 0; j < columns; j++)
        {
            double sum = 0, squares = 0, departure = 0;
            foreach (double[] row in rows)
            {
                if (row.Length != columns || !double.IsFinite(row[j]))
                    throw new UnusableDataException($"A row has {row.Length} numbers, of which number {j} is {row[j]}: expected {columns} finite ones.");
                sum += row[j];
            }

            mean[j] = sum / rows.Count;
            foreach (double[] row in rows)
            {
                squares += (row[j] - mean[j]) * (row[j] - mean[j]);
                departure = Math.Max(departure, Math.Abs(row[j] - mean[j]));
            }

            scale[j] = Math.Max(Math.Sqrt(squares / rows.Count), departure / Departures);
            varies[j] = scale[j] > Varies * Math.Abs(mean[j]) && scale[j] > double.Epsilon;
            if (!varies[j])
                scale[j] = Math.Max(ConstantRelative * Math.Abs(mean[j]), ConstantAbsolute);
        }

        double[][] standard = [.. rows.Select(row => row.Select((x, j) => varies[j] ? (x - mean[j]) / scale[j] : 0).ToArray())];
        (double[,] correlations, double shrinkage) = ShrunkCorrelations.Of(standard, varies);
        return new(mean, scale, ShrunkCorrelations.Factor(correlations), shrinkage);
    }

    /// <summary>A law that was taken apart.</summary>
    /// <param name="mean">μ.</param>
    /// <param name="scale">A positive number for each.</param>
    /// <param name="factor">Row i has i + 1 numbers, the last positive.</param>
    /// <exception cref="UnusableDataException">They do not fit one another, or a number is not finite.</exception>
    public static FluctuationLaw Of(IReadOnlyList<double> mean, IReadOnlyList<double> scale, IReadOnlyList<IReadOnlyList<double>> factor)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentNullException.ThrowIfNull(factor);
        bool fits = scale.Count == mean.Count && factor.Count == mean.Count && !factor.Where((row, i) => row.Count != i + 1).Any();
        if (!fits || mean.Count == 0)
            throw new UnusableDataException(
                $"A law has {mean.Count} means, {scale.Count} deviations and a triangle of {factor.Count} rows: expected as many of each, row i with i + 1 "
                + "numbers.");
        bool isFinite = mean.Concat(scale).Concat(factor.SelectMany(row => row)).All(double.IsFinite);
        if (!isFinite || scale.Any(s => !(s > 0)) || factor.Any(row => !(row[^1] > 0)))
            throw new UnusableDataException("A law has a number that is not finite, or a deviation or a diagonal that is not positive.");
        return new([.. mean], [.. scale], [.. factor.Select(row => row.ToArray())], double.NaN);
    }

    /// <summary>A row in units of the reference's fluctuations, z = L⁻¹ D⁻¹ (x − μ): uncorrelated there, of mean 0 and variance about 1.</summary>
    /// <param name="row">As many numbers as there are columns.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public double[] Whiten(ReadOnlySpan<double> row)
    {
        double[] z = Standardized(row);
        for (int i = 0; i < z.Length; i++)
        {
            for (int j = 0; j < i; j++)
                z[i] -= _factor[i][j] * z[j];
            z[i] /= _factor[i][i];
        }

        return z;
    }

    /// <summary>Strangeness in nats, ≥ 0; NaN where a number is.</summary>
    /// <param name="row">As many numbers as there are columns.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public double Strangeness(ReadOnlySpan<double> row) => StrangenessOf(Whiten(row));

    /// <summary>½ |z|².</summary>
    /// <param name="whitened">What <see cref="Whiten"/> gave.</param>
    public static double StrangenessOf(ReadOnlySpan<double> whitened)
    {
        double sum = 0;
        foreach (double z in whitened)
            sum += z * z;
        return sum / 2;
    }

    /// <summary>The part of each column, nats: ½ u (C⁻¹ u) column by column; the sum is the strangeness. A part may be negative.</summary>
    /// <param name="row">As many numbers as there are columns.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public double[] Contributions(ReadOnlySpan<double> row)
    {
        double[] standard = Standardized(row), parts = Whiten(row);
        for (int i = parts.Length - 1; i >= 0; i--) // Lᵀ v = z
        {
            for (int j = i + 1; j < parts.Length; j++)
                parts[i] -= _factor[j][i] * parts[j];
            parts[i] /= _factor[i][i];
        }

        for (int i = 0; i < parts.Length; i++)
            parts[i] *= standard[i] / 2;
        return parts;
    }

    private double[] Standardized(ReadOnlySpan<double> row)
    {
        if (row.Length != Columns)
            throw new ArgumentException($"The row has {row.Length} numbers: expected {Columns}.", nameof(row));
        double[] standard = new double[row.Length];
        for (int j = 0; j < standard.Length; j++)
            standard[j] = (row[j] - _mean[j]) / _scale[j];
        return standard;
    }
}
