using ML.Thermo.Explanations;
using ML.Thermo.Explanations.Weighted;
using ML.Thermo.Onnx.Explanations;

namespace ML.Thermo.Cli.Explanations;

/// <summary>Everything that decides the outcome of <c>thermo explain</c>, in the words of its options.</summary>
internal sealed record ExplainRequest
{
    /// <summary>A network, or a table for a linear model.</summary>
    public required string Model { get; init; }

    /// <summary>The network's rows.</summary>
    public string? Data { get; init; }

    /// <summary>The column that a linear model learns.</summary>
    public string? Label { get; init; }

    /// <summary>Columns that are no features of a linear model.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>The linear model's loss.</summary>
    public string Energy { get; init; } = "mse";

    /// <summary>Rows to explain; null for all.</summary>
    public IReadOnlyList<long>? Rows { get; init; } = [];

    /// <summary>Which output of a network.</summary>
    public OutputRequest Output { get; init; } = new();

    /// <summary>Which input of a network.</summary>
    public string? Input { get; init; }

    /// <summary>Parts of a picture.</summary>
    public Superpixels? Superpixels { get; init; }

    /// <summary>What fills a removed part; null for the mean.</summary>
    public double? Fill { get; init; }

    /// <summary>The id of a removed token.</summary>
    public long? MaskToken { get; init; }

    /// <summary>A file with a token a line.</summary>
    public string? Vocabulary { get; init; }

    /// <summary>Where a network runs.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Rows that run at once.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Whether pairs are measured.</summary>
    public bool Pairs { get; init; }

    /// <summary>Replicates, radii, seed, choice.</summary>
    public required ExplainOptions Explain { get; init; }

    /// <summary>Rows at random, or given, instead of orthogonal ones; null for orthogonal.</summary>
    public WeightedOptions? Weighted { get; init; }

    /// <summary>A table of the rows that are given.</summary>
    public string? Neighbours { get; init; }

    /// <summary>The rows of <see cref="Neighbours"/>, once they are read.</summary>
    public GivenRows? Given { get; init; }

    /// <summary>A network, by its name.</summary>
    public bool IsNetwork => !Path.GetExtension(Model).Equals(".csv", StringComparison.OrdinalIgnoreCase)
        && !Path.GetExtension(Model).Equals(".tsv", StringComparison.OrdinalIgnoreCase);

    /// <summary>The neighbourhood of some features.</summary>
    public Neighbourhood Layout(IReadOnlyList<ExplainedFeature> features) =>
        Weighted is null ? new OrthogonalNeighbourhood(features, Explain)
        : Given is not null ? Given.Around(features, Weighted)
        : WeightedNeighbourhood.Gaussian(features, seed: Explain.Seed, options: Weighted);

    /// <summary>The rows of a table of so many.</summary>
    /// <exception cref="UnusableDataException">A row is outside it.</exception>
    public IReadOnlyList<long> RowsOf(long count)
    {
        if (Rows is null)
            return [.. Enumerable.Range(0, checked((int)count)).Select(row => (long)row)];
        return Rows.FirstOrDefault(row => row >= count, -1) is var bad && bad >= 0
            ? throw new UnusableDataException($"--row {bad} is not among the {count} rows of the data: expected 0 to {count - 1}.") : Rows;
    }
}
