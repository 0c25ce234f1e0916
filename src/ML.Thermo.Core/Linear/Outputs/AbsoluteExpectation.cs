using System.Runtime.Intrinsics;
using MathNet.Numerics.Integration;
using ML.Thermo.Numerics;

namespace ML.Thermo.Linear.Outputs;

/// <summary>Expectations of |z| and of products |z₁||z₂| for the outputs of a linear model with random parameters.</summary>
internal static class AbsoluteExpectation
{
    /// <summary>Up to this many uniform parameters the corner sum is tried: 2⁴ terms.</summary>
    private const int FewUniforms = 4;

    private const int MostTerms = 1 << 14;

    private static readonly (double[] Nodes, double[] Weights) Short = Legendre(8), Long = Legendre(16);

    /// <summary>g(t) = E|Z + t| = 2φ(t) + t(2Φ(t) − 1).</summary>
    public static double FoldedNormal(double t) => (2 * SpecialFunctions.NormalDensity(t)) + (t * Slope(t));

    /// <summary>g′(t) = 2Φ(t) − 1.</summary>
    public static double Slope(double t) => 1 - (2 * SpecialFunctions.NormalDistribution(-t));

    /// <summary>E|z|, to 1e-12 of the size of z (1e-10 where one uniform parameter is ten thousand times wider than all the rest).</summary>
    /// <remarks>
    /// One uniform and normal parameters: (G(μ + b) − G(μ − b))/2b with G the antiderivative of s·g(z/s). Few uniforms: corner sum
    /// of z^(K+1)/(K+1)!. Else the cosine series of |z| on [−L, L], which holds all of z: L/2 − (4L/π²) Σ_{odd m} E cos(mπz/L)/m².
    /// </remarks>
    public static double Mean(OutputLaw law)
    {
        double reach = law.Reach, size = Math.Abs(law.Mean), s = law.GaussianDeviation;
        int uniforms = law.HalfWidths.Length;
        if (size >= reach)
            return size;
        if (uniforms == 0)
            return s * FoldedNormal(law.Mean / s);
        if (uniforms == 1 && law.HalfWidths[0] > 0.05 * s)
            return law.CornerSum(z => Antiderivative(z, s)).Value;
        if (uniforms <= FewUniforms && s == 0)
        {
            (double sum, double error) = law.CornerSum(z => Math.Sign(z) * Math.Pow(z, uniforms + 1) / Factorial(uniforms + 1));
            if (error < 1e-12 * (size + reach))
                return sum;
        }

        return CosineSeries(law, size + reach);
    }

    /// <summary>
    /// Cov(|Z₁ + a|, |Z₂ + b|) for standard normal Z₁, Z₂ of correlation ρ.
    /// </summary>
    /// <remarks>
    /// Price's theorem gives ∂²/∂ρ² E|Z₁+a||Z₂+b| = 4φ₂(a, b; ρ), so the covariance is
    /// ρ g′(a)g′(b) + (2/π)∫₀^asin ρ (ρ − sin θ) exp(−(a² + b² − 2ab sin θ)/(2cos²θ)) dθ, exact also at ρ = ±1. The integrand is
    /// smooth but for a step of width |a − b| at θ = π/2, where the panels shrink geometrically. Source: Price 1958; Genz 2004
    /// integrates φ₂ alike.
    /// </remarks>
    /// <param name="a">First offset.</param>
    /// <param name="b">Second offset.</param>
    /// <param name="slopeA">g′(a).</param>
    /// <param name="slopeB">g′(b).</param>
    /// <param name="correlation">ρ in [−1, 1].</param>
    public static double Covariance(double a, double b, double slopeA, double slopeB, double correlation)
    {
        const double Weak = 0.5, Steep = 0.9, Narrowest = 2e-5, Shrink = 1.0 / 3;
        (double rho, double c) = correlation < 0 ? (-correlation, -b) : (correlation, b);
        double near = Math.Min(rho, Steep), end = Math.Asin(near);
        double sum = Panel(rho < Weak ? Short : Long, a, c, rho, 0, end);
        double last = Math.Acos(rho);
        for (double psi = (Math.PI / 2) - end; rho > Steep && psi > Narrowest && psi > last; psi *= Shrink)
            sum += Panel(Long, a, c, rho, (Math.PI / 2) - psi, (Math.PI / 2) - Math.Max(psi * Shrink, last));
        return (correlation * slopeA * slopeB) + (2 / Math.PI * sum);
    }

    /// <summary>∫ of the covariance's integrand over one panel of angles.</summary>
    private static double Panel((double[] Nodes, double[] Weights) rule, double a, double b, double rho, double from, double to)
    {
        Vector512<double> sum = Vector512<double>.Zero, one = Vector512<double>.One;
        var difference = Vector512.Create(-0.5 * (a - b) * (a - b));
        for (int i = 0; i < rule.Nodes.Length; i += Vector512<double>.Count)
        {
            Vector512<double> sine = Vector512.Sin(Vector512.Create(from) + ((to - from) * Vector512.Create(rule.Nodes, i)));
            Vector512<double> exponent = ((difference / (one - sine)) - Vector512.Create(a * b)) / (one + sine);
            sum += Vector512.Create(rule.Weights, i) * (Vector512.Create(rho) - sine) * Vector512.Exp(exponent);
        }

        return (to - from) * Vector512.Sum(sum);
    }

    private static double CosineSeries(OutputLaw law, double half)
    {
        double sum = 0;
        for (int m = 1; m < MostTerms; m += 2)
        {
            (double value, double bound) = law.Characteristic(m * Math.PI / half);
            sum += Math.Cos(m * Math.PI * law.Mean / half) * value / ((double)m * m);
            if (bound < 1e-13 * m) // Σ_{k≥m} k⁻² is less than 1/m
                break;
        }

        return half * (0.5 - (4 / (Math.PI * Math.PI) * sum));
    }

    /// <summary>G(z) = ½[(z² + s²)(2Φ(z/s) − 1) + 2zs φ(z/s)], and ½z|z| for s = 0.</summary>
    private static double Antiderivative(double z, double s) => s == 0
        ? 0.5 * z * Math.Abs(z)
        : (0.5 * ((z * z) + (s * s)) * Slope(z / s)) + (z * s * SpecialFunctions.NormalDensity(z / s));

    private static double Factorial(int n) => n < 2 ? 1 : n * Factorial(n - 1);

    /// <summary>The Gauss–Legendre rule on [0, 1].</summary>
    private static (double[] Nodes, double[] Weights) Legendre(int count)
    {
        var rule = new GaussLegendreRule(0, 1, count);
        return (rule.Abscissas, rule.Weights);
    }
}
