using Functions = MathNet.Numerics.SpecialFunctions;

namespace ML.Thermo.Numerics;

/// <summary>The gamma and normal families, good to about 1e-14 of the value (of one, near a zero); MathNet.Numerics gives erfc.</summary>
internal static class SpecialFunctions
{
    /// <summary>ln 2π.</summary>
    public const double LogTwoPi = 1.8378770664093454836;

    /// <summary>γ, the Euler–Mascheroni constant.</summary>
    public const double EulerGamma = 0.57721566490153286061;

    /// <summary>Above this argument Stirling's series below are exact to double precision.</summary>
    private const double Stirling = 12;

    // (ζ(k) − 1)/k for k = 2…31, the Taylor coefficients of ln Γ(2 + t) up to sign.
    private static readonly double[] ZetaTail =
        [.. Enumerable.Range(2, 30).Select(k => ((FermiDirac.Eta(k) / (1 - Math.Pow(2, 1 - k))) - 1) / k)];

    /// <summary>ψ(x), the derivative of ln Γ; −∞ at zero, NaN at the negative integers.</summary>
    public static double Digamma(double x)
    {
        if (x == 0)
            return double.NegativeInfinity;
        if (x < 0)
            return x == Math.Floor(x) ? double.NaN : Digamma(1 - x) - (Math.PI / double.TanPi(x));
        double sum = 0;
        for (; x < Stirling; x++)
            sum += 1 / x;
        return Math.Log(x) - (0.5 / x) - DigammaTail(x) - sum;
    }

    /// <summary>ψ′(x); +∞ at zero, NaN at the negative integers.</summary>
    public static double Trigamma(double x)
    {
        if (x == 0)
            return double.PositiveInfinity;
        if (x < 0)
        {
            double sine = double.SinPi(x) / Math.PI;
            return x == Math.Floor(x) ? double.NaN : (1 / (sine * sine)) - Trigamma(1 - x);
        }

        double sum = 0;
        for (; x < Stirling; x++)
            sum += 1 / (x * x);
        double y = 1 / (x * x);
        double tail = y * (1.0 / 6 - (y * (1.0 / 30 - (y * (1.0 / 42 - (y * (1.0 / 30 - (y * (5.0 / 66 - (y * (691.0 / 2730 - (y * 7 / 6))))))))))));
        return sum + ((1 + (0.5 / x) + tail) / x);
    }

    /// <summary>ln of the number of ways to choose k of n, 0 ≤ k ≤ n.</summary>
    public static double LogChoose(long n, long k) => LogGamma(n + 1.0) - LogGamma(k + 1.0) - LogGamma(n - k + 1.0);

    /// <summary>ln Γ(x), x ≥ 0; relative accuracy also near its zeros at 1 and 2.</summary>
    public static double LogGamma(double x)
    {
        if (x == 0 || double.IsPositiveInfinity(x))
            return double.PositiveInfinity;
        if (!(x > 0))
            return double.NaN;
        if (x >= Stirling)
            return ((x - 0.5) * Math.Log(x)) - x + (0.5 * LogTwoPi) + StirlingTail(x);
        double product = 1;
        for (; x >= 2.5; product *= x)
            x--;
        return x < 0.5 ? LogGammaNearTwo(x) - Math.Log(x) - LogOnePlus(x)
            : x < 1.5 ? LogGammaNearTwo(x - 1) - LogOnePlus(x - 1)
            : Math.Log(product) + LogGammaNearTwo(x - 2);
    }

    /// <summary>ln(1 + x) without cancellation for small x.</summary>
    public static double LogOnePlus(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : double.IsInfinity(u) ? u : Math.Log(u) * x / (u - 1);
    }

    /// <summary>ln(1 + x) − x without cancellation, x &gt; −1.</summary>
    public static double LogOnePlusMinus(double x)
    {
        if (Math.Abs(x) > 0.5)
            return LogOnePlus(x) - x;
        double r = x / (2 + x), power = r, sum = 0; // ln(1 + x) = 2 artanh r
        for (int k = 3; Math.Abs(power) > 1e-18 * Math.Abs(r); k += 2)
        {
            power *= r * r;
            sum += power / k;
        }

        return (2 * sum) - (x * r);
    }

    /// <summary>φ(x), standard normal density.</summary>
    public static double NormalDensity(double x) => Math.Exp(-0.5 * ((x * x) + LogTwoPi));

    /// <summary>Φ(x), standard normal distribution function, with relative accuracy in the lower tail.</summary>
    public static double NormalDistribution(double x)
    {
        if (x > 0)
            return 1 - NormalDistribution(-x);
        // erfc decays as e^(−z²) of the rounded z; the last factor puts back what rounding z and its square took away.
        double z = -x / Math.Sqrt(2), square = x * x, lost = Math.FusedMultiplyAdd(x, x, -square);
        return x < -38.6 ? 0 : 0.5 * Functions.Erfc(z) * Math.Exp((z * z) - (0.5 * square) - (0.5 * lost));
    }

    /// <summary>ln Φ(x), with relative accuracy in both tails.</summary>
    public static double LogNormalDistribution(double x)
    {
        if (x > 0)
            return LogOnePlus(-NormalDistribution(-x));
        if (x > -30)
            return Math.Log(NormalDistribution(x));
        double y = 1 / (x * x), term = 1, sum = 1;
        for (int k = 1; k < 8; k++)
        {
            term *= -y * ((2 * k) - 1);
            sum += term;
        }

        return (-0.5 * ((x * x) + LogTwoPi)) - Math.Log(-x) + Math.Log(sum);
    }

    /// <summary>H(k, θ) = k + ln θ + ln Γ(k) + (1 − k) ψ(k): entropy of the gamma law, nats; k, θ &gt; 0.</summary>
    public static double GammaEntropy(double shape, double scale) => Math.Log(scale) + (shape < Stirling
        ? shape + LogGamma(shape) + ((1 - shape) * Digamma(shape))
        : (0.5 * (1 + LogTwoPi + Math.Log(shape))) + StirlingTail(shape) - (0.5 / shape) + ((shape - 1) * DigammaTail(shape)));

    /// <summary>ln Γ(x) − [(x − ½) ln x − x + ½ ln 2π], x ≥ 12.</summary>
    internal static double StirlingTail(double x)
    {
        double y = 1 / (x * x);
        return (1.0 / 12 - (y * (1.0 / 360 - (y * (1.0 / 1260 - (y * (1.0 / 1680 - (y * (1.0 / 1188 - (y * 691 / 360360)))))))))) / x;
    }

    /// <summary>ln x − 1/(2x) − ψ(x), x ≥ 12.</summary>
    private static double DigammaTail(double x)
    {
        double y = 1 / (x * x);
        return y * (1.0 / 12 - (y * (1.0 / 120 - (y * (1.0 / 252 - (y * (1.0 / 240 - (y * (1.0 / 132 - (y * (691.0 / 32760 - (y / 12))))))))))));
    }

    /// <summary>ln Γ(2 + t), |t| ≤ ½.</summary>
    private static double LogGammaNearTwo(double t)
    {
        double sum = 0;
        for (int i = ZetaTail.Length - 1; i >= 0; i--)
            sum = ZetaTail[i] - (t * sum);
        return t * (1 - EulerGamma + (t * sum));
    }
}
