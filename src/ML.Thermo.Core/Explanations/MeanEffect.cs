namespace ML.Thermo.Explanations;

/// <summary>Means of effects.</summary>
internal static class MeanEffect
{
    private const double Rounding = 1e-13;

    /// <summary>Mean and sd/√n; the error is 0 where the numbers differ by rounding only, and NaN for a single one.</summary>
    public static Estimate Of(ReadOnlySpan<double> effects)
    {
        double mean = 0, square = 0;
        foreach (double effect in effects)
            mean += effect / effects.Length;
        foreach (double effect in effects)
            square += (effect - mean) * (effect - mean);
        double error = effects.Length == 1 ? double.NaN : Math.Sqrt(square / (effects.Length - 1) / effects.Length);
        return new(mean, error <= Rounding * Math.Abs(mean) ? 0 : error);
    }
}
