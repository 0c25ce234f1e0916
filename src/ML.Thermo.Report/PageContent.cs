namespace ML.Thermo.Report;

/// <summary>What a verdict means to the reader.</summary>
internal enum VerdictTone
{
    /// <summary>A finding, neither good nor bad.</summary>
    Open,

    /// <summary>Nothing is to be done.</summary>
    Good,

    /// <summary>Something is to be done.</summary>
    Bad,
}

/// <summary>What differs from one kind of page to the other.</summary>
internal sealed record PageContent
{
    public required string Title { get; init; }

    /// <summary>What was measured, on what, in a line.</summary>
    public required string Subtitle { get; init; }

    /// <summary>The answer in one line; null for the first sentence of the summary.</summary>
    public string? Verdict { get; init; }

    /// <summary>How the answer is coloured.</summary>
    public VerdictTone Tone { get; init; }

    /// <summary>Choices behind the numbers, such as the law before training: name and value.</summary>
    public IReadOnlyList<(string Name, string Value)> Settings { get; init; } = [];

    /// <summary>What must be known before anything else is read.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The findings in plain language, a paragraph a subject.</summary>
    public required IReadOnlyList<string> Summary { get; init; }

    /// <summary>The status of the main temperature, a sentence a flag; empty where there is none.</summary>
    public IReadOnlyList<string> Status { get; init; } = [];

    /// <summary>The resources with the page's own script.</summary>
    public required IReadOnlyList<string> Scripts { get; init; }

    /// <summary>What that script draws, to be written as JSON.</summary>
    public required object Data { get; init; }
}
