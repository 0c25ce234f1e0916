using System.Text.RegularExpressions;

namespace ML.Thermo.Documentation;

/// <summary>
/// What a page shows behind <c>$ thermo …</c> is what the command prints in the root of the checkout. A line <c>…</c> stands for any lines;
/// times and versions may differ.
/// </summary>
public sealed partial class CommandTests
{
    private static IEnumerable<TestCaseData> Sessions => Repository.Pages.SelectMany(page => SessionsOf(page).Select(session => new TestCaseData(session.Arguments, session.Shown).SetArgDisplayNames(page, session.Arguments)));

    [TestCaseSource(nameof(Sessions))]
    public void A_command_prints_what_the_page_shows(string arguments, string[] shown)
    {
        string assembly = Path.Combine(Repository.Root, "src", "ML.Thermo.Cli", "bin", Repository.Configuration, "net10.0", "thermo.dll");
        string[] words = [.. Words().Matches(arguments).Select(word => word.Value.Trim('\'', '"'))];
        (int exitCode, string output, string error) = Repository.Run(["dotnet", assembly, .. words]);
        Assert.That(exitCode, Is.Zero, error);

        string[] printed = [.. output.Split('\n').Select(Normalized)];
        int next = 0;
        bool maySkip = false;
        foreach (string line in shown.Select(Normalized))
        {
            if (line == "…")
            {
                maySkip = true;
                continue;
            }

            int found = Array.IndexOf(printed, line, next);
            Assert.That(found, maySkip ? Is.GreaterThanOrEqualTo(next) : Is.EqualTo(next), $"'{line}' is not where the page shows it; the command prints\n{output}");
            next = found + 1;
            maySkip = false;
        }
    }

    [Test]
    public void Pages_show_commands() => Assert.That(Sessions.Count(), Is.GreaterThan(5));

    /// <summary>Blocks that begin with a command: four blanks or a fence around them.</summary>
    private static IEnumerable<(string Arguments, string[] Shown)> SessionsOf(string page)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, page));
        for (int i = 0; i < lines.Length; i++)
        {
            if (Command().Match(lines[i]) is not { Success: true } command)
                continue;
            string indent = command.Groups["indent"].Value;
            var shown = lines.Skip(i + 1).TakeWhile(line => indent.Length > 0 ? line.StartsWith(indent, StringComparison.Ordinal) || line.Length == 0 : !line.StartsWith("```", StringComparison.Ordinal))
                .Select(line => line.Length > indent.Length ? line[indent.Length..] : "").ToList();
            int next = shown.FindIndex(line => line.StartsWith("$ ", StringComparison.Ordinal));
            if (next >= 0)
                shown.RemoveRange(next, shown.Count - next);
            while (shown is [.., ""])
                shown.RemoveAt(shown.Count - 1);
            yield return (command.Groups["arguments"].Value, [.. shown]);
        }
    }

    private static string Normalized(string line) => Seconds().Replace(line, "0 s").TrimEnd();

    [GeneratedRegex(@"^(?<indent> {4}|)\$ (\./build\.sh )?thermo (?<arguments>.*)$")]
    private static partial Regex Command();

    [GeneratedRegex(@"'[^']*'|""[^""]*""|\S+")]
    private static partial Regex Words();

    [GeneratedRegex(@"\b\d+(\.\d+)? m?s\b")]
    private static partial Regex Seconds();
}
