using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.Compression;

/// <summary>How the loss of a compressed network is measured, always against the network as it was.</summary>
public enum CompressionLoss
{
    /// <summary><see cref="Divergence"/> where the output is a distribution (it ends in a softmax or a sigmoid, is called logits, or scores a
    /// vocabulary); else <see cref="Relative"/>.</summary>
    Auto,

    /// <summary>Kullback-Leibler divergence of the compressed network's distribution from the original one, nats a row; the mean over a row's
    /// positions.</summary>
    Divergence,

    /// <summary>|Δy|²/Var y: squared change of the outputs, relative to their variance over the rows.</summary>
    Relative,
}

/// <summary>How weights are rounded.</summary>
public enum CompressionRounding
{
    /// <summary>Each to its nearest level.</summary>
    Nearest,

    /// <summary>Column after column, later ones making up for the errors of earlier ones as far as the layer's inputs go together over the plan's rows: in
    /// products and convolutions; other weights are rounded to the nearest level. Not for noise in the place of rows.</summary>
    Compensated,
}

/// <summary>What the written file is to be best at; all forms are small on disk.</summary>
public enum CompressionPreference
{
    /// <summary>The smallest file: all widths. Weights of 4 and 8 bits stay as they are stored in memory, others take a byte, and all are turned into floats at
    /// every run.</summary>
    Size,

    /// <summary>Little memory: widths of 4 and 8 bits alone, which ONNX Runtime keeps as they are stored.</summary>
    Memory,

    /// <summary>The speed of floats, and their memory: weights become floats once, when the file is loaded.</summary>
    Speed,
}

/// <summary>What is asked of a compression.</summary>
public sealed record CompressionOptions
{
    /// <summary>How loss is measured.</summary>
    public CompressionLoss Loss { get; init; } = CompressionLoss.Auto;

    /// <summary>The output that loss is measured at; null for the network's first.</summary>
    public string? Output { get; init; }

    /// <summary>Layers that stay as they are, by name; * stands for any text, ? for one character.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];

    /// <summary>How weights are rounded.</summary>
    public CompressionRounding Rounding { get; init; } = CompressionRounding.Compensated;

    /// <summary>What the written file is to be best at.</summary>
    public CompressionPreference Prefer { get; init; } = CompressionPreference.Size;

    /// <summary>Rounds of exchange in the bath, each of at most two passes a layer and its trials; 0 leaves it out.</summary>
    public int BathRounds { get; init; } = 4;

    /// <summary>Who measures layers and makes the rounds' passes: other machines, for example; null for this process. The numbers do not depend on
    /// it.</summary>
    public IWorkers? Workers { get; init; }
}
