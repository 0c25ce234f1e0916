using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ML.Thermo.Cli.Output;

/// <summary>Help that reads well in a window of 80 columns and closes with what the list of options cannot say.</summary>
/// <param name="closings">Closing lines by command.</param>
internal sealed class ClosingHelp(IReadOnlyDictionary<Command, string> closings) : SynchronousCommandLineAction
{
    private readonly HelpAction _help = new() { MaxWidth = Terminal.ReadableWidth };

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        foreach (Argument argument in parseResult.CommandResult.Command.Parents.OfType<Command>().SelectMany(above => above.Arguments))
            argument.Hidden = true; // a command below another takes none of its arguments
        int code = _help.Invoke(parseResult);
        if (closings.TryGetValue(parseResult.CommandResult.Command, out string? closing))
            parseResult.InvocationConfiguration.Output.WriteLine(closing);
        return code;
    }
}
