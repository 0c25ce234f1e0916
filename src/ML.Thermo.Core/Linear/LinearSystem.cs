using System.Numerics.Tensors;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Transitions;

namespace ML.Thermo.Linear;

/// <summary>
/// A linear model z = w·x, training data, an energy and an initialisation law: the system (M, D, E) whose training is a phase
/// transition from random parameters (Type I) to the parameters of least energy facing fresh data (Type II).</summary>
/// <remarks>
/// <para>An intercept is a column of ones with a law of its own (<see cref="LabelledData.WithIntercept"/>).</para>
/// <para>Moments of the Type I state are closed forms where the theory has one and Monte Carlo elsewhere; each says which through
/// its standard error.</para></remarks>
[Maturity(Maturity.Paper, "system, states, transition; closed forms are theorems")]
public sealed class LinearSystem
{
    private const double Unit = 1.0 / (1L << 52);

    private readonly Lazy<EnergyEnsemble> _ensemble;
    private readonly Lazy<GroundState> _ground;

    /// <summary>Creates the system; nothing is computed yet.</summary>
    /// <param name="training">n rows of d features.</param>
    /// <param name="energy">The loss.</param>
    /// <param name="law">The law of the d parameters.</param>
    /// <exception cref="ArgumentException">The law has not d entries.</exception>
    /// <exception cref="UnusableDataException">A target is outside the energy's domain.</exception>
    /// <exception cref="ThermoException">No linear model is known under the energy.</exception>
    public LinearSystem(LabelledData training, Energy energy, ParameterLaw law)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(energy);
        ArgumentNullException.ThrowIfNull(law);
        if (law.Count != training.Columns)
            throw new ArgumentException($"The law has {law.Count} entries for {training.Columns} parameters.", nameof(law));
        CheckTargets(training, energy);
        (Training, Rows) = (training, training);
        Energy = energy;
        Law = law;
        Loss = LinearLosses.Of(energy);
        Sample = new LinearSample(training);
        _ground = new Lazy<GroundState>(() => Loss.Solve(Sample));
        _ensemble = new Lazy<EnergyEnsemble>(() => EnsembleOf(law));
    }

    private LinearSystem(LinearSystem trained, LabelledData rows)
    {
        (Training, Rows, Energy, Law, Loss) = (trained.Training, rows, trained.Energy, trained.Law, trained.Loss);
        Sample = new LinearSample(rows);
        _ground = trained._ground;
        _ensemble = new Lazy<EnergyEnsemble>(() => EnsembleOf(Law));
    }

    /// <summary>D, the training data.</summary>
    public LabelledData Training { get; }

    /// <summary>The rows that the energy of untrained parameters is taken on: those of training, unless <see cref="On"/> says others.</summary>
    public LabelledData Rows { get; }

    /// <summary>E, the loss.</summary>
    public Energy Energy { get; }

    /// <summary>P₀, the initialisation law.</summary>
    public ParameterLaw Law { get; }

    /// <summary>The parameters of least training energy.</summary>
    public GroundState GroundState => _ground.Value;

    /// <summary>The energy over the initialisation law.</summary>
    public EnergyEnsemble Ensemble => _ensemble.Value;

    /// <summary>The same system with the energy of untrained parameters taken on other rows, such as held-out ones; the ground state stays that of the
    /// training rows. On the rows of the trained losses both states face the same data, so their ΔE is paired.</summary>
    /// <param name="rows">Rows of the training data's columns.</param>
    /// <exception cref="ArgumentException">They have another number of columns.</exception>
    /// <exception cref="UnusableDataException">A target is outside the energy's domain.</exception>
    public LinearSystem On(LabelledData rows)
    {
        CheckFresh(rows);
        return new LinearSystem(this, rows);
    }

    /// <summary>The state before training: parameters random, data fixed.</summary>
    /// <param name="options">Seed, draws and entropy estimator.</param>
    /// <param name="progress">Receives the fraction done.</param>
    /// <param name="cancellation">Stops draws and quadratures.</param>
    /// <exception cref="ThermoException">An exact entropy was demanded and there is none.</exception>
    /// <exception cref="UnusableDataException">The mean or the variance of the energy overflows.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public State TypeI(TransitionOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        State state = Ensemble.ToState(options, progress, cancellation);
        if (!ReferenceEquals(Rows, Training))
        {
            return state with
            {
                RowEnergies = Loss.RowEnergies(Sample, Law),
                RowVariances = state.Variance.Value > 0 ? RowShares.Of(Rows, Ensemble, Law, Energy, 1, options?.Seed ?? 1).WithEnergy : null,
            };
        }


        return Loss.NeedsRows || !Law.Variances.All(variance => variance > 0) ? state
            : state with { GroundEnergy = GroundState.Energy }; // the floor from moments has lost digits where columns nearly depend on each other
    }

    /// <summary>The state after training: parameters fixed at the ground state, data random.</summary>
    /// <param name="fresh">Data that training has not seen; null takes the training data, whose losses are optimistic.</param>
    /// <param name="options">Number of fresh points and entropy.</param>
    /// <exception cref="ArgumentException">The fresh data have another number of columns.</exception>
    /// <exception cref="UnusableDataException">A target is outside the energy's domain.</exception>
    public State TypeII(LabelledData? fresh = null, TransitionOptions? options = null)
    {
        options ??= new TransitionOptions();
        LabelledData data = fresh ?? Training;
        CheckFresh(data);
        if (GroundState.Status.HasFlag(Status.Separable))
            return Separable();
        double[] losses = Losses(data);
        State state = TypeIIState.FromLosses(losses, options.FreshPoints ?? Training.Rows, options.TypeIIEntropy);
        bool interpolates = fresh is null && GroundState.Status.HasFlag(Status.Interpolation);
        return interpolates ? Interpolating(state) : IsRounding(data, losses) ? Rounded(state) : state with { Status = state.Status | GroundState.Status };
    }

    /// <summary>Training, as the transition from Type I to Type II.</summary>
    /// <param name="fresh">Data for both states; null takes the training data.</param>
    /// <param name="options">The choices behind the numbers.</param>
    /// <param name="progress">Receives the fraction done.</param>
    /// <param name="cancellation">Stops draws and quadratures.</param>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public Transition Train(
        LabelledData? fresh = null, TransitionOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        (fresh is null ? this : On(fresh)).TrainTo(TypeII(fresh, options), options, progress, cancellation);

    /// <summary>The same where the trained state is already known.</summary>
    /// <param name="trained">As <see cref="TypeII"/> gives it.</param>
    /// <param name="options">The choices behind the numbers; with <see cref="TransitionOptions.AtTrainedResolution"/> both entropies are
    /// taken at the resolution of the trained state's noise.</param>
    /// <param name="progress">Receives the fraction done.</param>
    /// <param name="cancellation">Stops draws and quadratures.</param>
    /// <exception cref="ThermoException">The trained loss does not fluctuate, so that it has no resolution.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public Transition TrainTo(
        State trained, TransitionOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(trained);
        options = (options ?? new TransitionOptions()).For(trained);
        State untrained = TypeI(options, progress, cancellation);
        return new Transition(untrained, options.AtTrainedResolution ? TypeIIState.AtOwnResolution(trained, untrained) : trained);
    }

    /// <summary>The per-row losses of the trained model.</summary>
    /// <param name="data">Any rows with the training data's columns.</param>
    public double[] Losses(LabelledData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        double[] outputs = data.Outputs(GroundState.Parameters);
        Energy.Losses(outputs, data.Targets.Span, outputs);
        return outputs;
    }

    /// <summary>The ensemble of the same system under another law.</summary>
    internal EnergyEnsemble EnsembleOf(ParameterLaw law) => Loss.Ensemble(Sample, law);

    /// <summary>What is done differently under each loss.</summary>
    internal LinearLoss Loss { get; }

    /// <summary>The training data with their second moments, made once.</summary>
    internal LinearSample Sample { get; }

    /// <summary>No optimum, no losses at it: every number is undefined (a held-out row on the wrong side would lose infinitely much).</summary>
    private static State Separable() => new()
    {
        Kind = StateKind.TypeII,
        Energy = Estimate.Undefined,
        Variance = Estimate.Undefined,
        Entropy = new EntropyEstimate(double.NaN, double.NaN, EntropyMethod.CentralLimit),
        Status = Status.Separable,
    };

    private State Interpolating(State state) => state with
    {
        Energy = Estimate.Exact(0),
        Variance = Estimate.Exact(0),
        Entropy = new EntropyEstimate(double.NegativeInfinity, 0, EntropyMethod.Exact, Status.PointState),
        EnergyEntropyCovariance = 0,
        Status = GroundState.Status | Status.PointState,
    };

    /// <summary>All losses are equal to within what rounding the outputs does to them, as behind a model that fits every row.</summary>
    private bool IsRounding(LabelledData data, double[] losses)
    {
        double[] sizes = [.. GroundState.Parameters.Select(Math.Abs)], row = new double[data.Columns];
        double mean = losses.Average(), spread = Math.Sqrt(losses.Sum(loss => (loss - mean) * (loss - mean)) / losses.Length), largest = 0;
        double[] outputs = data.Outputs(GroundState.Parameters);
        for (int i = 0; i < outputs.Length; i++)
        {
            TensorPrimitives.Abs(data.Row(i), row);
            double target = data.Targets.Span[i], step = (data.Columns + 2) * Unit * (TensorPrimitives.Dot<double>(row, sizes) + Math.Abs(target));
            largest = Math.Max(largest, Math.Max(Math.Abs(Energy.Loss(outputs[i] + step, target) - losses[i]),
                Math.Abs(Energy.Loss(outputs[i] - step, target) - losses[i])));
        }

        return spread <= largest;
    }

    private State Rounded(State state) => state with
    {
        Variance = Estimate.Exact(0),
        Entropy = new EntropyEstimate(double.NegativeInfinity, 0, EntropyMethod.CentralLimit, Status.PointState),
        EnergyEntropyCovariance = 0,
        Status = GroundState.Status | Status.PointState,
    };

    private void CheckFresh(LabelledData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Columns != Training.Columns)
            throw new ArgumentException($"Fresh data have {data.Columns} columns, the training data {Training.Columns}.", nameof(data));
        CheckTargets(data, Energy);
    }

    private static void CheckTargets(LabelledData data, Energy energy)
    {
        ReadOnlySpan<double> targets = data.Targets.Span;
        for (int i = 0; i < targets.Length; i++)
        {
            if (energy.Reject(targets[i]) is string expected)
                throw new UnusableDataException($"The target of row {i + 1} is {targets[i]}: {energy} expects {expected}.");
        }
    }
}
