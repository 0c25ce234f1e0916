using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Text;
using ML.Thermo.Cli.Output;

namespace ML.Thermo.Cli.Help;

/// <summary>
/// Help as wide as the window, 80 columns at most: options under the headings that a command gives them, what every command has at the end, and where to
/// read on.
/// </summary>
/// <param name="verbs">The commands, each with its parts.</param>
/// <param name="closings">Closing lines by command.</param>
/// <param name="width">Columns of text.</param>
internal sealed class HelpPage(IEnumerable<Verb> verbs, IReadOnlyDictionary<Command, string> closings, int width) : SynchronousCommandLineAction
{
    private const int Margin = 2, WidestName = 28, LeastMeaning = 16;
    private const string Common = "Common", Output = "Output";

    private readonly Dictionary<Command, Verb> _verbs = verbs.ToDictionary(verb => verb.Definition);

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(Of(parseResult.CommandResult.Command));
        return 0;
    }

    /// <summary>The page of a command.</summary>
    internal string Of(Command command)
    {
        var text = new StringBuilder();
        text.Append(Prose.Wrap(command.Description ?? "", width)).Append("\n\n");
        string below = command.Subcommands.Count > 0 && command.Arguments.Count == 0 ? " COMMAND" : "";
        text.Append(CultureInfo.InvariantCulture, $"Usage: {Path(command)}{Arguments(command)}{below} [options]\n");
        Write(text, "", command.Arguments.Select(argument => (argument.Name, argument.Description ?? "")));
        Write(text, "Commands", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => (sub.Name + Arguments(sub), sub.Description ?? "")));
        foreach (IGrouping<string, Option> group in Options(command).GroupBy(option => Heading(command, option)).OrderBy(group => Place(command, group.Key)))
            Write(text, group.Key, group.Select(option => (Name(option), Meaning(option))));
        if (closings.TryGetValue(command, out string? closing))
            text.Append('\n').Append(closing).Append('\n');
        if (command is not RootCommand)
            text.Append('\n').Append(Prose.Wrap($"Every option and number: docs/commands/{Page(command)}.md in the repository.", width)).Append('\n');
        return text.ToString();
    }

    /// <summary>The options of a command and those of all, but for help's own.</summary>
    internal static IEnumerable<Option> Options(Command command) =>
        Above(command).SelectMany(each => each.Options.Where(option => !option.Hidden && (each == command || option.Recursive)))
            .DistinctBy(option => option.Name);

    private string Heading(Command command, Option option) =>
        _verbs.TryGetValue(command, out Verb? verb) && verb.Headings.TryGetValue(option, out string? heading) ? heading
        : option.Name is "--json" or "--csv" or "--html" or "--quiet" ? Output
        : option.Recursive || option.Name is "--version" or "--help" ? Common
        : "Options";

    /// <summary>Headings stand as a command has them, then what it writes, then what all commands have.</summary>
    private int Place(Command command, string heading) =>
        heading is Common ? int.MaxValue : heading is Output ? int.MaxValue - 1
        : _verbs.TryGetValue(command, out Verb? verb) ? verb.Headings.Values.Distinct().ToList().IndexOf(heading) : 0;

    private static IEnumerable<Command> Above(Command command)
    {
        for (Command? at = command; at is not null; at = at.Parents.OfType<Command>().FirstOrDefault())
            yield return at;
    }

    private static string Path(Command command) =>
        string.Join(' ', Above(command).Reverse().Select(each => each is RootCommand ? "thermo" : each.Name));

    private static string Page(Command command) => Above(command).Reverse().Skip(1).First().Name;

    private static string Arguments(Command command) => string.Concat(command.Arguments.Select(argument =>
        argument.Arity.MinimumNumberOfValues == 0 ? $" [{argument.Name}{(argument.Arity.MaximumNumberOfValues > 1 ? " …" : "")}]" : $" {argument.Name}"));

    private static string Name(Option option) => option.HelpName is { Length: > 0 } value ? $"{option.Name} {value}" : option.Name;

    private static string Meaning(Option option)
    {
        string needed = option.Required ? " (needed)" : "";
        object? given = option.HasDefaultValue && option.ValueType != typeof(bool) ? option.GetDefaultValue() : null;
        bool isSaid = option.Description?.Contains("default", StringComparison.Ordinal) == true;
        string usual = given is null or string { Length: 0 } or Array || isSaid ? "" : string.Create(CultureInfo.InvariantCulture, $" (default: {given})");
        return option.Description + needed + usual;
    }

    private void Write(StringBuilder text, string heading, IEnumerable<(string Name, string Meaning)> lines)
    {
        (string Name, string Meaning)[] all = [.. lines];
        if (all.Length == 0)
            return;
        text.Append('\n').Append(heading.Length > 0 ? $"{heading}:\n" : "");
        int names = Math.Min(WidestName, all.Max(line => line.Name.Length)) + 2, room = Math.Max(LeastMeaning, width - Margin - names);
        foreach ((string name, string meaning) in all)
        {
            string[] parts = Prose.Wrap(meaning, room).Split('\n');
            bool isLong = name.Length > names - 2;
            text.Append(' ', Margin).Append(isLong ? name : name.PadRight(names) + parts[0]).Append('\n');
            foreach (string part in isLong ? parts : parts[1..])
                text.Append(' ', Margin + names).Append(part).Append('\n');
        }
    }
}
