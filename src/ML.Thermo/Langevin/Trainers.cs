using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using ML.Thermo.Energies;

namespace ML.Thermo.Langevin;

/// <summary>Linear regression in a heat bath, by the squared or the absolute error.</summary>
[Maturity(Maturity.Theorem, "Langevin dynamics; see LangevinTrainer")]
public sealed class LangevinRegressionTrainer
    : LangevinTrainer<RegressionPredictionTransformer<LinearRegressionModelParameters>, LinearRegressionModelParameters>
{
    private readonly LangevinRegressionOptions _options;

    internal LangevinRegressionTrainer(MLContext context, LangevinRegressionOptions options)
        : base(context, options)
    {
        if (options.Energy is null || options.Energy == Energy.CrossEntropy)
            throw new ArgumentOutOfRangeException(nameof(options), options.Energy, "Regression takes the energy mse or mae; classification has cross-entropy.");
        _options = options;
    }

    private protected override string EnergyName => _options.Energy.Name;

    private protected override string LabelType => "a Single";

    private protected override bool IsLabel(SchemaShape.Column column) => Schemas.Columns.IsSingle(column);

    private protected override IEstimator<ITransformer> Promise() =>
        Own.Regression.Trainers.OnlineGradientDescent(_options.LabelColumnName, _options.FeatureColumnName);

    private protected override LinearPotential Potential(TrainingRows rows, DataViewSchema.Column label, double l2) =>
        LinearPotential.Of(rows, _options.Energy, l2, _options.BatchSize, _options.ReducesVariance);

    private protected override RegressionPredictionTransformer<LinearRegressionModelParameters> Make(NativeModels models, IReadOnlyList<double[]> outputs) =>
        models.Regression(outputs[0]);
}

/// <summary>Logistic regression in a heat bath; scores are logits, with their probabilities.</summary>
[Maturity(Maturity.Theorem, "Langevin dynamics; see LangevinTrainer")]
public sealed class LangevinBinaryTrainer : LangevinTrainer<
    BinaryPredictionTransformer<CalibratedModelParametersBase<LinearBinaryModelParameters, PlattCalibrator>>,
    CalibratedModelParametersBase<LinearBinaryModelParameters, PlattCalibrator>>
{
    private readonly LangevinTrainerOptions _options;

    internal LangevinBinaryTrainer(MLContext context, LangevinTrainerOptions options)
        : base(context, options) => _options = options;

    private protected override string EnergyName => Energy.CrossEntropy.Name;

    private protected override string LabelType => "a Boolean";

    private protected override bool IsLabel(SchemaShape.Column column) =>
        column.Kind == SchemaShape.Column.VectorKind.Scalar && column.ItemType is BooleanDataViewType;

    private protected override IEstimator<ITransformer> Promise() =>
        Own.BinaryClassification.Trainers.SgdCalibrated(_options.LabelColumnName, _options.FeatureColumnName);

    private protected override LinearPotential Potential(TrainingRows rows, DataViewSchema.Column label, double l2) =>
        LinearPotential.Of(rows, Energy.CrossEntropy, l2, _options.BatchSize, _options.ReducesVariance);

    private protected override BinaryPredictionTransformer<CalibratedModelParametersBase<LinearBinaryModelParameters, PlattCalibrator>> Make(
        NativeModels models, IReadOnlyList<double[]> outputs) => models.Binary(outputs[0]);
}

/// <summary>Softmax regression in a heat bath; the model is ML.NET's maximum entropy, whose scores are probabilities.</summary>
[Maturity(Maturity.Theorem, "Langevin dynamics; see LangevinTrainer")]
public sealed class LangevinMulticlassTrainer
    : LangevinTrainer<MulticlassPredictionTransformer<MaximumEntropyModelParameters>, MaximumEntropyModelParameters>
{
    private readonly LangevinTrainerOptions _options;

    internal LangevinMulticlassTrainer(MLContext context, LangevinTrainerOptions options)
        : base(context, options) => _options = options;

    private protected override string EnergyName => Energy.CrossEntropy.Name;

    private protected override string LabelType => "a UInt32 key";

    private protected override bool IsLabel(SchemaShape.Column column) =>
        column.Kind == SchemaShape.Column.VectorKind.Scalar && column.IsKey && column.ItemType.RawType == typeof(uint);

    private protected override IEstimator<ITransformer> Promise() =>
        Own.MulticlassClassification.Trainers.LbfgsMaximumEntropy(_options.LabelColumnName, _options.FeatureColumnName);

    private protected override LinearPotential Potential(TrainingRows rows, DataViewSchema.Column label, double l2) => LinearPotential.Softmax(
        rows, (int)Math.Min(((KeyDataViewType)label.Type).Count, int.MaxValue), l2, _options.BatchSize, _options.ReducesVariance);

    /// <summary>The first class, whose logit is zero, and the others, about their mean.</summary>
    private protected override IReadOnlyList<double[]> Outputs(double[] parameters, int size)
    {
        double[][] others = [.. parameters.Chunk(size)];
        double[] mean = [.. Enumerable.Range(0, size).Select(j => others.Sum(output => output[j]) / (others.Length + 1))];
        return [.. others.Prepend(new double[size]).Select(output => output.Zip(mean, (value, centre) => value - centre).ToArray())];
    }

    private protected override MulticlassPredictionTransformer<MaximumEntropyModelParameters> Make(NativeModels models, IReadOnlyList<double[]> outputs) =>
        models.Multiclass(outputs);
}
