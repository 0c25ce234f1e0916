using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Transitions;

namespace ML.Thermo.Linear;

/// <summary>
/// A linear model z = w·x, training data, an energy and an initialisation law: the system (M, D, E) whose training is a phase
/// transition from random parameters (Type I) to the parameters of least energy facing fresh data (Type II).
/// </summary>
/// <remarks>
/// <para>An intercept is a column of ones with a law of its own (<see cref="LabelledData.WithIntercept"/>).</para>
/// <para>Moments of the Type I state are closed forms where the theory has one and Monte Carlo elsewhere; each says which through
/// its standard error. Maturity: paper (system, states, transition); closed forms are theorems.</para>
/// </remarks>
public sealed class LinearSystem
{
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
        Training = training;
        Energy = energy;
        Law = law;
        Loss = LinearLosses.Of(energy);
        Sample = new LinearSample(training);
        _ground = new Lazy<GroundState>(() => Loss.Solve(Sample));
        _ensemble = new Lazy<EnergyEnsemble>(() => EnsembleOf(law));
    }

    /// <summary>D, the training data.</summary>
    public LabelledData Training { get; }

    /// <summary>E, the loss.</summary>
    public Energy Energy { get; }

    /// <summary>P₀, the initialisation law.</summary>
    public ParameterLaw Law { get; }

    /// <summary>The parameters of least training energy.</summary>
    public GroundState GroundState => _ground.Value;

    /// <summary>The energy over the initialisation law.</summary>
    public EnergyEnsemble Ensemble => _ensemble.Value;

    /// <summary>The state before training: parameters random, data fixed.</summary>
    /// <param name="options">Seed, draws and entropy estimator.</param>
    /// <param name="progress">Receives the fraction done.</param>
    /// <param name="cancellation">Stops draws and quadratures.</param>
    /// <exception cref="ThermoException">An exact entropy was demanded and there is none.</exception>
    /// <exception cref="UnusableDataException">The mean or the variance of the energy overflows.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public State TypeI(TransitionOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        Ensemble.ToState(options, progress, cancellation);

    /// <summary>The state after training: parameters fixed at the ground state, data random.</summary>
    /// <param name="fresh">Data that training has not seen; null takes the training data, whose losses are optimistic.</param>
    /// <param name="options">Number of fresh points and entropy.</param>
    /// <exception cref="ArgumentException">The fresh data have another number of columns.</exception>
    /// <exception cref="UnusableDataException">A target is outside the energy's domain.</exception>
    public State TypeII(LabelledData? fresh = null, TransitionOptions? options = null)
    {
        options ??= new TransitionOptions();
        LabelledData data = fresh ?? Training;
        if (data.Columns != Training.Columns)
            throw new ArgumentException($"Fresh data have {data.Columns} columns, the training data {Training.Columns}.", nameof(fresh));
        CheckTargets(data, Energy);
        if (GroundState.Status.HasFlag(Status.Separable))
            return Separable();
        double[] losses = Losses(data);
        State state = TypeIIState.FromLosses(losses, options.FreshPoints ?? Training.Rows, options.TypeIIEntropy);
        bool interpolates = fresh is null && GroundState.Status.HasFlag(Status.Interpolation);
        return interpolates ? Interpolating(state) : state with { Status = state.Status | GroundState.Status };
    }

    /// <summary>Training, as the transition from Type I to Type II.</summary>
    /// <param name="fresh">Data for the Type II state; null takes the training data.</param>
    /// <param name="options">The choices behind the numbers.</param>
    /// <param name="progress">Receives the fraction done.</param>
    /// <param name="cancellation">Stops draws and quadratures.</param>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public Transition Train(
        LabelledData? fresh = null, TransitionOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        TrainTo(TypeII(fresh, options), options, progress, cancellation);

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
