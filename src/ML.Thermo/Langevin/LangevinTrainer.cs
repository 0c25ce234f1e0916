using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using ML.Thermo.Energies;
using ML.Thermo.Schemas;
using ML.Thermo.Steps;

namespace ML.Thermo.Langevin;

/// <summary>Trains a linear model in a heat bath, by Langevin dynamics of its parameters.</summary>
/// <typeparam name="TTransformer">ML.NET's transformer of the task.</typeparam>
/// <typeparam name="TModel">ML.NET's linear model of the task.</typeparam>
/// <remarks>
/// <para><b>Input and output columns.</b> Those of ML.NET's linear trainers of the same task: a label (Single for regression, Boolean for binary
/// and key for multiclass classification), features that are a known-size vector of Single, and if wanted an example weight, a Single.</para>
/// <para><b>Trainer characteristics.</b> Normalisation: not needed, it standardises the features itself and folds that back into the model.
/// Caching: no, rows are copied once, in single precision. Required package besides Microsoft.ML: ML.Thermo to train, none to load or use the model.
/// Exportable to ONNX: yes.</para>
/// <para>Rows whose label, weight or a feature is missing are left out and counted. The model is ML.NET's own;
/// <see cref="ThermoCatalog.GetTraining"/> gives the record of its training.</para></remarks>
[Maturity(Maturity.Theorem, "Langevin dynamics; Welling and Teh 2011, Leimkuhler and Matthews 2013")]
public abstract class LangevinTrainer<TTransformer, TModel> : ITrainerEstimator<TTransformer, TModel>
    where TTransformer : ISingleFeaturePredictionTransformer<TModel>
    where TModel : class
{
    private const int LeastPasses = 100, LeastSteps = 4000;
    private const double PriorPrecision = 1 / (2.5 * 2.5);

    private readonly MLContext _context;
    private readonly LangevinTrainerOptions _options;

    private protected LangevinTrainer(MLContext context, LangevinTrainerOptions options)
    {
        options.Check();
        (_context, _options) = (context, options);
    }

    /// <inheritdoc/>
    public TrainerInfo Info => Own.Regression.Trainers.OnlineGradientDescent().Info;

    /// <summary>A context of our own: making components in the user's would change the numbers that his trainers draw.</summary>
    private protected MLContext Own { get; } = new(0);

    /// <summary>Trains.</summary>
    /// <param name="input">Label, features and, if named, weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type.</exception>
    /// <exception cref="UnusableDataException">No row can be used, a weight is negative, or all labels are of one class.</exception>
    /// <exception cref="ThermoException">The chain ran away because its steps are too long.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.Cancellation.ThrowIfCancellationRequested();
        return FitTrace.Run("langevin", activity => Fitted(input, activity));
    }

    private TTransformer Fitted(IDataView input, Activity? activity)
    {
        GetOutputSchema(Shapes.Of(input.Schema));
        RowReading reading = RowReading.Of(input, _options);
        DataViewSchema.Column label = input.Schema[_options.LabelColumnName];
        TrainingRows raw = reading.Rows.ToRows(_options.Seed);
        CheckClasses(raw, label);
        (double[] means, double[] scales) = ([], []);
        TrainingRows rows = _options.StandardizesFeatures ? raw.Standardized(out means, out scales) : raw;
        bool isClassifier = EnergyName == Energy.CrossEntropy.Name;
        LinearPotential potential = Potential(rows, label, _options.L2Regularization ?? (isClassifier ? PriorPrecision / rows.TotalWeight : 0));
        double temperature = potential.EnergyScale() * (isClassifier ? 1 : Math.Log(rows.Count)) / rows.Count;
        var options = new LangevinOptions
        {
            Epochs = _options.NumberOfIterations ?? Math.Max(LeastPasses, (LeastSteps + potential.Batches - 1) / potential.Batches),
            StepSize = _options.LearningRate ?? potential.SuggestStepSize(),
            Bath = _options.Bath ?? Bath.Constant(temperature),
            WarmUp = _options.WarmUp,
            IsCorrected = _options.IsCorrected,
            Seed = _options.Seed,
            Observer = _options.Observer,
            Cancellation = _options.Cancellation,
        };
        LangevinRun run = LangevinSampler.Run(potential, new double[potential.Dimension], options);
        double[] parameters = Chosen(run, options.Bath);
        if (_options.StandardizesFeatures)
            FoldBack(parameters, means, scales);
        IReadOnlyList<double[]> outputs = Outputs(parameters, rows.Dimension + 1);
        var record = new TrainingRecord
        {
            EnergyName = EnergyName,
            Rows = rows.Count,
            SkippedRows = reading.Skipped,
            StepSize = options.StepSize,
            Epochs = run.Epochs,
            Equilibrium = run.Equilibrium,
            Parameters = outputs,
        };
        TTransformer trained = Make(new NativeModels(Own, input.Schema, _options), outputs);
        record.AttachTo(trained);
        activity?.SetTag("thermo.rows", rows.Count).SetTag("thermo.epochs", run.Epochs);
        Report(record);
        return trained;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.Demand("label", _options.LabelColumnName, LabelType, IsLabel);
        inputSchema.Demand("feature", _options.FeatureColumnName, Columns.Features, Columns.IsFeatures);
        if (_options.ExampleWeightColumnName is { } weight)
            inputSchema.Demand("example weight", weight, "a Single", column => Columns.IsSingle(column));
        return Promise().GetOutputSchema(inputSchema);
    }

    private protected abstract string EnergyName { get; }

    /// <summary>The label's type in words.</summary>
    private protected abstract string LabelType { get; }

    private protected abstract bool IsLabel(SchemaShape.Column column);

    /// <summary>A trainer of ML.NET's that delivers the same columns.</summary>
    private protected abstract IEstimator<ITransformer> Promise();

    private protected abstract LinearPotential Potential(TrainingRows rows, DataViewSchema.Column label, double l2);

    /// <summary>Weights and bias of each linear output.</summary>
    /// <param name="parameters">Those of the chain, in the features' own units.</param>
    /// <param name="size">Weights and the bias.</param>
    private protected virtual IReadOnlyList<double[]> Outputs(double[] parameters, int size) => [parameters];

    private protected abstract TTransformer Make(NativeModels models, IReadOnlyList<double[]> outputs);

    /// <summary>The parameters of the chain that become the model.</summary>
    private double[] Chosen(LangevinRun run, Bath bath)
    {
        ChainParameters ifNull = _options.Bath is null ? ChainParameters.Ground : bath.End > 0 ? ChainParameters.Mean : ChainParameters.Last;
        return (_options.Parameters ?? ifNull) switch
        {
            ChainParameters.Ground => [.. run.Ground],
            ChainParameters.Mean => [.. run.Mean],
            _ => [.. run.Last],
        };
    }

    /// <summary>Weights of standardised features become those of the features as they are: w = v/s, b = c − Σ v m/s.</summary>
    private static void FoldBack(double[] parameters, double[] means, double[] scales)
    {
        int d = means.Length;
        for (int first = 0; first < parameters.Length; first += d + 1)
        {
            for (int j = 0; j < d; j++)
            {
                ref double weight = ref parameters[first + j];
                weight = scales[j] == 0 ? 0 : weight / scales[j]; // a feature that never changed is not learned
                parameters[first + d] -= weight * means[j];
            }
        }
    }

    private static void CheckClasses(TrainingRows rows, DataViewSchema.Column label)
    {
        float first = rows.Targets[0];
        if (label.Type is BooleanDataViewType or KeyDataViewType && !rows.Targets.ContainsAnyExcept(first))
        {
            string name = label.Type is KeyDataViewType ? $"class {first + 1}" : first == 1 ? "true" : "false";
            throw new UnusableDataException(
                $"All {rows.Count} labels are {name}: expected rows of two classes at least, without which cross-entropy has no minimum.");
        }
    }

    /// <summary>One line for whoever listens to the context's log, and a warning about rows left out.</summary>
    private void Report(TrainingRecord record)
    {
        IHost host = ((IHostEnvironment)_context).Register("Thermo", seed: 0); // a seed, so that no number of the context is drawn
        using IChannel channel = host.Start("Langevin");
        if (record.SkippedRows > 0)
            channel.Warning(MessageSensitivity.None, $"Skipped {record.SkippedRows} rows with a missing label, feature or weight.");
        Equilibrium at = record.Equilibrium;
        if (!at.IsReached)
        {
            channel.Warning(
                MessageSensitivity.None,
                $"The chain was still drifting after {record.Epochs.Count - 1} passes: what is measured of it is not equilibrium. "
                + "Raise NumberOfIterations, or L2Regularization where the classes can be separated.");
        }

        channel.Trace(
            MessageSensitivity.None,
            $"E {at.Energy}, bath {at.BathTemperature:G4}, T {at.EquipartitionTemperature}, λ {at.LearningCoefficient.Value}; "
            + string.Join(", ", at.Status.Names()));
    }
}
