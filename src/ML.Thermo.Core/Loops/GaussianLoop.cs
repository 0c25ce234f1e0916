using ML.Thermo.Numerics;

namespace ML.Thermo.Loops;

/// <summary>How the variance of a normal law is fitted.</summary>
public enum VarianceFit
{
    /// <summary>Squares divided by n.</summary>
    MaximumLikelihood,

    /// <summary>Squares divided by n − 1.</summary>
    Unbiased,
}

/// <summary>
/// A number whose normal law is fitted again and again to n draws of the last fit, starting at N(0, 1): exact expectations, in units of the first
/// variance.</summary>
/// <remarks>
/// <para>The mean of the unbiased variance stays one while almost every single run dies: read ln σ² or the median.</para></remarks>
/// <param name="Rows">n ≥ 2 draws a generation.</param>
/// <param name="Fit">By what the squares are divided.</param>
[Maturity(Maturity.Theorem, "independent draws")]
public readonly record struct GaussianLoop(int Rows, VarianceFit Fit = VarianceFit.MaximumLikelihood)
{
    /// <summary>n ≥ 2.</summary>
    public int Rows { get; } = Rows >= 2
        ? Rows
        : throw new ArgumentOutOfRangeException(nameof(Rows), Rows, $"A generation has {Rows} rows: expected at least 2.");

    private double Freedom => Rows - 1.0;

    private double Divisor => Fit == VarianceFit.MaximumLikelihood ? Rows : Freedom;

    /// <summary>E σ²(t): (1 − 1/n)ᵗ, or 1 where unbiased.</summary>
    /// <param name="generation">t ≥ 0.</param>
    public double ExpectedVariance(int generation) => Fit == VarianceFit.MaximumLikelihood ? ResamplingLaw.Replace(Rows, generation) : 1;

    /// <summary>E μ²(t): 1 − (1 − 1/n)ᵗ, or t/n where unbiased.</summary>
    /// <param name="generation">t ≥ 0.</param>
    public double ExpectedSquaredMean(int generation) =>
        Fit == VarianceFit.MaximumLikelihood ? 1 - ResamplingLaw.Replace(Rows, generation) : (double)generation / Rows;

    /// <summary>E ln σ²(t) = t[ψ((n − 1)/2) − ln(divisor/2)]: linear in t, negative, the rate at which a typical run dies.</summary>
    /// <param name="generation">t ≥ 0.</param>
    public double ExpectedLogVariance(int generation) => generation * (SpecialFunctions.Digamma(Freedom / 2) - Math.Log(Divisor / 2));

    /// <summary>Var ln σ²(t) = t ψ′((n − 1)/2).</summary>
    /// <param name="generation">t ≥ 0.</param>
    public double VarianceOfLogVariance(int generation) => generation * SpecialFunctions.Trigamma(Freedom / 2);

    /// <summary>E σ(t), from the mean of a chi-distributed number.</summary>
    /// <param name="generation">t ≥ 0.</param>
    public double ExpectedDeviation(int generation) => Math.Exp(generation * (
        (0.5 * Math.Log(2 / Divisor)) + SpecialFunctions.LogGamma((Freedom + 1) / 2) - SpecialFunctions.LogGamma(Freedom / 2)));

    /// <summary>E S(t) − S(0) = ½ E ln σ²(t), nats.</summary>
    /// <param name="generation">t ≥ 0.</param>
    public double ExpectedEntropyChange(int generation) => ExpectedLogVariance(generation) / 2;

    /// <summary>
    /// Long-run variance of a fit (maximum likelihood) and square of its mean, with k = λn fresh rows a generation and draws whose variance is
    /// multiplied by τ: B = λc/(1 − (1 − λ)τc), c = 1 − 1/(n(2 − λ)), and A = (λ + (1 − λ)τB)/(n(1 − (1 − λ)²)). A + B = 1 at τ = 1.
    /// </summary>
    /// <param name="rows">n; +∞ for endless data, where A = 0.</param>
    /// <param name="freshShare">λ, above 0 and up to 1.</param>
    /// <param name="temperature">τ &gt; 0.</param>
    /// <returns>B and A; +∞ where the loop explodes: (1 − λ)τc ≥ 1. With endless data that is λ ≤ 1 − 1/τ.</returns>
    public static (double Variance, double SquaredMean) Stationary(double rows, double freshShare, double temperature = 1)
    {
        LoopArguments.Share(freshShare, nameof(freshShare));
        LoopArguments.Temperature(temperature);
        if (!(rows >= 2))
            throw new ArgumentOutOfRangeException(nameof(rows), rows, $"A generation has {rows} rows: expected at least 2.");
        double rest = 1 - freshShare, kept = 1 - (1 / (rows * (2 - freshShare))), growth = rest * temperature * kept;
        if (freshShare == 0)
            return (growth < 1 ? 0 : double.PositiveInfinity, double.NaN);
        if (growth >= 1)
            return (double.PositiveInfinity, double.PositiveInfinity);
        double variance = freshShare * kept / (1 - growth);
        return (variance, (freshShare + (rest * temperature * variance)) / (rows * (1 - (rest * rest))));
    }
}
