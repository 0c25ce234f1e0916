using ML.Thermo.Onnx.Guards;

namespace ML.Thermo.Report.Guards;

/// <summary>What a guard said of new rows.</summary>
[Maturity(Maturity.Theorem, "the level, for rows that are exchangeable with the reference")]
public sealed record GuardVerdictFindings : Findings
{
    /// <summary>What the rows are called, such as the name of their file.</summary>
    public required string Subject { get; init; }

    /// <summary>The guard.</summary>
    public required NetworkGuard Guard { get; init; }

    /// <summary>What it said.</summary>
    public required GuardVerdict Verdict { get; init; }

    /// <summary>The rate of false alarms at which rows and windows are strange; above 0, below 1.</summary>
    public required double FalseAlarms { get; init; }

    /// <summary>The findings in plain sentences.</summary>
    public override IReadOnlyList<string> Summary => [.. GuardSummary.Of(Guard, Verdict, FalseAlarms)];

    internal override PageContent ToPage() => GuardVerdictPage.Of(this);
}
