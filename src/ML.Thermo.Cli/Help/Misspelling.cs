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
        if (command is { Subcommands.Count: > 0, Arguments.Count: > 0 } && parsed.GetResult(command.Arguments[0])?.Tokens is [{ Value: var file }, ..]
            && !file.Contains('.', StringComparison.Ordinal) && !File.Exists(file)
            && Meant(file, [.. command.Subcommands.Select(sub => sub.Name)], listed: false) is { Length: > 1 } meantCommand)
            return $"There is no command '{file}' of '{path}'{meantCommand}"; // no file: the options are those of the part that was meant

        var known = HelpPage.Options(command).SelectMany(option => option.Aliases.Append(option.Name)).ToHashSet(StringComparer.Ordinal);
        string? option = ours.FirstOrDefault(word => word.StartsWith("--", StringComparison.Ordinal) && !known.Contains(Bare(word)) && !IsValue(parsed, word));
        if (option is not null)
        {
            string[] names = [.. known.Where(name => name.StartsWith("--", StringComparison.Ordinal))];
            return $"There is no option '{Bare(option)}' of '{path}'{Meant(Bare(option), names, listed: false)}";
        }

        if (command.Subcommands.Count == 0 || command.Arguments.Count > 0 || parsed.UnmatchedTokens is not [var word, ..] || word.StartsWith('-'))
            return null;
        if (command is RootCommand && File.Exists(word))
        {
            bool isNetwork = word.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);
            string meant = isNetwork ? $"network: thermo layers {word}" : $"table: thermo transition {word} --label COLUMN";
            return $"There is no command '{word}' (for the {meant}).";
        }

        IEnumerable<string> commands = command.Subcommands.Select(sub => sub.Name);
        return $"There is no command '{word}' of '{path}'{Meant(word, [.. command is RootCommand ? commands.Append("help") : commands], listed: true)}";
    }

    /// <summary>The nearest of the known names, if it is near: at most a third of its letters, and two at least, are wrong.</summary>
    private static string Meant(string given, string[] known, bool listed)
    {
        string nearest = NearestNames.Order(given, known).First();
        bool isNear = NearestNames.Distance(given.ToLowerInvariant(), nearest) <= Math.Max(2, nearest.Length / 3);
        return isNear ? $": did you mean '{nearest}'?" : listed ? $": expected {string.Join(", ", known.Order(StringComparer.Ordinal))}." : ".";
    }

    /// <summary>A word behind an option that wants a value, and is no option itself.</summary>
    private static bool IsValue(ParseResult parsed, string word) =>
        parsed.CommandResult.Children.OfType<OptionResult>().Any(result => result.Tokens.Any(token => token.Value == word));

    private static string Bare(string word) => word.Split('=', ':')[0];

    private static string Path(Command command) => command is RootCommand
        ? "thermo"
        : command.Parents.OfType<Command>().FirstOrDefault() is { } above ? $"{Path(above)} {command.Name}" : command.Name;
}
