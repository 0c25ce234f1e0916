namespace ML.Thermo.Activations;

/// <summary>How deep a difference between two inputs is still seen in a wide plain network of given variances.</summary>
/// <remarks>
/// <para>The variance of pre-activations settles at q* = σ_w² E φ(√q* z)² + σ_b²; from there on small differences are multiplied by
/// χ = σ_w² E φ′(√q* z)² a layer. The depth scale is −1/ln χ layers: positive where differences and gradients fade by e, negative where they grow by e.</para>
/// <para>Prior art: Schoenholz et al. 2017.</para>
/// </remarks>
[Maturity(Maturity.Theorem, "for infinite width and independent parameters")]
public sealed record SignalDepth
{
    private const double Faintest = 1e-12, Loudest = 1e12, RoundOff = 1e-9;

    private SignalDepth(double variance, double gradientGain) => (Variance, GradientGain) = (variance, gradientGain);

    /// <summary>q*, the variance that pre-activations settle at, from 1; 0 where they fade, ∞ where they grow without end.</summary>
    public double Variance { get; }

    /// <summary>χ at q*.</summary>
    public double GradientGain { get; }

    /// <summary>−1/ln χ, layers; NaN where χ = 1, which no depth is too deep for.</summary>
    public double Layers => Math.Abs(GradientGain - 1) <= RoundOff ? double.NaN : -1 / Math.Log(GradientGain);

    /// <summary>The depth scale of an activation.</summary>
    /// <param name="activation">φ.</param>
    /// <param name="weightVariance">σ_w², variance of a weight times fan-in: 2 for He, 1 for Xavier with as many outputs as inputs, 1/3 for
    /// U(±1/√fan-in).</param>
    /// <param name="biasVariance">σ_b².</param>
    /// <exception cref="ArgumentOutOfRangeException">A variance is negative or not finite, or the weights have none.</exception>
    public static SignalDepth Of(Activation activation, double weightVariance, double biasVariance = 0)
    {
        ArgumentNullException.ThrowIfNull(activation);
        if (!(weightVariance > 0 && double.IsFinite(weightVariance)))
            throw new ArgumentOutOfRangeException(nameof(weightVariance), weightVariance, "The variance of the weights must be a finite number > 0.");
        if (!(biasVariance >= 0 && double.IsFinite(biasVariance)))
            throw new ArgumentOutOfRangeException(nameof(biasVariance), biasVariance, "The variance of the biases must be a finite number ≥ 0.");
        ActivationEngine engine = new(activation);
        double variance = Settle(q => ((weightVariance * engine.At(q).SecondMoment) + biasVariance) / q);
        double gain = weightVariance * engine.At(Math.Clamp(variance, Faintest, Loudest)).GradientGain;
        return new(variance, gain);
    }

    /// <summary>Follows the flow of q from 1 until its growth is 1: by octaves, then by halving.</summary>
    private static double Settle(Func<double, double> growth)
    {
        double at = 1, here = growth(at);
        if (Math.Abs(here - 1) <= RoundOff)
            return 1;
        bool grows = here > 1;
        double next = at;
        do
        {
            at = next;
            next = grows ? at * 2 : at / 2;
            if (next is < Faintest or > Loudest)
                return grows ? double.PositiveInfinity : 0;
            here = growth(next);
        }
        while (grows == here > 1);
        double low = Math.Min(at, next), high = Math.Max(at, next);
        while (high / low > 1 + 1e-13)
        {
            double middle = Math.Sqrt(low * high);
            if (middle <= low || middle >= high)
                break;
            bool stillGrows = growth(middle) > 1;
            (low, high) = stillGrows == (growth(low) > 1) ? (middle, high) : (low, middle);
        }

        return Math.Sqrt(low * high);
    }
}
