using ML.Thermo.Onnx.Guards;

namespace ML.Thermo.Report.Guards;

/// <summary>A new guard: what it looks at, and what it saw of damaged rows of its own reference.</summary>
[Maturity(Maturity.Estimator, "shares of rows, and of windows, that were damaged on purpose; other damage may be seen otherwise")]
public sealed record GuardFindings : Findings
{
    /// <summary>The guard.</summary>
    public required NetworkGuard Guard { get; init; }

    /// <summary>Time with its layers read over that of a plain run (<see cref="GuardCost"/>); null where it was not measured.</summary>
    public double? Cost { get; init; }

    /// <summary>The findings in plain sentences: what is seen first, then where it is blind.</summary>
    public override IReadOnlyList<string> Summary => [.. GuardSummary.Of(Guard, Cost)];

    internal override PageContent ToPage() => GuardPage.Of(this);
}
