using ML.Thermo.Loops.Diversity;

namespace ML.Thermo.Loops.Guard;

/// <summary>One generation of data.</summary>
/// <param name="Rows">n.</param>
/// <param name="Entropy">Chao–Shen, nats.</param>
/// <param name="GiniSimpson">Unbiased.</param>
/// <param name="Coverage">Share of the law that the categories seen make up.</param>
/// <param name="Richness">Categories among as many rows as the smallest generation has.</param>
/// <param name="NewCategories">Categories that neither the reference nor an earlier generation had.</param>
[Maturity(Maturity.Estimator)]
public readonly record struct GenerationDiversity(long Rows, Estimate Entropy, Estimate GiniSimpson, double Coverage, double Richness, int NewCategories);

/// <summary>What a guard found.</summary>
[Maturity(Maturity.Estimator)]
public sealed record GuardFinding
{
    /// <summary>The counts.</summary>
    public required CategoryTable Table { get; init; }

    /// <summary>How it was judged.</summary>
    public required LoopGuardOptions Options { get; init; }

    /// <summary>Each generation.</summary>
    public required IReadOnlyList<GenerationDiversity> Generations { get; init; }

    /// <summary>The reference, which is generation 0 where none was given.</summary>
    public required GenerationDiversity Reference { get; init; }

    /// <summary>Whether more is lost than resampling explains.</summary>
    public required ResamplingTest Drift { get; init; }

    /// <summary>Temperature and fresh share; null where the rows are a sample.</summary>
    public required LoopFit? Fit { get; init; }

    /// <summary>The long run; null where no temperature could be fitted.</summary>
    public required LoopForecast? Forecast { get; init; }

    /// <summary>What becomes of the loop.</summary>
    public required LoopVerdict Verdict { get; init; }

    /// <summary>What must be known.</summary>
    public required GuardStatus Status { get; init; }
}

/// <summary>Tells from two or more generations of data whether a loop that eats its own output is dying, and what would keep it alive.</summary>
/// <remarks>
/// <para>Freezing is said where p ≤ a/2 or the whole interval of the retention is below R; Alive where it is at or above R; Boiling where T̂ − 2 se &gt; 1
/// and the entropy exceeds the reference by two standard errors.</para></remarks>
/// <example>
/// <code>
/// GuardFinding finding = LoopGuard.Judge(CategoryTable.OfCounts([[80, 50, 40, 20, 10], [95, 52, 34, 13, 6]]));
/// Console.WriteLine($"{finding.Verdict}, p = {finding.Drift.PValue}");
/// </code>
/// </example>
[Maturity(Maturity.Estimator, "the test of drift is exact; the rates of the verdicts are measured among the unit tests")]
public static class LoopGuard
{
    /// <summary>Judges a loop.</summary>
    /// <param name="table">Counts by generation.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Stops between simulated generations.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static GuardFinding Judge(CategoryTable table, LoopGuardOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        options ??= new LoopGuardOptions();
        Check(options);
        long[] reference = [.. table.Reference ?? table.Generations[0]];
        double rows = reference.Sum();
        double[] fresh = [.. reference.Select(count => count / rows)];
        long smallest = table.Generations.Append(reference).Min(counts => counts.Sum());
        GenerationDiversity[] generations = Curve(table, reference, smallest);
        GenerationDiversity known = Diversity(reference, smallest, 0);

        ResamplingTest drift = ResamplingTest.Of(table, options.Draws, options.Seed, cancellation);
        LoopFit? fit = options.Subsampled ? null : LoopFit.Of(new LoopLikelihood(table, fresh), options.FreshShare, options.ErrorRate, cancellation);
        LoopForecast? forecast = fit is { Temperature.IsDefined: true }
            ? LoopForecast.Of(fresh, fit, table.Generations[^1].Sum(), options, cancellation)
            : null;
        return new GuardFinding
        {
            Table = table,
            Options = options,
            Generations = generations,
            Reference = known,
            Drift = drift,
            Fit = fit,
            Forecast = forecast,
            Verdict = Verdict(known, generations[^1], drift, fit, forecast, options),
            Status = fit?.Status ?? GuardStatus.Subsampled,
        };
    }

    private static LoopVerdict Verdict(
        GenerationDiversity reference, GenerationDiversity last, ResamplingTest drift, LoopFit? fit, LoopForecast? forecast, LoopGuardOptions options)
    {
        double risen = last.Entropy.Value - reference.Entropy.Value, a = last.Entropy.StandardError, b = reference.Entropy.StandardError;
        double error = Math.Sqrt((a * a) + (b * b));
        return fit is not null && fit.Temperature.Value - (2 * fit.Temperature.StandardError) > 1 && risen > 2 * error ? LoopVerdict.Boiling
            : forecast?.RetentionInterval.Low >= options.Retain ? LoopVerdict.Alive
            : drift.PValue <= options.ErrorRate / 2 || forecast?.RetentionInterval.High < options.Retain ? LoopVerdict.Freezing
            : LoopVerdict.Undetermined;
    }

    private static GenerationDiversity[] Curve(CategoryTable table, long[] reference, long smallest)
    {
        bool[] seen = [.. reference.Select(count => count > 0)];
        var curve = new GenerationDiversity[table.Generations.Count];
        for (int t = 0; t < curve.Length; t++)
        {
            int fresh = 0;
            for (int i = 0; i < seen.Length; i++)
            {
                if (table.Generations[t][i] > 0 && !seen[i])
                {
                    fresh++;
                    seen[i] = true;
                }
            }

            curve[t] = Diversity(table.Generations[t], smallest, fresh);
        }

        return curve;
    }

    private static GenerationDiversity Diversity(long[] counts, long smallest, int fresh)
    {
        var of = new CategoryDiversity(counts);
        return new GenerationDiversity(
            of.Rows,
            new Estimate(of.ChaoShen, of.EntropyStandardError),
            new Estimate(of.GiniSimpson, of.GiniStandardError),
            of.Coverage,
            of.Rarefied(smallest),
            fresh);
    }

    internal static void Check(LoopGuardOptions options)
    {
        LoopArguments.Retention(options.Retain);
        if (options.FreshShare is double share)
            LoopArguments.Share(share, nameof(options.FreshShare));
        if (!(options.ErrorRate > 0 && options.ErrorRate < 0.5))
            throw new ArgumentException($"The error rate is {options.ErrorRate}: expected a number above 0 and below 0.5.", nameof(options));
        if (options.Draws + 1 < 2 / options.ErrorRate)
            throw new ArgumentException($"{options.Draws} draws cannot show p ≤ {options.ErrorRate / 2}: expected at least "
                + $"{Math.Ceiling(2 / options.ErrorRate) - 1}.", nameof(options));
        if (options.Runs < 8)
            throw new ArgumentException($"There are {options.Runs} runs: expected at least 8.", nameof(options));
    }
}
