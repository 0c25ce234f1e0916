using System.Diagnostics;

namespace ML.Thermo.Cli.Tests.Help;

/// <summary>A wrong word is named by itself, with the nearest right one, and the right words around it are not blamed.</summary>
public sealed class MisspellingTests
{
    [TestCase("transiton x", "There is no command 'transiton' of 'thermo': did you mean 'transition'?")]
    [TestCase("verfy", "did you mean 'verify'?")]
    [TestCase("collapse gaurd", "There is no command 'gaurd' of 'thermo collapse': did you mean 'guard'?")]
    [TestCase("guard fti network.onnx --reference ok.npy", "There is no command 'fti' of 'thermo guard': did you mean 'fit'?")]
    [TestCase("nonsense", "expected activation, audit, collapse")]
    [TestCase("help nonsense", "There is no command 'nonsense'")]
    [TestCase("layers --synthtic model.onnx", "There is no option '--synthtic' of 'thermo layers': did you mean '--synthetic'?")]
    [TestCase("transition --label y --standardise data.csv", "There is no option '--standardise' of 'thermo transition': did you mean '--standardize'?")]
    [TestCase("transition data.csv --lable=y", "There is no option '--lable' of 'thermo transition': did you mean '--label'?")]
    [TestCase("layers --version", "There is no option '--version' of 'thermo layers'.")]
    public void AWrongWordIsNamed(string line, string said)
    {
        Outcome outcome = Thermo.Run(line.Split(' '));
        Assert.That(outcome.ExitCode, Is.EqualTo(2), outcome.ToString());
        Assert.That(outcome.Error.Split('\n')[0], Does.StartWith("thermo: ").And.Contain(said));
        Assert.That(outcome.Error.Split('\n'), Has.Length.EqualTo(3), outcome.Error); // one line, and where to look
        Assert.That(outcome.Output, Is.Empty);
    }

    [Test]
    public void WhereToLookNamesTheWholeCommand() =>
        Assert.That(Thermo.Run("collapse", "plan", "--htlm", "a.html").Error.Split('\n')[1], Is.EqualTo("See 'thermo collapse plan --help'."));

    /// <summary>What stands behind -- is another program's, and so is what a value may look like.</summary>
    [TestCase("activation --variance=2 relu", 0)]
    [TestCase("completion bash --quiet", 0)]
    [TestCase("joules run -- nosuchprogram --synthtic", 127)]
    public void RightWordsAreNotBlamed(string line, int exitCode) => Assert.That(Thermo.Run(line.Split(' ')).ExitCode, Is.EqualTo(exitCode));

    [Test]
    public void HelpIsACommandTooAndNamesGroupsAndThePage()
    {
        string help = Thermo.Run("help", "layers").Output;
        Assert.That(help, Is.EqualTo(Thermo.Run("layers", "--help").Output));
        Assert.That(help, Does.StartWith("The layers of an ONNX network.").And.Contain("What to run:").And.Contain("Output:").And.Contain("docs/commands/layers.md"));
        Assert.That(help.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(100)); // examples are not wrapped
        Assert.That(Thermo.Run("help").Output, Is.EqualTo(Thermo.Run("--help").Output));
    }

    [Test]
    public void HelpIsAsNarrowAsTheWindow()
    {
        ProcessStartInfo start = Thermo.Program("collapse", "plan", "--help");
        start.Environment["COLUMNS"] = "60";
        using Process process = Process.Start(start)!;
        string wide = Thermo.Run("collapse", "plan", "--help").Output, narrow = Thermo.Finish(process).Output;
        Assert.That(narrow.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(60), narrow);
        Assert.That(narrow.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(wide.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }

    [TestCase("thermo transition FILE --label ", "bmi")]
    [TestCase("thermo transition FILE --features age,", "age,bmi")]
    [TestCase("thermo transition FILE --label target --energy ", "mae")]
    [TestCase("thermo layers model.onnx --device ", "cuda")]
    [TestCase("thermo layers model.onnx --init ", "glorot")]
    public void AShellCompletesValuesAndColumns(string line, string expected)
    {
        line = line.Replace("FILE", Path.Combine(TestContext.CurrentContext.TestDirectory, "data", "diabetes.csv"), StringComparison.Ordinal);
        Assert.That(Thermo.Run($"[suggest:{line.Length}]", line).Output.Split('\n').Select(word => word.Trim()), Does.Contain(expected));
    }
}
