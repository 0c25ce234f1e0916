using ML.Thermo.Numerics;

namespace ML.Thermo.Entropies;

/// <summary>Entropy of the normal law with the same variance, S = ½ ln(2πe V), nats: the largest entropy at that variance.</summary>
/// <remarks>
/// <para>Standard error: se(V)/(2V), which holds the kurtosis of the sample. Bias: g₁²/12 + g₂²/48, the leading negentropy of a nearly
/// normal law; NaN where a cumulant is unknown or the law is far from normal (|g₁| ≥ ½ or |g₂| &gt; 1).</para></remarks>
[Maturity(Maturity.Estimator, "closure on two moments")]
public sealed class GaussianClosure : IEntropyEstimator
{
    /// <inheritdoc/>
    public EntropyMethod Method => EntropyMethod.Gaussian;

    /// <inheritdoc/>
    public bool NeedsSample => false;

    /// <inheritdoc/>
    /// <param name="moments">Of them the variance, and for the bias the third and fourth cumulants.</param>
    /// <param name="sample">Not used.</param>
    public EntropyEstimate Estimate(EnergyMoments moments, ReadOnlySpan<double> sample)
    {
        double v = moments.Variance.Value, g1 = moments.Skewness, g2 = moments.ExcessKurtosis;
        return ClosureStatus.Degenerate(moments, Method) ?? new(Entropy(v), moments.Variance.StandardError / (2 * v), Method, moments.Status)
        {
            Bias = EdgeworthClosure.IsNearlyNormal(g1, g2) ? (g1 * g1 / 12) + (g2 * g2 / 48) : double.NaN,
            EnergyCovariance = ClosureStatus.PerDraw(moments, moments.ThirdCumulant / (2 * v)),
        };
    }

    internal static double Entropy(double variance) => 0.5 * (SpecialFunctions.LogTwoPi + 1 + Math.Log(variance));
}

/// <summary>
/// Entropy H(k, θ) = k + ln θ + ln Γ(k) + (1 − k) ψ(k), nats, of the gamma law on [E₀, ∞) with the same mean and variance:
/// k = (⟨E⟩ − E₀)²/V, θ = V/(⟨E⟩ − E₀).</summary>
/// <remarks>
/// <para>Exact for a quadratic energy about its minimum with equal curvatures. Standard error by the delta method in mean and variance,
/// whose covariance is K₃/n (taken as zero where K₃ is unknown). Bias: not known; up to 0.02 nat for two and 0.3 for one parameter of a
/// linear model were observed.</para>
/// <para>Without a known floor the value is NaN and the status <see cref="Status.Undefined"/>; with a mean at or below it,
/// <see cref="Status.OutOfRange"/>.</para></remarks>
[Maturity(Maturity.Estimator, "closure on two moments and the floor")]
public sealed class GammaClosure : IEntropyEstimator
{
    /// <inheritdoc/>
    public EntropyMethod Method => EntropyMethod.Gamma;

    /// <inheritdoc/>
    public bool NeedsSample => false;

    /// <inheritdoc/>
    /// <param name="moments">Of them mean, variance and floor, and for the error the third cumulant.</param>
    /// <param name="sample">Not used.</param>
    public EntropyEstimate Estimate(EnergyMoments moments, ReadOnlySpan<double> sample)
    {
        if (ClosureStatus.Degenerate(moments, Method) is { } degenerate)
            return degenerate;
        double v = moments.Variance.Value, excess = moments.Mean.Value - moments.Floor;
        if (!(excess > 0))
            return ClosureStatus.Unanswered(Method, double.IsNaN(excess) ? Status.Undefined : Status.OutOfRange);
        double k = excess * excess / v, perShape = k * (1 + ((1 - k) * SpecialFunctions.Trigamma(k)));
        double toMean = ((2 * perShape) - 1) / excess, toVariance = (1 - perShape) / v; // ∂S/∂⟨E⟩, ∂S/∂V
        double covariance = double.IsNaN(moments.ThirdCumulant) ? 0 : moments.ThirdCumulant / moments.SampleSize;
        double variance = Math.Pow(toMean * moments.Mean.StandardError, 2) + Math.Pow(toVariance * moments.Variance.StandardError, 2)
            + (2 * toMean * toVariance * covariance);
        return new(SpecialFunctions.GammaEntropy(k, v / excess), Math.Sqrt(Math.Max(variance, 0)), Method, moments.Status)
        {
            Bias = double.NaN,
            EnergyCovariance = ClosureStatus.PerDraw(moments, (toMean * v) + (toVariance * moments.ThirdCumulant)),
        };
    }
}

/// <summary>
/// Entropy of the Pearson III law (a gamma law of free location) with the same variance and skewness: H(k, θ) with k = 4/g₁²,
/// θ = √V |g₁|/2, nats; the normal law at g₁ = 0.</summary>
/// <remarks>
/// <para>Best of the closures for quadratic energies under normal initialisation while g₁ &lt; 1 (0.00–0.02 nat), poor for uniform
/// initialisation of one or two parameters (0.06–0.7). Standard error by the delta method in variance and skewness, with the higher
/// moments of the Pearson III law itself. Bias: not known.</para></remarks>
[Maturity(Maturity.Estimator, "closure on three moments")]
public sealed class PearsonClosure : IEntropyEstimator
{
    /// <inheritdoc/>
    public EntropyMethod Method { get; } = new("PearsonIII");

    /// <inheritdoc/>
    public bool NeedsSample => false;

