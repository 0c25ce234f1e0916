namespace ML.Thermo.Explanations;

/// <summary>Names of the columns that explain every row.</summary>
public sealed record ExplanationColumnOptions
{
    /// <summary>A vector of the features' effects, with their names as slot names.</summary>
    public string ExplanationColumnName { get; init; } = "Explanation";

    /// <summary>U of the chosen stand-in.</summary>
    public string UnfaithfulnessColumnName { get; init; } = "Unfaithfulness";

    /// <summary>S of the chosen stand-in; NaN where nothing moves.</summary>
    public string EntropyColumnName { get; init; } = "InterpretationEntropy";

    /// <summary>d^S of the chosen stand-in; NaN where nothing moves.</summary>
    public string EffectiveFeaturesColumnName { get; init; } = "EffectiveFeatures";

    /// <summary>The columns in order.</summary>
    internal string[] All => [ExplanationColumnName, UnfaithfulnessColumnName, EntropyColumnName, EffectiveFeaturesColumnName];
}
