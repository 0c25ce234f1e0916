using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Measurement;
using ML.Thermo.RowLosses;
using ML.Thermo.Schemas;

namespace ML.Thermo.Transitions;

/// <summary>
/// Trains another estimator, unchanged, and measures its training as a phase transition from the untrained to the trained state.
/// </summary>
/// <remarks>
/// <para>To create this estimator, use <see cref="ThermoCatalog.PhaseTransition(IEstimator{ITransformer}, PhaseTransitionOptions)"/>.</para>
/// <para><b>Input and output columns.</b> The input is the trainer's; its label is a Single, a Boolean or a UInt32 key, its score a Single or a
/// vector of Single. Besides the trainer's own columns there are:</para>
/// <list type="table">
/// <listheader><term>Output column</term><description>Type and meaning</description></listheader>
/// <item><term><c>Energy</c></term><description>Single: E_I(x) − E_II(x), the loss that training takes off this row, loss units.</description></item>
/// <item><term><c>Entropy</c></term><description>Single: ½ ln(1 + V_I(x)/V) ≥ 0, nats, V the variance of the trained loss of one point.</description></item>
/// <item><term><c>Temperature</c></term><description>Single: Energy/Entropy, loss units per nat; NaN where the entropy is below 1e-12.</description></item>
/// <item><term><c>Transition</c></term><description>Key whose key values hold the transition's numbers, <c>name=value</c>.</description></item>
/// </list>
/// <para><b>Estimator characteristics.</b> It looks at the data as often as the trainer does, and once more (permuted labels: once more a refit,
/// each with its training). Normalisation and caching: as the trainer wants them. Required package besides Microsoft.ML: ML.Thermo. Exportable
/// to ONNX: no; export <see cref="PhaseTransitionTransformer.Model"/>, or what <see cref="ThermoCatalog.WithoutRowColumns"/> returns.</para>
/// <para>With a label that is missing, a score that is NaN or (where features are needed) a feature that is, a row is left out of the
/// measurement, and its row columns are NaN.</para>
/// <para>Maturity: paper (training as a transition between states); row columns are analogies (the transition of a system one row large).</para>
/// </remarks>
public sealed class PhaseTransitionEstimator : IEstimator<PhaseTransitionTransformer>
{
    private const int MostFeatures = 1024, MostFeaturesAsked = 4096;

    private readonly MLContext _context;
    private readonly IEstimator<ITransformer> _trainer;
    private readonly PhaseTransitionOptions _options;
    private readonly MLContext _own = new(0); // making components in the user's context would change the numbers that his trainers draw

    internal PhaseTransitionEstimator(MLContext context, IEstimator<ITransformer> trainer, PhaseTransitionOptions options) =>
        (_context, _trainer, _options) = (context, trainer, options);

