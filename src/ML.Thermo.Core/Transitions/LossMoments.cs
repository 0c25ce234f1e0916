using ML.Thermo.Entropies;
using ML.Thermo.Numerics;

namespace ML.Thermo.Transitions;

/// <summary>Central moments of single losses: mean, unbiased variance, third and fourth, in two passes over the losses.</summary>
internal readonly record struct LossMoments(long Count, double Mean, double Variance, double Third, double Fourth)
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
        int n = losses.Length;
        double mean = CompensatedSum.Of(losses) / n;
        if (!double.IsFinite(mean) && FirstNotFinite(losses) is int i and >= 0)
            throw new UnusableDataException($"Loss number {i + 1} is {losses[i]}: expected a finite number.");
        (_, double second, double third, double fourth) = EnergyMoments.PowerSums(losses, mean);
        return new LossMoments(n, mean, second / (n - 1), third / n, fourth / n);
    }

    private static int FirstNotFinite(ReadOnlySpan<double> losses)
    {
        for (int i = 0; i < losses.Length; i++)
        {
            if (!double.IsFinite(losses[i]))
                return i;
        }

        return -1;
    }
}
