using ML.Thermo.Numerics;

namespace ML.Thermo;

/// <summary>Central moments of single losses: mean, unbiased variance, third and fourth, in two compensated passes.</summary>
internal readonly record struct LossMoments(int Count, double Mean, double Variance, double Third, double Fourth)
{
    /// <summary>g of one loss.</summary>
    public double Skewness => Third / Math.Pow(Variance, 1.5);

    /// <summary>μ₄/V², 3 for a normal law.</summary>
    public double Kurtosis => Fourth / (Variance * Variance);

    /// <summary>Standard error of the variance, from Var s² = (μ₄ − V²(n−3)/(n−1))/n.</summary>
    public double VarianceError =>
        Math.Sqrt(Math.Max(Fourth - (Variance * Variance * (Count - 3) / (Count - 1)), 0) / Count);

    public static LossMoments Of(ReadOnlySpan<double> losses)
    {
        var sum = new CompensatedSum();
        for (int i = 0; i < losses.Length; i++)
        {
            if (!double.IsFinite(losses[i]))
                throw new UnusableDataException($"Loss number {i + 1} is {losses[i]}: expected a finite number.");
            sum.Add(losses[i]);
        }

        double mean = sum.Value / losses.Length;
        CompensatedSum second = default, third = default, fourth = default;
        foreach (double loss in losses)
        {
            double d = loss - mean, square = d * d;
            second.Add(square);
            third.Add(square * d);
            fourth.Add(square * square);
        }

        int n = losses.Length;
        return new LossMoments(n, mean, second.Value / (n - 1), third.Value / n, fourth.Value / n);
    }
}
