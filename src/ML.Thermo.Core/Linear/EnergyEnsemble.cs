using ML.Thermo.Entropies;

namespace ML.Thermo.Linear;

/// <summary>
/// The energy of a model over its initialisation law: moments (closed form where the theory has one), exact entropy where
/// there is one, and independent draws for everything else.
/// </summary>
/// <remarks>Maturity: paper (Type I state).</remarks>
public abstract class EnergyEnsemble
{
    /// <summary>Mean, variance and higher cumulants of E; standard errors are zero for closed forms, NaN stands for unknown.</summary>
    public abstract EnergyMoments Moments { get; }

    /// <summary>⟨E⟩, loss units: the mean of <see cref="Moments"/>, without the work that the other moments cost.</summary>
    public virtual Estimate Mean => Moments.Mean;

    /// <summary>The exact entropy, nats, or null where there is no exact density at reasonable cost.</summary>
    /// <param name="cancellation">Stops a long quadrature.</param>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public virtual EntropyEstimate? ExactEntropy(CancellationToken cancellation = default) => null;

    /// <summary>
    /// Draws energies number <paramref name="first"/>, first + 1, …; draw i depends on the seed and on i alone, never on the number of threads.
    /// </summary>
    /// <param name="seed">Chooses the ensemble.</param>
    /// <param name="first">Index of the first draw; ≥ 0.</param>
    /// <param name="energies">Receives the energies, loss units.</param>
    /// <param name="cancellation">Stops between blocks of draws.</param>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public abstract void Draw(ulong seed, long first, Span<double> energies, CancellationToken cancellation = default);
}
