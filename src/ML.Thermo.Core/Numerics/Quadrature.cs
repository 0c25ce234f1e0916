using MathNet.Numerics.Integration;

namespace ML.Thermo.Numerics;

/// <summary>One-dimensional integrals of smooth functions.</summary>
internal static class Quadrature
{
    /// <summary>∫ f over [a, b] by adaptive Gauss–Kronrod; the ends may be infinite.</summary>
    public static double Integrate(Func<double, double> f, double a, double b, double relativeError = 1e-12) =>
        GaussKronrodRule.Integrate(f, a, b, out _, out _, relativeError, 20);
}
