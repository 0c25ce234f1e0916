namespace ML.Thermo.Explanations.Weighted;

/// <summary>How much a row of a random or given neighbourhood counts.</summary>
public enum SimilarityWeights
{
    /// <summary>exp(−(p − p₀)²/2), with p the unweighted linear fit in units of its own standard deviation: rows with a like output count.</summary>
    Projection,

    /// <summary>The same along Fisher's direction between two classes, in units of the spread within them; the weights of the published method.</summary>
    Lda,

    /// <summary>exp(−|z|²/(2·0.75² d)), LIME's kernel.</summary>
    Euclidean,

    /// <summary>All alike.</summary>
    Uniform,
}
