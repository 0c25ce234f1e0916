namespace ML.Thermo.Dynamics.Metriplectic;

/// <summary>
/// A system dz/dt = L ∇E + M ∇S with L skew and M symmetric positive semi-definite, L ∇S = 0 and M ∇E = 0: energy is constant, entropy does not fall.</summary>
/// <remarks>
/// <para>The two operators are asked for with the gradients given, and must meet their conditions for <i>those</i> gradients: the integrator hands in discrete
/// gradients, and its laws are exact because the operators are degenerate in them. Write operators in terms of the gradients given (a temperature is
/// a component
/// of the energy's gradient), or take <see cref="ProjectedSystem"/>, which makes any pair of operators degenerate.</para></remarks>
[Maturity(Maturity.Theorem, "GENERIC: Grmela and Öttinger 1997")]
public abstract class MetriplecticSystem
{
    /// <summary>Number of coordinates, d.</summary>
    public abstract int Dimension { get; }

    /// <summary>E(z).</summary>
    /// <param name="state">d coordinates.</param>
    public abstract double Energy(ReadOnlySpan<double> state);

    /// <summary>S(z), nats.</summary>
    /// <param name="state">d coordinates.</param>
    public abstract double Entropy(ReadOnlySpan<double> state);

    /// <summary>∇E(z).</summary>
    /// <param name="state">d coordinates.</param>
    /// <param name="gradient">Takes d numbers.</param>
    public abstract void EnergyGradient(ReadOnlySpan<double> state, Span<double> gradient);

    /// <summary>∇S(z).</summary>
    /// <param name="state">d coordinates.</param>
    /// <param name="gradient">Takes d numbers.</param>
    public abstract void EntropyGradient(ReadOnlySpan<double> state, Span<double> gradient);

    /// <summary>L ∇E: orthogonal to both gradients given.</summary>
    /// <param name="state">d coordinates.</param>
    /// <param name="energyGradient">∇E, or a discrete gradient in its place.</param>
    /// <param name="entropyGradient">∇S, or a discrete gradient in its place.</param>
    /// <param name="rate">Takes d numbers.</param>
    public abstract void Reversible(ReadOnlySpan<double> state, ReadOnlySpan<double> energyGradient, ReadOnlySpan<double> entropyGradient, Span<double> rate);

    /// <summary>M ∇S: orthogonal to the energy's gradient, and nowhere against the entropy's.</summary>
    /// <param name="state">d coordinates.</param>
    /// <param name="energyGradient">∇E, or a discrete gradient in its place.</param>
    /// <param name="entropyGradient">∇S, or a discrete gradient in its place.</param>
    /// <param name="rate">Takes d numbers.</param>
    public abstract void Irreversible(ReadOnlySpan<double> state, ReadOnlySpan<double> energyGradient, ReadOnlySpan<double> entropyGradient, Span<double> rate);

    /// <summary>dz/dt at a state.</summary>
    /// <param name="state">d coordinates.</param>
    /// <param name="rate">Takes d numbers.</param>
    public void Rate(ReadOnlySpan<double> state, Span<double> rate)
    {
        int d = Dimension;
        double[] energy = new double[d], entropy = new double[d], irreversible = new double[d];
        EnergyGradient(state, energy);
        EntropyGradient(state, entropy);
        Reversible(state, energy, entropy, rate);
        Irreversible(state, energy, entropy, irreversible);
        for (int i = 0; i < d; i++)
            rate[i] += irreversible[i];
    }
}
