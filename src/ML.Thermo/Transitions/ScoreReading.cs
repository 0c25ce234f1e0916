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
/// <param name="ScoreColumn">The column that is read as the score.</param>
/// <param name="FeatureColumn">The column of the features.</param>
/// <param name="IsLinear">Whether the outputs are linear in public parameters, which was checked on the first rows.</param>
internal sealed record ScoreReading(Energy Energy, ModelOutput Output, string ScoreColumn, string FeatureColumn, bool IsLinear)
{
    private const string Probability = "Probability";

    /// <summary>Looks at the schema and at the first rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has the wrong type, or the energy does not suit the scores.</exception>
    public static ScoreReading Of(TrainedModel model, IDataView scored, PhaseTransitionOptions options)
    {
        DataViewSchema schema = scored.Schema;
        DataViewSchema.Column label = schema.Demand("label", options.LabelColumnName, Columns.Label, Columns.IsLabel);
        DataViewSchema.Column score = schema.Demand("score", options.ScoreColumnName, Columns.Score, Columns.IsScore);
        bool isVector = score.Type is VectorDataViewType;
        bool isBinary = !isVector && (label.Type is BooleanDataViewType || schema.GetColumnOrNull("PredictedLabel")?.Type is BooleanDataViewType);
        Energy energy = options.Energy ?? (isVector || isBinary ? Energy.CrossEntropy : Energy.MeanSquared);
        if (isVector && energy != Energy.CrossEntropy)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), $"The score column '{score.Name}' is {score.Type}, so its energy is ce: {energy} expects a Single.");
        }

        (string column, ModelOutput output) = energy != Energy.CrossEntropy ? (score.Name, new ModelOutput(PredictionKind.Value))
            : isVector ? (score.Name, new ModelOutput(ScoredData.AreProbabilities(scored, score) ? PredictionKind.Probabilities : PredictionKind.Logits))
            : Logit(model, scored, label, score);
        string features = model.FeatureColumnName ?? options.FeatureColumnName;
        bool isLinear = model.Outputs is not null
            && schema.GetColumnOrNull(features) is { } x && Columns.IsFeatures(x.Type)
            && IsLinearIn(model, scored, label, schema[column], x, output);
        return new ScoreReading(energy, output, column, features, isLinear);
    }

    /// <summary>A calibrated score by its calibration; a score whose sigmoid is the probability as it is; else the probability, if any.</summary>
    private static (string Column, ModelOutput Output) Logit(TrainedModel model, IDataView scored, DataViewSchema.Column label, DataViewSchema.Column score)
    {
        if (model.Calibrator is PlattCalibrator platt)
            return (score.Name, new ModelOutput(PredictionKind.Logit, -platt.Slope, -platt.Offset));
        if (scored.Schema.GetColumnOrNull(Probability) is not { } probability || probability.Type != NumberDataViewType.Single)
            return (score.Name, new ModelOutput(PredictionKind.Logit));

        List<float> scores = First(scored, label, score), probabilities = First(scored, label, probability);
        bool isSigmoid = scores.Zip(probabilities).All(pair => Math.Abs((1 / (1 + Math.Exp(-pair.First))) - pair.Second) < 1e-5);
        return isSigmoid ? (score.Name, new ModelOutput(PredictionKind.Logit)) : (probability.Name, new ModelOutput(PredictionKind.Probability));
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
