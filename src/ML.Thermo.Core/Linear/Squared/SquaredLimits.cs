using ML.Thermo.Data;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Linear.Squared;

/// <summary>ΔE and ΔS of training in a limit, and T = ΔE/ΔS.</summary>
/// <param name="DeltaEnergy">ΔE, loss units.</param>
/// <param name="DeltaEntropy">ΔS, nats.</param>
[Maturity(Maturity.Theorem, "asymptotic forms")]
public readonly record struct LimitingTransition(double DeltaEnergy, double DeltaEntropy)
{
    /// <summary>T = ΔE/ΔS, loss units per nat; infinite at ΔS = 0.</summary>
    public double Temperature => DeltaEnergy / DeltaEntropy;
}

/// <summary>Limits of the transition of a linear model under squared error: narrow and wide initialisation, many rows, many dimensions.</summary>
[Maturity(Maturity.Theorem, "asymptotic forms of the closed forms; each is tested against them")]
public static class SquaredLimits
{
    /// <summary>
    /// σ → 0 with m ≠ ŵ: the energy is normal, S → ½ ln(2πe · 4 g·Vg) with g = Σm − c. With m = ŵ, where g = 0, this is −∞ and the
    /// entropy is that of the pure quadratic form.
    /// </summary>
    /// <param name="ensemble">The narrow ensemble.</param>
    /// <returns>Entropy in nats; relative corrections are of order tr (ΣV)²/g·Vg.</returns>
    public static double NarrowEntropy(SquaredEnsemble ensemble)
    {
        ArgumentNullException.ThrowIfNull(ensemble);
        return 0.5 * (SpecialFunctions.LogTwoPi + 1 + Math.Log(4 * WeightedSlope(ensemble.Data, ensemble.Law)));
    }

    /// <summary>
    /// The scale of a narrow initialisation at which ΔS vanishes and T has its pole: the factor f by which all spreads of the law are
    /// multiplied, f = e^(S_II) / √(2πe · 4 g·Vg); σ* = f σ for V = σ²I.
    /// </summary>
    /// <param name="moments">The data.</param>
    /// <param name="law">The law at f = 1.</param>
    /// <param name="trainedEntropy">S_II, nats.</param>
    public static double PoleScale(SecondMoments moments, ParameterLaw law, double trainedEntropy) =>
        Math.Exp(trainedEntropy - NarrowEntropy(new SquaredEnsemble(moments, law)));

    /// <summary>
    /// σ → ∞, V = σ²I: ΔE → σ² tr Σ, S_I → 2 ln σ + h, h the entropy of z·Σz with standard normal z.
    /// </summary>
    /// <param name="moments">The data.</param>
    /// <param name="deviation">σ &gt; 0.</param>
    /// <param name="trainedEntropy">S_II, nats.</param>
    /// <returns>The limit; relative error of T of order 1/σ².</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="deviation"/> is not positive.</exception>
    /// <exception cref="UnusableDataException">All features are zero, and no initialisation moves the energy.</exception>
    public static LimitingTransition Wide(SecondMoments moments, double deviation, double trainedEntropy)
    {
        ArgumentNullException.ThrowIfNull(moments);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(deviation);
        var pure = new SecondMoments(moments.Count, moments.FeatureMoments, new double[moments.Columns], 0);
        QuadraticForm form = new SquaredEnsemble(pure, ParameterLaw.Same(InitializationLaw.Normal(0, 1), pure.Columns)).Form
            ?? throw new UnusableDataException("All features are zero: expected at least one that varies.");
        return new LimitingTransition(deviation * deviation * form.Mean, (2 * Math.Log(deviation)) + form.Entropy().Value - trainedEntropy);
    }

    /// <summary>
    /// n → ∞ at fixed d: ΔE and S_I settle while S_II ≈ −½ ln n, so ΔS → ½ ln n and T ≈ 2ΔE/ln n, a slow decay.
    /// </summary>
    /// <param name="deltaEnergy">ΔE, loss units.</param>
    /// <param name="count">n &gt; 1.</param>
    /// <returns>The limit; ΔS is right up to a constant.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 2.</exception>
    public static LimitingTransition ManyRows(double deltaEnergy, long count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        return new LimitingTransition(deltaEnergy, 0.5 * Math.Log(count));
    }

    /// <summary>
    /// d, n → ∞ with n/d = α: isotropic features x ~ N(0, I), targets y = x·w* + noise, initialisation w ~ N(0, σ²/d). T stays finite:
    /// ΔE = σ² + |w*|² + v/α, ΔS = ½ ln{α [2σ⁴(1 + 1/α) + 4σ²(|w*|²(1 + 1/α) + v/α)] / [2v²(1 − 1/α)²]}, with S_II that of the training
    /// losses.
    /// </summary>
    /// <param name="ratio">α = n/d &gt; 1.</param>
    /// <param name="deviation">σ &gt; 0.</param>
    /// <param name="signal">|w*| ≥ 0.</param>
    /// <param name="noise">v &gt; 0, variance of the noise.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public static LimitingTransition Proportional(double ratio, double deviation, double signal, double noise)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ratio, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(deviation);
        ArgumentOutOfRangeException.ThrowIfNegative(signal);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(noise);
        double variance = deviation * deviation, power = signal * signal, more = 1 + (1 / ratio), residual = noise * (1 - (1 / ratio));
        double initial = (2 * variance * variance * more) + (4 * variance * ((power * more) + (noise / ratio)));
        return new LimitingTransition(variance + power + (noise / ratio), 0.5 * Math.Log(ratio * initial / (2 * residual * residual)));
    }

    /// <summary>g·Vg, g = Σm − c.</summary>
    private static double WeightedSlope(SecondMoments moments, ParameterLaw law)
    {
        double sum = 0;
        for (int i = 0; i < moments.Columns; i++)
        {
            double slope = -moments.CrossMoments[i];
            for (int j = 0; j < moments.Columns; j++)
                slope += moments[i, j] * law.Means[j];
            sum += law.Variances[i] * slope * slope;
        }

        return sum;
    }
}
