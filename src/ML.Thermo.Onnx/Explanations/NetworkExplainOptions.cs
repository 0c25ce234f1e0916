using ML.Thermo.Explanations;
using ML.Thermo.Onnx.Execution;

namespace ML.Thermo.Onnx.Explanations;

/// <summary>How rows of a network's data are explained.</summary>
public sealed record NetworkExplainOptions
{
    /// <summary>Which output, which class, in which form.</summary>
    public OutputRequest Output { get; init; } = new();

    /// <summary>The input whose numbers are features; null for all of real numbers, or the ids of a network that takes nothing else.</summary>
    public string? Input { get; init; }

    /// <summary>Names of a row's numbers; null for <c>x0</c>, <c>x1</c>, ….</summary>
    public IReadOnlyList<string>? ColumnNames { get; init; }

    /// <summary>Parts of a picture as features; null for single numbers.</summary>
    public Superpixels? Superpixels { get; init; }

    /// <summary>What a removed part of a picture is filled with; null for the mean of each channel over the data.</summary>
    public double? Fill { get; init; }

    /// <summary>The id that stands for a removed token; needed where the input holds ids.</summary>
    public long? MaskToken { get; init; }

    /// <summary>Names of tokens by their ids, to show; null for the ids.</summary>
    public IReadOnlyList<string>? Vocabulary { get; init; }

    /// <summary>Lays out the neighbourhood of a row's features; null for the orthogonal one with <see cref="Explain"/>.</summary>
    public Func<IReadOnlyList<ExplainedFeature>, Neighbourhood>? Layout { get; init; }

    /// <summary>Replicates, radii, seed and choice of the orthogonal neighbourhood.</summary>
    public ExplainOptions Explain { get; init; } = new();

    /// <summary>Whether pairs of features in the block with the largest even part are measured too: 112 rows more for eight features.</summary>
    public bool Pairs { get; init; }

    /// <summary>Where the network runs; null for the CPU.</summary>
    public ExecutionDevice? Device { get; init; }

    /// <summary>Rows that run at once; a fixed batch of the network goes before it.</summary>
    public int Batch { get; init; } = 128;
}
