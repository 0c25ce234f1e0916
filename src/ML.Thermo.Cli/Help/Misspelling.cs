using System.CommandLine;
using System.CommandLine.Parsing;

namespace ML.Thermo.Cli.Help;

/// <summary>
/// A word that is no command and no option, named by itself with what was probably meant. The parser alone would take <c>--synthtic</c> for the file and
/// blame the file that follows.</summary>
internal static class Misspelling
{
    /// <summary>One line about the first such word; null where there is none.</summary>
    public static string? Of(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        Command command = parsed.CommandResult.Command;
        string path = Path(command);
        string[] ours = [.. arguments.TakeWhile(word => word != "--")]; // what follows is somebody else's
        if (command.Arguments.Any(argument => argument.Arity.MaximumNumberOfValues > 1) && !parsed.UnmatchedTokens.Any())
            return null; // a command line of its own, options and all
        Option[] options = [.. HelpPage.Options(command)];
        var known = options.SelectMany(option => option.Aliases.Append(option.Name)).ToHashSet(StringComparer.Ordinal);
        string? option = ours.Where((word, i) => word.StartsWith("--", StringComparison.Ordinal) && !known.Contains(Bare(word)) && !IsValue(parsed, ours, i)).FirstOrDefault();
        if (option is not null)
            return $"There is no option '{Bare(option)}' of '{path}'{Meant(Bare(option), [.. known.Where(name => name.StartsWith("--", StringComparison.Ordinal))], listed: false)}";
        if (command.Subcommands.Count == 0 || command.Arguments.Count > 0 || parsed.UnmatchedTokens.Count == 0)
            return null;
        string word = parsed.UnmatchedTokens[0];
        if (word.StartsWith('-'))
            return null;
        string file = File.Exists(word) && command is RootCommand
            ? word.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? $" (for the network: thermo layers {word})." : $" (for the table: thermo transition {word} --label COLUMN)."
            : "";
        return file.Length > 0
            ? $"There is no command '{word}'{file}"
            : $"There is no command '{word}' of '{path}'{Meant(word, [.. command.Subcommands.Select(sub => sub.Name), .. command is RootCommand ? ["help"] : Array.Empty<string>()], listed: true)}";
    }

    /// <summary>The nearest of the known names, if it is near: at most a third of its letters, and two at least, are wrong.</summary>
    private static string Meant(string given, string[] known, bool listed)
    {
        string nearest = NearestNames.Order(given, known).First();
        bool isNear = NearestNames.Distance(given.ToLowerInvariant(), nearest) <= Math.Max(2, nearest.Length / 3);
        return isNear ? $": did you mean '{nearest}'?" : listed ? $": expected {string.Join(", ", known.Order(StringComparer.Ordinal))}." : ".";
    }

    /// <summary>A word behind an option that wants a value, and is no option itself.</summary>
    private static bool IsValue(ParseResult parsed, string[] words, int i) =>
        parsed.CommandResult.Children.OfType<OptionResult>().Any(result => result.Tokens.Any(token => token.Value == words[i]));

    private static string Bare(string word) => word.Split('=', ':')[0];

    private static string Path(Command command) => command is RootCommand
        ? "thermo"
        : command.Parents.OfType<Command>().FirstOrDefault() is { } above ? $"{Path(above)} {command.Name}" : command.Name;
}
