using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Measurement;

namespace ML.Thermo.Transitions;

/// <summary>Which initial state suits a trained model, and what it needs of the rows.</summary>
internal static class InitialStates
{
    /// <summary>Most features, and most weights of all classes together, for which a parameter law costs no more than ML.NET's training.</summary>
    public const int MostFeatures = 256, MostWeights = 512;

    private const int MostFeaturesAsked = 4096;

    /// <summary>The state that was asked for, or found.</summary>
    /// <exception cref="InvalidOperationException">A parameter law does not suit the model.</exception>
    public static InitialState Choose(InitialState asked, TrainedModel model, ScoreReading reading)
    {
        switch (asked)
        {
            case AutomaticState:
                bool isMarginal = !reading.IsLinear || Dimension(model) > MostFeatures
                    || (model.Outputs!.Count > 1 && model.Outputs.Count * Dimension(model) > MostWeights);
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
                return asked;
        }
    }

    /// <summary>What a parameter law needs of the rows: their moments where those are enough, else themselves.</summary>
    public static IFeatureSink Sink(ScoredModel model) =>
        LinearLosses.Of(model.Reading.Energy).NeedsRows ? new RowKeeper(Dimension(model.Trained)) : new MomentSums(Dimension(model.Trained));

    /// <summary>The law of one output's weights, by the names of the features, then of its bias.</summary>
    public static ParameterLaw Law(ParameterLawState state, ScoredModel model)
    {
        DataViewSchema.Column features = model.Scored.Schema[model.Reading.FeatureColumn];
        string[] slots = [.. Enumerable.Range(1, Dimension(model.Trained)).Select(j => $"x{j}")];
        if (features.HasSlotNames())
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            features.GetSlotNames(ref names);
            slots = [.. names.DenseValues().Select((name, j) => name.IsEmpty ? slots[j] : name.ToString())];
        }

        return state.For(slots);
    }

    private static int Dimension(TrainedModel model) => model.Outputs![0].Weights.Length;
}
