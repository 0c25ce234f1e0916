using System.Text.Json;
using ML.Thermo.Tests;

namespace ML.Thermo.Cli.Tests.Compression;

internal sealed class CompressCommandTests : Sandbox
{
    private static readonly string Model = ShippedNetworks.Find("digits-cnn.onnx"), Data = ShippedNetworks.Find(ShippedNetworks.Digits);

    private string Small => Path.Combine(Folder, "small.onnx");

    [Test]
    public void A_written_file_follows_the_contract_and_its_forecast_agrees_with_what_was_measured()
    {
        JsonElement json = Thermo.Run(
            "compress", Model, "--data", Data, "--rows", "192", "--bits", "2,3,4,5,6,8", "--size", "60%", "--out", Small, "--json", "-").Json;
        double forecast = json.GetProperty("forecast").GetDouble(), measured = json.GetProperty("measured").GetDouble();
        Assert.Multiple(() =>
        {
            Assert.That(json.GetProperty("bytes").GetInt64(), Is.EqualTo(new FileInfo(Small).Length));
            Assert.That(json.GetProperty("bytes").GetInt64(), Is.LessThanOrEqualTo(0.6 * json.GetProperty("bytesBefore").GetInt64()));
            Assert.That(json.GetProperty("loss").GetString(), Is.EqualTo("kl"));
            Assert.That(json.GetProperty("forecastStandardError").ValueKind, Is.EqualTo(JsonValueKind.Null), "the audit found none that holds");
            Assert.That(measured / forecast, Is.InRange(0.25, 4));
            Assert.That(json.GetProperty("rows").GetInt32(), Is.EqualTo(2 * json.GetProperty("measuredRows").GetInt32()));
            foreach (string name in new[] { "before", "after", "afterAsFloats" })
                Assert.That(json.GetProperty(name).GetProperty("loadSeconds").GetDouble(), Is.Positive);
            JsonElement layer = json.GetProperty("layers")[0];
            Assert.That(layer.GetProperty("name").GetString(), Is.EqualTo("first"));
            Assert.That(layer.GetProperty("parameters").GetInt64(), Is.EqualTo(72));
            Assert.That(layer.GetProperty("bits").GetInt32(), Is.InRange(2, 32));
            Assert.That(json.GetProperty("status")[0].GetString(), Is.EqualTo("Defined"));
        });
    }

    [Test]
    public void Without_data_the_rows_are_noise_and_every_form_says_so()
    {
        Outcome told = Thermo.Run("compress", Model, "--rows", "24", "--max-loss", "0.05", "--html", Path.Combine(Folder, "page.html"), "--csv", Path.Combine(Folder, "layers.csv"));
        JsonElement json = Thermo.Run("compress", Model, "--rows", "24", "--max-loss", "0.05", "--json", "-").Json;
        Assert.Multiple(() =>
        {
            Assert.That(told.ExitCode, Is.Zero, told.ToString());
            Assert.That(told.Output, Does.Contain("noise"));
            Assert.That(json.GetProperty("status")[0].GetString(), Is.EqualTo("SyntheticData"));
            Assert.That(json.GetProperty("measured").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(json.GetProperty("planLoss").GetDouble(), Is.LessThanOrEqualTo(0.05));
            Assert.That(File.ReadAllText(Path.Combine(Folder, "page.html")), Does.Contain("noise").And.Contain("thermal equilibrium"));
            Assert.That(File.ReadAllLines(Path.Combine(Folder, "layers.csv"))[0], Is.EqualTo("name,parameters,bits,stored,bytes,temperature,selfEnergy,selfEnergyStandardError"));
        });
    }

    [TestCase("--size 1%", "the smallest one has", 1)]
    [TestCase("--average-bits 2", "the least is", 1)]
    [TestCase("--size huge", "expected a share such as 25%", 2)]
    [TestCase("--bits 4,9", "some of 2, 3, 4, 5, 6, 7, 8, 16", 2)]
    [TestCase("--bits four", "some of 2, 3, 4, 5, 6, 7, 8, 16", 2)]
    [TestCase("--max-loss -1", "expected a number of 0 or more", 2)]
    [TestCase("--size 50% --max-loss 1", "Give one of", 2)]
    [TestCase("--loss l1", "expected kl, relative or auto", 2)]
    [TestCase("--keep nothing*", "matches no layer", 1)]
    [TestCase("--output nothing", "expected 'logits'", 1)]
    [TestCase("--rows 2", "at least 3", 2)]
    [TestCase("--keep *", "nothing to compress", 1)]
    public void What_cannot_be_is_said_in_one_line(string options, string said, int code)
    {
        Outcome outcome = Thermo.Run(["compress", Model, .. options.Split(' '), .. options.Contains("--rows", StringComparison.Ordinal) ? Array.Empty<string>() : ["--rows", "12"]]);
        Assert.Multiple(() =>
        {
            Assert.That(outcome.ExitCode, Is.EqualTo(code), outcome.ToString());
            Assert.That(outcome.Error, Does.Contain(said));
            Assert.That(outcome.Output, Is.Empty);
        });
    }

    [Test]
    public void The_network_itself_is_never_written_over()
    {
        File.Copy(Model, Small);
        byte[] before = File.ReadAllBytes(Small);
        Outcome outcome = Thermo.Run("compress", Small, "--rows", "12", "--out", Small);
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error, Does.Contain("would overwrite"));
        Assert.That(File.ReadAllBytes(Small), Is.EqualTo(before));
    }

    [Test]
    public void A_compressed_network_has_nothing_left_to_compress()
    {
        string perceptron = ShippedNetworks.Find("digits-mlp.onnx");
        Assert.That(Thermo.Run("compress", perceptron, "--rows", "12", "--bits", "4", "--max-loss", "100", "--out", Small).ExitCode, Is.Zero);
        Outcome again = Thermo.Run("compress", Small, "--rows", "12", "--bits", "4");
        Assert.That(again.ExitCode, Is.EqualTo(1), again.ToString());
        Assert.That(again.Error, Does.Contain("compressed already"));
    }
}
