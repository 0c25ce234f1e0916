using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace ML.Thermo.Measurement;

/// <summary>What ML.NET's public API tells of a trained model: its feature column, linear parameters and calibration.</summary>
internal sealed class TrainedModel
{
    private readonly List<ITransformer> _before = [];

    public TrainedModel(ITransformer trained)
    {
        ITransformer[] steps = [.. Steps(trained)];
        foreach (ITransformer step in steps)
        {
            if (step is not IPredictionTransformer<object> { Model: var model })
                continue;
            if (step is ISingleFeaturePredictionTransformer<object> single && model is not ICalibrator)
                FeatureColumnName = single.FeatureColumnName;
            IsAnomalyDetector = step.GetType().Name == typeof(AnomalyPredictionTransformer<>).Name;
            if (model is not ICalibrator)
                (Calibrator, Outputs, IsForest) = (null, null, false); // of several models the last is measured
            if (model is CalibratedModelParametersBase calibrated)
            {
                Calibrator = calibrated.Calibrator;
                model = calibrated.SubModel;
            }

            IsForest |= model.GetType().Name == "FastForestBinaryModelParameters"; // of a package that this one does not know
            if (model is ICalibrator calibrator)
                Calibrator = calibrator;
            else if ((Outputs = Linear(model)) is not null)
                _before = [.. steps.TakeWhile(earlier => earlier != step)];
        }
    }

    /// <summary>The column that the model reads, or null where it does not say.</summary>
    public string? FeatureColumnName { get; }

    /// <summary>Weights and bias of each linear output, or null where they are not public.</summary>
    public IReadOnlyList<(float[] Weights, float Bias)>? Outputs { get; }

    /// <summary>Whether its score is how far a row is from all others, though its columns call themselves those of a classifier.</summary>
    public bool IsAnomalyDetector { get; }

    /// <summary>Whether it is a forest of classification trees, whose score is a vote and no logit.</summary>
    public bool IsForest { get; }

    /// <summary>What turns a score into a probability, or null.</summary>
    public ICalibrator? Calibrator { get; }

    /// <summary>The steps of a transformer, chains in chains laid out.</summary>
    public static IEnumerable<ITransformer> Steps(ITransformer transformer) =>
        transformer is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [transformer];

    /// <summary>The data that a linear model reads: scoring them goes faster without ML.NET's cursors between.</summary>
    public IDataView BeforeScoring(IDataView data) => _before.Aggregate(data, (rows, step) => step.Transform(rows));

    /// <summary>The linear outputs at a row, as ML.NET's own scores: in single precision, by the same dot product.</summary>
    public void Evaluate(in VBuffer<float> features, Span<float> outputs)
    {
        ReadOnlySpan<float> x = features.GetValues();
        for (int k = 0; k < outputs.Length; k++)
        {
            (float[] weights, float bias) = Outputs![k];
            if (features.IsDense)
            {
                outputs[k] = TensorPrimitives.Dot(x, weights) + bias;
                continue;
            }

            float sum = 0;
            ReadOnlySpan<int> indices = features.GetIndices();
            for (int i = 0; i < x.Length; i++)
                sum += x[i] * weights[indices[i]];
            outputs[k] = sum + bias;
        }
    }

    private static List<(float[] Weights, float Bias)>? Linear(object model)
    {
        switch (model)
        {
            case PoissonRegressionModelParameters:
                return null; // its score is the exponential of a linear output
            case LinearModelParameters linear:
                return [([.. linear.Weights], linear.Bias)];
            case LinearMulticlassModelParametersBase linear:
                VBuffer<float>[]? weights = null;
                linear.GetWeights(ref weights!, out int _);
                return [.. weights.Zip(linear.GetBiases(), (w, bias) => (w.DenseValues().ToArray(), bias))];
            default:
                return HiddenOutputs.Of(model);
        }
    }
}
