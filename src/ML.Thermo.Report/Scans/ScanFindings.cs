using ML.Thermo.Scans;

namespace ML.Thermo.Report.Scans;

/// <summary>What a scan found.</summary>
public sealed record ScanFindings : Findings
{
    /// <summary>What was scanned, for the page's title.</summary>
    public required string Subject { get; init; }

    /// <summary>The scan.</summary>
    public required ScanReport Report { get; init; }

    /// <summary>Names of the outcomes; null where they have none.</summary>
    public IReadOnlyList<string>? Outcomes { get; init; }

    /// <summary>Some outputs at values of the grid, by their number; null where there are none.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<string>>? Texts { get; init; }

    /// <summary>The findings in plain sentences, none of which claims more than tests and errors allow.</summary>
    public override IReadOnlyList<string> Summary => [.. ScanSummary.Of(Report, Outcomes)];

    internal override PageContent ToPage() => ScanPage.Of(this);
}
