namespace ML.Thermo.Explanations;

/// <summary>What of a model is explained, and over which of its raw columns.</summary>
public sealed record ModelExplainOptions
{
    /// <summary>The column that is explained; null for the model's last score: its probability where it has one.</summary>
    public string? OutputColumnName { get; init; }

    /// <summary>The class whose number is explained, by name or by number from 0; null for the predicted one.</summary>
    public string? Class { get; init; }

    /// <summary>Log-odds of the class instead of its probability.</summary>
    public bool LogOdds { get; init; }

    /// <summary>The raw columns that are features; null for all that the output depends on.</summary>
    public IReadOnlyList<string>? FeatureColumnNames { get; init; }

    /// <summary>Columns of text whose words are features; null for those in which more than half of the values of the background are different. Any other
    /// column of text is a category.</summary>
    public IReadOnlyList<string>? WordColumnNames { get; init; }

    /// <summary>Replicates, radii, seed and choice.</summary>
    public ExplainOptions Explain { get; init; } = new();

    /// <summary>Whether pairs of features in the block with the largest even part are measured too.</summary>
    public bool Pairs { get; init; }

    /// <summary>Explained rows whose neighbourhoods are scored as one data view; larger ones spend less on starting the pipeline.</summary>
    public int BatchRows { get; init; } = 32;

    /// <summary>Receives the number of rows explained.</summary>
    public IProgress<long>? Progress { get; init; }

    /// <summary>Stops between batches.</summary>
    public CancellationToken Cancellation { get; init; }
}
