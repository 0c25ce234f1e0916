namespace ML.Thermo.Entropies;

/// <summary>A way to find the entropy of an energy distribution: the replaceable choice between a closure on moments and an
/// estimate from a sample.</summary>
[Maturity(Maturity.Estimator)]
public interface IEntropyEstimator
{
    /// <summary>Which method this is.</summary>
    EntropyMethod Method { get; }

    /// <summary>Whether <see cref="Estimate"/> reads the sample; a closure on moments does not.</summary>
    bool NeedsSample { get; }

    /// <summary>Estimates S, in nats.</summary>
    /// <param name="moments">Moments of the distribution; exact ones where they are known, else those of the sample.</param>
    /// <param name="sample">Independent energies, in any order; may be empty if <see cref="NeedsSample"/> is false.</param>
    /// <returns>The entropy with its error and status.</returns>
    /// <exception cref="ArgumentException">The sample is too small for the method.</exception>
    EntropyEstimate Estimate(EnergyMoments moments, ReadOnlySpan<double> sample);
}
