using System.Numerics.Tensors;

namespace ML.Thermo.Dynamics.Metriplectic;

/// <summary>
/// A system from any energy and entropy and any two operators: L = P(∇S) A P(∇S) with A skew, M = P(∇E) B Bᵀ P(∇E), P(g) = 1 − g gᵀ/|g|². Both laws hold
/// whatever the four functions are, learned ones too.</summary>
/// <remarks>
/// <para>No matrix is formed: a product costs O(d²) for A and O(d r) for B. Where a gradient vanishes P is not defined and the rate is NaN; an entropy with a
/// coordinate of its own (∂S/∂s = 1) never meets that.</para></remarks>
[Maturity(Maturity.Theorem, "projection; compare Zhang, Shin and Karniadakis 2021, who use L = QᵀAQ instead")]
public abstract class ProjectedSystem : MetriplecticSystem
{
    /// <summary>A v, A skew: vᵀ A v = 0.</summary>
    /// <param name="state">d coordinates.</param>
    /// <param name="vector">v.</param>
    /// <param name="product">Takes d numbers.</param>
    protected abstract void Skew(ReadOnlySpan<double> state, ReadOnlySpan<double> vector, Span<double> product);

    /// <summary>B Bᵀ v.</summary>
    /// <param name="state">d coordinates.</param>
    /// <param name="vector">v.</param>
    /// <param name="product">Takes d numbers.</param>
    protected abstract void Dissipation(ReadOnlySpan<double> state, ReadOnlySpan<double> vector, Span<double> product);

    /// <inheritdoc/>
    public sealed override void Reversible(ReadOnlySpan<double> state, ReadOnlySpan<double> energyGradient, ReadOnlySpan<double> entropyGradient,
        Span<double> rate)
    {
        double[] projected = energyGradient.ToArray();
        Project(projected, entropyGradient);
        Skew(state, projected, rate);
        Project(rate, entropyGradient);
    }

    /// <inheritdoc/>
    public sealed override void Irreversible(ReadOnlySpan<double> state, ReadOnlySpan<double> energyGradient, ReadOnlySpan<double> entropyGradient,
        Span<double> rate)
    {
        double[] projected = entropyGradient.ToArray();
        Project(projected, energyGradient);
        Dissipation(state, projected, rate);
        Project(rate, energyGradient);
    }

    /// <summary>v ← v − g (g·v)/|g|²; NaN where g = 0.</summary>
    private static void Project(Span<double> vector, ReadOnlySpan<double> direction)
    {
        double share = TensorPrimitives.Dot(direction, vector) / TensorPrimitives.SumOfSquares(direction);
        for (int i = 0; i < vector.Length; i++)
            vector[i] -= share * direction[i];
    }
}
