using ML.Thermo.Entropies;
using ML.Thermo.Numerics;

namespace ML.Thermo.Transitions;

/// <summary>Central moments of single losses: mean, unbiased variance, third and fourth, in two passes over the losses.</summary>
internal readonly record struct LossMoments(long Count, double Mean, double Variance, double Third, double Fourth)
{
    private readonly double? _varianceError;

    /// <summary>g of one loss.</summary>
    public double Skewness => Third / Math.Pow(Variance, 1.5);

    /// <summary>μ₄/V², 3 for a normal law.</summary>
    public double Kurtosis => Fourth / (Variance * Variance);

    /// <summary>Standard error of the variance: of losses at hand by <see cref="SampleVarianceError"/>, else from Var s² = (μ₄ − V²(n−3)/(n−1))/n.</summary>
    public double VarianceError
    {
        get => _varianceError ?? (Variance * Math.Sqrt(SampleVarianceError.Own(Count, Variance, Fourth)));
        private init => _varianceError = value;
    }

    /// <summary>Of n ≥ 2 losses.</summary>
    /// <param name="losses">The losses, finite.</param>
    /// <param name="ofClassifier">Whether the error of their variance is the jackknife's, with no gamma law in mind.</param>
    public static LossMoments Of(ReadOnlySpan<double> losses, bool ofClassifier = false)
    {
        int n = losses.Length;
        double mean = CompensatedSum.Of(losses) / n;
        if (!double.IsFinite(mean) && FirstNotFinite(losses) is int i and >= 0)
            throw new UnusableDataException($"Loss number {i + 1} is {losses[i]}: expected a finite number.");
        (_, double second, double third, double fourth) = EnergyMoments.PowerSums(losses, mean);
        double variance = second / (n - 1);
        return new LossMoments(n, mean, variance, third / n, fourth / n)
        {
            VarianceError = !(variance > 0) ? 0 : variance * (ofClassifier
                ? SampleVarianceError.Jackknife(losses, variance, fourth / n) : SampleVarianceError.Relative(losses, variance, fourth / n)),
        };
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
