using ML.Thermo.Loops.Diversity;
using ML.Thermo.Loops.Guard;

namespace ML.Thermo.Report.Loops;

/// <summary>What was found of a loop that is trained on its own output.</summary>
public sealed record LoopFindings : Findings
{
    /// <summary>Whose loop it is, for the page's title.</summary>
    public required string Subject { get; init; }

    /// <summary>What the guard found.</summary>
    public required GuardFinding Finding { get; init; }

    /// <summary>Repetition in the text of each generation, shown and never decisive; empty where no text is counted.</summary>
    public IReadOnlyList<TextDiversity> Repetition { get; init; } = [];

    /// <summary>The findings in plain sentences, none of which claims more than tests and errors allow.</summary>
    public override IReadOnlyList<string> Summary => [.. LoopSummary.Of(Finding), .. LoopSummary.Of(Repetition)];

    internal override PageContent ToPage() => LoopPage.Of(this);
}
