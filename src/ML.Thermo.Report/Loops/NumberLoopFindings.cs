using ML.Thermo.Loops.Guard;

namespace ML.Thermo.Report.Loops;

/// <summary>What was found of a loop of numbers that is trained on its own output.</summary>
public sealed record NumberLoopFindings : Findings
{
    /// <summary>Whose loop it is, for the page's title.</summary>
    public required string Subject { get; init; }

    /// <summary>Names of the columns, in their order.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>What the guard found.</summary>
    public required NumberFinding Finding { get; init; }

    /// <summary>How it was judged.</summary>
    public required LoopGuardOptions Options { get; init; }

    /// <summary>The findings in plain sentences, none of which claims more than tests and errors allow.</summary>
    public override IReadOnlyList<string> Summary => [.. NumberLoopSummary.Of(Finding, Options)];

    internal override PageContent ToPage() => NumberLoopPage.Of(this);
}
