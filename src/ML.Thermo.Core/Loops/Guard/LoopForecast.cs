using ML.Thermo.Initialization;
using ML.Thermo.Loops.Simulation;

namespace ML.Thermo.Loops.Guard;

/// <summary>What becomes of a loop if it goes on as fitted.</summary>
/// <remarks>
/// <para>Retention is the long-run entropy of the law that the next generation comes from, over that of the reference. Without fresh rows a finite
/// loop that is not hotter than one dies: 0. Its interval holds the retention of every (T, λ) in the likelihood region of both.</para></remarks>
[Maturity(Maturity.Estimator, "a model's forecast; the uncertainty of the reference itself is not in the interval")]
public sealed record LoopForecast
{
    private const double Tolerance = 1e-8;

    /// <summary>S*/S(q).</summary>
    public required double Retention { get; init; }

    /// <summary>Its interval at the guard's error rate.</summary>
    public required (double Low, double High) RetentionInterval { get; init; }

    /// <summary>Loops that were simulated with the last generation's rows for each number; 0 where rows are so many that the fixed point was taken.</summary>
    public required int Runs { get; init; }

    /// <summary>Generations from the reference until half of its entropy is gone; NaN where the fitted loop keeps more than half.</summary>
    public required double HalfLife { get; init; }

    /// <summary>The least fresh share that keeps what was asked for at the fitted temperature and the last generation's rows; NaN where n rows are
    /// too few.</summary>
    public required double CriticalShare { get; init; }

    /// <summary>Rows of the last generation, n.</summary>
    public required long Rows { get; init; }

    /// <summary>Fresh rows a generation, rounded up; null where n rows are too few.</summary>
    public long? CriticalRows => double.IsNaN(CriticalShare) ? null : (long)Math.Ceiling((CriticalShare * Rows) - 1e-9);

    /// <summary>Weights of <see cref="CriticalRows"/> fresh rows among n; null where none are needed or n are too few.</summary>
    public FreshWeight? Weight => CriticalRows is > 0 and long rows ? FreshWeight.Of(rows, Rows - rows) : null;

    internal static LoopForecast Of(double[] fresh, LoopFit fit, long rows, LoopGuardOptions options, CancellationToken cancellation)
    {
        double t = fit.Temperature.Value, share = fit.FreshShare.Value, half = double.NaN, critical = double.NaN;
        (double Value, (double Low, double High) Interval, int Runs) kept = default;
        Parallel.Invoke(
            new ParallelOptions { CancellationToken = cancellation },
            () => kept = Kept(fresh, fit, rows, options, cancellation),
            () => half = Half(fresh, t, share, rows, cancellation),
            () => critical = Loops.CriticalShare.Of(fresh, t, options.Retain, 1e-5, cancellation));
        double resampling = ResamplingLaw.FreshRows(rows, options.Retain) / rows;
        return new LoopForecast
        {
            Retention = kept.Value,
            RetentionInterval = kept.Interval,
            Runs = kept.Runs,
            HalfLife = half,
            CriticalShare = Math.Max(resampling, critical),
            Rows = rows,
        };
    }

    /// <summary>The retention of the fit, and the range of those on the border of its region.</summary>
    private static (double Value, (double Low, double High) Interval, int Runs) Kept(
        double[] fresh, LoopFit fit, long rows, LoopGuardOptions options, CancellationToken cancellation)
    {
        double t = fit.Temperature.Value, share = fit.FreshShare.Value;
        FixedPoint? centre = Settled(fresh, t, share, rows, cancellation);
        (double value, double error, int runs) = Retained(fresh, t, share, centre, rows, options, options.Runs, cancellation);
        double low = value - (2 * error), high = value + (2 * error);

        // The least retention of the region is at the point of least fixed point and chance; the largest is where hot sampling and fresh rows meet,
        // which only simulation tells: the hot edge of every share is tried, with fewer loops.
        IReadOnlyList<(double Temperature, double Share)> border = fit.Border;
        var parallel = new ParallelOptions { CancellationToken = cancellation };
        var points = new FixedPoint?[border.Count];
        Parallel.For(0, points.Length, parallel, i => points[i] = Settled(fresh, border[i].Temperature, border[i].Share, rows, cancellation));
        int least = Enumerable.Range(0, points.Length).MinBy(i => Score(points[i], border[i].Share, rows));
        IEnumerable<int> hot = Enumerable.Range(0, points.Length).GroupBy(i => border[i].Share).Select(edges => edges.MaxBy(i => border[i].Temperature));
        (int Edge, int Loops)[] tried = [(least, options.Runs), .. hot.Select(edge => (edge, options.Runs / 4))];
        var found = new (double Value, double Error, int Runs)[tried.Length];
        Parallel.For(0, tried.Length, parallel, i =>
        {
            (int edge, int loops) = tried[i];
            found[i] = Retained(fresh, border[edge].Temperature, border[edge].Share, points[edge], rows, options, loops, cancellation);
        });
        foreach ((double edge, double edgeError, _) in found)
        {
            low = Math.Min(low, edge - (2 * edgeError));
            high = Math.Max(high, edge + (2 * edgeError));
        }

        return (value, (Math.Max(low, 0), high), runs);
    }

