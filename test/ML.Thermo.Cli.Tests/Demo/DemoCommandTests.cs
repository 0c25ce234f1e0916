using System.Text.Json;
using System.Text.RegularExpressions;

namespace ML.Thermo.Cli.Tests.Demo;

internal sealed class DemoCommandTests : Sandbox
{
    [Test]
    public void Three_losses_and_three_initialisations_on_two_real_data_sets_and_a_network_in_tables_words_and_json()
    {
        string target = Path.Combine(Folder, "demo.json"), page = Path.Combine(Folder, "report.html");
        string output = Thermo.Run("demo", "--draws", "400", "--json", target, "--html", page).Output;
        JsonElement json = JsonDocument.Parse(File.ReadAllText(target)).RootElement;
        JsonElement[] rows = [.. json.GetProperty("transitions").EnumerateArray()];

        Assert.That(rows.Select(row => row.GetProperty("data").GetString()).Distinct(), Is.EqualTo(["diabetes.csv", "breast-cancer.csv"]));
        Assert.That(rows.Select(row => row.GetProperty("energy").GetString()).Distinct(), Is.EqualTo(["mse", "mae", "ce"]));
        Assert.That(rows.Select(row => row.GetProperty("initialisation").GetString()).Distinct(), Is.EqualTo(["normal", "uniform", "mixed"]));
        Assert.That(rows, Has.Length.EqualTo(15));
        Assert.That(rows.Select(row => row.GetProperty("temperature").GetDouble()), Is.All.Positive);
        JsonElement network = json.GetProperty("network");
        Assert.That(network.GetProperty("samples").GetInt32(), Is.EqualTo(512));
        Assert.That(network.GetProperty("network").GetProperty("typeII").GetProperty("energy").GetDouble(), Is.EqualTo(0.0597).Within(0.00006)); // PyTorch, see test/data/SOURCES.md
        Assert.That(network.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("temperature").GetDouble()), Is.All.Positive);
        Assert.That(File.ReadAllText(page), Does.Contain("digits-cnn.onnx: its layers as heat engines"));
        Assert.That(output.Split('\n').Max(line => line.TrimEnd().Length), Is.LessThanOrEqualTo(100)); // a pipe cuts no line
        Assert.That(output, Does.Not.Contain("…").And.Contain("diabetes.csv").And.Contain("digits-cnn.onnx").And.Contain("The hottest layer is head").And.Contain("T = ΔE/ΔS is the loss"));
    }

    [Test]
    public void A_folder_without_the_data_is_an_error()
    {
        Outcome outcome = Thermo.Run("demo", "--data", Folder);

        Assert.That(outcome.ExitCode, Is.EqualTo(1));
        Assert.That(outcome.Error, Does.Contain("diabetes.csv"));
        Assert.That(outcome.Output, Is.Empty);
    }

    [Test]
    public void The_commands_that_it_names_run_on_the_data_that_it_keeps()
    {
        string kept = Path.Combine(Folder, "my data");
        Outcome demo = Thermo.Run("demo", "--draws", "100", "--keep", kept);
        string text = demo.Output.ReplaceLineEndings(" ");
        string transition = Command(text, "first line: thermo (?<command>transition .*? normal:0,50 --intercept normal:0,50)");
        string layers = Command(text, "its layers: thermo (?<command>layers .*?npy')");
        Outcome first = Thermo.Run(Words(transition)), second = Thermo.Run([.. Words(layers), "--draws", "100"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(transition, Does.StartWith($"transition '{Path.Combine(kept, "diabetes.csv")}'"), text);
            Assert.That(first.ExitCode, Is.Zero, first.ToString());
            Assert.That(second.ExitCode, Is.Zero, second.ToString());
            Assert.That(text, Does.Not.Contain("demo --keep"));
        }

        static string Command(string text, string pattern) => Regex.Match(text, pattern, RegexOptions.ExplicitCapture).Groups["command"].Value;

        static string[] Words(string line) =>
            [.. Regex.Matches(line, "'(?<word>[^']*)'|(?<word>[^ ']+)", RegexOptions.ExplicitCapture).Select(match => match.Groups["word"].Value)];
    }

    [Test]
    public void Without_a_folder_it_says_how_to_have_the_files()
    {
        string text = Thermo.Run("demo", "--draws", "100").Output.ReplaceLineEndings(" ");
        Assert.That(text, Does.Contain("thermo transition demo/diabetes.csv").And.Contain("'thermo demo --keep demo' writes"));
    }

    [Test]
    public void A_file_of_another_content_is_not_written_over()
    {
        File.WriteAllText(Path.Combine(Folder, "diabetes.csv"), "mine");
        Outcome refused = Thermo.Run("demo", "--keep", Folder), both = Thermo.Run("demo", "--keep", Folder, "--data", Folder);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.ExitCode, Is.EqualTo(1));
            Assert.That(refused.Error, Does.Contain("diabetes.csv' is there and is another file"));
            Assert.That(File.ReadAllText(Path.Combine(Folder, "diabetes.csv")), Is.EqualTo("mine"));
            Assert.That(both.ExitCode, Is.EqualTo(2));
        }
    }

    [Test]
    public void A_number_has_one_rounding_in_words_and_tables()
    {
        string text = Thermo.Run("demo", "--draws", "100").Output;
        Match words = Regex.Match(
            text.ReplaceLineEndings(" "), @"mean loss from (?<before>\S+) to (?<after>\S+) .*?\(ΔS = (?<entropy>\S+) ±", RegexOptions.ExplicitCapture);
        Match table = Regex.Match(text, @"mse +normal +(?<before>\S+) +(?<after>\S+) +(?<entropy>\S+)", RegexOptions.ExplicitCapture);
        Assert.That(
            new[] { "before", "after", "entropy" }.Select(name => table.Groups[name].Value),
            Is.EqualTo(new[] { "before", "after", "entropy" }.Select(name => words.Groups[name].Value)));
    }
}
