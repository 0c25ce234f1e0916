using Microsoft.ML;
using Microsoft.ML.Calibrators;
using Microsoft.ML.Data;
using ML.Thermo.Energies;
using ML.Thermo.Measurement;
using ML.Thermo.Schemas;

namespace ML.Thermo.Transitions;

/// <summary>What a trained model's columns mean: the energy of its task, and how its scores become outputs.</summary>
/// <param name="Energy">The loss.</param>
/// <param name="Output">How scores become outputs.</param>
/// <param name="Columns">The columns that the model delivers.</param>
/// <param name="ScoreColumn">The column that is read as the score.</param>
/// <param name="FeatureColumn">The column of the features.</param>
/// <param name="IsLinear">Whether the outputs are linear in public parameters, which was checked on the first rows.</param>
internal sealed record ScoreReading(
    Energy Energy, ModelOutput Output, ModelColumns Columns, DataViewSchema.Column ScoreColumn, string FeatureColumn, bool IsLinear)
{
    private const string Probability = "Probability";

    /// <summary>Looks at the schema and at the first rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type, or the energy does not suit the scores.</exception>
    public static ScoreReading Of(TrainedModel model, IDataView scored, PhaseTransitionOptions options)
    {
        DataViewSchema schema = scored.Schema;
        schema.Demand("label", options.LabelColumnName, Schemas.Columns.Label, _ => true);
        if (schema.GetColumnOrNull(options.ScoreColumnName) is null)
            schema.Demand("label", options.LabelColumnName, Schemas.Columns.Label, Schemas.Columns.IsLabel);
        ModelColumns columns = ModelColumns.Of(schema, options.ScoreColumnName, model.IsAnomalyDetector);
        DataViewSchema.Column label = columns.Label(options.LabelColumnName), score = columns.Score;
        Energy energy = options.Energy ?? EnergyOf(columns, label);
        if (score.Type is VectorDataViewType && energy != Energy.CrossEntropy)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), $"The score column '{score.Name}' is {score.Type}, so its energy is ce: {energy} expects a Single.");
        }

        (DataViewSchema.Column column, ModelOutput output) = energy != Energy.CrossEntropy ? (score, new ModelOutput(PredictionKind.Value))
            : score.Type is VectorDataViewType
                ? (score, new ModelOutput(ScoredData.AreProbabilities(scored, score) ? PredictionKind.Probabilities : PredictionKind.Logits))
            : Logit(model, scored, label, columns);
        string features = model.FeatureColumnName ?? options.FeatureColumnName;
        bool isLinear = model.Outputs is not null
            && schema.GetColumnOrNull(features) is { } x && Schemas.Columns.IsFeatures(x.Type)
            && IsLinearIn(model, scored, label, column, x, output);
        return new ScoreReading(energy, output, columns, column, features, isLinear);
    }

    /// <summary>By the task that the score names; else by the types of score, label and predicted label.</summary>
    private static Energy EnergyOf(ModelColumns columns, DataViewSchema.Column label) => columns.Task switch
    {
        "Regression" => Energy.MeanSquared,
        "BinaryClassification" or "MulticlassClassification" => Energy.CrossEntropy,
        _ => columns.Score.Type is VectorDataViewType || label.Type is BooleanDataViewType
            || columns.Own("PredictedLabel")?.Type is BooleanDataViewType ? Energy.CrossEntropy : Energy.MeanSquared,
    };

    /// <summary>A calibrated score by its calibration; a score whose sigmoid is the probability as it is; else the probability, if any.</summary>
    private static (DataViewSchema.Column Column, ModelOutput Output) Logit(
        TrainedModel model, IDataView scored, DataViewSchema.Column label, ModelColumns columns)
    {
        DataViewSchema.Column score = columns.Score;
        if (model.Calibrator is PlattCalibrator platt)
            return (score, new ModelOutput(PredictionKind.Logit, -platt.Slope, -platt.Offset));
        if (columns.Own(Probability) is not { } probability || probability.Type != NumberDataViewType.Single)
        {
            return !model.IsForest ? (score, new ModelOutput(PredictionKind.Logit)) : throw new InvalidOperationException(
                $"The score column '{score.Name}' of a forest without calibrator is no logit, so it has no cross-entropy: "
                + "append one, forest.Append(context.BinaryClassification.Calibrators.Platt()), and wrap both.");
        }

        List<float> scores = First(scored, label, score), probabilities = First(scored, label, probability);
        bool isSigmoid = scores.Zip(probabilities).All(pair => Math.Abs((1 / (1 + Math.Exp(-pair.First))) - pair.Second) < 1e-5);
        return isSigmoid ? (score, new ModelOutput(PredictionKind.Logit)) : (probability, new ModelOutput(PredictionKind.Probability));
    }

    private static List<float> First(IDataView scored, DataViewSchema.Column label, DataViewSchema.Column column)
    {
        var values = new List<float>();
        new ScoredData(scored, label, column, null).Visit(
            (in VBuffer<float> _, in VBuffer<float> value, double _) => values.Add(value.GetValues()[0]), default, ScoredData.FirstRows);
        return values;
    }

    private static bool IsLinearIn(
        TrainedModel model, IDataView scored, DataViewSchema.Column label, DataViewSchema.Column score, DataViewSchema.Column features, ModelOutput output)
    {
        bool agrees = output.Kind != PredictionKind.Probability;
        double[] linear = new double[model.Outputs!.Count], expected = new double[linear.Length];
        float[] single = new float[linear.Length];
        var reading = new ModelOutput(output.IsDistribution ? PredictionKind.Logits : PredictionKind.Value);
        new ScoredData(scored, label, score, features).Visit(
            (in VBuffer<float> x, in VBuffer<float> scores, double _) =>
            {
                agrees &= scores.Length == linear.Length && x.Length == model.Outputs[0].Weights.Length;
                if (!agrees || !ScoredData.IsComplete(x))
                    return;
                model.Evaluate(x, single);
                reading.Read(single, linear);
                (output.IsDistribution ? output : reading).Read(scores.GetValues(), expected);
                for (int k = 0; k < linear.Length; k++)
                    agrees &= double.IsInfinity(expected[k]) || Math.Abs(linear[k] - expected[k]) <= 1e-3 * (1 + Math.Abs(expected[k]));
            },
            default,
            ScoredData.FirstRows);
        return agrees;
    }
}