    /// <summary>Where the loop settles with infinitely many rows; null where chance alone makes it die.</summary>
    private static FixedPoint? Settled(double[] fresh, double temperature, double share, long rows, CancellationToken cancellation) =>
        temperature <= 1 && share * rows < 1e-6 ? null
            : new CategoricalLoop(fresh, temperature, share).FixedPointFrom(SharedFavourites.Drawn(fresh, rows), Tolerance, cancellation);

    /// <summary>A cheap number that orders retentions as simulations would: the fixed point times what chance keeps.</summary>
    private static double Score(FixedPoint? point, double share, long rows) =>
        point is null ? 0 : point.Retention * (share == 0 ? 1 : ResamplingLaw.Stationary(rows, share * rows));

    private static (double Value, double Error, int Runs) Retained(
        double[] fresh, double temperature, double share, FixedPoint? point, long rows, LoopGuardOptions options, int most, CancellationToken cancellation)
    {
        if (point is null)
            return (0, 0, 0);
        if (rows >= 20L * fresh.Length && share > 0 && ResamplingLaw.Stationary(rows, share * rows) > 0.999)
            return (point.Retention, 0, 0);
        int settle = (int)Math.Clamp(5 / (1 - Math.Min(point.SpectralRadius, 0.999)), 20, 400);
        int runs = (int)Math.Clamp(4e7 / (2.0 * settle * fresh.Length), 8, Math.Max(most, 8));
        double[] means = new double[runs];
        var map = new CategoricalLoop(fresh, temperature, 0);
        Parallel.For(0, runs, new ParallelOptions { CancellationToken = cancellation }, run =>
        {
            var loop = new SimulatedLoop(map, rows, share * rows, RefillPolicy.Replace, new RandomStream(options.Seed + 1, (ulong)run));
            double[] law = new double[fresh.Length];
            for (int i = 0; i < settle; i++)
                Step();
            for (int i = 0; i < settle; i++)
            {
                Step();
                for (int k = 0; k < law.Length; k++)
                    law[k] = (share * fresh[k]) + ((1 - share) * loop.Sampled[k]);
                means[run] += CategoricalLoop.Entropy(law) / settle;
            }

            void Step()
            {
                cancellation.ThrowIfCancellationRequested();
                loop.Advance();
            }
        });
        double mean = means.Average(), variance = means.Sum(value => (value - mean) * (value - mean)) / (runs - 1.0) / runs, whole = map.FreshEntropy;
        return (mean / whole, Math.Sqrt(variance) / whole, runs);
    }

    private static double Half(double[] fresh, double temperature, double share, long rows, CancellationToken cancellation)
    {
        var loop = new CategoricalLoop(fresh, temperature, share);
        double half = loop.FreshEntropy / 2, before = loop.FreshEntropy, chance = share == 0 ? 1 - (1.0 / rows) : 1, kept = 1;
        if (share == 0 && temperature == 1)
            return -Math.Log(2) / Numerics.SpecialFunctions.LogOnePlus(-1.0 / rows);
        double[] law = SharedFavourites.Drawn(fresh, rows);
        for (int t = 1; t <= 100_000; t++)
        {
            cancellation.ThrowIfCancellationRequested();
            loop.Next(law, law);
            kept *= chance;
            double entropy = CategoricalLoop.Entropy(law) * kept;
            if (entropy <= half)
                return t - 1 + ((before - half) / (before - entropy));
            if (Math.Abs(before - entropy) < 1e-14)
                break;
            before = entropy;
        }

        return double.NaN;
    }
}
