using ML.Thermo.Numerics;

namespace ML.Thermo.Loops;

/// <summary>
/// Least squares trained on labels that the last fit gave: excess test error when each generation labels n fresh isotropic normal inputs of d
/// features with noise of variance σ².</summary>
/// <remarks>
/// <para>Accumulating all labels is bounded for ever; training on the last generation alone grows without end. The published bound for
/// accumulation, σ² d/(n − d − 1) π²/6 (Gerstgrasser et al. 2024), lies above the exact value here.</para></remarks>
/// <param name="Rows">n &gt; d + 1.</param>
/// <param name="Features">d ≥ 1.</param>
/// <param name="NoiseVariance">σ² ≥ 0, in squared units of the label.</param>
[Maturity(Maturity.Theorem, "pooled least squares obeys w(t) = w(t−1) + A(t)⁻¹ X(t)ᵀ ε(t); rows independent")]
public readonly record struct RegressionLoop(int Rows, int Features, double NoiseVariance = 1)
{
    /// <summary>n &gt; d + 1.</summary>
    public int Rows { get; } = Features >= 1 && Rows > Features + 1
        ? Rows
        : throw new ArgumentOutOfRangeException(nameof(Rows), Rows, $"{Rows} rows of {Features} features: expected at least one feature and two rows more "
            + "than features.");

    /// <summary>t σ² d/(n − d − 1): each generation is trained on the last one's labels only.</summary>
    /// <param name="generation">t ≥ 0.</param>
    public double Replace(int generation) => generation * NoiseVariance * Features / (Rows - Features - 1.0);

    /// <summary>σ² Σ over i ≤ t of d/(i(in − d − 1)): all labels are kept.</summary>
    /// <param name="generation">t ≥ 0.</param>
    public double Accumulate(int generation)
    {
        double sum = 0;
        for (int i = generation; i >= 1; i--)
            sum += Features / (i * (((double)i * Rows) - Features - 1));
        return NoiseVariance * sum;
    }

    /// <summary>σ² d/(d + 1) [ψ(1) − ψ(1 − (d + 1)/n)]: the limit of <see cref="Accumulate"/>.</summary>
    public double AccumulateLimit =>
        NoiseVariance * Features / (Features + 1.0) * (-SpecialFunctions.EulerGamma - SpecialFunctions.Digamma(1 - ((Features + 1.0) / Rows)));
}
