namespace ML.Thermo.Activations;

/// <summary>
/// An activation at work: what it transmits of the variance of its input, with which efficiency, and which type of engine it is.</summary>
/// <remarks>
/// <para>The pre-activation z ~ N(μ, q) carries the quadratic energy z²/2, whose temperature is q; after the activation it is
/// Var φ(z). Heat in q, heat out Var φ, work the difference: η = 1 − Var φ(z)/q.</para></remarks>
[Maturity(Maturity.Paper, "activations as heat engines; the moments are theorems, the engine is an analogy")]
public sealed class ActivationEngine
{
    private readonly IEfficiency _efficiency;
    private readonly Lazy<EngineType> _type;

    /// <summary>Puts an activation to work.</summary>
    /// <param name="activation">φ.</param>
    /// <param name="efficiency">Definition of η; null for <see cref="Activations.Efficiency.VarianceRatio"/>.</param>
    /// <param name="classifier">Criterion of the engine type; null for <see cref="EfficiencySpreadClassifier"/>.</param>
    public ActivationEngine(Activation activation, IEfficiency? efficiency = null, IEngineClassifier? classifier = null)
    {
        ArgumentNullException.ThrowIfNull(activation);
        Activation = activation;
        _efficiency = efficiency ?? Activations.Efficiency.VarianceRatio;
        _type = new Lazy<EngineType>(() => (classifier ?? new EfficiencySpreadClassifier()).Classify(activation, _efficiency));
    }

    /// <summary>φ.</summary>
    public Activation Activation { get; }

    /// <summary>The type of this engine by the chosen criterion.</summary>
    public EngineType Type => _type.Value;

    /// <summary>
    /// lim τ as q → ∞ at fixed mean: (p² + n²)/2 − (p − n)²/2π for slopes p, n at ±∞; zero (η → 1) for a bounded φ, NaN where the
    /// slopes are not known.
    /// </summary>
    public double AsymptoticTransmission
    {
        get
        {
            double p = Activation.SlopeAtPlusInfinity, n = Activation.SlopeAtMinusInfinity;
            return (((p * p) + (n * n)) / 2) - ((p - n) * (p - n) / (2 * Math.PI));
        }
    }

    /// <summary>The efficiency of stages in series with no heating in between: 1 − Π τ.</summary>
    /// <param name="transmissions">τ of each stage, ≥ 0; none gives 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A transmission is negative or NaN.</exception>
    public static double SeriesEfficiency(params ReadOnlySpan<double> transmissions)
    {
        double product = 1;
        foreach (double transmission in transmissions)
        {
            if (!(transmission >= 0))
                throw new ArgumentOutOfRangeException(nameof(transmissions), transmission, "Expected transmissions ≥ 0.");
            product *= transmission;
        }

        return 1 - product;
    }

    /// <summary>The type of a network: homogeneous if every layer is.</summary>
    /// <param name="layers">The types of its layers; none gives the homogeneous (linear) engine.</param>
    public static EngineType OfNetwork(IEnumerable<EngineType> layers) =>
        layers.All(type => type == EngineType.Homogeneous) ? EngineType.Homogeneous : EngineType.Saturating;

    /// <summary>Moments of φ(z) for z ~ N(μ, q), to about twelve digits.</summary>
    /// <param name="variance">q, finite and &gt; 0.</param>
    /// <param name="mean">μ, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">q is not a positive finite number, or μ is not finite.</exception>
    public ActivationMoments At(double variance, double mean = 0)
    {
        if (!(variance > 0 && double.IsFinite(variance)))
            throw new ArgumentOutOfRangeException(nameof(variance), variance, "The variance of the pre-activation must be a finite number > 0.");
        if (!double.IsFinite(mean))
            throw new ArgumentOutOfRangeException(nameof(mean), mean, "The mean of the pre-activation must be finite.");
        OutputMoments? closed = Activation.ClosedForm?.Invoke(mean, variance);
        OutputMoments output = closed ?? GaussianQuadrature.Moments(Activation, mean, variance);
        return new ActivationMoments
        {
            InputMean = mean,
            InputVariance = variance,
            Mean = output.Mean,
            Variance = output.Variance,
            CoherentGain = output.CoherentGain,
            GradientGain = output.GradientGain,
            Method = closed is null ? ActivationMethod.Quadrature : ActivationMethod.ClosedForm,
            Status = output.Status,
        };
    }

    /// <summary>η at N(μ, q) by the chosen definition.</summary>
    /// <param name="variance">q, finite and &gt; 0.</param>
    /// <param name="mean">μ, finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">q is not a positive finite number, or μ is not finite.</exception>
    public double Efficiency(double variance, double mean = 0) => _efficiency.Of(At(variance, mean));
}
