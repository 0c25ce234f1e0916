using ML.Thermo.Entropies;

namespace ML.Thermo.Transitions;

/// <summary>The choices behind a transition; the defaults are the ones the theory recommends.</summary>
[Maturity(Maturity.Estimator)]
public sealed record TransitionOptions
{
    /// <summary>Chooses the Monte Carlo draws; equal seeds give equal results, whatever the number of threads.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Number of Monte Carlo draws where a closed form is missing; ≥ 100.</summary>
    public int Draws { get; init; } = 4096;

    /// <summary>The entropy of the Type I state: null takes the exact one where there is one, else Kozachenko–Leonenko.</summary>
    public IEntropyEstimator? Entropy { get; init; }

    /// <summary>Read both states at the resolution of the trained state's own noise, ε² = Var E: ΔS is then the mutual information between
    /// the untrained energy and its noisy reading, and T the resolved temperature, which has no pole. It stands in place of
    /// <see cref="Entropy"/> wherever the trained state is known.</summary>
    public bool AtTrainedResolution { get; init; }

    /// <summary>Refuse to estimate: an entropy without closed form or quadrature is an error.</summary>
    public bool ExactEntropyOnly { get; init; }

    /// <summary>m, the number of fresh points over which the Type II energy is averaged; null takes the number of training rows.</summary>
    public long? FreshPoints { get; init; }

    /// <summary>How the Type II entropy follows from the losses.</summary>
    public TypeIIEntropy TypeIIEntropy { get; init; } = TypeIIEntropy.CentralLimit;

    /// <summary>The same options with the entropy that they mean once the trained state is known.</summary>
    /// <param name="trained">Its noise is the resolution, where one is taken.</param>
    /// <exception cref="ThermoException">A resolution is wanted and the trained loss does not fluctuate.</exception>
    public TransitionOptions For(State trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        if (!AtTrainedResolution)
            return this;
        double variance = trained.Variance.Value;
        return variance > 0
            ? this with { Entropy = new FiniteResolution(Math.Sqrt(variance)) }
            : throw new ThermoException(
                $"The resolved entropy takes its resolution from the noise of the trained loss, and its variance is {variance}: " +
                "expected a positive one, which a point state, an interpolating model and separable classes have not.");
    }
}