    /// <summary>Trains on the data and measures.</summary>
    /// <param name="input">The trainer's data.</param>
    /// <returns>The trained model with the row columns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type.</exception>
    /// <exception cref="InvalidOperationException">The initial state does not suit the model; the message names those that do.</exception>
    /// <exception cref="UnusableDataException">No row can be measured, or a label is outside the energy's domain.</exception>
    /// <exception cref="OperationCanceledException">The measurement was cancelled.</exception>
    public PhaseTransitionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.Cancellation.ThrowIfCancellationRequested();
        input.Schema.Demand("label", _options.LabelColumnName, Columns.Label, _ => true);
        (IDataView training, IDataView? heldOut) = _options.TypeIIRows.Split(_own, input, _options.Transition.Seed);
        ITransformer trained = _trainer.Fit(training);
        IDataView scored = Apply(trained, training);
        var model = new TrainedModel(trained);
        ScoreReading reading = ScoreReading.Of(model, scored, _options);
        (UntrainedModel untrained, Sample sample) = Untrained(model, training, scored, reading);
        Sample after = heldOut is null ? sample : Measure(model, heldOut, Apply(trained, heldOut), reading, null);
        PhaseTransitionRecord record = Record(reading, untrained, sample, after);
        Report(record);
        return Deliver(trained, training, scored, reading, untrained, record);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.Demand("label", _options.LabelColumnName, Columns.Label, _ => true);
        SchemaShape shape = _trainer.GetOutputSchema(inputSchema);
        shape.Demand("label", _options.LabelColumnName, Columns.Label, Columns.IsLabel);
        shape.Demand("score", _options.ScoreColumnName, Columns.Score, Columns.IsScore);
        var keys = new DataViewSchema.Annotations.Builder();
        var type = new VectorDataViewType(TextDataViewType.Instance, 1);
        keys.Add("KeyValues", type, (ref VBuffer<ReadOnlyMemory<char>> _) => { });
        string[] numbers = [_options.EnergyColumnName, _options.EntropyColumnName, _options.TemperatureColumnName];
        return Shapes.With(
            shape,
            [
                .. numbers.Select(name => Shapes.Column(name, NumberDataViewType.Single)),
                Shapes.Column(_options.TransitionColumnName, new KeyDataViewType(typeof(uint), 1), keys.ToAnnotations()),
            ]);
    }

    /// <summary>All steps of a chain, those for training and testing too, as the mapping of a label.</summary>
    internal static IDataView Apply(ITransformer trained, IDataView data) =>
        TrainedModel.Steps(trained).Aggregate(data, (rows, step) => step.Transform(rows));

    /// <summary>The model before training, and what the trained one says of the training rows.</summary>
    private (UntrainedModel Untrained, Sample Training) Untrained(TrainedModel model, IDataView training, IDataView scored, ScoreReading reading)
    {
        InitialState initial = Choose(model, reading);
        IFeatureSink? features = initial is not ParameterLawState ? null
            : !LinearLosses.Of(reading.Energy).NeedsRows ? new MomentSums(Dimension(model))
            : new RowKeeper(Dimension(model));
        Sample sample = Measure(model, training, scored, reading, features);
        if (sample.Rows == 0)
        {
            throw new UnusableDataException(
                $"No row of the training data can be measured: {sample.Skipped} rows lack a label, a score or a feature.");
        }

        sample.Check(reading.Energy);
        TransitionOptions options = _options.Transition;
        UntrainedModel untrained = initial switch
        {
            ParameterLawState law => UntrainedModel.Linear(
                law, reading.Energy, Law(law, scored.Schema[reading.FeatureColumn], model), model.Outputs!.Count, features!, options, _options.Cancellation),
            PermutedState permuted => UntrainedModel.Permuted(reading.Energy, permuted.Refits, number => Refit(training, reading, number)),
            _ => UntrainedModel.Marginal(reading.Energy, sample),
        };
        return (untrained, sample);
    }

    private PhaseTransitionRecord Record(ScoreReading reading, UntrainedModel untrained, Sample training, Sample measured)
    {
        if (measured.Rows < 2)
        {
            throw new UnusableDataException(
                $"The Type II state has {measured.Rows} rows: expected at least 2; hold more rows out, or take the training rows.");
        }

        bool isHeldOut = measured != training;
        long freshPoints = _options.Transition.FreshPoints ?? training.Rows;
        State after = Trained(measured.Losses(reading.Energy), freshPoints);
        return new PhaseTransitionRecord
        {
            Transition = new Transition(untrained.State, after),
            InitialState = untrained.Kind,
            InitialStateDetail = untrained.Detail,
            EnergyName = reading.Energy.Name,
            TrainingRows = training.Rows,
            TypeIIRows = measured.Rows,
            IsHeldOut = isHeldOut,
            SkippedRows = training.Skipped + (isHeldOut ? measured.Skipped : 0),
            FreshPoints = freshPoints,
            PointVariance = after.Variance.Value * freshPoints,
        };
    }

    private PhaseTransitionTransformer Deliver(
        ITransformer trained, IDataView training, IDataView scored, ScoreReading reading, UntrainedModel untrained, PhaseTransitionRecord record)
    {
        bool isLabel = _options.RowTarget == RowTarget.Label;
        var rows = new RowTransition(reading.Energy, reading.Output, untrained.Row, record.PointVariance);
        DataViewSchema delivered = isLabel ? scored.Schema : trained.GetOutputSchema(training.Schema);
        var names = new RowNames(
            reading.ScoreColumn, reading.FeatureColumn, _options.LabelColumnName, isLabel,
            _options.TransitionColumnName, _options.EnergyColumnName, _options.EntropyColumnName, _options.TemperatureColumnName);
        return new PhaseTransitionTransformer(trained, PipelineSteps.Make(_own, delivered, names, rows, record), record, names, rows);
    }

    private InitialState Choose(TrainedModel model, ScoreReading reading)
    {
        switch (_options.InitialState)
        {
            case AutomaticState:
                bool isMarginal = !reading.IsLinear || Dimension(model) > MostFeatures;
                return isMarginal ? InitialState.LabelMarginal : InitialState.ParameterLaw(InitializationScheme.Fixed(InitializationLaw.Normal(0, 1)));
            case ParameterLawState when !reading.IsLinear:
                throw new InvalidOperationException(
                    $"ParameterLaw expects a model whose output is linear in public parameters, and this model's is not (or its feature column "
                    + $"'{reading.FeatureColumn}' is not what it reads): use InitialState.LabelMarginal, InitialState.PermutedLabels or InitialState.Auto.");
            case ParameterLawState when Dimension(model) > MostFeaturesAsked:
                throw new InvalidOperationException(
                    $"ParameterLaw takes up to {MostFeaturesAsked} features, and there are {Dimension(model)}: "
                    + "use InitialState.LabelMarginal or InitialState.PermutedLabels.");
            default:
                return _options.InitialState;
        }
    }

    private static int Dimension(TrainedModel model) => model.Outputs![0].Weights.Length;

    private static ParameterLaw Law(ParameterLawState state, DataViewSchema.Column features, TrainedModel model)
    {
        string[] slots = [.. Enumerable.Range(1, Dimension(model)).Select(j => $"x{j}")];
        if (features.HasSlotNames())
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            features.GetSlotNames(ref names);
            slots = [.. names.DenseValues().Select((name, j) => name.IsEmpty ? slots[j] : name.ToString())];
        }

        return state.For(slots);
    }

    /// <summary>Reads the scored data, or the data that a linear model reads, where the score is the model's only product that is wanted.</summary>
    private Sample Measure(TrainedModel model, IDataView data, IDataView scored, ScoreReading reading, IFeatureSink? features)
    {
        IDataView rows = reading.IsLinear ? model.BeforeScoring(data) : scored;
        DataViewSchema.Column label = rows.Schema.Demand("label", _options.LabelColumnName, Columns.Label, Columns.IsLabel);
        ScoredData columns = reading.IsLinear
            ? new ScoredData(rows, label, null, rows.Schema[reading.FeatureColumn], model)
            : new ScoredData(rows, label, rows.Schema[reading.ScoreColumn], null);
        ModelOutput output = reading is { IsLinear: true, Output.IsDistribution: true } ? new ModelOutput(PredictionKind.Logits) : reading.Output;
        return Sample.Of(columns, output, _options.Cancellation, features);
    }

    private Sample Refit(IDataView training, ScoreReading reading, int number)
    {
        _options.Cancellation.ThrowIfCancellationRequested();
        ITransformer refitted = _trainer.Fit(PermutedLabels.Of(training, _options.LabelColumnName, _options.Transition.Seed, number));
        IDataView scored = Apply(refitted, training);
        var model = new TrainedModel(refitted);
        return Measure(model, training, scored, ScoreReading.Of(model, scored, _options with { Energy = reading.Energy }), null);
    }

    private State Trained(double[] losses, long freshPoints)
    {
        if (Array.TrueForAll(losses, double.IsFinite))
            return TypeIIState.FromLosses(losses, freshPoints, _options.Transition.TypeIIEntropy);
        return new State
        {
            Kind = StateKind.TypeII,
            Energy = new Estimate(double.PositiveInfinity, double.NaN),
            Variance = Estimate.Undefined,
            Entropy = new Entropies.EntropyEstimate(double.NaN, double.NaN, Entropies.EntropyMethod.CentralLimit, Status.Undefined),
            SampleSize = losses.Length,
            Status = Status.Undefined,
        };
    }

    /// <summary>One line for whoever listens to the context's log.</summary>
    private void Report(PhaseTransitionRecord record)
    {
        IHost host = ((IHostEnvironment)_context).Register("Thermo", seed: 0); // a seed, so that no number of the context is drawn
        using IChannel channel = host.Start("PhaseTransition");
        Transition t = record.Transition;
        channel.Trace(
            MessageSensitivity.None,
            $"ΔE {t.DeltaEnergy}, ΔS {t.DeltaEntropy}, T {t.Temperature}; {record.InitialState}: {record.InitialStateDetail}; "
            + $"{record.SkippedRows} rows skipped; {string.Join(", ", t.Status.Names())}");
    }
}
