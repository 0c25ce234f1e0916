using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Energies;
using ML.Thermo.Langevin;
using ML.Thermo.Schemas;
using CalibratedBinary = Microsoft.ML.Calibrators.CalibratedModelParametersBase<
    Microsoft.ML.Trainers.LinearBinaryModelParameters, Microsoft.ML.Calibrators.PlattCalibrator>;

namespace ML.Thermo.Tempering;

/// <summary>Trains a linear model, or one of a softmax, that refreshes itself window by window: copies that forget at different rates, mixed by what they
/// lost lately.</summary>
/// <typeparam name="TTransformer">ML.NET's transformer of the task.</typeparam>
/// <remarks>
/// <para>To create this trainer, use <c>mlContext.Thermo().Regression.Tempered(…)</c>, or that of <c>BinaryClassification</c> or
/// <c>MulticlassClassification</c>.</para>
/// <para><b>Input and output columns.</b> Those of ML.NET's linear trainers of the same task: a label (Single, Boolean, or a UInt32 key) and features that
/// are a
/// known-size vector of Single.</para>
/// <para><b>Trainer characteristics.</b> Normalisation: not needed, columns are standardised by the reference and that is folded back into the
/// model. Caching: no. State: nine copies of p²/2 numbers, p = d + 1, of K classes K (d + 1), at most 2,000. The
/// model is ML.NET's own.</para></remarks>
[Maturity(Maturity.Estimator, "exponential weights over recursive least squares with forgetting")]
public sealed class TemperedTrainer<TTransformer> : IEstimator<TemperedTransformer<TTransformer>>
    where TTransformer : class, ITransformer
{
    private readonly TemperedTask<TTransformer> _task;

    internal TemperedTrainer(TemperedTask<TTransformer> task, TemperedOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(task.Label);
        ArgumentException.ThrowIfNullOrEmpty(task.Features);
        options.Check();
        (_task, Options) = (task, options);
    }

    /// <summary>Ladder, discount, temperature and ridge.</summary>
    public TemperedOptions Options { get; }

    /// <summary>Learns the reference.</summary>
    /// <param name="input">Label and features; rows in which one is missing are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type.</exception>
    /// <exception cref="UnusableDataException">No row can be used, or all labels are of one class, or there are more than 2,000 parameters.</exception>
    public TemperedTransformer<TTransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _task.Check(Shapes.Of(input.Schema));
        (double[][] features, double[] targets) = _task.Read(input);
        return new TemperedTransformer<TTransformer>(_task, input.Schema, _task.Learn(features, targets, input.Schema, Options));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _task.Check(inputSchema);
        return _task.Promise.GetOutputSchema(inputSchema);
    }
}

/// <summary>The column that a task learns.</summary>
/// <param name="Words">Its type in words.</param>
/// <param name="Takes">Its type as a condition.</param>
/// <param name="Energy">The loss of one output; null of several classes.</param>
internal sealed record TemperedLabel(string Words, Func<SchemaShape.Column, bool> Takes, Energy? Energy)
{
    public static readonly TemperedLabel
        Number = new("a Single", Columns.IsSingle, Energy.MeanSquared),
        Flag = new("a Boolean", column => column.ItemType == BooleanDataViewType.Instance, Energy.CrossEntropy),
        Key = new("a UInt32 key", column => column.IsKey && column.ItemType.RawType == typeof(uint), null);
}

