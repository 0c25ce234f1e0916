using System.Text.Json.Serialization;

namespace ML.Thermo.Explanations;

/// <summary>What one feature does to one prediction.</summary>
/// <param name="Feature">Name, value and kind.</param>
/// <param name="Index">Its place among the features offered, from 0.</param>
/// <param name="Effect">b: change of the output a standard deviation of a number or switch, or by what is present; its error is that of dealing the
/// features into other blocks, NaN for one replicate.</param>
/// <param name="Spread">s: standard deviation of its coordinate over the neighbourhood.</param>
/// <param name="Share">p = |b|s/Σ|b|s over all features.</param>
/// <param name="Rank">1 for the feature that explains most variance, and so on: k features are those of rank 1 to k.</param>
/// <param name="IsChosen">Whether it is among the features chosen.</param>
/// <remarks>Maturity: estimator.</remarks>
[JsonConverter(typeof(ResultJsonConverter))]
public sealed record Term(ExplainedFeature Feature, int Index, Estimate Effect, double Spread, double Share, int Rank, bool IsChosen)
{
    /// <summary>The feature's name.</summary>
    public string Name => Feature.Name;
}

/// <summary>Why one prediction came out so: a linear stand-in for the model around one row, with as many features as pay for themselves.</summary>
/// <remarks>
/// <para>Energy is the unfaithfulness U, entropy is S, and θ is what a nat of complexity may cost: the best number of features makes U + θS least.</para>
/// <para>Source: TERP (arXiv 2206.13475), on an orthogonal neighbourhood. Maturity: estimator.</para>
/// </remarks>
[JsonConverter(typeof(ResultJsonConverter))]
public sealed record Explanation
{
    /// <summary>The features by falling |effect|.</summary>
    public required IReadOnlyList<Term> Terms { get; init; }

    /// <summary>Stand-ins of 1, 2, … features, up to all that have an effect; none where no feature has one.</summary>
    public required IReadOnlyList<SurrogateModel> Models { get; init; }

    /// <summary>Number of features chosen; 0 where no feature has an effect.</summary>
    public required int Chosen { get; init; }

    /// <summary>The output at the explained row.</summary>
    public required double Value { get; init; }

    /// <summary>Rows that were scored.</summary>
    public required int Rows { get; init; }

    /// <summary>Variance of the output over the neighbourhood, its blocks' means taken off.</summary>
    public required double Variance { get; init; }

    /// <summary>R²: share of the variance that effects of single features explain.</summary>
    public required double LinearShare { get; init; }

    /// <summary>Share that changes sign when all moves of a row do: effects and their third order; NaN for a neighbourhood without such pairs.</summary>
    public required double OddShare { get; init; }

    /// <summary>The rest: curvature and pairs of features.</summary>
    public double EvenShare => 1 - OddShare;

    /// <summary>Mean overlap (Jaccard) of the features that single replicates choose, 0 to 1; NaN for one replicate.</summary>
    public required double Stability { get; init; }

    /// <summary>The features of the block with the largest even part, whose pairs are worth a look (<see cref="PairDesign"/>).</summary>
    public IReadOnlyList<int> MostEvenBlock { get; init; } = [];

    /// <summary>What stands against the numbers.</summary>
    public required ExplanationStatus Status { get; init; }

    /// <summary>The chosen features, the one that explains most first.</summary>
    [JsonIgnore]
    public IReadOnlyList<Term> ChosenTerms => [.. Terms.Where(term => term.IsChosen).OrderBy(term => term.Rank)];

    /// <summary>U of the chosen stand-in; 1 where no feature has an effect.</summary>
    public double Unfaithfulness => Chosen == 0 ? 1 : Models[Chosen - 1].Unfaithfulness;

    /// <summary>S of the chosen stand-in; NaN where no feature has an effect.</summary>
    public double Entropy => Chosen == 0 ? double.NaN : Models[Chosen - 1].Entropy;

    /// <summary>d^S of the chosen stand-in; NaN where no feature has an effect.</summary>
    public double EffectiveFeatures => Chosen == 0 ? double.NaN : Models[Chosen - 1].EffectiveFeatures;
}
