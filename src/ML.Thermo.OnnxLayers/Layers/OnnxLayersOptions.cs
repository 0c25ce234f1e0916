namespace ML.Thermo.Layers;

/// <summary>Which column goes into which input of a network.</summary>
/// <param name="Input">The network's name of the input; empty for the only one.</param>
/// <param name="Column">The column: a Single or a known-size vector of Single.</param>
public sealed record NetworkColumn(string Input, string Column)
{
    /// <summary>
    /// Extents of one row, without the axis of the rows; null takes those that the network declares, of which one may be free and follows
    /// from the size of the column.
    /// </summary>
    public IReadOnlyList<long>? Shape { get; init; }
}

/// <summary>Choices of <see cref="OnnxLayersEstimator"/>.</summary>
public sealed record OnnxLayersOptions
{
    /// <summary>Where the network's inputs come from; empty takes the column Features for the only input, or columns named like the inputs.</summary>
    public IReadOnlyList<NetworkColumn> Inputs { get; init; } = [];

    /// <summary>Name of the column of signal temperatures.</summary>
    public string TemperatureColumnName { get; init; } = "LayerTemperature";

    /// <summary>Name of the column of entropies.</summary>
    public string EntropyColumnName { get; init; } = "LayerEntropy";

    /// <summary>Name of the column of efficiencies.</summary>
    public string EfficiencyColumnName { get; init; } = "LayerEfficiency";

    /// <summary>Names of the layers to watch, in the network's order whatever the order here; null for all.</summary>
    public IReadOnlyList<string>? Layers { get; init; }

    /// <summary>
    /// Most rows that one run of the network takes, ≥ 1, and by which a cursor reads ahead; a network with a fixed number of rows takes that.
    /// </summary>
    public int BatchSize { get; init; } = 64;

    /// <summary><c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>, or <c>auto</c> (CUDA where it works). A saved model asks for the same.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether a saved model contains the network; else it holds the file's full path.</summary>
    public bool EmbedModel { get; init; }
}
