using System.Numerics.Tensors;

namespace ML.Thermo.Numerics;

/// <summary>How far the variance of a sample is from that of its law.</summary>
/// <remarks>
/// <para>Var s² = (μ₄ − V²(n−3)/(n−1))/n with the sample's own fourth moment is too small for skewed laws, because the few values that make the fourth
/// moment are mostly not in the sample: for squares of normal numbers the error is 1.6 times too small at 30 values, 1.3 times at 128. The jackknife of ln s²,
/// whose single values count as the logarithm of what is left without them, is 1.26 and 1.18 times too small there, and right within a tenth for entropies of
/// predictions and other bounded losses from 64 values on. At 30 values the sample says too little: what it lacks is then taken from the gamma law with its
/// L-skewness, of shape k and relative variance 2/(n − 1) + 6/(kn), as far as the L-kurtosis, against that of the gamma law, does not speak for lighter
/// tails; of n values the share (30/n)² of that, since 100 know their tail themselves.</para>
/// <para>Heavier tails than a gamma law's (squares of Laplace numbers) stay too small. The mixture is this library's; what it does is in
/// docs/evidence.md.</para></remarks>
internal static class SampleVarianceError
{
    /// <summary>With more values the sample's own fourth moment is as good.</summary>
    private const int MostCorrected = 10_000;

    /// <summary>Up to so many values all that the gamma law adds counts.</summary>
    private const double LawCountsTo = 30;

    /// <summary>Of s², that a value may carry and still be left out; as a change of s².</summary>
    private const double LargestShare = -0.999999;

    /// <summary>se(s²)/s².</summary>
    /// <param name="sample">n ≥ 2 values in any order.</param>
    /// <param name="variance">s², over n − 1; &gt; 0.</param>
    /// <param name="fourth">μ₄, over n.</param>
    public static double Relative(ReadOnlySpan<double> sample, double variance, double fourth)
    {
        double n = sample.Length, own = Own(n, variance, fourth);
        if (sample.Length is < 4 or > MostCorrected)
            return Math.Sqrt(own);
        double known = Jackknife(sample, variance) ?? own;
        double[] ascending = sample.ToArray();
        Array.Sort(ascending);
        if (HasTies(ascending))
            return Math.Sqrt(known);
        LinearMoments shape = LinearMoments.Of(ascending);
        double gamma = (2 / (n - 1)) + (Math.Min(6 / shape.GammaShape, n) / n);
        double share = Math.Min(LawCountsTo * LawCountsTo / (n * n), 1) * Math.Clamp(shape.Kurtosis / shape.GammaKurtosis, 0, 1);
        return Math.Sqrt(known + (share * Math.Max(gamma - known, 0)));
    }

    /// <summary>Variance of ln s² by leaving out one value at a time; null where all of s² is that of one value.</summary>
    private static double? Jackknife(ReadOnlySpan<double> sample, double variance)
    {
        double n = sample.Length;
        double[] shares = new double[sample.Length];
        TensorPrimitives.Subtract(sample, TensorPrimitives.Sum(sample) / n, shares);
        TensorPrimitives.Multiply<double>(shares, shares, shares);
        TensorPrimitives.Multiply(shares, -n / ((n - 1) * (n - 1) * variance), shares);
        if (TensorPrimitives.Min<double>(shares) < LargestShare)
            return null;
        TensorPrimitives.LogP1<double>(shares, shares);
        TensorPrimitives.Subtract(shares, TensorPrimitives.Sum<double>(shares) / n, shares);
        return TensorPrimitives.SumOfSquares<double>(shares) * (n - 1) / n;
    }

    /// <summary>The square of the same from the fourth moment alone.</summary>
    /// <param name="n">Number of values.</param>
    /// <param name="variance">s².</param>
    /// <param name="fourth">μ₄.</param>
    public static double Own(double n, double variance, double fourth) =>
        Math.Max((fourth / (variance * variance)) - ((n - 3) / (n - 1)), 0) / n;

    /// <summary>Whether half of the values are repetitions: a law of few values is no gamma law.</summary>
    private static bool HasTies(double[] ascending)
    {
        int repeated = 0;
        for (int i = 1; i < ascending.Length; i++)
            repeated += ascending[i] == ascending[i - 1] ? 1 : 0;
        return 2 * repeated >= ascending.Length;
    }
}
