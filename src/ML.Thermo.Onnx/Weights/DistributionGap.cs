using ML.Thermo.Initialization;
using NormalDistribution = MathNet.Numerics.Distributions.Normal;

namespace ML.Thermo.Onnx.Weights;

/// <summary>F_n − F for sorted weights x₀ … x₍ₙ₋₁₎: between x_a and x_b, F_n runs from (a+1)/n to b/n and F from F(x_a) to F(x_b).</summary>
internal sealed class DistributionGap(SortedEntries entries, InitializationLaw law)
{
    private const int CoarsePoints = 256;
    private readonly double _count = entries.Count;
    private double _largest;

    private ReadOnlySpan<float> Sorted => entries.Values;

    /// <summary>sup |F_n − F|.</summary>
    public double Supremum()
    {
        int last = entries.Count - 1;
        for (int point = 0; point < CoarsePoints; point++)
            _ = Visit((int)((long)last * point / (CoarsePoints - 1)));
        Search(0, last, Visit(0), Visit(last));
        return _largest;
    }

    /// <summary>∫ |F_n − F| dx.</summary>
    public double Integral()
    {
        double first = Sorted[0], last = Sorted[^1];
        double tails = Below(first) + (Below(last) - (last - law.Mean)); // ∫F left of all weights, ∫(1 − F) right of them
        return tails + Between(0, entries.Count - 1, Distribution(first), Distribution(last));
    }

    /// <summary>F at a weight; takes note of the gap on both sides of it.</summary>
    private double Visit(int i)
    {
        double expected = Distribution(Sorted[i]);
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
        double left = Sorted[a], right = Sorted[b];
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
        double atMiddle = Distribution(Sorted[middle]);
        return Between(a, middle, atA, atMiddle) + Between(middle, b, atMiddle, atB);
    }

    /// <summary>∫ F_n from x_a to x_b.</summary>
    private double StepIntegral(int a, int b)
    {
        ReadOnlySpan<float> sorted = Sorted;
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
