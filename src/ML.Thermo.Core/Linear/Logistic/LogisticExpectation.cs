using ML.Thermo.Energies;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Numerics;

namespace ML.Thermo.Linear.Logistic;

/// <summary>Expectations of softplus(z) = ln(1 + eᶻ) for the outputs of a linear model with random parameters.</summary>
/// <remarks>
/// <para>Everything rests on one identity for |z| ≤ L, with ω = mπ/L:
/// softplus(z) = z/2 + L/6 + π²/(12L) + z²/(4L) − Σ_{m≥1} π/(Lω sinh πω) cos ωz, up to e^(−L).</para>
/// <para>Derivation: softplus(z) − z/2 = |z|/2 + Σ (−1)^(j+1) e^(−j|z|)/j is even; its cosine coefficients on [−L, L] are
/// ((−1)^m − πω/sinh πω)/(Lω²), and the first part sums to a parabola. The rest falls as e^(−πω), so a hundred terms are exact for
/// every law whose characteristic function is known: normal, uniform and mixed parameters alike.</para>
/// </remarks>
internal static class LogisticExpectation
{
    /// <summary>e^(−40) is below double precision.</summary>
    private const double Far = 40;

    private const int MostTerms = 1 << 14;

    /// <summary>L(μ, s) = E softplus(μ + sZ), absolute error about 1e-15·(1 + |μ| + s).</summary>
    public static double Softplus(double mean, double deviation) => Softplus(new OutputLaw(mean, deviation * deviation, []));

    /// <summary>E softplus(z), absolute error about 1e-15 of the size of z (1e-10 for one or two uniform parameters wider than 10⁴).</summary>
    public static double Softplus(OutputLaw law)
    {
        double size = Math.Abs(law.Mean), reach = law.Reach;
        if (reach == 0)
            return Energy.CrossEntropy.Loss(law.Mean, 0);
        if (size - reach > Far)
            return Math.Max(law.Mean, 0);
        double half = Math.Max(Far, size + reach), sum = 0;
        for (int m = 1; m < MostTerms; m++)
        {
            double frequency = m * Math.PI / half, coefficient = Coefficient(frequency, half);
            (double value, double bound) = law.Characteristic(frequency);
            sum += coefficient * value * Math.Cos(frequency * law.Mean);
            if (coefficient * bound * m < 1e-17 * half)
                break;
        }

        double square = (law.Mean * law.Mean) + law.Variance;
        return (law.Mean / 2) + (half / 6) + (((Math.PI * Math.PI / 3) + square) / (4 * half)) - sum;
    }

    /// <summary>
    /// Normalised Hermite coefficients cₖ = E[softplus(μ + sZ) Heₖ(Z)]/√k!, k = 1…K: the covariance of two outputs of correlation ρ
    /// is Σ ρᵏ cₖ c′ₖ (Mehler).
    /// </summary>
    /// <remarks>E[cos ω(μ + sZ) Heₖ(Z)] = (ωs)ᵏ e^(−ω²s²/2) cos(ωμ + kπ/2) turns the cosine series into the coefficients term by term.</remarks>
    /// <param name="mean">μ.</param>
    /// <param name="deviation">s ≥ 0.</param>
    /// <param name="coefficients">Receives c₁…c_K.</param>
    public static void HermiteCoefficients(double mean, double deviation, Span<double> coefficients)
    {
        double reach = Math.Max(8.5, (2 * Math.Sqrt(coefficients.Length)) + 2); // where He_K(z)φ(z)/√K! has died away
        double half = Math.Max(Far, Math.Abs(mean) + (reach * deviation));
        coefficients.Clear();
        for (int m = 1; m < MostTerms; m++)
        {
            double frequency = m * Math.PI / half, x = frequency * deviation;
            double term = -Coefficient(frequency, half) * Math.Exp(-0.5 * x * x);
            (double sine, double cosine) = Math.SinCos(frequency * mean);
            for (int k = 1; k <= coefficients.Length; k++)
            {
                term *= x / Math.Sqrt(k);
                (cosine, sine) = (-sine, cosine); // a quarter turn a degree
                coefficients[k - 1] += term * cosine;
            }

            if (Math.PI * frequency > Far || x > reach + 8.5)
                break;
        }

        coefficients[0] += deviation * (0.5 + (mean / (2 * half)));
        if (coefficients.Length > 1)
            coefficients[1] += Math.Sqrt(2) * deviation * deviation / (4 * half);
    }

    /// <summary>
    /// The expansion for narrow laws, softplus(μ) + m₂f″/2 + m₄f⁗/24 + m₆f⁽⁶⁾/720 with the central moments m₂, m₄, m₆ of z.
    /// Asymptotic: for normal parameters the error is below 1e-9 for s ≤ 0.1, 1e-5 at s = 0.5 and 2e-3 at s = 1.
    /// </summary>
    public static double Narrow(OutputLaw law)
    {
        double fourth = 0, sixth = 0, v = law.Variance;
        foreach (double b in law.HalfWidths)
        {
            fourth -= 2 * Math.Pow(b, 4) / 15; // cumulants of the uniform law
            sixth += 16 * Math.Pow(b, 6) / 63;
        }

        double p = 1 / (1 + Math.Exp(-law.Mean)), f2 = p * (1 - p), f4 = f2 * (1 - (6 * f2)), f6 = f2 * (1 - (30 * f2) + (120 * f2 * f2));
        return Energy.CrossEntropy.Loss(law.Mean, 0)
            + (v * f2 / 2) + (((3 * v * v) + fourth) * f4 / 24) + (((15 * v * v * v) + (15 * v * fourth) + sixth) * f6 / 720);
    }

    /// <summary>
    /// The expansion for wide laws, E max(z, 0) = (μ + E|z|)/2, and for normal parameters also (π²/6)φ(t)/s + (7π⁴/360)(t² − 1)φ(t)/s³,
    /// t = μ/s. Asymptotic: with these terms the error is about 40/s⁵, 2e-3 at s = 4 and below 1e-10 for s ≥ 200.
    /// </summary>
    public static double Wide(OutputLaw law)
    {
        double leading = (law.Mean + AbsoluteExpectation.Mean(law)) / 2, s = law.GaussianDeviation, t = law.Mean / s;
        if (law.HalfWidths.Length > 0 || s == 0)
            return leading;
        const double Pi2 = Math.PI * Math.PI;
        return leading + (SpecialFunctions.NormalDensity(t) / s * ((Pi2 / 6) + (7 * Pi2 * Pi2 / 360 * ((t * t) - 1) / (s * s))));
    }

    private static double Coefficient(double frequency, double half) => Math.PI / (half * frequency * Math.Sinh(Math.PI * frequency));
}
