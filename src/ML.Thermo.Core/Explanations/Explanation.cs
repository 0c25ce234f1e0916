using System.Text.Json.Serialization;

namespace ML.Thermo.Explanations;

/// <summary>Why one prediction came out so: a linear stand-in for the model around one row, with as many features as pay for themselves.</summary>
/// <remarks>
/// <para>Energy is the unfaithfulness U, entropy is S, and θ is what a nat of complexity may cost: the best number of features makes U + θS least.</para>
/// <para>Source: TERP (arXiv 2206.13475), on an orthogonal neighbourhood.</para></remarks>
[Maturity(Maturity.Estimator)]
[JsonConverter(typeof(ResultJsonConverter))]
public sealed record Explanation
{
    /// <summary>The row that is explained, from 0.</summary>
    public long Row { get; init; }

    /// <summary>The output's name; empty where a function was explained.</summary>
    public string Output { get; init; } = "";

    /// <summary>The class whose number is explained; null where there is one number.</summary>
    public string? Class { get; init; }

    /// <summary>In which form.</summary>
    public OutputScale Scale { get; init; }

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

    /// <summary>Interactions by falling size, features by <see cref="Term.Index"/>; empty where they were not measured.</summary>
    public IReadOnlyList<PairInteraction> Pairs { get; init; } = [];

    /// <summary>What stayed as it is, because it is constant in the background or padding.</summary>
    public IReadOnlyList<string> NotVaried { get; init; } = [];

    /// <summary>The picture and its parts; null where the row is none.</summary>
    [JsonIgnore]
    public ExplainedPicture? Picture { get; init; }

    /// <summary>How the number of features was chosen.</summary>
    [JsonIgnore]
    public FeatureChoice Choice { get; init; } = FeatureChoice.WidestRange;

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
