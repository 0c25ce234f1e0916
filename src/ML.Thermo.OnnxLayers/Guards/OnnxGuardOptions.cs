using ML.Thermo.Onnx.Guards;

namespace ML.Thermo.Guards;

/// <summary>Choices of <see cref="OnnxGuardEstimator"/>.</summary>
public sealed record OnnxGuardOptions
{
    /// <summary>The column that goes into the network: a Single or a known-size vector of Single.</summary>
    public string InputColumnName { get; init; } = "Features";

    /// <summary>Extents of one row, without the axis of the rows; null takes those that the network declares.</summary>
    public IReadOnlyList<long>? Shape { get; init; }

    /// <summary>Wanted share of false alarms, above 0 and below 1: for .01 at least 99 rows must be left to calibrate with, 159 in all.</summary>
    public double FalseAlarms { get; init; } = 0.01;

    /// <summary>Chooses the three parts of the reference and the damage of the self-test.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The score to use; null takes the one that sees most of the damage.</summary>
    public GuardScore? Score { get; init; }

    /// <summary>Name of the column of strangeness.</summary>
    public string StrangenessColumnName { get; init; } = "Strangeness";

    /// <summary>Name of the column of p-values.</summary>
    public string PValueColumnName { get; init; } = "PValue";

    /// <summary>Name of the column of hottest layers.</summary>
    public string HottestLayerColumnName { get; init; } = "HottestLayer";

    /// <summary>Most rows that one run of the network takes, ≥ 1.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary><c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>, or <c>auto</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether a saved model contains the network; else it holds the file's full path.</summary>
    public bool EmbedModel { get; init; }
}
