using ML.Thermo.Entropies;

namespace ML.Thermo.Transitions;

/// <summary>
/// The energy of a model over its initialisation law: moments (closed form where the theory has one), exact entropy where
/// there is one, and independent draws for everything else.</summary>
[Maturity(Maturity.Paper, "Type I state")]
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

    /// <summary>The Type I state of this ensemble: closed forms where it has them, draws for the rest.</summary>
    /// <param name="options">Seed, draws and entropy estimator.</param>
    /// <param name="progress">Receives the fraction done.</param>
    /// <param name="cancellation">Stops draws and quadratures.</param>
    /// <exception cref="ThermoException">An exact entropy was demanded and there is none.</exception>
    /// <exception cref="UnusableDataException">The mean or the variance of the energy overflows.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public State ToState(TransitionOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new TransitionOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Draws, 100);
        EnergyMoments moments = Moments;
        CheckRange(moments, []);
        bool wantsExact = options.Entropy is null || options.ExactEntropyOnly;
        EntropyEstimate? exact = wantsExact ? ExactEntropy(cancellation) : null;
        if (exact is null && options.ExactEntropyOnly)
            throw new ThermoException("There is no exact entropy for this energy under this initialisation; use the Kozachenko–Leonenko estimator (kl).");

        IEntropyEstimator estimator = options.Entropy ?? new KozachenkoLeonenko();
        bool known = moments.Mean.IsDefined && moments.Variance.IsDefined;
        double[] sample = [];
        EntropyEstimate? entropy = exact ?? (known && !estimator.NeedsSample ? Answered(estimator.Estimate(moments, sample)) : null);
        if (!known || entropy is null)
        {
            sample = Draws(options, progress, cancellation);
            EnergyMoments drawn = EnergyMoments.FromSample(sample, moments.Floor);
            moments = Complete(moments, drawn);
            CheckRange(moments, sample);
            entropy ??= estimator.NeedsSample ? estimator.Estimate(moments, sample) : ClosureError.Estimate(estimator, moments, drawn, sample);
        }

        if (entropy is { StandardError: 0, Status: Status.Defined } closure && closure.Method != EntropyMethod.Exact)
            entropy = closure with { StandardError = double.NaN }; // of exact moments: what is left is the closure's own error, which nobody knows
        if (estimator is FiniteResolution && entropy.Value is { Resolution: > 0 } reading && double.IsNaN(reading.Value))
            entropy = AtFineResolution(reading.Resolution, sample, cancellation) ?? entropy;

        return new State
        {
            Kind = StateKind.TypeI,
            Energy = moments.Mean,
            Variance = moments.Variance,
            ThirdCumulant = moments.ThirdCumulant,
            Entropy = entropy.Value,
            GroundEnergy = moments.Floor,
            EnergyEntropyCovariance = moments.Mean.StandardError == 0 ? 0 : entropy.Value.EnergyCovariance,
            SampleSize = sample.Length,
            Status = entropy.Value.Status,
        };
    }

    /// <summary>S at a resolution that the draws do not resolve, from the exact law where there is one: h(E + εξ) exceeds h(E) by no more than at a
    /// coarser resolution, which the draws do resolve, and by less in proportion to √ε at least, the rate of the most singular edge.</summary>
    private EntropyEstimate? AtFineResolution(double resolution, double[] sample, CancellationToken cancellation)
    {
        if (ExactEntropy(cancellation) is not { } exact || !double.IsFinite(exact.Value))
            return null;
        EntropyEstimate coarse = new FiniteResolution().Estimate(default, sample);
        double excess = Math.Max(coarse.Differential - exact.Value, 0) * Math.Sqrt(Math.Min(resolution / coarse.Resolution, 1));
        EntropyEstimate unit = new(0, 0, EntropyMethod.FiniteResolution) { Resolution = resolution };
        return excess > FiniteResolution.LargeCorrection ? null
            : unit with { Value = exact.Value - unit.Differential, StandardError = exact.StandardError + excess, Bias = excess };
    }

    /// <summary>Energies of independent draws, in parallel blocks with progress.</summary>
    private double[] Draws(TransitionOptions options, IProgress<double>? progress, CancellationToken cancellation)
    {
        const int Block = 256;
        double[] energies = new double[options.Draws];
        for (int first = 0; first < energies.Length; first += Block)
        {
            cancellation.ThrowIfCancellationRequested();
            Draw(options.Seed, first, energies.AsSpan(first, Math.Min(Block, energies.Length - first)), cancellation);
            progress?.Report(Math.Min(1, (first + Block) / (double)energies.Length));
        }

        return energies;
    }

    /// <summary>Null where a closure asks for a moment that has no closed form.</summary>
    private static EntropyEstimate? Answered(EntropyEstimate estimate) => estimate.Status.HasFlag(Status.Undefined) ? null : estimate;

    /// <summary>The squares of finite energies may overflow; their compensated sum is then no number.</summary>
    private static void CheckRange(EnergyMoments moments, double[] sample)
    {
        bool isLost = sample.Length > 0 && !(moments.Mean.IsDefined && moments.Variance.IsDefined) && Array.TrueForAll(sample, double.IsFinite);
        if (isLost || double.IsInfinity(moments.Mean.Value) || double.IsInfinity(moments.Variance.Value))
            throw new UnusableDataException($"The energy of untrained parameters reaches beyond double precision (mean {moments.Mean.Value}, variance " +
                $"{moments.Variance.Value}): expected features, labels and an initialisation of smaller numbers, as after standardising.");
    }

    private static EnergyMoments Complete(EnergyMoments known, EnergyMoments sampled) => known with
    {
        Mean = known.Mean.IsDefined ? known.Mean : sampled.Mean,
        Variance = known.Variance.IsDefined ? known.Variance : sampled.Variance,
        ThirdCumulant = double.IsNaN(known.ThirdCumulant) ? sampled.ThirdCumulant : known.ThirdCumulant,
        FourthCumulant = double.IsNaN(known.FourthCumulant) ? sampled.FourthCumulant : known.FourthCumulant,
    };
}
