using System.Text.Json;
using ML.Thermo.Tests;

namespace ML.Thermo.Cli.Tests.Scans;

internal sealed class ScanModelTests : Sandbox
{
    private static readonly string s_model = ShippedNetworks.Find("kjv-char.onnx"), s_characters = ShippedNetworks.Find("kjv-char.txt");

    [Test]
    public void A_language_model_is_enumerated_where_its_outputs_are_few()
    {
        JsonElement scan = Language("--tokens", "1", "--over", "temperature=0.5,1,1.1").Json;
        JsonElement exact = JsonDocument.Parse(File.ReadAllText(ShippedNetworks.Find("kjv-char.json"))).RootElement.GetProperty("rows")[0].GetProperty("points")[1];
        JsonElement point = scan.GetProperty("points")[1];
        Assert.That(scan.GetProperty("observer").GetString(), Is.EqualTo("exact"));
        Assert.That(point.GetProperty("entropy").GetDouble(), Is.EqualTo(exact.GetProperty("entropy").GetDouble()).Within(2e-5));
        Assert.That(point.GetProperty("heatCapacity").GetDouble(), Is.EqualTo(exact.GetProperty("heatCapacity").GetDouble()).Within(5e-5));
        Assert.That(scan.GetProperty("perToken").GetProperty("tokens").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public void A_language_model_is_sampled_otherwise_with_its_texts()
    {
        JsonElement scan = Language("--tokens", "6", "--samples", "20", "--over", "temperature=.3..3:5log").Json;
        Assert.That(scan.GetProperty("observer").GetString(), Is.EqualTo("pooled"));
        Assert.That(scan.GetProperty("points")[0].GetProperty("samples").GetInt64(), Is.EqualTo(20));
        Assert.That(scan.GetProperty("texts")[0].GetProperty("outputs")[0].GetString(), Has.Length.EqualTo(6));
        Assert.That(Language("--tokens", "6", "--samples", "20", "--over", "temperature=.3..3:5log", "--top-k", "3").Json.GetProperty("status").ToString(),
            Does.Contain("Truncated"));
    }

    [Test]
    public void Prompts_and_checkpoints_are_scanned_too()
    {
        JsonElement prompts = Thermo.Run("scan", s_model, "--vocabulary", s_characters, "--prompt", "and the lord ", "--prompt", "in the beginning ", "--tokens", "4",
            "--samples", "20", "--over", "prompt", "--json", "-").Json;
        Assert.That(prompts.GetProperty("splits")[0].GetProperty("linear").GetDouble(), Is.InRange(0.01, 1));
        string first = Path.Combine(Folder, "step-1.onnx"), second = Path.Combine(Folder, "step-16.onnx");
        File.Copy(s_model, first);
        File.Copy(s_model, second);
        JsonElement checkpoints = Thermo.Run("scan", Path.Combine(Folder, "*.onnx"), "--vocabulary", s_characters, "--prompt", "and ", "--tokens", "4", "--samples", "20",
            "--json", "-").Json;
        Assert.That(checkpoints.GetProperty("over").GetProperty("scale").GetString(), Is.EqualTo("geometric"));
        Assert.That(checkpoints.GetProperty("splits")[0].GetProperty("linear").GetDouble(), Is.Zero.Within(1e-9), "the same model twice");
    }

    [Test]
    public void A_network_of_classes_is_scanned_over_what_is_turned()
    {
        string network = ShippedNetworks.Find("digits-mlp.onnx"), digits = ShippedNetworks.Find(ShippedNetworks.Digits);
        JsonElement scan = Thermo.Run("scan", network, "--data", digits, "--over", "scale=0..3:.1", "--json", "-").Json;
        Assert.That(scan.GetProperty("splits")[0].GetProperty("linear").GetDouble(), Is.EqualTo(0.3563174413).Within(1e-6)); // golden: double precision
        Assert.That(scan.GetProperty("status").ToString(), Does.Contain("AtEdge"));
        Assert.That(scan.GetProperty("summary").ToString(), Does.Contain("extend the grid to lower values"));
    }

    [TestCase(1, "The prompt holds 'X' at position 0", "--prompt", "X", "--over", "temperature=1,2")]
    [TestCase(1, "do not fit into the context", "--prompt", "and the lord ", "--tokens", "40", "--samples", "2", "--over", "temperature=1,2")]
    [TestCase(2, "--over temperature: '5..1:1' falls", "--prompt", "a", "--over", "temperature=5..1:1")]
    [TestCase(2, "temperature = 0 is no temperature", "--prompt", "a", "--over", "temperature=0,1")]
    [TestCase(2, "needs a --prompt", "--over", "temperature=1,2")]
    [TestCase(2, "--over '' is nothing", "--prompt", "a")]
    [TestCase(2, "--temperature 0 has no distribution", "--prompt", "a", "--over", "prompt", "--temperature", "0")]
    [TestCase(2, "--tokens 0", "--prompt", "a", "--over", "temperature=1,2", "--tokens", "0")]
    public void What_a_language_model_cannot_do_is_named(int code, string message, params string[] options)
    {
        Outcome run = Thermo.Run(["scan", s_model, "--vocabulary", s_characters, .. options]);
        Assert.That(run.ExitCode, Is.EqualTo(code), run.Error);
        Assert.That(run.Error, Does.Contain(message));
    }

    [Test]
    public void A_network_without_sequences_is_refused_with_its_inputs()
    {
        Outcome run = Thermo.Run("scan", ShippedNetworks.Find("digits-mlp.onnx"), "--prompt", "1 2", "--over", "temperature=1,2");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("has the inputs").And.Contain("expected one of integers"));
    }

    private static Outcome Language(params string[] options) =>
        Thermo.Run(["scan", s_model, "--vocabulary", s_characters, "--prompt", "and the lord ", "--json", "-", .. options]);
}
