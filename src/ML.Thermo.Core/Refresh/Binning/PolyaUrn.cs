using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Refresh.Binning;

/// <summary>
/// The law of a window's bin counts when nothing has drifted: Pólya's urn. Between order statistics of N exchangeable numbers the masses
/// of the bins are a Dirichlet law whatever the numbers' own law, so n further numbers fall into them as n draws from an urn with
/// αₖ balls of colour k, every drawn ball going back with one more of its colour.
/// </summary>
/// <remarks>Exact for continuous numbers; an approximation for categories and atoms, whose masses no order statistic cuts.</remarks>
internal sealed class PolyaUrn
{
    private readonly long[] _balls;

    /// <summary>The urn that a reference leaves.</summary>
    /// <param name="counts">Reference counts by bin; the last bin has one more ball, that of the spacing above the largest number.</param>
    public PolyaUrn(ReadOnlySpan<long> counts)
    {
        _balls = [.. counts];
        _balls[^1]++;
        for (int k = 0; k < _balls.Length; k++)
            _balls[k] = Math.Max(_balls[k], 1);
        Total = _balls.Sum();
    }

    private PolyaUrn(long[] balls)
    {
        _balls = balls;
        Total = balls.Sum();
    }

    /// <summary>An urn by its balls.</summary>
    public static PolyaUrn OfBalls(long[] balls) => new(balls);

    /// <summary>α₁, α₂, …</summary>
    public ReadOnlySpan<long> Balls => _balls;

    /// <summary>A = Σ αₖ.</summary>
    public long Total { get; }

    /// <summary>Mean and variance of a score when one number is drawn.</summary>
    public (double Mean, double Variance) Moments(double[] score)
    {
        double mean = 0, variance = 0;
        for (int k = 0; k < score.Length; k++)
            mean += (double)_balls[k] / Total * score[k];
        for (int k = 0; k < score.Length; k++)
            variance += (double)_balls[k] / Total * (score[k] - mean) * (score[k] - mean);
        return (mean, variance);
    }

    /// <summary>A score brought to mean zero and variance one, cut at so many standard deviations; all zero where it cannot vary.</summary>
    public double[] Standardized(double[] score, double most = double.PositiveInfinity)
    {
        (double mean, double variance) = Moments(score);
        return [.. score.Select(value => variance > 0 ? Math.Clamp((value - mean) / Math.Sqrt(variance), -most, most) : 0)];
    }

    /// <summary>What the variance of one draw is multiplied by to give that of the mean of n draws: (1/n)(A + n)/(A + 1).</summary>
    public double MeanFactor(double n) => (Total + n) / (n * (Total + 1));

    /// <summary>The counts of n draws.</summary>
    public void Draw(int n, RandomStream random, Span<long> counts)
    {
        int[] drawn = new int[n];
        counts.Clear();
        for (int i = 0; i < n; i++)
        {
            long ball = random.NextInteger(Total + i);
            int colour;
            if (ball >= Total)
            {
                colour = drawn[(int)(ball - Total)];
            }
            else
            {
                for (colour = 0; ball >= _balls[colour]; colour++)
                    ball -= _balls[colour];
            }

            drawn[i] = colour;
            counts[colour]++;
        }
    }

    /// <summary>
    /// ln of P′(counts)/P(counts), P′ the law of an urn with as many balls but other shares: of mean one under P, hence an e-value.
    /// </summary>
    /// <param name="counts">A window's counts.</param>
    /// <param name="tilt">ln of each share's factor, before they are made to add up.</param>
    public double LogRatio(ReadOnlySpan<long> counts, ReadOnlySpan<double> tilt)
    {
        double sum = 0, log = 0;
        for (int k = 0; k < _balls.Length; k++)
            sum += _balls[k] * Math.Exp(tilt[k]);
        for (int k = 0; k < _balls.Length; k++)
        {
            if (counts[k] == 0)
                continue;
            double tilted = Total * (_balls[k] * Math.Exp(tilt[k]) / sum);
            log += Rise(tilted, counts[k]) - Rise(_balls[k], counts[k]);
        }

        return log;
    }

    /// <summary>The urn after the draws have been put back twofold.</summary>
    public PolyaUrn After(ReadOnlySpan<long> counts)
    {
        long[] balls = [.. _balls];
        for (int k = 0; k < balls.Length; k++)
            balls[k] += counts[k];
        return new PolyaUrn(balls);
    }

    /// <summary>ln Γ(x + c) − ln Γ(x).</summary>
    public static double Rise(double x, long c) => SpecialFunctions.LogGamma(x + c) - SpecialFunctions.LogGamma(x);
}
