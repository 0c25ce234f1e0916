using System.Diagnostics;

namespace ML.Thermo.Cli.Tests.Completion;

internal sealed class CompletionCommandTests : Sandbox
{
    [TestCase("thermo la", "layers")]
    [TestCase("thermo transition data.csv --ent", "--entropy")]
    [TestCase("thermo completion z", "zsh")]
    [TestCase("thermo activation ge", "gelu")]
    [TestCase("thermo guard fit network.onnx --score j", "joined")]
    [TestCase("thermo guard network.onnx --fail-on ", "strange")]
    [TestCase("thermo compress network.onnx --prefer m", "memory")]
    [TestCase("thermo explain network.onnx --neighbourhood g", "gaussian")]
    [TestCase("thermo dynamics roll model.json --scheme v", "verlet")]
    [TestCase("thermo audit run.csv --form n", "next")]
    [TestCase("thermo collapse plan --policy a", "accumulate")]
    public void A_shell_is_told_what_could_follow(string line, string expected) =>
        Assert.That(Thermo.Run($"[suggest:{line.Length}]", line).Output.Split('\n'), Does.Contain(expected));

    [TestCase("scan FILE --over ")]
    [TestCase("scan FILE --observe other,")]
    [TestCase("audit FILE --entropy-column ")]
    [TestCase("audit FILE --energy-column other,")]
    [TestCase("collapse guard FILE next.csv --category ")]
    [TestCase("collapse plan --reference FILE --category ")]
    [TestCase("transition FILE --label ")]
    [TestCase("explain FILE --label ")]
    [TestCase("refresh FILE FILE --prediction ")]
    public void A_column_is_completed_from_the_table(string command)
    {
        string line = $"thermo {command.Replace("FILE", Write("table.csv", "other,wanted", "1,2"), StringComparison.Ordinal)}";
        Assert.That(Thermo.Run($"[suggest:{line.Length}]", line).Output.Split('\n').Select(word => word.Split(',')[^1]), Does.Contain("wanted"));
    }

    [TestCase("zsh", "compdef")]
    [TestCase("fish", "complete -c thermo")]
    [TestCase("pwsh", "Register-ArgumentCompleter")]
    public void Each_shell_has_its_script(string shell, string part)
    {
        Outcome outcome = Thermo.Run("completion", shell);

        Assert.That(outcome.ExitCode, Is.Zero);
        Assert.That(outcome.Output, Does.Contain(part).And.Contain("[suggest:"));
    }

    [Test]
    public void Bash_completes_with_the_script()
    {
        if (!File.Exists("/bin/bash"))
            Assert.Ignore("no bash here");
        string script = Write("completion.bash", Thermo.Run("completion", "bash").Output.Split('\n'));
        string program = typeof(ThermoCommand).Assembly.Location;
        string session = $$"""
            thermo() { dotnet '{{program}}' "$@"; }
            . '{{script}}'
            COMP_LINE='thermo transition --ener' COMP_POINT=24 COMP_WORDS=(thermo transition --ener) COMP_CWORD=2
            _thermo
            echo "${COMPREPLY[@]}"
            """;
        using Process bash = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", session]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

        Assert.That(Thermo.Finish(bash).Output.Trim(), Is.EqualTo("--energy"));
    }

    [Test]
    public void An_unknown_shell_is_wrong_usage() => Assert.That(Thermo.Run("completion", "cmd").ExitCode, Is.EqualTo(2));
}
