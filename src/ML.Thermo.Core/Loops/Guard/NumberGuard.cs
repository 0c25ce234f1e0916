using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;
using ML.Thermo.Initialization;

namespace ML.Thermo.Loops.Guard;

/// <summary>One generation of numeric columns.</summary>
/// <param name="Rows">n.</param>
/// <param name="Means">Of each column.</param>
/// <param name="Variances">Of each column, squares divided by n.</param>
/// <param name="EntropyChange">½ ln(det Σ/det Σ of the reference), nats: change of the entropy of the normal law with the same covariance. Its error is that
/// of a normal sample, √(d/2n) joined with the reference's.</param>
[Maturity(Maturity.Estimator)]
public sealed record NumberDiversity(long Rows, IReadOnlyList<double> Means, IReadOnlyList<double> Variances, Estimate EntropyChange);

/// <summary>What a guard found in numeric columns.</summary>
[Maturity(Maturity.Estimator)]
public sealed record NumberFinding
{
    /// <summary>Each generation.</summary>
    public required IReadOnlyList<NumberDiversity> Generations { get; init; }

    /// <summary>p of the hypothesis that normal laws are refitted to n draws of the last fit: the share of such loops that lose as much of det Σ.</summary>
    public required double DriftPValue { get; init; }

    /// <summary>Between what bounds 95 % of such loops have their entropy change, by generation from 1 on, measured from generation 0.</summary>
    public required IReadOnlyList<(double Low, double High)> Band { get; init; }

    /// <summary>τ, by what a generation's covariance is multiplied in sampling, at <see cref="FreshShare"/>.</summary>
    public required Estimate Temperature { get; init; }

    /// <summary>λ as given; 0 where it was not.</summary>
    public required double FreshShare { get; init; }

    /// <summary>Long-run variance over the reference's; 0 where the loop dies, +∞ where it explodes.</summary>
    public required double Retention { get; init; }

    /// <summary>Its interval, from that of τ.</summary>
    public required (double Low, double High) RetentionInterval { get; init; }

    /// <summary>The least fresh share that keeps the variance between R and 1/R; NaN where n rows are too few.</summary>
    public required double CriticalShare { get; init; }

    /// <summary>What becomes of the loop.</summary>
    public required LoopVerdict Verdict { get; init; }
}

/// <summary>The guard for numbers: a loop that refits normal laws to its own draws (<see cref="GaussianLoop"/>) as the null and as the model.</summary>
/// <remarks>
/// <para>ln det Σ falls by Σⱼ ln(χ²(n − 1 − j)/n) a generation whatever the columns' correlation (Bartlett), so that the test is exact for normal draws
/// whose covariance was fitted by maximum likelihood, and safe for the unbiased fit.</para></remarks>
[Maturity(Maturity.Estimator, "the test: theorem for normal draws; generation 0 may have any law")]
public static class NumberGuard
{
    /// <summary>Judges a loop.</summary>
    /// <param name="generations">Two or more, rows by columns, in order; each with at least two rows more than columns.</param>
    /// <param name="reference">Real rows; null takes generation 0.</param>
    /// <param name="options">Null for the defaults; a fresh share that is not given counts as 0.</param>
    /// <param name="cancellation">Stops between simulated loops.</param>
    /// <exception cref="UnusableDataException">A generation is too small, has other columns or a number that is not finite, or columns without
    /// independent spread.</exception>
    public static NumberFinding Judge(
        IReadOnlyList<double[,]> generations, double[,]? reference = null, LoopGuardOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(generations);
        options ??= new LoopGuardOptions();
        LoopGuard.Check(options);
        if (generations.Count < 2)
            throw new UnusableDataException($"There is {generations.Count} generation: expected at least two, the data before retraining and after.");
        Moments[] moments = [.. generations.Select((rows, t) => Moments.Of(rows, $"Generation {t}", generations[0].GetLength(1)))];
        Moments real = reference is null ? moments[0] : Moments.Of(reference, "The reference", generations[0].GetLength(1));
        int d = real.Means.Length;
        double share = options.FreshShare ?? 0, z = Normal.InvCDF(0, 1, 1 - (options.ErrorRate / 2));

        double[][] loops = Loops(moments, d, options, cancellation);
        double lost = (moments[^1].LogDeterminant - moments[0].LogDeterminant) / 2;
        double p = (1.0 + loops.Count(loop => loop[^1] <= lost)) / (loops.Length + 1);
        Estimate temperature = Temperature(moments, real, share);
        long rows = moments[^1].Rows;
        double low = Math.Max(temperature.Value - (z * temperature.StandardError), 1e-9), high = temperature.Value + (z * temperature.StandardError);
        (double Low, double High) interval = (Kept(rows, share, low), Kept(rows, share, high));
        double error = Math.Sqrt(d / 2.0 * ((1.0 / rows) + (reference is null ? 1.0 / moments[0].Rows : 1.0 / real.Rows)));
        double risen = (moments[^1].LogDeterminant - real.LogDeterminant) / 2;
        return new NumberFinding
        {
            Generations = [.. moments.Select(m => new NumberDiversity(m.Rows, m.Means, [.. m.Covariance.Diagonal()], new Estimate(
                (m.LogDeterminant - real.LogDeterminant) / 2, ReferenceEquals(m, real) ? 0 : Math.Sqrt(d / 2.0 * ((1.0 / m.Rows) + (1.0 / real.Rows))))))],
            DriftPValue = p,
            Band = [.. Enumerable.Range(0, moments.Length - 1).Select(t => Bounds([.. loops.Select(loop => loop[t])]))],
            Temperature = temperature,
            FreshShare = share,
            Retention = Kept(rows, share, temperature.Value),
            RetentionInterval = interval,
            CriticalShare = Math.Max(ResamplingLaw.FreshRows(rows, options.Retain) / rows, Against(temperature.Value, options.Retain)),
            Verdict = temperature.Value - (2 * temperature.StandardError) > 1 && risen > 2 * error ? LoopVerdict.Boiling
                : interval.Low >= options.Retain && interval.High <= 1 / options.Retain ? LoopVerdict.Alive
                : p <= options.ErrorRate / 2 || interval.High < options.Retain ? LoopVerdict.Freezing
                : LoopVerdict.Undetermined,
        };
    }

