namespace ML.Thermo.Onnx.Guards;

/// <summary>Choices of <see cref="NetworkGuard.Fit"/>.</summary>
public sealed record NetworkGuardOptions
{
    /// <summary>Wanted share of false alarms, above 0 and below 1: for .01 at least 99 rows must be left to calibrate with.</summary>
    public double FalseAlarms { get; init; } = 0.01;

    /// <summary>Chooses the three parts of the reference and the damage of the self-test.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Rows that are damaged in each way and strength of the self-test, at least 20.</summary>
    public int DamagedRows { get; init; } = 100;

    /// <summary>Whether to keep the fewest layers that see within .01 as much as all; else all are watched.</summary>
    public bool FewLayers { get; init; } = true;

    /// <summary>The score to use; null takes the one that sees most of the damage.</summary>
    public GuardScore? Score { get; init; }
}

/// <summary>What a guard looks at.</summary>
public enum GuardScore
{
    /// <summary>Log temperature and efficiency of the signal in each layer.</summary>
    Layers,

    /// <summary>Plain statistics of the input itself: no network needs to run.</summary>
    Input,

    /// <summary>Both, with their covariance.</summary>
    Joined,
}
