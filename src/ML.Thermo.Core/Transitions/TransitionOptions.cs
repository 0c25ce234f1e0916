using ML.Thermo.Entropies;

namespace ML.Thermo.Transitions;

/// <summary>The choices behind a transition; the defaults are the ones the theory recommends.</summary>
/// <remarks>Maturity: estimator.</remarks>
public sealed record TransitionOptions
{
    /// <summary>Chooses the Monte Carlo draws; equal seeds give equal results, whatever the number of threads.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Number of Monte Carlo draws where a closed form is missing; ≥ 100.</summary>
    public int Draws { get; init; } = 4096;

    /// <summary>The entropy of the Type I state: null takes the exact one where there is one, else Kozachenko–Leonenko.</summary>
    public IEntropyEstimator? Entropy { get; init; }

    /// <summary>Refuse to estimate: an entropy without closed form or quadrature is an error.</summary>
    public bool ExactEntropyOnly { get; init; }

    /// <summary>m, the number of fresh points over which the Type II energy is averaged; null takes the number of training rows.</summary>
    public long? FreshPoints { get; init; }

    /// <summary>How the Type II entropy follows from the losses.</summary>
    public TypeIIEntropy TypeIIEntropy { get; init; } = TypeIIEntropy.CentralLimit;
}
