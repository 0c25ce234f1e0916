using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Energies;
using ML.Thermo.Langevin;
using ML.Thermo.Loops;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Scans;
using ML.Thermo.Transitions;

namespace ML.Thermo;

/// <summary>The thermodynamic components for pipelines: <c>mlContext.Thermo()</c>.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1822", Justification = "Members of a catalog are called on it.")]
public sealed class ThermoCatalog
{
    private readonly MLContext _context;
    private readonly ulong _seed;

    internal ThermoCatalog(MLContext context, ulong seed) => (_context, _seed) = (context, seed);

    /// <summary>Regression trainers with a thermostat.</summary>
    public RegressionTrainers Regression => new(_context, _seed);

    /// <summary>Binary classifiers with a thermostat.</summary>
    public BinaryClassificationTrainers BinaryClassification => new(_context, _seed);

    /// <summary>Multiclass classifiers with a thermostat.</summary>
    public MulticlassClassificationTrainers MulticlassClassification => new(_context, _seed);

    /// <summary>The record of a training in a heat bath.</summary>
    /// <param name="model">The model as training left it in memory, or a chain with one; of several the last.</param>
    /// <exception cref="ArgumentException">It carries none: another trainer made it, or it was loaded from a file.</exception>
    public TrainingRecord GetTraining(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TrainingRecord.In(model)
            ?? throw new ArgumentException(
                "This model carries no record of training: expected one that a Langevin trainer fitted in this process.", nameof(model));
    }

