namespace ML.Thermo.Numerics;

/// <summary>A law of one real number, in the terms that every law here answers to.</summary>
/// <remarks>
/// <para>A point mass has variance 0, the distribution function of a step, density 0 beside the point and ∞ on it, and the entropy −∞. A moment that
/// does not exist is NaN.</para></remarks>
[Maturity(Maturity.Theorem, "definitions; each law states how it computes them")]
public interface IDistribution
{
    /// <summary>⟨x⟩, unit of x.</summary>
    double Mean { get; }

    /// <summary>⟨(x − ⟨x⟩)²⟩, squared unit of x; ≥ 0.</summary>
    double Variance { get; }

    /// <summary>p(x), per unit of x; ≥ 0.</summary>
    /// <param name="x">Any number.</param>
    double Density(double x);

    /// <summary>P(X ≤ x), 0 … 1.</summary>
    /// <param name="x">Any number.</param>
    double Distribution(double x);

    /// <summary>h = −∫ p ln p dx, nats; it moves by ln c where the unit of x becomes c times as small.</summary>
    /// <param name="cancellation">Stops a quadrature, where there is one.</param>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    double DifferentialEntropy(CancellationToken cancellation = default);
}