    /// <inheritdoc/>
    /// <param name="moments">Of them variance and third cumulant; Undefined where the latter is not known.</param>
    /// <param name="sample">Not used.</param>
    public EntropyEstimate Estimate(EnergyMoments moments, ReadOnlySpan<double> sample)
    {
        if (ClosureStatus.Degenerate(moments, Method) is { } degenerate)
            return degenerate;
        double v = moments.Variance.Value, g = Math.Abs(moments.Skewness), k = 4 / (g * g);
        if (double.IsNaN(g))
            return ClosureStatus.Unanswered(Method, Status.Undefined);
        double entropy = g > 1e-8 ? SpecialFunctions.GammaEntropy(k, Math.Sqrt(v) * g / 2) : GaussianClosure.Entropy(v);

        // An energy z standard deviations from the mean moves S by c z³ + b(z² − 1) − 3c z − c g: half its part in ln V and ∂S/∂g₁ = c its part in g₁.
        double c = g > 0.01 ? (1 - (2 * k * (1 + ((1 - k) * SpecialFunctions.Trigamma(k))))) / g : -g / 6, b = 0.5 - (1.5 * c * g), g2 = g * g;
        double m4 = 3 + (1.5 * g2), m5 = g * (10 + (3 * g2)), m6 = 15 + (g2 * (32.5 + (7.5 * g2)));
        double perDraw = (c * c * (m6 - g2 + 9 - (6 * m4))) + (b * b * (m4 - 1)) + (2 * b * c * (m5 - g - (3 * g)));
        return new(entropy, Math.Sqrt(Math.Max(perDraw, 0) / moments.SampleSize), Method, moments.Status)
        {
            Bias = double.NaN,
            EnergyCovariance = ClosureStatus.PerDraw(moments, Math.Sign(moments.ThirdCumulant) * Math.Sqrt(v) * ((c * (m4 - 3)) + (b * g))),
        };
    }
}

/// <summary>
/// Entropy of a nearly normal law by the Edgeworth series: S = ½ ln(2πe V) − g₁²/12 − g₂²/48 − 7g₁⁴/48 + g₁²g₂/8, nats.</summary>
/// <remarks>
/// <para>Only for |g₁| &lt; ½: beyond, the value is NaN with <see cref="Status.OutOfRange"/>. For |g₂| &gt; 1 the value is given with that
/// status. Standard error: se(V)/(2V) and, for g₁ and g₂, the variances 6/n and 24/n of a normal sample. Bias: the size of the last two
/// terms, NaN out of range.</para></remarks>
[Maturity(Maturity.Estimator, "Edgeworth expansion of the negentropy")]
public sealed class EdgeworthClosure : IEntropyEstimator
{
    /// <summary>|g₁| below which the series is used.</summary>
    public const double LargestSkewness = 0.5;

    /// <summary>|g₂| above which the value carries <see cref="Status.OutOfRange"/>.</summary>
    public const double LargestKurtosis = 1;

    /// <inheritdoc/>
    public EntropyMethod Method => EntropyMethod.Edgeworth;

    /// <inheritdoc/>
    public bool NeedsSample => false;

    /// <inheritdoc/>
    /// <param name="moments">Of them variance, third and fourth cumulant; Undefined where one is not known.</param>
    /// <param name="sample">Not used.</param>
    public EntropyEstimate Estimate(EnergyMoments moments, ReadOnlySpan<double> sample)
    {
        if (ClosureStatus.Degenerate(moments, Method) is { } degenerate)
            return degenerate;
        double v = moments.Variance.Value, g1 = moments.Skewness, g2 = moments.ExcessKurtosis, square = g1 * g1;
        if (double.IsNaN(g1) || double.IsNaN(g2))
            return ClosureStatus.Unanswered(Method, Status.Undefined);
        if (Math.Abs(g1) >= LargestSkewness)
            return ClosureStatus.Unanswered(Method, Status.OutOfRange);
        double last = (square * g2 / 8) - (7 * square * square / 48);
        double toSkewness = g1 * (-(1.0 / 6) - (7 * square / 12) + (g2 / 4)), toKurtosis = (square / 8) - (g2 / 24);
        double variance = Math.Pow(moments.Variance.StandardError / (2 * v), 2)
            + (((6 * toSkewness * toSkewness) + (24 * toKurtosis * toKurtosis)) / moments.SampleSize);
        return new(
            GaussianClosure.Entropy(v) - (square / 12) - (g2 * g2 / 48) + last,
            Math.Sqrt(variance),
            Method,
            moments.Status | (IsNearlyNormal(g1, g2) ? Status.Defined : Status.OutOfRange))
        {
            Bias = IsNearlyNormal(g1, g2) ? Math.Abs(last) : double.NaN,
            EnergyCovariance = ClosureStatus.PerDraw(moments, Math.Sqrt(v) * ((g1 / 2) + (toSkewness * (g2 - (1.5 * square))))),
        };
    }

    internal static bool IsNearlyNormal(double skewness, double excessKurtosis) =>
        Math.Abs(skewness) < LargestSkewness && Math.Abs(excessKurtosis) <= LargestKurtosis;
}

/// <summary>The answers that no closure computes.</summary>
file static class ClosureStatus
{
    public static EntropyEstimate? Degenerate(EnergyMoments moments, EntropyMethod method) =>
        moments.Status.HasFlag(Status.Undefined) ? Unanswered(method, Status.Undefined)
        : moments.Status.HasFlag(Status.PointState) ? new(double.NegativeInfinity, 0, method, Status.PointState)
        : null;

    /// <summary>A covariance with the mean energy from its part of one draw; zero for exact moments, NaN where a cumulant is not known.</summary>
    public static double PerDraw(EnergyMoments moments, double part) => moments.Mean.StandardError == 0 ? 0 : part / moments.SampleSize;

    public static EntropyEstimate Unanswered(EntropyMethod method, Status status) => new(double.NaN, double.NaN, method, status) { Bias = double.NaN };
}