/// <summary>What differs between tasks.</summary>
/// <typeparam name="TTransformer">ML.NET's transformer of the task.</typeparam>
internal sealed record TemperedTask<TTransformer>(string Name, string Label, string Features, TemperedLabel Kind, IEstimator<ITransformer> Promise,
    Func<NativeModels, TemperedLadder, TTransformer> Make)
    where TTransformer : class, ITransformer
{
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type.</exception>
    public void Check(SchemaShape shape)
    {
        shape.Demand("label", Label, Kind.Words, column => column.Kind == SchemaShape.Column.VectorKind.Scalar && Kind.Takes(column));
        shape.Demand("feature", Features, Columns.Features, Columns.IsFeatures);
    }

    /// <exception cref="UnusableDataException">The rows cannot be learnt from.</exception>
    public TemperedLadder Learn(double[][] features, double[] targets, DataViewSchema schema, TemperedOptions options) =>
        Kind.Energy is { } energy ? TemperedLadder.Learn(features, targets, energy, options)
            : TemperedLadder.LearnClasses(
                features, targets, (int)Math.Min(((KeyDataViewType)schema[Label].Type).Count, int.MaxValue), options);

    /// <summary>The rows that have a label and all features.</summary>
    /// <exception cref="UnusableDataException">There is none.</exception>
    public (double[][] Features, double[] Targets) Read(IDataView data)
    {
        DataViewSchema.Column label = data.Schema[Label], features = data.Schema[Features];
        List<double[]> rows = [];
        List<double> targets = [];
        long skipped = 0;
        using DataViewRowCursor cursor = data.GetRowCursor([label, features]);
        Func<double> target = Measurement.ScoredData.LabelReader(cursor, label);
        ValueGetter<VBuffer<float>> vector = cursor.GetGetter<VBuffer<float>>(features);
        VBuffer<float> x = default;
        while (cursor.MoveNext())
        {
            double y = target();
            vector(ref x);
            if (!double.IsFinite(y) || !Measurement.ScoredData.IsComplete(x))
            {
                skipped++;
                continue;
            }

            rows.Add([.. x.DenseValues().Select(value => (double)value)]);
            targets.Add(y);
        }

        return rows.Count > 0 ? ([.. rows], [.. targets])
            : throw new UnusableDataException($"None of {skipped} rows can be used: expected at least one with a label and all features.");
    }
}

/// <summary>The tasks.</summary>
internal static class TemperedTasks
{
    public const string RegressionName = "regression", BinaryName = "binary", MulticlassName = "multiclass";

    private static readonly MLContext Own = new(0); // making components in the user's context would change the numbers that his trainers draw

    public static TemperedTask<RegressionPredictionTransformer<LinearRegressionModelParameters>> Regression(string label, string features) => new(
        RegressionName, label, features, TemperedLabel.Number, Own.Regression.Trainers.OnlineGradientDescent(label, features),
        static (models, ladder) => models.Regression([.. ladder.Parameters]));

    public static TemperedTask<BinaryPredictionTransformer<CalibratedBinary>> Binary(string label, string features) => new(
        BinaryName, label, features, TemperedLabel.Flag, Own.BinaryClassification.Trainers.SgdCalibrated(label, features),
        static (models, ladder) => models.Binary([.. ladder.Parameters]));

    public static TemperedTask<MulticlassPredictionTransformer<MaximumEntropyModelParameters>> Multiclass(string label, string features) => new(
        MulticlassName, label, features, TemperedLabel.Key, Own.MulticlassClassification.Trainers.LbfgsMaximumEntropy(label, features),
        static (models, ladder) => models.Multiclass([.. ladder.Parameters.Chunk(ladder.Columns + 1)]));

    /// <summary>Makes ML.NET's model.</summary>
    public static TTransformer Native<TTransformer>(this TemperedTask<TTransformer> task, DataViewSchema schema, TemperedLadder ladder)
        where TTransformer : class, ITransformer =>
        task.Make(
            new NativeModels(Own, schema, new LangevinTrainerOptions { LabelColumnName = task.Label, FeatureColumnName = task.Features }),
            ladder);

    /// <summary>The steps as which a tempered model is saved.</summary>
    public static IReadOnlyList<ITransformer> Steps<TTransformer>(
        this TemperedTask<TTransformer> task, DataViewSchema schema, ITransformer native, TemperedLadder ladder)
        where TTransformer : class, ITransformer
    {
        var steps = new Steps.StepChain(Own, native.GetOutputSchema(schema), native);
        steps.AddOne();
        steps.AddConstant(ML.Thermo.Steps.HiddenColumns.Tempered, TemperedMapping.Text(task.Name, task.Label, task.Features, ladder));
        steps.Add(Own.Transforms.CustomMapping<TemperedMapping.Input, TemperedMapping.Output>(TemperedMapping.Map, TemperedMapping.Contract));
        steps.DropHidden();
        return steps.Steps;
    }
}
