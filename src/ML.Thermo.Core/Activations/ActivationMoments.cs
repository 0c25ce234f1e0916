namespace ML.Thermo.Activations;

/// <summary>How a moment of an activation was computed.</summary>
public enum ActivationMethod
{
    /// <summary>A formula in elementary functions, erf and arctangent.</summary>
    ClosedForm,

    /// <summary>Adaptive Gauss–Kronrod quadrature against the normal density, split at the kinks.</summary>
    Quadrature,
}

/// <summary>What an activation does to a normal pre-activation z ~ N(μ, q): moments of φ(z) and their ratios.</summary>
/// <remarks>
/// <para>φ(z) = E φ + b (z − μ) + r with r uncorrelated with z (Bussgang 1952), so b² is the share of the variance that passes
/// coherently. Always b² ≤ τ ≤ χ ≤ sup |φ′|² (Cauchy–Schwarz, and Poincaré's inequality for the normal law, Chernoff 1981).</para></remarks>
[Maturity(Maturity.Theorem, "exact for normal z; reading the ratios as heat and work is this project's reconstruction of the paper's efficiency")]
public sealed record ActivationMoments
{
    /// <summary>μ, mean of the pre-activation.</summary>
    public required double InputMean { get; init; }

    /// <summary>q, variance of the pre-activation: its temperature by equipartition of z²/2; &gt; 0.</summary>
    public required double InputVariance { get; init; }

    /// <summary>E φ(z).</summary>
    public required double Mean { get; init; }

    /// <summary>Var φ(z); ≥ 0.</summary>
    public required double Variance { get; init; }

    /// <summary>b = E φ′(z) = Cov(φ(z), z)/q, the coherent gain.</summary>
    public required double CoherentGain { get; init; }

    /// <summary>χ = E φ′(z)², the gain of squared gradients; ∞ where φ jumps.</summary>
    public required double GradientGain { get; init; }

    /// <summary>Closed form or quadrature.</summary>
    public required ActivationMethod Method { get; init; }

    /// <summary><see cref="Status.NotConverged"/> where quadrature missed nine digits, as for a function that oscillates thousands of times
    /// within √q.</summary>
    public Status Status { get; init; }

    /// <summary>E φ(z)².</summary>
    public double SecondMoment => Variance + (Mean * Mean);

    /// <summary>τ = Var φ(z)/q, the share of the variance that passes.</summary>
    public double Transmission => Variance / InputVariance;

    /// <summary>η = 1 − τ, the share that is turned into work; in [0, 1] for every 1-Lipschitz φ, negative where φ pumps.</summary>
    public double Efficiency => 1 - Transmission;
}
