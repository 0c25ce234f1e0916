namespace ML.Thermo.Activations;

/// <summary>
/// The variances of weights and biases at which a deep plain network neither forgets its input nor blows up small differences: χ = 1 where the variance of
/// pre-activations stays at q* = 1.</summary>
/// <remarks>
/// <para>In a wide network with weights N(0, σ_w²/fan-in) and biases N(0, σ_b²) the variance of pre-activations goes from layer to layer as
/// q ↦ σ_w² E φ(√q z)² + σ_b², and small differences and gradients are multiplied by χ = σ_w² E φ′(√q z)². At q* = 1 both conditions give
/// σ_w² = 1/E φ′(z)² and σ_b² = 1 − σ_w² E φ(z)²; there is no such point where that is negative.</para>
/// <para>It matters for networks without normalisation and shortcuts. Prior art: Poole et al. 2016, Schoenholz et al. 2017.</para>
/// </remarks>
[Maturity(Maturity.Theorem, "for infinite width and independent parameters")]
public sealed record CriticalInitialization
{
    private const double RoundOff = 1e-12;
    private readonly double _weightVariance;

    private CriticalInitialization(double weightVariance, double biasVariance) => (_weightVariance, RequiredBiasVariance) = (weightVariance, biasVariance);

    /// <summary>σ_w², variance of a weight times fan-in; NaN where there is no critical point at q* = 1.</summary>
    public double WeightVariance => Exists ? _weightVariance : double.NaN;

    /// <summary>σ_b², variance of a bias; NaN where there is no critical point at q* = 1.</summary>
    public double BiasVariance => Exists ? RequiredBiasVariance : double.NaN;

    /// <summary>The variance of biases that the two conditions ask for; negative where there is no critical point.</summary>
    public double RequiredBiasVariance { get; }

    /// <summary>Whether there is a critical point at q* = 1.</summary>
    public bool Exists => RequiredBiasVariance >= 0;

    /// <summary>The critical point of an activation.</summary>
    /// <param name="activation">φ.</param>
    public static CriticalInitialization Of(Activation activation)
    {
        ArgumentNullException.ThrowIfNull(activation);
        ActivationMoments moments = new ActivationEngine(activation).At(1);
        double weights = 1 / moments.GradientGain, bias = 1 - (weights * moments.SecondMoment);
        return new(weights, Math.Abs(bias) <= RoundOff ? 0 : bias);
    }
}
