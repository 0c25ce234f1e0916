using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Measurement;
using ML.Thermo.RowLosses;
using ML.Thermo.Schemas;

namespace ML.Thermo.Transitions;

/// <summary>What a training delivers: the model, and what its steps and its record are made of.</summary>
internal sealed record MeasuredTraining(
    ITransformer Model, RowNames Names, RowTransition Rows, PhaseTransitionRecord Record, IReadOnlyList<ITransformer> Steps);

/// <summary>Trains, and measures the training as a phase transition.</summary>
/// <param name="context">The user's context, for its log.</param>
/// <param name="trainer">Any trainer, or a chain that ends in one.</param>
/// <param name="options">Columns, states, rows.</param>
internal sealed class TransitionMeasurement(MLContext context, IEstimator<ITransformer> trainer, PhaseTransitionOptions options)
{
    private readonly MLContext _own = new(0); // making components in the user's context would change the numbers that his trainers draw

    public MeasuredTraining Fit(IDataView input)
    {
        RowSplit split = options.TypeIIRows.Split(_own, input, options.LabelColumnName, options.Transition.Seed);
        ITransformer delivered = trainer.Fit(split.Delivered);
        ScoredModel model = Score(split.HasTwin ? trainer.Fit(split.Training) : delivered, split.Measured, null);
        ScoredModel product = split.HasTwin ? Score(delivered, split.Measured, model.Reading.Energy) : model;
        CheckNames(product);

        InitialState initial = InitialStates.Choose(options.InitialState, model.Trained, model.Reading);
        IFeatureSink? features = initial is not ParameterLawState ? null : InitialStates.Sink(model);
        PredictionPool? pool = initial is MarginalState && model.Reading.Energy == Energy.CrossEntropy ? Pool(model) : null;
        Sample sample = Measure(model, pool, features);
        if (sample.Rows < 2)
        {
            throw new UnusableDataException(
                $"The Type II state has {sample.Rows} rows, and {sample.Skipped} that lack a label, a score or a feature: expected at least 2; "
                + "hold more rows out, or take TypeIIRows.Training.");
        }

        long training = split.IsHeldOut ? LabelledRows(Apply(delivered, split.Delivered)) : sample.Rows;
        long freshPoints = options.Transition.FreshPoints ?? Math.Max(training, 1);
        UntrainedModel untrained = initial switch
        {
            ParameterLawState law => UntrainedModel.Linear(law, model, features!, split.IsHeldOut, options.Transition, options.Cancellation),
            PermutedState permuted => Permuted(permuted.Refits, split, product),
            _ => UntrainedModel.Marginal(model.Reading.Energy, sample, pool, freshPoints),
        };
        State after = Trained(sample, freshPoints);
        var record = new PhaseTransitionRecord
        {
            Transition = new Transition(untrained.State, after),
            InitialState = untrained.Kind,
            InitialStateDetail = untrained.Detail,
            EnergyName = model.Reading.Energy.Name,
            TrainingRows = training,
            TypeIIRows = sample.Rows,
            IsHeldOut = split.IsHeldOut,
            TwinRows = split.HasTwin ? training - LabelledRows(product.Scored) : 0,
            Trainings = 1 + (split.HasTwin ? 1 : 0) + (initial is PermutedState refitted ? refitted.Refits : 0),
            SkippedRows = sample.Skipped,
            FreshPoints = freshPoints,
            PointVariance = after.Variance.Value * freshPoints,
        };
        Report(record);
        LossLaw rowLaw = RowLaw(initial, untrained, product, pool is not null, split.HasTwin);
        if (split.HasTwin)
            (model.Model as IDisposable)?.Dispose();
        return Deliver(product, split.Delivered.Schema, rowLaw, record);
    }

    /// <summary>All steps of a chain, those for training and testing too, as the mapping of a label.</summary>
    public static IDataView Apply(ITransformer trained, IDataView data) =>
        TrainedModel.Steps(trained).Aggregate(data, (rows, step) => step.Transform(rows));

