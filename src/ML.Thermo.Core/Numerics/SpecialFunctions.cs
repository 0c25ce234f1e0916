using Functions = MathNet.Numerics.SpecialFunctions;

namespace ML.Thermo.Numerics;

/// <summary>The special functions of the theory, by MathNet.Numerics where it is accurate and by our own series where it is not.</summary>
internal static class SpecialFunctions
{
    /// <summary>ln 2π.</summary>
    public const double LogTwoPi = 1.8378770664093454836;

    /// <summary>ψ(x), the derivative of ln Γ.</summary>
    public static double Digamma(double x) => Functions.DiGamma(x);

    /// <summary>ψ′(x), x &gt; 0.</summary>
    public static double Trigamma(double x)
    {
        double sum = 0;
        for (; x < 15; x++)
            sum += 1 / (x * x);
        double y = 1 / (x * x);
        return sum + (1 / x) + (y / 2) + (y / x * ((1.0 / 6) - (y * ((1.0 / 30) - (y * ((1.0 / 42) - (y / 30)))))));
    }

    /// <summary>ln Γ(x), x &gt; 0.</summary>
    public static double LogGamma(double x) => Functions.GammaLn(x);

    /// <summary>ln(1 + x) without cancellation for small x.</summary>
    public static double LogOnePlus(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : Math.Log(u) * x / (u - 1);
    }

    /// <summary>φ(x), standard normal density.</summary>
    public static double NormalDensity(double x) => Math.Exp(-0.5 * (x * x + LogTwoPi));

    /// <summary>Φ(x), standard normal distribution function.</summary>
    public static double NormalDistribution(double x) => 0.5 * Functions.Erfc(-x / Math.Sqrt(2));

    /// <summary>ln Φ(x), also far in the lower tail.</summary>
    public static double LogNormalDistribution(double x)
    {
        if (x > -10)
            return Math.Log(NormalDistribution(x));
        double y = 1 / (x * x), term = 1, sum = 1;
        for (int k = 1; k < 12; k++)
        {
            term *= -y * ((2 * k) - 1);
            sum += term;
        }

        return (-0.5 * (x * x + LogTwoPi)) - Math.Log(-x) + Math.Log(sum);
    }

    /// <summary>H(k, θ) = k + ln θ + ln Γ(k) + (1 − k) ψ(k): entropy of the gamma law, nats.</summary>
    public static double GammaEntropy(double shape, double scale) =>
        shape + Math.Log(scale) + LogGamma(shape) + ((1 - shape) * Digamma(shape));
}