    private static double Kept(long rows, double share, double temperature) => GaussianLoop.Stationary(rows, share, temperature).Variance;

    /// <summary>λ/(1 − (1 − λ)τ) = R for a cold loop, 1/R for a hot one.</summary>
    private static double Against(double temperature, double retain) =>
        temperature < 1 ? retain * (1 - temperature) / (1 - (retain * temperature)) : (temperature - 1) / (temperature - retain);

    /// <summary>Mean over retrainings and columns of how much wider a generation is than the one before, fresh rows and the distance of their mean
    /// taken out.</summary>
    private static Estimate Temperature(Moments[] moments, Moments real, double share)
    {
        if (share == 1)
            return Estimate.Undefined;
        double sum = 0, variance = 0, weights = 0;
        int d = real.Means.Length;
        for (int t = 1; t < moments.Length; t++)
        {
            Matrix<double> inverse = moments[t - 1].Covariance.Inverse();
            double n = moments[t].Rows, seen = (inverse * moments[t].Covariance).Trace() / d * n / (n - 1);
            Vector<double> apart = Vector<double>.Build.DenseOfArray(real.Means) - Vector<double>.Build.DenseOfArray(moments[t - 1].Means);
            double fresh = share * (inverse * real.Covariance).Trace() / d, between = share * (1 - share) * (apart * inverse * apart) / d;
            sum += n * (seen - fresh - between) / (1 - share);
            variance += n * n * 2 * seen * seen / (d * (n - 1) * (1 - share) * (1 - share));
            weights += n;
        }

        return new Estimate(sum / weights, Math.Sqrt(variance) / weights);
    }

    private static double[][] Loops(Moments[] moments, int d, LoopGuardOptions options, CancellationToken cancellation)
    {
        double[][] loops = new double[options.Draws][];
        Parallel.For(0, options.Draws, new ParallelOptions { CancellationToken = cancellation }, draw =>
        {
            var random = new RandomStream(options.Seed, (ulong)draw);
            loops[draw] = new double[moments.Length - 1];
            double sum = 0;
            for (int t = 1; t < moments.Length; t++)
            {
                for (int j = 0; j < d; j++)
                    sum += Math.Log(ChiSquare(moments[t].Rows - 1 - j, random) / moments[t].Rows) / 2;
                loops[draw][t - 1] = sum;
            }
        });
        return loops;
    }

    /// <summary>Twice a gamma number of shape ν/2; shape below one by Johnk's power.</summary>
    private static double ChiSquare(double freedom, RandomStream random)
    {
        double shape = freedom / 2, boost = 1;
        if (shape < 1)
        {
            boost = Math.Pow(random.NextDouble(), 1 / shape);
            shape++;
        }

        return 2 * random.NextGamma(shape) * boost;
    }

    private static (double Low, double High) Bounds(double[] values)
    {
        Array.Sort(values);
        int tail = (int)(0.025 * (values.Length + 1));
        return tail == 0 ? (double.NaN, double.NaN) : (values[tail - 1], values[^tail]);
    }

    private sealed record Moments(long Rows, double[] Means, Matrix<double> Covariance, double LogDeterminant)
    {
        public static Moments Of(double[,] rows, string who, int columns)
        {
            int n = rows.GetLength(0), d = rows.GetLength(1);
            if (d != columns)
                throw new UnusableDataException($"{who} has {d} columns: expected {columns}, as generation 0 has.");
            if (d == 0 || n < d + 2)
                throw new UnusableDataException($"{who} has {n} rows of {d} columns: expected at least one column and two rows more than columns.");
            Matrix<double> data = Matrix<double>.Build.DenseOfArray(rows);
            foreach ((int i, int j, double value) in data.EnumerateIndexed())
            {
                if (!double.IsFinite(value))
                    throw new UnusableDataException($"{who} has {value} in row {i}, column {j}: expected a finite number.");
            }

            Vector<double> means = data.ColumnSums() / n;
            Matrix<double> centred = Matrix<double>.Build.Dense(n, d, (i, j) => data[i, j] - means[j]);
            Matrix<double> covariance = centred.TransposeThisAndMultiply(centred) / n;
            Vector<double> spread = covariance.Diagonal();
            if (spread.Minimum() <= 0)
                throw new UnusableDataException($"Column {spread.MinimumIndex()} of {who.ToLowerInvariant()} is constant: expected numbers that vary.");
            Matrix<double> correlation = Matrix<double>.Build.Dense(d, d, (i, j) => covariance[i, j] / Math.Sqrt(spread[i] * spread[j]));
            double least = correlation.Evd(Symmetricity.Symmetric).EigenValues.Real().Minimum();
            if (least < 1e-12)
                throw new UnusableDataException($"The columns of {who.ToLowerInvariant()} depend linearly on one another: leave one of them out.");
            return new Moments(n, means.ToArray(), covariance, correlation.Cholesky().DeterminantLn + spread.PointwiseLog().Sum());
        }
    }
}
