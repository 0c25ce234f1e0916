using MathNet.Numerics.Distributions;

namespace ML.Thermo.Joules.Repeats;

/// <summary>Whether one way of doing the work costs more than another, from alternating repeats.</summary>
/// <remarks>
/// <para>Mean of the differences A − B with Student's interval. Pairs are run A B, B A, A B, …, so that a drift that is linear in time cancels.
/// The interval is exact for independent normal differences; for other laws its coverage is measured in the tests.</para></remarks>
[Maturity(Maturity.Estimator)]
public sealed record PairedComparison
{
    /// <summary>Fewest pairs.</summary>
    public const int FewestPairs = 5;

    /// <summary>Two-sided rate at which a series without a trend is called not stationary.</summary>
    public const double TrendRate = 0.01;

    /// <summary>Number of pairs.</summary>
    public required int Pairs { get; init; }

    /// <summary>Mean of A − B with its standard error, J or s.</summary>
    public required Estimate Difference { get; init; }

    /// <summary>Lower end of the 95 % interval of the mean difference.</summary>
    public required double Lower { get; init; }

    /// <summary>Upper end.</summary>
    public required double Upper { get; init; }

    /// <summary>Mean of A.</summary>
    public required double MeanOfA { get; init; }

    /// <summary>Mean of B.</summary>
    public required double MeanOfB { get; init; }

    /// <summary>False (<c>NotStationary</c>) where the pairs' means rise or fall with time, as a machine that warms up: the interval assumes that
    /// they do not.</summary>
    public required bool IsStationary { get; init; }

    /// <summary>Compares pairs that were measured already, in the order of time.</summary>
    /// <param name="a">A, one value a pair.</param>
    /// <param name="b">B, one value a pair.</param>
    /// <exception cref="ArgumentException">There are fewer than five pairs, the lengths differ, or a value is not finite.</exception>
    public static PairedComparison Of(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Count != b.Count || a.Count < FewestPairs)
            throw new ArgumentException($"There are {a.Count} values of A and {b.Count} of B: expected equally many, at least {FewestPairs}.", nameof(b));
        if (a.Concat(b).FirstOrDefault(x => !double.IsFinite(x), 0) is var odd and not 0)
            throw new ArgumentException($"A value is {odd}: expected finite numbers.", nameof(a));
        int n = a.Count;
        double[] differences = [.. a.Zip(b, (x, y) => x - y)], means = [.. a.Zip(b, (x, y) => (x + y) / 2)];
        (double mean, double error) = Mean(differences);
        double half = HalfWidth(error, n);
        return new PairedComparison
        {
            Pairs = n,
            Difference = new Estimate(mean, error),
            Lower = mean - half,
            Upper = mean + half,
            MeanOfA = a.Average(),
            MeanOfB = b.Average(),
            IsStationary = !HasTrend(means),
        };
    }

    /// <summary>Runs both in alternation and compares what they cost.</summary>
    /// <param name="a">Runs A and returns its cost.</param>
    /// <param name="b">Runs B and returns its cost.</param>
    /// <param name="pairs">Number of pairs, ≥ 5.</param>
    /// <param name="warmUps">Pairs that are run before and not counted.</param>
    /// <param name="cancellation">Stops between runs.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too few pairs.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PairedComparison Run(Func<double> a, Func<double> b, int pairs = 10, int warmUps = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, FewestPairs);
        ArgumentOutOfRangeException.ThrowIfNegative(warmUps);
        double[] costsOfA = new double[pairs], costsOfB = new double[pairs];
        for (int i = -warmUps; i < pairs; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            bool isAFirst = i % 2 == 0;
            double first = isAFirst ? a() : b();
            cancellation.ThrowIfCancellationRequested();
            double second = isAFirst ? b() : a();
            if (i >= 0)
                (costsOfA[i], costsOfB[i]) = isAFirst ? (first, second) : (second, first);
        }

        return Of(costsOfA, costsOfB);
    }

    /// <summary>Mean and its standard error.</summary>
    internal static (double Mean, double Error) Mean(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(x => (x - mean) * (x - mean)) / (values.Count - 1) / values.Count));
    }

    /// <summary>Half of the 95 % interval of a mean of n values.</summary>
    internal static double HalfWidth(double error, int n) => error * StudentT.InvCDF(0, 1, n - 1, 0.975);

    /// <summary>Student's test of the slope of a least-squares line over time.</summary>
    private static bool HasTrend(double[] values)
    {
        int n = values.Length;
        double centre = (n - 1) / 2.0, mean = values.Average();
        double across = Enumerable.Range(0, n).Sum(i => (i - centre) * (i - centre));
        double slope = Enumerable.Range(0, n).Sum(i => (i - centre) * (values[i] - mean)) / across;
        double residual = Enumerable.Range(0, n).Sum(i => Math.Pow(values[i] - mean - (slope * (i - centre)), 2)) / (n - 2);
        // Equal values have no slope; a slope without residual is one that no noise explains.
        return slope != 0 && Math.Abs(slope) > StudentT.InvCDF(0, 1, n - 2, 1 - (TrendRate / 2)) * Math.Sqrt(residual / across);
    }
}
