using System.Text.RegularExpressions;

namespace ML.Thermo.Documentation;

/// <summary>
/// build.cmd does what build.sh does: the same commands, each with the same calls of dotnet in the same order. No machine here runs Windows, so what cmd.exe makes of
/// the file (quoting, redirection) is checked by eye alone.
/// </summary>
public sealed class BuildCommandTests
{
    private static readonly Dictionary<string, string[]> Sh = Calls("build.sh", @"^(?<name>[a-z]+)\)$", "build"), Cmd = Calls("build.cmd", @"^:(?<name>[a-z]+)$", "call :make");

    public static IEnumerable<string> Commands => Sh.Keys;

    [Test]
    public void Both_have_the_same_commands()
    {
        string usage = File.ReadAllText(Path.Combine(Repository.Root, "build.cmd"));
        string listed = Regex.Match(usage, @"for %%c in \((?<names>[a-z ]+)\) do", RegexOptions.ExplicitCapture).Groups["names"].Value;
        Assert.That(listed.Split(' '), Is.EquivalentTo(Sh.Keys));
        string[] explained = [.. Regex.Matches(usage, @"^echo   (?<name>[a-z]+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline).Select(match => match.Groups["name"].Value)];
        Assert.That(explained, Is.EquivalentTo(Sh.Keys));
    }

    [TestCaseSource(nameof(Commands))]
    public void A_command_calls_dotnet_alike_in_both(string command)
    {
        Assert.That(Cmd, Does.ContainKey(command));
        Assert.That(Cmd[command], Is.EqualTo(Sh[command]));
    }

    [Test]
    public void A_build_restores_and_builds_alike_in_both()
    {
        string sh = File.ReadAllText(Path.Combine(Repository.Root, "build.sh")), cmd = File.ReadAllText(Path.Combine(Repository.Root, "build.cmd"));
        foreach (string call in new[] { "dotnet restore {0} -v minimal --nologo", "dotnet build {0} -c Release --no-restore -v minimal --nologo" })
        {
            Assert.That(sh, Does.Contain(string.Format(System.Globalization.CultureInfo.InvariantCulture, call, "\"$target\"")));
            Assert.That(cmd, Does.Contain(string.Format(System.Globalization.CultureInfo.InvariantCulture, call, "%1")));
        }

        foreach (string variable in new[] { "DOTNET_NOLOGO=1", "DOTNET_CLI_TELEMETRY_OPTOUT=1", "MSBUILDTERMINALLOGGER=off" })
        {
            Assert.That(sh, Does.Contain(variable));
            Assert.That(cmd, Does.Contain(variable));
        }
    }

    /// <summary>The calls of dotnet, and of the function that restores and builds, by command; variables of both shells under one name.</summary>
    private static Dictionary<string, string[]> Calls(string file, string label, string build)
    {
        var calls = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<string>? current = null;
        foreach (string line in File.ReadAllText(Path.Combine(Repository.Root, file)).ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()))
        {
            Match name = Regex.Match(line, label, RegexOptions.ExplicitCapture);
            if (name.Success)
                calls[name.Groups["name"].Value] = current = [];
            else if (line == ";;")
                current = null;
            if (current is null || line.StartsWith('#') || line.StartsWith("rem", StringComparison.Ordinal))
                continue;
            // What is said to the user is no call.
            string done = line.Contains("dotnet run", StringComparison.Ordinal) ? line : Regex.Replace(line, "(echo|say|die) .*", "", RegexOptions.ExplicitCapture);
            foreach (Match call in Regex.Matches(done, $@"(^|(?<=[ (&]))(?<call>({build}|\./build\.sh build|dotnet)( [^;|&>]*|$))", RegexOptions.ExplicitCapture))
                current.Add(Plain(call.Groups["call"].Value, build));
        }

        return calls.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal);
    }

    private static string Plain(string call, string build)
    {
        string text = call.Replace("./build.sh build", "make", StringComparison.Ordinal).Replace('\\', '/').Replace("\"", "", StringComparison.Ordinal);
        text = text.StartsWith(build, StringComparison.Ordinal) ? "make" + text[build.Length..] : text;
        (string From, string To)[] names =
        [
            ("%root%", "$root/"), ("%thermo%", "$thermo"), ("${@:2}", "ARGS"), ("%rest%", "ARGS"), ("%project%", "ARGS"), ("%%s", "$sample"), ("%%p", "$project"), ("%%d", "$project"),
            ("%name%", "$project"), ("%version%", "$version"), ("%room:/=-%", "ROOM"), ("${room/////-}", "ROOM"), ("make ML.Thermo.sln", "make"),
        ];
        foreach ((string from, string to) in names)
            text = text.Replace(from, to, StringComparison.Ordinal);
        return Regex.Replace(text, @"\s+", " ").Trim().TrimEnd(')', '{').Trim();
    }
}
