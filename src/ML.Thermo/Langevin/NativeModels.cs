using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using CalibratedBinary = Microsoft.ML.Calibrators.CalibratedModelParametersBase<
    Microsoft.ML.Trainers.LinearBinaryModelParameters, Microsoft.ML.Calibrators.PlattCalibrator>;

namespace ML.Thermo.Langevin;

/// <summary>
/// ML.NET's own linear models with given parameters. Their constructors are closed, so one of ML.NET's trainers is led to the parameters: it makes
/// a single pass over unit vectors, with a loss that hands out the numbers. Exact in single precision.
/// </summary>
/// <param name="context">A context of our own.</param>
/// <param name="schema">The training data's, from which the model takes slot names and key values.</param>
/// <param name="options">Names of columns.</param>
internal sealed class NativeModels(MLContext context, DataViewSchema schema, LangevinTrainerOptions options)
{
    private readonly string _label = options.LabelColumnName, _features = options.FeatureColumnName;

    /// <summary>Weights, then the bias.</summary>
    public RegressionPredictionTransformer<LinearRegressionModelParameters> Regression(double[] parameters)
    {
        (ReplayView rows, ReplayLoss loss) = Online(parameters);
        return context.Regression.Trainers.OnlineGradientDescent(new OnlineGradientDescentTrainer.Options
        {
            LabelColumnName = _label,
            FeatureColumnName = _features,
            LossFunction = loss,
            LearningRate = 1,
            DecreaseLearningRate = false,
            L2Regularization = 0,
            NumberOfIterations = 1,
            Averaged = false,
            Shuffle = false,
        }).Fit(rows);
    }

    /// <summary>Weights, then the bias. A second trainer, which starts from the model and has nothing to learn, gives it its probabilities.</summary>
    public BinaryPredictionTransformer<CalibratedBinary> Binary(double[] parameters)
    {
        (ReplayView rows, ReplayLoss loss) = Online(parameters);
        LinearModelParameters model = context.BinaryClassification.Trainers.AveragedPerceptron(new AveragedPerceptronTrainer.Options
        {
            LabelColumnName = _label,
            FeatureColumnName = _features,
            LossFunction = loss,
            LearningRate = 1,
            DecreaseLearningRate = false,
            L2Regularization = 0,
            NumberOfIterations = 1,
            Averaged = false,
            Shuffle = false,
        }).Fit(rows).Model;
        return context.BinaryClassification.Trainers.SgdCalibrated(new SgdCalibratedTrainer.Options
        {
            LabelColumnName = _label,
            FeatureColumnName = _features,
            ExampleWeightColumnName = ReplayView.Weight,
            NumberOfIterations = 1,
            NumberOfThreads = 1,
            L2Regularization = 0,
            Shuffle = false,
        }).Fit(new ReplayView(schema, _label, _features, [ReplayView.Nowhere]), model);
    }

    /// <summary>The softmax of one linear output a class. A trainer makes a model of the same shape from unit vectors, and its weights are replaced.</summary>
    /// <param name="outputs">Weights, then the bias, of each class.</param>
    public MulticlassPredictionTransformer<MaximumEntropyModelParameters> Multiclass(IReadOnlyList<double[]> outputs)
    {
        var trainer = context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            LabelColumnName = _label,
            FeatureColumnName = _features,
            MaximumNumberOfIterations = 1,
            HistorySize = 1,
            L1Regularization = 0,
            L2Regularization = 0,
            NumberOfThreads = 1,
        });
        return SoftmaxModel.Of(context, trainer.Fit(new ReplayView(schema, _label, _features, [.. Enumerable.Range(0, Dimension)])), outputs);
    }

    private int Dimension => ((VectorDataViewType)schema[_features].Type).Size;

    /// <summary>A row that puts a weight in, one that takes it out of the bias again (0 + w − w is exactly 0), and one for the bias.</summary>
    private (ReplayView Rows, ReplayLoss Loss) Online(double[] parameters)
    {
        var slots = new List<int>();
        var updates = new List<float>();
        for (int j = 0; j < Dimension; j++)
        {
            if ((float)parameters[j] == 0)
                continue;
            slots.AddRange([j, ReplayView.Nowhere]);
            updates.AddRange([(float)parameters[j], -(float)parameters[j]]);
        }

        slots.Add(ReplayView.Nowhere);
        updates.Add((float)parameters[^1]);
        return (new ReplayView(schema, _label, _features, slots), new ReplayLoss([.. updates]));
    }

    /// <summary>Hands out updates, one a call, whatever it is asked.</summary>
    private sealed class ReplayLoss(float[] updates) : IRegressionLoss, IClassificationLoss
    {
        private int _next;

        public double Loss(float output, float label) => 1; // a row without loss would not be learned

        public float Derivative(float output, float label) => -updates[_next++];
    }
}