    /// <summary>
    /// Create <see cref="ObservedTrainer{TTransformer}"/>, which reports every pass of one of ML.NET's own trainers while it trains.
    /// </summary>
    /// <typeparam name="TTransformer">What the trainer makes.</typeparam>
    /// <param name="trainer">Makes the trainer with the loss that it is given:
    /// <c>loss => context.Regression.Trainers.OnlineGradientDescent(lossFunction: loss)</c>.</param>
    /// <param name="loss">The loss to train by.</param>
    /// <param name="observer">Receives every epoch, on a thread that trains; the gradient's norm is NaN.</param>
    /// <param name="labelColumnName">The name of the label column: <see cref="float"/> or <see cref="bool"/>.</param>
    /// <param name="featureColumnName">The name of the feature column: a known-sized vector of <see cref="float"/>.</param>
    /// <param name="cancellation">Stops training at the next row.</param>
    public ObservedTrainer<TTransformer> Observe<TTransformer>(
        Func<ObservedLoss, IEstimator<TTransformer>> trainer,
        IScalarLoss loss,
        Action<TrainingEpoch> observer,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        CancellationToken cancellation = default)
        where TTransformer : ITransformer
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentException.ThrowIfNullOrEmpty(labelColumnName);
        ArgumentException.ThrowIfNullOrEmpty(featureColumnName);
        var observed = new ObservedLoss(loss, observer, cancellation);
        return new ObservedTrainer<TTransformer>(trainer(observed), observed, labelColumnName, featureColumnName, cancellation);
    }

    /// <summary>
    /// Create <see cref="PhaseTransitionEstimator{TTransformer}"/>, which trains <paramref name="trainer"/> unchanged and adds energy, entropy and temperature
    /// to every row.
    /// </summary>
    /// <typeparam name="TTransformer">What the trainer makes.</typeparam>
    /// <param name="trainer">Any trainer, or a whole chain of estimators that ends in one.</param>
    /// <param name="labelColumnName">The name of the label column: <see cref="float"/>, <see cref="bool"/> or a <see cref="uint"/> key.</param>
    /// <param name="featureColumnName">The name of the feature column: a known-sized vector of <see cref="float"/>.</param>
    /// <param name="initialState">What stands for the model before training; null for <see cref="InitialState.Auto"/>.</param>
    /// <param name="energy">The loss; null takes cross-entropy for classifiers and the mean squared error otherwise.</param>
    /// <param name="typeIIRows">What is measured on which rows; null for <see cref="TypeIIRows.Twin"/>, which trains once more.</param>
    public PhaseTransitionEstimator<TTransformer> PhaseTransition<TTransformer>(
        IEstimator<TTransformer> trainer,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        InitialState? initialState = null,
        Energy? energy = null,
        TypeIIRows? typeIIRows = null)
        where TTransformer : class, ITransformer =>
        PhaseTransition(trainer, new PhaseTransitionOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            InitialState = initialState ?? InitialState.Auto,
            Energy = energy,
            TypeIIRows = typeIIRows ?? TypeIIRows.Twin,
            Transition = new TransitionOptions { Seed = _seed },
        });

    /// <summary>Create <see cref="PhaseTransitionEstimator{TTransformer}"/> with advanced options.</summary>
    /// <typeparam name="TTransformer">What the trainer makes.</typeparam>
    /// <param name="trainer">Any trainer, or a whole chain of estimators that ends in one.</param>
    /// <param name="options">Columns, initial state, energy, rows of the Type II state.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">A column name is empty, or an output column would hide another one.</exception>
    public PhaseTransitionEstimator<TTransformer> PhaseTransition<TTransformer>(IEstimator<TTransformer> trainer, PhaseTransitionOptions options)
        where TTransformer : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(options);
        return new PhaseTransitionEstimator<TTransformer>(_context, trainer, options);
    }

    /// <summary>The transition that a model carries, in memory or loaded.</summary>
    /// <param name="model">A model, or a chain with one; of several transitions the last.</param>
    /// <exception cref="ArgumentException">It carries none.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote it.</exception>
    public Transition GetTransition(ITransformer model) => GetRecord(model).Transition;

    /// <summary>The transition that a scored data view carries.</summary>
    /// <param name="schema">The schema of scored data; of several transitions the last.</param>
    /// <exception cref="ArgumentException">It carries none.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote it.</exception>
    public Transition GetTransition(DataViewSchema schema) => GetRecord(schema).Transition;

    /// <summary>The transition that a model carries, with what it was measured on.</summary>
    /// <param name="model">A model, or a chain with one; of several transitions the last.</param>
    /// <exception cref="ArgumentException">It carries none.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote it.</exception>
    public PhaseTransitionRecord GetRecord(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return SavedTransitions.In(model)
            ?? throw new ArgumentException(
                "This model carries no transition: expected one that PhaseTransition trained, or a chain with one.", nameof(model));
    }

    /// <summary>The transition that a scored data view carries, with what it was measured on.</summary>
    /// <param name="schema">The schema of scored data; of several transitions the last.</param>
    /// <exception cref="ArgumentException">It carries none.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote it.</exception>
    public PhaseTransitionRecord GetRecord(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return SavedTransitions.In(schema)
            ?? throw new ArgumentException(
                "This schema carries no transition: expected that of data scored by a model that PhaseTransition trained.", nameof(schema));
    }

    /// <summary>
    /// The same model with our own transformers in the place of the steps as which ML.NET has saved and loaded them. A loaded model works as it
    /// is; restored it gives the same columns, and faster: prediction engines of transitions, and imported networks, which run in batches again.
    /// </summary>
    /// <param name="model">A loaded model, or a chain with one.</param>
    /// <returns>The model, or itself where there is nothing to restore. Dispose it as you would have disposed what was saved.</returns>
    /// <exception cref="ThermoException">The file of an imported network is missing, or is not the network that was saved.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote the model.</exception>
    public ITransformer Restore(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return SavedTransitions.Restore(model, null);
    }

    /// <summary>Loads a model that ML.NET has saved, and restores what is ours in it: <see cref="Restore"/> is not forgotten.</summary>
    /// <param name="path">The .zip file.</param>
    /// <returns>The model; dispose it as you would have disposed what was saved.</returns>
    /// <exception cref="ThermoException">The file of an imported network is missing, or is not the network that was saved.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote the model.</exception>
    /// <example>
    /// <code>
    /// ITransformer model = context.Thermo().Load("model.zip");
    /// Console.WriteLine(context.Thermo().GetTransition(model));
    /// </code>
    /// </example>
    public ITransformer Load(string path) => Load(path, out _);

    /// <summary>The same with the schema of the data that the model was made for.</summary>
    /// <param name="path">The .zip file.</param>
    /// <param name="inputSchema">The schema that was given when the model was saved.</param>
    /// <exception cref="ThermoException">The file of an imported network is missing, or is not the network that was saved.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote the model.</exception>
    public ITransformer Load(string path, out DataViewSchema inputSchema)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Restore(_context.Model.Load(path, out inputSchema));
    }

    /// <summary>The same model without what
    /// <see cref="PhaseTransition{TTransformer}(IEstimator{TTransformer}, PhaseTransitionOptions)"/> and <see cref="Refresh"/> added:
    /// no row columns, no transition, no monitor, and exportable to ONNX where its other steps are.</summary>
    /// <param name="model">A model in memory or loaded, or a chain with one.</param>
    public ITransformer WithoutRowColumns(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return SavedTransitions.Without(model, RefreshSteps.IsWatching);
    }

    /// <summary>
    /// Create <see cref="RefreshEstimator"/>, which learns the state of a trained model on scored rows and adds energy, drift and the time to
    /// refresh to the rows that come after.
    /// </summary>
    /// <param name="options">Columns, windows, error rates; null for the defaults.</param>
    /// <exception cref="ArgumentException">A column name is empty, or two output columns have one name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A window has fewer rows than the test needs.</exception>
    public RefreshEstimator Refresh(RefreshOptions? options = null) => new(options ?? new RefreshOptions());

    /// <summary>Create <see cref="FreshWeightEstimator"/>, which adds an example weight by which the fresh rows of a loop count more than generated
    /// ones.</summary>
    /// <param name="freshColumnName">The name of a Boolean column: true for a real row, false for one that a model made or labelled.</param>
    /// <param name="outputColumnName">The name of the weight, a <see cref="float"/> of mean one, for a trainer's <c>exampleWeightColumnName</c>.</param>
    public FreshWeightEstimator FreshWeight(string freshColumnName = "IsFresh", string outputColumnName = "Weight")
    {
        ArgumentException.ThrowIfNullOrEmpty(freshColumnName);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new FreshWeightEstimator(_context, freshColumnName, outputColumnName);
    }

    /// <summary>Judges a loop that retrains on its own output from the rows of two or more generations.</summary>
    /// <param name="data">All rows; each generation must be the whole training data of the next.</param>
    /// <param name="categoryColumnName">What diversity is counted in: text, a key, a Boolean or a whole number; a predicted label, for one.</param>
    /// <param name="generationColumnName">Which generation a row is of: ordered as numbers, or as they appear where they are not.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Stops reading and simulating.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="UnusableDataException">There is one generation or one category only, or every row is a category of its own.</exception>
    public GuardFinding GuardLoop(
        IDataView data, string categoryColumnName, string generationColumnName = "Generation", LoopGuardOptions? options = null,
            CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(categoryColumnName);
        ArgumentException.ThrowIfNullOrEmpty(generationColumnName);
        return LoopGuard.Judge(GenerationReading.Read(data, categoryColumnName, generationColumnName, cancellation), options, cancellation);
    }

    /// <summary>Where do rows change along a control parameter? See <see cref="ML.Thermo.Scans.Scan"/>.</summary>
    /// <param name="data">A sample or a law a row.</param>
    /// <param name="options">Which columns, and how to look.</param>
    /// <param name="observer">A binary trainer with a probability, which tells observed rows apart; null: logistic regression, bins for a number.</param>
    /// <param name="cancellation">Stops reading and computing.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="UnusableDataException">The rows cannot be scanned; the message says why.</exception>
    public ScanReport Scan(IDataView data, DataScanOptions options, IEstimator<ITransformer>? observer = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        return DataScan.Run(_context, data, options, observer, cancellation);
    }

    /// <summary>Where do fitted models change along their numbers, on the same rows? Probabilities are compared row by row, scores as numbers.</summary>
    /// <param name="models">Fitted models, in any order.</param>
    /// <param name="controlValues">A number for each, such as its strength of regularisation.</param>
    /// <param name="inputs">Rows that all of them score.</param>
    /// <param name="options">How to look.</param>
    /// <param name="controlName">What the numbers are called.</param>
    /// <param name="cancellation">Stops between rows.</param>
    /// <exception cref="UnusableDataException">A model gives neither probability nor score, or two numbers are equal.</exception>
    public ScanReport Scan(
        IReadOnlyList<ITransformer> models,
        IReadOnlyList<double> controlValues,
        IDataView inputs,
        ScanOptions? options = null,
        string controlName = "x",
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(controlValues);
        ArgumentNullException.ThrowIfNull(inputs);
        return ModelScan.Run(models, controlValues, controlName, inputs, options ?? new ScanOptions(), cancellation);
    }

    /// <summary>A monitor with the reference that a model carries, for a service to observe what prediction engines say.</summary>
    /// <param name="model">A model with the product of <see cref="Refresh"/> in its chain, in memory or loaded; of several the last.</param>
    /// <param name="name">Publishes instruments under that name; null publishes none.</param>
    /// <param name="file">Keeps its state there and goes on from it, as <see cref="DriftMonitor.Open"/> does; null starts empty and keeps nothing.</param>
    /// <exception cref="ArgumentException">It carries none.</exception>
    /// <exception cref="UnusableDataException">The file is of a newer version, of another reference, or damaged.</exception>
    /// <exception cref="NotSupportedException">A newer version of this package wrote it.</exception>
    public DriftMonitor GetMonitor(ITransformer model, string? name = null, string? file = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        SavedMonitor saved = RefreshSteps.In(model)
            ?? throw new ArgumentException("This model carries no monitor: expected one with the product of Refresh in its chain.", nameof(model));
        return saved.NewMonitor(name, file);
    }
}
