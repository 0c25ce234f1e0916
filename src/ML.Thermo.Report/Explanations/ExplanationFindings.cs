using ML.Thermo.Explanations;

namespace ML.Thermo.Report.Explanations;

/// <summary>Why a model said so of some rows.</summary>
public sealed record ExplanationFindings : Findings
{
    /// <summary>Whose predictions they are, for the page's title.</summary>
    public required string Subject { get; init; }

    /// <summary>One a row.</summary>
    public required IReadOnlyList<Explanation> Explanations { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Summary => ExplanationSummary.Of(Explanations);

    internal override PageContent ToPage() => ExplanationPage.Of(this);
}
