using ML.Thermo.Initialization;
using NormalDistribution = MathNet.Numerics.Distributions.Normal;

namespace ML.Thermo.Onnx.Weights;

/// <summary>How far a layer's weights have moved from the law they are taken to have been drawn from.</summary>
/// <remarks>
/// Distances between the weights' empirical distribution F_n and the law F, exact but for rounding: the law is evaluated only
/// at those of the sorted weights where it matters. The law is an assumption: an imported network does not carry it.</remarks>
[Maturity(Maturity.Theorem, "definitions")]
public sealed record InitializationDistance
{
    private InitializationDistance()
    {
    }

    /// <summary>The law of comparison.</summary>
    public required InitializationLaw Law { get; init; }

    /// <summary>sup |F_n − F|, 0 … 1. Fresh draws give 0.87/√n on average; above 1.63/√n one layer in a hundred.</summary>
    public required double KolmogorovSmirnov { get; init; }

    /// <summary>∫ |F_n − F| dw, weight units: the mean distance over which weights must be moved to make the two equal.</summary>
    public required double Wasserstein { get; init; }

    /// <summary>Variance of the weights over that of the law; infinite or NaN for a constant law.</summary>
    public required double VarianceRatio { get; init; }

    /// <summary>Distances of a layer from a law.</summary>
    /// <param name="weights">The layer; double-precision weights are rounded to single precision.</param>
    /// <param name="law">The law before training.</param>
    /// <exception cref="ArgumentNullException">The law is null.</exception>
    public static InitializationDistance Of(WeightMatrix weights, InitializationLaw law)
    {
        ArgumentNullException.ThrowIfNull(law);
        return Of(weights, law, EntryMoments.Of(weights));
    }

    internal static InitializationDistance Of(WeightMatrix weights, InitializationLaw law, EntryMoments moments)
    {
        double kolmogorov = double.NaN, wasserstein = double.NaN;
        if (moments.NotFinite == 0)
        {
            float[] sorted = SortedEntries.Of(weights);
            (kolmogorov, wasserstein) = law.Variance == 0
                ? FromConstant(sorted, law.Mean)
                : (new Gap(sorted, law).Supremum(), new Gap(sorted, law).Integral());
        }

        return new()
        {
            Law = law,
            KolmogorovSmirnov = kolmogorov,
            Wasserstein = wasserstein,
            VarianceRatio = moments.Variance / law.Variance,
        };
    }

    private static (double Kolmogorov, double Wasserstein) FromConstant(float[] sorted, double value)
    {
        int below = sorted.Count(x => x < value), above = sorted.Count(x => x > value);
        return ((double)Math.Max(below, above) / sorted.Length, sorted.Average(x => Math.Abs(x - value)));
    }

    /// <summary>F_n − F for sorted weights x₀ … x₍ₙ₋₁₎: between x_a and x_b, F_n runs from (a+1)/n to b/n and F from F(x_a) to F(x_b).</summary>
    private sealed class Gap(float[] sorted, InitializationLaw law)
    {
        private const int CoarsePoints = 256;
        private readonly double _count = sorted.Length;
        private double _largest;

        public double Supremum()
        {
            int last = sorted.Length - 1;
            for (int point = 0; point < CoarsePoints; point++)
                _ = Visit((int)((long)last * point / (CoarsePoints - 1)));
            Search(0, last, Visit(0), Visit(last));
            return _largest;
        }

        public double Integral()
        {
            double first = sorted[0], last = sorted[^1];
            double tails = Below(first) + (Below(last) - (last - law.Mean)); // ∫F left of all weights, ∫(1 − F) right of them
            return tails + Between(0, sorted.Length - 1, Distribution(first), Distribution(last));
        }

        /// <summary>F at a weight; takes note of the gap on both sides of it.</summary>
        private double Visit(int i)
        {
            double expected = Distribution(sorted[i]);
            _largest = Math.Max(_largest, Math.Max(((i + 1) / _count) - expected, expected - (i / _count)));
            return expected;
        }

        private void Search(int a, int b, double atA, double atB)
        {
            if (b - a <= 1 || Math.Max((b / _count) - atA, atB - ((a + 1) / _count)) <= _largest)
                return;
            int middle = (a + b) / 2;
            double atMiddle = Visit(middle);
            Search(a, middle, atA, atMiddle);
            Search(middle, b, atMiddle, atB);
        }

        private double Between(int a, int b, double atA, double atB)
        {
            double left = sorted[a], right = sorted[b];
            if (left == right)
                return 0;
            double low = (a + 1) / _count, high = b / _count;
            if (atB <= low || atA >= high)
                return Math.Abs(StepIntegral(a, b) - (Below(right) - Below(left)));
            if (b - a == 1)
            {
                double crossing = Math.Clamp(Quantile(high), left, right);
                return Math.Abs((high * (crossing - left)) - (Below(crossing) - Below(left)))
                    + Math.Abs((high * (right - crossing)) - (Below(right) - Below(crossing)));
            }

            int middle = (a + b) / 2;
            double atMiddle = Distribution(sorted[middle]);
            return Between(a, middle, atA, atMiddle) + Between(middle, b, atMiddle, atB);
        }

        /// <summary>∫ F_n from x_a to x_b.</summary>
        private double StepIntegral(int a, int b)
        {
            double right = sorted[b], sum = a * (right - sorted[a]);
            for (int i = a; i < b; i++)
                sum += right - sorted[i];
            return sum / _count;
        }

        private double Distribution(double x) => law is UniformLaw uniform
            ? Math.Clamp(0.5 + ((x - uniform.Mean) / (2 * uniform.HalfWidth)), 0, 1)
            : NormalDistribution.CDF(law.Mean, law.StandardDeviation, x);

        private double Quantile(double share) => law is UniformLaw uniform
            ? uniform.Mean + (uniform.HalfWidth * ((2 * share) - 1))
            : NormalDistribution.InvCDF(law.Mean, law.StandardDeviation, share);

        /// <summary>∫ F up to x, the expected shortfall E max(x − W, 0).</summary>
        private double Below(double x)
        {
            if (law is UniformLaw uniform)
            {
                double inside = Math.Clamp(x - (uniform.Mean - uniform.HalfWidth), 0, 2 * uniform.HalfWidth);
                return (inside * inside / (4 * uniform.HalfWidth)) + Math.Max(x - (uniform.Mean + uniform.HalfWidth), 0);
            }

            double sd = law.StandardDeviation;
            return ((x - law.Mean) * Distribution(x)) + (sd * sd * NormalDistribution.PDF(law.Mean, sd, x));
        }
    }
}
