using System.Runtime.CompilerServices;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;

namespace ML.Thermo.Tests;

/// <summary>The example of README.md is the code below, and prints what README.md says it prints.</summary>
public sealed class ReadMeTests
{
    private static void Example(TextWriter output)
    {
        // README begins
        double[] x = [-2, -1, 0.5, 1, 2.5], y = [-3, -1, 1, 1.5, 4];
        var data = new LabelledData(x, y);
        var law = ParameterLaw.Same(InitializationLaw.Normal(0, 1), data.Columns);
        var system = new LinearSystem(data, Energy.MeanSquared, law);

        Transition training = system.Train();
        output.WriteLine($"untrained: E = {training.From.Energy}, S = {training.From.Entropy.Value:F4} nats");
        output.WriteLine($"trained:   E = {training.To.Energy}, S = {training.To.Entropy.Value:F4} nats");
        output.WriteLine($"T = {training.Temperature} per nat, {string.Join(", ", training.Status.Names())}");
        // README ends
    }

    [Test]
    public void The_example_is_the_code_that_runs_here()
    {
        string source = File.ReadAllText(ThisFile());
        string code = source.Split("// README begins\n")[1].Split("// README ends")[0].TrimEnd();
        Assert.That(Block("csharp"), Is.EqualTo(string.Join('\n', code.Split('\n').Select(line => line.Length > 8 ? line[8..] : ""))));
    }

    [Test]
    public void The_example_prints_what_the_readme_shows()
    {
        var output = new StringWriter { NewLine = "\n" };
        Example(output);
        Assert.That(output.ToString().TrimEnd(), Is.EqualTo(Block("text")));
    }

    private static string Block(string language) =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "README.md"))
            .Split($"```{language}\n")[1].Split("\n```")[0];

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