    private ScoredModel Score(ITransformer trained, IDataView data, Energy? energy)
    {
        var model = new TrainedModel(trained);
        IDataView scored = Apply(trained, data);
        return new ScoredModel(trained, model, data, scored, ScoreReading.Of(model, scored, energy is null ? options : options with { Energy = energy }));
    }

    /// <summary>Reads the scored data, or the data that a linear model reads, where the score is the model's only product that is wanted.</summary>
    private Sample Measure(ScoredModel model, IOutputSink? outputs = null, IFeatureSink? features = null)
    {
        ScoreReading reading = model.Reading;
        ScoredData columns = new(model.Scored, reading.Columns.Label(options.LabelColumnName), reading.ScoreColumn, null);
        ModelOutput output = reading.Output;
        if (reading.IsLinear)
        {
            IDataView rows = model.Trained.BeforeScoring(model.Data);
            DataViewSchema.Column label = rows.Schema.Demand("label", options.LabelColumnName, Columns.Label, Columns.IsLabel);
            columns = new ScoredData(rows, label, null, rows.Schema[reading.FeatureColumn], model.Trained);
            output = output.IsDistribution ? new ModelOutput(PredictionKind.Logits) : output;
        }

        return Sample.Of(columns, output, reading.Energy, options.Cancellation, outputs, features);
    }

    /// <summary>Rows with a label, among those of a scored view.</summary>
    private long LabelledRows(IDataView scored)
    {
        DataViewSchema.Column label = ModelColumns.Of(scored.Schema, options.ScoreColumnName).Label(options.LabelColumnName);
        long rows = 0;
        using DataViewRowCursor cursor = scored.GetRowCursor([label]);
        Func<double> read = ScoredData.LabelReader(cursor, label);
        while (cursor.MoveNext())
            rows += double.IsNaN(read()) ? 0 : 1;
        return rows;
    }

    /// <summary>Log-probabilities an output, or 1.</summary>
    private static int Width(ScoredModel model) =>
        model.Reading.Output.IsDistribution && model.Reading.ScoreColumn.Type is VectorDataViewType vector ? vector.Size : 1;

    /// <summary>An empty pool for a classifier's predictions of its rows, which knows the shares of the classes.</summary>
    private PredictionPool Pool(ScoredModel model)
    {
        ScoreReading reading = model.Reading;
        DataViewSchema.Column label = reading.Columns.Label(options.LabelColumnName);
        int width = Width(model);
        double[] shares = new double[Math.Max(width, 2)];
        long rows = 0;
        using DataViewRowCursor cursor = model.Scored.GetRowCursor([label]);
        Func<double> read = ScoredData.LabelReader(cursor, label);
        while (cursor.MoveNext())
        {
            double value = read();
            if (value >= 0 && value < shares.Length && value == Math.Floor(value))
            {
                shares[(int)value]++;
                rows++;
            }
        }

        return new PredictionPool(reading.Energy, [.. shares.Select(count => count / Math.Max(rows, 1))], OutputPool.For(reading.Energy, width));
    }

    /// <summary>Refits on permuted labels of the measured model's rows, measured where that is.</summary>
    private UntrainedModel Permuted(int refits, RowSplit split, ScoredModel product)
    {
        if (split.Training.Schema.GetColumnOrNull(options.LabelColumnName) is null)
        {
            throw new InvalidOperationException(
                $"PermutedLabels permutes the column '{options.LabelColumnName}', which the wrapped chain makes: "
                + "make it before, or use InitialState.LabelMarginal.");
        }

        string[]? classes = ClassOrder.Of(product.Reading.Columns.Label(options.LabelColumnName));
        OutputPool? all = null;
        return UntrainedModel.Permuted(refits, number =>
        {
            options.Cancellation.ThrowIfCancellationRequested();
            IDataView permuted = PermutedLabels.Of(split.Training, options.LabelColumnName, options.Transition.Seed, number);
            ScoredModel refit = Score(trainer.Fit(permuted), split.Measured, product.Reading.Energy);
            int width = Width(refit);
            all ??= OutputPool.For(refit.Reading.Energy, width);
            string[]? own = ClassOrder.Of(refit.Reading.Columns.Label(options.LabelColumnName));
            Sample sample = Measure(refit, width > 1 ? ClassOrder.Sorted(own, classes, all) : all);
            (refit.Model as IDisposable)?.Dispose();
            return (sample, all);
        });
    }

