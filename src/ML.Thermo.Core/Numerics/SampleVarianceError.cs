using System.Numerics.Tensors;

namespace ML.Thermo.Numerics;

/// <summary>How far the variance of a sample is from that of its law.</summary>
/// <remarks>
/// <para>Var s² = (μ₄ − V²(n−3)/(n−1))/n with the sample's own fourth moment is too small for skewed laws, because the few values that make the fourth
/// moment are mostly not in the sample: for squares of normal numbers the error is 1.7 times too small at 30 values, 1.2 times at 150. The gamma law with the
/// sample's L-skewness, which 30 values know well, has a relative variance of s² of 2/(n − 1) + 6/(kn), k its shape. Where that is larger, it is taken, as far
/// as the sample's L-kurtosis, against that of the gamma law, does not speak for lighter tails.</para>
/// <para>Losses of a good classifier are no gamma law: nearly all are near 0, and those of its own outputs are bounded. At 300 of these the gamma law's error
/// is 1.6 times too large; the jackknife of ln s² is right within a tenth from 64 on, and for squares of normal numbers a fifth too small.</para>
/// <para>Exact for gamma laws (squares of normal numbers, sums of equally curved squares); heavier tails (squares of Laplace numbers) stay too small. The
/// correction is this library's; what it does is in docs/evidence.md.</para></remarks>
internal static class SampleVarianceError
{
    /// <summary>With more values the sample's own fourth moment is as good.</summary>
    private const int MostCorrected = 10_000;

    private const double LargestPart = -0.999999;

    /// <summary>se(s²)/s².</summary>
    /// <param name="sample">n ≥ 2 values in any order.</param>
    /// <param name="variance">s², over n − 1; &gt; 0.</param>
    /// <param name="fourth">μ₄, over n.</param>
    public static double Relative(ReadOnlySpan<double> sample, double variance, double fourth)
    {
        double n = sample.Length, own = Own(n, variance, fourth);
        if (sample.Length is < 4 or > MostCorrected)
            return Math.Sqrt(own);
        double[] ascending = sample.ToArray();
        Array.Sort(ascending);
        if (HasTies(ascending))
            return Math.Sqrt(own);
        LinearMoments shape = LinearMoments.Of(ascending);
        double gamma = (2 / (n - 1)) + (Math.Min(6 / shape.GammaShape, n) / n);
        return Math.Sqrt(own + (Math.Clamp(shape.Kurtosis / shape.GammaKurtosis, 0, 1) * Math.Max(gamma - own, 0)));
    }

    /// <summary>se(ln s²) by leaving out one value at a time, with no law in mind; that of the fourth moment where one value carries all of s².</summary>
    /// <param name="sample">n ≥ 2 values in any order.</param>
    /// <param name="variance">s², over n − 1; &gt; 0.</param>
    /// <param name="fourth">μ₄, over n.</param>
    public static double Jackknife(ReadOnlySpan<double> sample, double variance, double fourth)
    {
        double n = sample.Length;
        double[] parts = new double[sample.Length];
        TensorPrimitives.Subtract(sample, TensorPrimitives.Sum(sample) / n, parts);
        TensorPrimitives.Multiply<double>(parts, parts, parts);
        TensorPrimitives.Multiply(parts, -n / ((n - 1) * (n - 1) * variance), parts); // of s², as it changes without the value
        if (sample.Length < 4 || TensorPrimitives.Min<double>(parts) < LargestPart)
            return Math.Sqrt(Own(n, variance, fourth));
        TensorPrimitives.LogP1<double>(parts, parts);
        TensorPrimitives.Subtract(parts, TensorPrimitives.Sum<double>(parts) / n, parts);
        return Math.Sqrt(TensorPrimitives.SumOfSquares<double>(parts) * (n - 1) / n);
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
