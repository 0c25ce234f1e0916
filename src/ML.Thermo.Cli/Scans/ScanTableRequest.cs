using ML.Thermo.Scans;

namespace ML.Thermo.Cli.Scans;

/// <summary>What the columns of a table are.</summary>
internal sealed record ScanTableRequest
{
    public required string File { get; init; }

    /// <summary>The column of x.</summary>
    public required string Over { get; init; }

    /// <summary>The variable of the grid; null chooses by name and values.</summary>
    public GridScale? Scale { get; init; }

    /// <summary>Width of a bin of time.</summary>
    public TimeSpan Bins { get; init; } = TimeSpan.FromDays(1);

    public required ScanOptions Options { get; init; }
}