    /// <summary>The law of a row's loss, in the delivered model's own features and classes.</summary>
    private LossLaw RowLaw(InitialState initial, UntrainedModel untrained, ScoredModel product, bool isPooled, bool hasTwin)
    {
        if (initial is ParameterLawState law)
            return LossLaws.Linear(product.Reading.Energy, InitialStates.Law(law, product), product.Trained.Outputs!.Count);
        if (!isPooled || !hasTwin)
            return untrained.Row;
        PredictionPool pool = Pool(product);
        Measure(product, pool);
        return pool.ToLaw();
    }

    private State Trained(Sample sample, long freshPoints)
    {
        double[] losses = sample.Losses.ToArray();
        if (Array.TrueForAll(losses, double.IsFinite))
            return TypeIIState.FromLosses(losses, freshPoints, options.Transition.TypeIIEntropy);
        return new State
        {
            Kind = StateKind.TypeII,
            Energy = new Estimate(double.PositiveInfinity, double.NaN),
            Variance = Estimate.Undefined,
            Entropy = new EntropyEstimate(double.NaN, double.NaN, EntropyMethod.CentralLimit, Status.Undefined),
            SampleSize = losses.Length,
            Status = Status.Undefined,
        };
    }

    private MeasuredTraining Deliver(ScoredModel product, DataViewSchema input, LossLaw law, PhaseTransitionRecord record)
    {
        ScoreReading reading = product.Reading;
        bool isLabel = options.RowTarget == RowTarget.Label;
        if (isLabel && reading.Columns.HidesLabel(options.LabelColumnName))
        {
            throw new ArgumentOutOfRangeException(
                nameof(product), $"The label column '{options.LabelColumnName}' is hidden by the model's own column of that name, so no step behind the "
                + "model can read it: expected another name for the label, or RowTarget.Prediction.");
        }

        var rows = new RowTransition(reading.Energy, reading.Output, law, record.PointVariance);
        DataViewSchema delivered = isLabel ? product.Scored.Schema : product.Model.GetOutputSchema(input);
        var names = new RowNames(
            reading.ScoreColumn.Name, reading.FeatureColumn, options.LabelColumnName, isLabel,
            options.TransitionColumnName, options.EnergyColumnName, options.EntropyColumnName, options.TemperatureColumnName);
        return new MeasuredTraining(product.Model, names, rows, record, PipelineSteps.Make(_own, delivered, names, rows, record));
    }

    /// <summary>Refuses output columns that would hide what the model itself delivers.</summary>
    private void CheckNames(ScoredModel product)
    {
        foreach (string name in options.OutputColumns)
        {
            if (product.Reading.Columns.Own(name) is { } hidden && ModelColumns.IsMarked(hidden))
            {
                throw new ArgumentException(
                    $"The output column '{name}' would hide the model's own column of that name: expected another name.", nameof(product));
            }
        }
    }

    /// <summary>One line for whoever listens to the context's log.</summary>
    private void Report(PhaseTransitionRecord record)
    {
        IHost host = ((IHostEnvironment)context).Register("Thermo", seed: 0); // a seed, so that no number of the context is drawn
        using IChannel channel = host.Start("PhaseTransition");
        Transition t = record.Transition;
        channel.Trace(
            MessageSensitivity.None,
            $"ΔE {t.DeltaEnergy}, ΔS {t.DeltaEntropy}, T {t.Temperature}; {record.InitialState}: {record.InitialStateDetail}; "
            + $"{record.Trainings} trainings, {record.SkippedRows} rows skipped; {string.Join(", ", t.Status.Names())}");
    }
}

/// <summary>A trained model, rows and its scores of them, with what they mean.</summary>
internal sealed record ScoredModel(ITransformer Model, TrainedModel Trained, IDataView Data, IDataView Scored, ScoreReading Reading);
