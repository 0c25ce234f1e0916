namespace ML.Thermo.Report;

/// <summary>What was found of one subject, which knows how its page looks: <see cref="HtmlReport.Of"/> makes it.</summary>
public abstract record Findings
{
    private protected Findings()
    {
    }

    /// <summary>The findings in plain sentences; none claims more than status and errors allow.</summary>
    public abstract IReadOnlyList<string> Summary { get; }

    /// <summary>What the page shows.</summary>
    internal abstract PageContent ToPage();
}
