namespace ML.Thermo.Activations;

/// <summary>A definition of the efficiency of an activation seen as a heat engine: the replaceable choice.</summary>
public interface IEfficiency
{
    /// <summary>Name used in reports.</summary>
    string Name { get; }

    /// <summary>η, dimensionless, at most 1.</summary>
    /// <param name="moments">What the activation does to a normal pre-activation.</param>
    double Of(ActivationMoments moments);
}

/// <summary>The definitions of efficiency at hand.</summary>
/// <remarks>
/// All three agree on which activations are homogeneous engines. The coherent gain b² would not: it is 1/4 at every q for each
/// φ = z/2 + even function.</remarks>
[Maturity(Maturity.Analogy)]
public sealed class Efficiency : IEfficiency
{
    private readonly Func<ActivationMoments, double> _of;

    private Efficiency(string name, Func<ActivationMoments, double> of) => (Name, _of) = (name, of);

    /// <summary>η = 1 − Var φ(z)/q: heat in q, heat out Var φ. The default.</summary>
    public static IEfficiency VarianceRatio { get; } = new Efficiency("variance-ratio", moments => 1 - moments.Transmission);

    /// <summary>η = 1 − E φ(z)²/E z². It diverges to −∞ as q → 0 where φ(0) ≠ 0.</summary>
    public static IEfficiency SecondMomentRatio { get; } = new Efficiency(
        "second-moment-ratio",
        moments => 1 - (moments.SecondMoment / (moments.InputVariance + (moments.InputMean * moments.InputMean))));

    /// <summary>η = 1 − E φ′(z)²: the loss of squared gradients on the way back.</summary>
    public static IEfficiency GradientGain { get; } = new Efficiency("gradient-gain", moments => 1 - moments.GradientGain);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public double Of(ActivationMoments moments) => _of(moments);
}
