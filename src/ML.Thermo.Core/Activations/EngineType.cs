namespace ML.Thermo.Activations;

/// <summary>The two types of engine.</summary>
public enum EngineType
{
    /// <summary>The efficiency does not depend on the operating temperature q: φ(cz) = c φ(z) for c &gt; 0, as in linear, ReLU, leaky ReLU, |z|.</summary>
    Homogeneous,

    /// <summary>The efficiency depends on q; it tends to 1 as q → ∞ for a bounded φ (tanh, sigmoid), and to that of a homogeneous engine
    /// for GELU, SiLU, softplus, ELU.</summary>
    Saturating,
}

/// <summary>A criterion for the type of an engine: the replaceable choice.</summary>
[Maturity(Maturity.Analogy, "the paper's own criterion is not at hand")]
public interface IEngineClassifier
{
    /// <summary>Classifies one activation.</summary>
    /// <param name="activation">φ.</param>
    /// <param name="efficiency">The definition of η.</param>
    EngineType Classify(Activation activation, IEfficiency efficiency);
}

/// <summary>
/// The default criterion: homogeneous where the efficiency at q = 1/4, 1 and 4 (mean zero) agrees to a relative spread below 10⁻⁶.</summary>
[Maturity(Maturity.Estimator, "a numerical test of φ(cz) = c φ(z) that does not need φ in closed form")]
public sealed class EfficiencySpreadClassifier : IEngineClassifier
{
    private const double Tolerance = 1e-6;

    /// <summary>Spread below which differences are the rounding of η = 0 (the linear engine).</summary>
    private const double Rounding = 1e-12;

    private static readonly double[] Temperatures = [0.25, 1, 4];

    /// <inheritdoc/>
    public EngineType Classify(Activation activation, IEfficiency efficiency)
    {
        ArgumentNullException.ThrowIfNull(efficiency);
        var engine = new ActivationEngine(activation, efficiency, this);
        double[] values = [.. Temperatures.Select(q => engine.Efficiency(q))];
        return values.Max() - values.Min() <= (Tolerance * values.Max(Math.Abs)) + Rounding ? EngineType.Homogeneous : EngineType.Saturating;
    }
}
