using System.Text.Json;

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
}
