using ML.Thermo.Numerics;

namespace ML.Thermo.Explanations;

/// <summary>Means of effects.</summary>
internal static class MeanEffect
{
    private const double Rounding = 1e-13;

    /// <summary>Mean and sd/√n; the error is 0 where the numbers differ by rounding only, and NaN for a single one.</summary>
    public static Estimate Of(ReadOnlySpan<double> effects)
    {
        Estimate mean = SampleMean.Of(effects);
        return mean.StandardError <= Rounding * Math.Abs(mean.Value) ? Estimate.Exact(mean.Value) : mean;
    }
}
