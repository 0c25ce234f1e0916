using System.CommandLine;

namespace ML.Thermo.Cli.Commands;

/// <summary>The options <c>--csv</c> and <c>--html</c> of one command.</summary>
internal sealed class ReportTargets
{
    private readonly Option<string?>? _csv, _html;

    /// <summary>The options that a command has.</summary>
    /// <param name="csv">What <c>--csv</c> writes, as help says it; null where there is no such option.</param>
    /// <param name="html">What <c>--html</c> writes; null where there is no such option.</param>
    public ReportTargets(string? csv = null, string? html = null)
    {
        string? written = csv?.Replace("to FILE", "to FILE, or to the output with -", StringComparison.Ordinal);
        _csv = written is null ? null : new Option<string?>("--csv") { Description = written, HelpName = "FILE|-" };
        _html = html is null ? null : new Option<string?>("--html") { Description = html, HelpName = "FILE" };
    }

    /// <summary>What <c>--html</c> writes where the page shows all that the command finds.</summary>
    public const string Page = "Write a report to FILE, to open in a browser.";

    public void AddTo(Command command)
    {
        foreach (Option? option in new Option?[] { _csv, _html })
        {
            if (option is not null)
                command.Add(option);
        }
    }

    public string? Csv(ParseResult parsed) => _csv is null ? null : parsed.GetValue(_csv);

    public string? Html(ParseResult parsed) => _html is null ? null : parsed.GetValue(_html);
}
