namespace ML.Thermo.Activations;

/// <summary>Activation functions as heat engines: what they pass, and how networks of them should start.</summary>
[Maturity(Maturity.Theorem, "for normal pre-activations; depth for infinite width")]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1822", Justification = "Members of a catalog are called on it.")]
public sealed class ActivationCatalog
{
    internal ActivationCatalog()
    {
    }

    /// <summary>Moments, efficiency and gains at N(0, q).</summary>
    /// <param name="name">A known activation with its parameters: <c>gelu</c>, <c>leaky-relu:0.1</c>.</param>
    /// <param name="variance">q, finite and &gt; 0.</param>
    /// <exception cref="ThermoException">No activation has that name; the known ones are listed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">q is not a positive finite number.</exception>
    public ActivationMoments Of(string name, double variance = 1) => new ActivationEngine(Activation.Parse(name)).At(variance);

    /// <summary>The variances of weights and biases with χ = 1 at q* = 1, from which plain networks train deepest.</summary>
    /// <param name="name">A known activation with its parameters.</param>
    /// <exception cref="ThermoException">No activation has that name; the known ones are listed.</exception>
    public CriticalInitialization Critical(string name) => CriticalInitialization.Of(Activation.Parse(name));

    /// <summary>How many layers a difference between two inputs survives.</summary>
    /// <param name="name">A known activation with its parameters.</param>
    /// <param name="weightVariance">Variance of a weight times fan-in: 2 for He.</param>
    /// <param name="biasVariance">Variance of a bias.</param>
    /// <exception cref="ThermoException">No activation has that name; the known ones are listed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A variance is negative or not finite, or the weights have none.</exception>
    public SignalDepth Depth(string name, double weightVariance, double biasVariance = 0) =>
        SignalDepth.Of(Activation.Parse(name), weightVariance, biasVariance);
}
