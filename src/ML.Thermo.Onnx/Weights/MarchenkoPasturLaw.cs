using MathNet.Numerics.Integration;
using ML.Thermo.Numerics;

namespace ML.Thermo.Onnx.Weights;

/// <summary>
/// The law of the eigenvalues of X = W·Wᵀ/N for an M × N matrix (N ≥ M) of independent entries of variance σ², as both grow with
/// Q = N/M fixed: density √((λ₊ − λ)(λ − λ₋))·Q/(2πσ²λ) between λ± = σ²(1 ± 1/√Q)².</summary>
/// <remarks>Source: Marchenko and Pastur 1967.</remarks>
[Maturity(Maturity.Theorem)]
public sealed record MarchenkoPasturLaw : IDistribution
{
    /// <summary>Creates the law.</summary>
    /// <param name="ratio">Q = N/M ≥ 1, finite.</param>
    /// <param name="variance">σ² &gt; 0, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public MarchenkoPasturLaw(double ratio, double variance)
    {
        if (!(ratio >= 1 && double.IsFinite(ratio)))
            throw new ArgumentOutOfRangeException(nameof(ratio), ratio, "Expected a finite ratio Q ≥ 1 of the longer to the shorter side.");
        if (!(variance > 0 && double.IsFinite(variance)))
            throw new ArgumentOutOfRangeException(nameof(variance), variance, "Expected a finite positive variance.");
        (Ratio, EntryVariance) = (ratio, variance);
    }

    /// <summary>Q = N/M.</summary>
    public double Ratio { get; }

    /// <summary>σ² of the entries, squared weight units.</summary>
    public double EntryVariance { get; }

    /// <summary>⟨λ⟩ = σ².</summary>
    public double Mean => EntryVariance;

    /// <summary>Var λ = σ⁴/Q.</summary>
    public double Variance => EntryVariance * EntryVariance / Ratio;

    /// <summary>λ₋ = σ²(1 − 1/√Q)².</summary>
    public double LowerEdge => EntryVariance * Math.Pow(1 - (1 / Math.Sqrt(Ratio)), 2);

    /// <summary>λ₊ = σ²(1 + 1/√Q)².</summary>
    public double UpperEdge => EntryVariance * Math.Pow(1 + (1 / Math.Sqrt(Ratio)), 2);

    /// <summary>The singular value of W/√N that a rank-one signal must exceed to leave the bulk: σ·Q^(−1/4) (Baik, Ben Arous, Péché 2005).</summary>
    public double DetectionThreshold => Math.Sqrt(EntryVariance) * Math.Pow(Ratio, -0.25);

    /// <summary>Density at λ.</summary>
    /// <param name="x">λ of X.</param>
    public double Density(double x) => x <= LowerEdge || x >= UpperEdge ? 0
        : Math.Sqrt((UpperEdge - x) * (x - LowerEdge)) * Ratio / (2 * Math.PI * EntryVariance * x);

    /// <summary>Share of eigenvalues up to λ, in closed form.</summary>
    /// <param name="x">λ of X.</param>
    public double Distribution(double x)
    {
        double a = LowerEdge / EntryVariance, b = UpperEdge / EntryVariance, q = 1 / Ratio;
        x /= EntryVariance;
        if (x <= a)
            return 0;
        if (x >= b)
            return 1;
        double bulk = Math.Sqrt((b - x) * (x - a)) + ((1 + q) * ArcSine(((2 * x) - a - b) / (b - a)));
        double origin = q == 1 ? 0 : (1 - q) * ArcSine((((a + b) * x) - (2 * a * b)) / (x * (b - a)));
        return Math.Clamp(0.5 + ((bulk - origin) / (2 * Math.PI * q)), 0, 1); // the clamp only takes rounding off
    }

    /// <summary>h = −∫ p ln p dλ, nats, by quadrature over θ of λ = σ²(1 + 1/Q + 2 sin θ/√Q), where p dλ has no edge.</summary>
    /// <param name="cancellation">Not used: the quadrature takes microseconds.</param>
    public double DifferentialEntropy(CancellationToken cancellation = default)
    {
        double middle = (LowerEdge + UpperEdge) / 2, half = (UpperEdge - LowerEdge) / 2;
        return DoubleExponentialTransformation.Integrate(
            theta => Density(middle + (half * Math.Sin(theta))) is var density and > 0 ? -density * Math.Log(density) * half * Math.Cos(theta) : 0,
            -Math.PI / 2, Math.PI / 2, 1e-12);
    }

    /// <summary>The eigenvalue below which a given share lies, by bisection to rounding.</summary>
    /// <param name="share">0 … 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside its range.</exception>
    public double Quantile(double share)
    {
        if (!(share is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "Expected a share between 0 and 1.");
        double low = LowerEdge, high = UpperEdge;
        for (double middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
            (low, high) = Distribution(middle) < share ? (middle, high) : (low, middle);
        return (low + high) / 2;
    }

    private static double ArcSine(double x) => Math.Asin(Math.Clamp(x, -1, 1));
}
