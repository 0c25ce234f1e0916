namespace ML.Thermo.Explanations.Weighted;

/// <summary>How rows that are not orthogonal explain.</summary>
[Maturity(Maturity.Paper)]
public sealed record WeightedOptions
{
    /// <summary>How much a row counts.</summary>
    public SimilarityWeights Weights { get; init; }

    /// <summary>The output above which a row is of the second class; <see cref="SimilarityWeights.Lda"/> needs it.</summary>
    public double Threshold { get; init; } = double.NaN;

    /// <summary>How the number of features is chosen.</summary>
    public FeatureChoice Choice { get; init; } = FeatureChoice.WidestRange;
}
