namespace ML.Thermo.Numerics;

/// <summary>Expectations under a normal law by adaptive quadrature, for functions with kinks or jumps.</summary>
internal static class NormalExpectation
{
    // Beyond 38 standard deviations the density is below the smallest double.
    private static readonly double[] Breaks = [-24, -14, -8, -4, -1.5, 0, 1.5, 4, 8, 14, 24];

    /// <summary>E f(X), X ~ N(mean, variance).</summary>
    /// <param name="f">Any function whose expectation exists; finite where the density is not negligible.</param>
    /// <param name="mean">μ.</param>
    /// <param name="variance">q ≥ 0; zero gives f(μ).</param>
    /// <param name="kinks">Points x at which f is not smooth.</param>
    /// <param name="relativeError">Wanted error over E|f|.</param>
    /// <returns>The expectation and an upper estimate of its error.</returns>
    public static (double Value, double Error) Of(
        Func<double, double> f, double mean, double variance, ReadOnlySpan<double> kinks = default, double relativeError = 1e-13)
    {
        if (variance == 0)
            return (f(mean), 0);
        double sd = Math.Sqrt(variance);
        double[] breaks = [.. Breaks, .. kinks];
        for (int i = Breaks.Length; i < breaks.Length; i++)
            breaks[i] = (breaks[i] - mean) / sd;
        return Quadrature.Integrate(z => Weighted(SpecialFunctions.NormalDensity(z), f, mean + (sd * z)), -38.5, 38.5, breaks, relativeError);
    }

    private static double Weighted(double density, Func<double, double> f, double x) => density == 0 ? 0 : density * f(x);
}
