using System.CommandLine;

namespace ML.Thermo.Cli.Commands;

/// <summary>
/// One command: what it is called and takes, which files it reads and writes, and what it does. <see cref="ThermoCommand"/> makes help,
/// completion, checks of files, errors and exit codes from it.
/// </summary>
/// <param name="name">The word after <c>thermo</c>.</param>
/// <param name="description">What it does, in a line of the list of commands.</param>
internal abstract class Verb(string name, string description)
{
    private readonly Dictionary<Option, string> _headings = [];

    /// <summary>Headings of options in the help; the others stand under "Options".</summary>
    public IReadOnlyDictionary<Option, string> Headings => _headings;

    /// <summary>Arguments, options and validators; a constructor adds them.</summary>
    public Command Definition { get; } = new(name, description);

    /// <summary>Command lines for the first help page; few.</summary>
    public virtual IReadOnlyList<string> Examples => [];

    /// <summary>What its own help says after the options, or null.</summary>
    public virtual string? Closing => null;

    /// <summary>The files beside <c>--json</c> that it writes where asked: <c>--csv</c>, <c>--html</c>, or none.</summary>
    public virtual ReportTargets Targets { get; } = new();

    /// <summary>The files that it will read: no output may be one of them.</summary>
    public virtual IEnumerable<string> Reads(ParseResult parsed) => [];

    /// <summary>Commands of its own below it, as <c>status</c> in <c>joules status</c>.</summary>
    public virtual IReadOnlyList<Verb> Parts => [];

    /// <summary>Does the work. Outputs have been checked before, and are written from what it returns.</summary>
    /// <exception cref="ThermoException">The run failed: the message becomes the line on stderr.</exception>
    public abstract Task<VerbResult> Run(ParseResult parsed, Session session, CancellationToken cancellation);

    /// <summary>Puts options under a heading of the help.</summary>
    protected void Group(string heading, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
            _headings[option] = heading;
    }

    /// <summary>Adds arguments and options, in the order of the help.</summary>
    protected void Takes(params ReadOnlySpan<Symbol> symbols)
    {
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Argument argument)
                Definition.Add(argument);
            else
                Definition.Add((Option)symbol);
        }
    }
}
