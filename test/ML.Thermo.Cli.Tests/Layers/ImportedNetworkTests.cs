using System.Text.Json;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Tests;

namespace ML.Thermo.Cli.Tests.Layers;

/// <summary>Options for networks as people have them.</summary>
internal sealed class ImportedNetworkTests : Sandbox
{
    [Test]
    public void An_input_is_set_an_output_chosen_and_a_decided_branch_is_analysed()
    {
        string model = Model("branch.onnx", new OnnxBuilder().Input("x", "N", 4).Input("sr", ElementType.Int64)
            .Initializer("rate", TensorData.Of([], 16000L)).Weights("v", 2, 3).Node("Equal", "sr rate", "is16")
            .Node("If", "is16", "y", ("then_branch", Branch(3)), ("else_branch", Branch(5))).Node("MatMul", "y v", "more")
            .Output("y", "N", 2).Output("more", "N", 3));
        JsonElement json = Run(model, "--set", "sr=16000", "--output", "y", "--synthetic", "--rows", "32", "--signals-only");
        Assert.That(json.GetProperty("model").GetProperty("parameters").GetInt64(), Is.EqualTo((4 * 3) + (3 * 2)));
        JsonElement signal = json.GetProperty("layers")[0].GetProperty("signal");
        Assert.That(signal.GetProperty("channelAbsMax").GetArrayLength(), Is.EqualTo(3));
        Assert.That(signal.GetProperty("absMax").GetDouble(),
            Is.EqualTo(signal.GetProperty("channelAbsMax").EnumerateArray().Max(unit => unit.GetDouble())));
        Assert.That(signal.GetProperty("halfHeadroom").GetDouble(), Is.EqualTo(65504 / signal.GetProperty("absMax").GetDouble()).Within(1e-9).Percent);
        Assert.That(Thermo.Run("layers", model, "--set", "sr").Error, Does.Contain("NAME=VALUE"));

        static OnnxBuilder Branch(int width) => new OnnxBuilder($"b{width}").Weights("w", 4, width).Weights("u", width, 2)
            .Node("MatMul", "x w", "h").Node("Relu", "h", "r").Node("MatMul", "r u", "o").Output("o", "N", 2);
    }

    [Test]
    public void A_number_that_is_not_finite_ends_with_one_and_what_is_known_is_written()
    {
        string model = Model("bad.onnx", new OnnxBuilder().Input("x", "N", 2).Weights("w", [2, 2], [1, 0, 0, 1]).Weights("v", 2, 2)
            .NamedNode("first", "MatMul", "x w", "h").NamedNode("log", "Log", "h", "l").NamedNode("second", "MatMul", "l v", "y").Output("y", "N", 2));
        string data = Write("x.csv", ["1,2", "3,1", "-1,2", "2,2"]);
        string file = Path.Combine(Folder, "out.json");
        Outcome outcome = Thermo.Run("layers", model, "--data", data, "--json", file);
        Assert.That(outcome.ExitCode, Is.EqualTo(1));
        Assert.That(outcome.Error, Does.Contain("row 2").And.Contain("Log 'log'"));
        JsonElement json = JsonDocument.Parse(File.ReadAllText(file)).RootElement, bad = json.GetProperty("nonFinite");
        Assert.That((bad.GetProperty("node").GetString(), bad.GetProperty("layer").GetString(), bad.GetProperty("row").GetInt64(),
            bad.GetProperty("inputHadIt").GetBoolean()), Is.EqualTo(("log", "second", 2L, false)));
        Assert.That(json.GetProperty("status")[0].GetString(), Is.EqualTo("NonFinite"));
        Assert.That(json.GetProperty("layers")[0].GetProperty("weights").GetProperty("variance").GetDouble(), Is.EqualTo(0.25).Within(1e-9));
    }

    [Test]
    public void Two_networks_side_by_side_begin_with_what_changed_most()
    {
        float[] first = TensorData.Draw(1, [4, 6]), second = TensorData.Draw(2, [6, 3]);
        string a = Two("a.onnx", first, second), b = Two("b.onnx", [.. first.Select(v => 1.01f * v)], [.. second.Select(v => 1.2f * v)]);
        JsonElement json = Run(a, "--against", b, "--synthetic", "--rows", "40", "--signals-only");
        JsonElement layer = json.GetProperty("layers")[0];
        Assert.That((layer.GetProperty("name").GetString(), layer.GetProperty("matchedBy").GetString()), Is.EqualTo(("two", "weight")));
        Assert.That(layer.GetProperty("relativeChange").GetDouble(), Is.EqualTo(0.2).Within(1e-6));
        Assert.That(layer.GetProperty("rankOfChange").GetInt32(), Is.EqualTo(3));

        // the second layer's output is 1.01 · 1.2 times as large: 20 log₁₀ 1/.212
        Assert.That(layer.GetProperty("signalToNoiseDecibel").GetDouble(), Is.EqualTo(-20 * Math.Log10(0.212)).Within(0.01));
        Outcome told = Thermo.Run("layers", a, "--against", b);
        Assert.That(told.Output.ReplaceLineEndings(" "), Does.Contain("2 layers with weights answer to each other; none is in one of them alone."));
        string page = Path.Combine(Folder, "p.html");
        Assert.That(Thermo.Run("layers", a, "--against", b, "--html", page).ExitCode, Is.Zero);
        Assert.That(File.ReadAllText(page), Does.Contain("<title>a.onnx against b.onnx: layer by layer</title>").And.Contain("a change of rank 3 of 3"));

        string Two(string name, float[] one, float[] two) => Model(name, new OnnxBuilder().Input("x", "N", 4).Weights("one.weight", [4, 6], one)
            .Weights("two.weight", [6, 3], two).Node("MatMul", "x one.weight", "h").Node("Relu", "h", "r").Node("MatMul", "r two.weight", "y").Output("y", "N", 3));
    }

    [Test]
    public void Without_layers_nothing_is_said_of_engines_and_quick_leaves_spectra_out()
    {
        string trees = Model("trees.onnx", new OnnxBuilder().Input("x", "N", 4).Node("ai.onnx.ml::TreeEnsembleRegressor", "x", "y").Output("y", "N", 1)
            .OperatorSet("ai.onnx.ml", 1));
        Outcome outcome = Thermo.Run("layers", trees);
        Assert.That(outcome.Output.ReplaceLineEndings(" "), Does.Contain("trees, which have no layers").And.Not.Contain("homogeneous"));
        Assert.That(Run(trees).GetProperty("network").GetProperty("engineType").ValueKind, Is.EqualTo(JsonValueKind.Null));
        string dense = Path.Combine(Folder, "dense.onnx");
        File.WriteAllBytes(dense, SmallNetworks.Perceptron());
        JsonElement weights = Run(dense, "--quick").GetProperty("layers")[0].GetProperty("weights");
        Assert.That(weights.GetProperty("spectralNorm").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(weights.GetProperty("frobeniusNorm").GetDouble(),
            Is.EqualTo(Run(dense).GetProperty("layers")[0].GetProperty("weights").GetProperty("frobeniusNorm").GetDouble()).Within(1e-9));
        Assert.That(weights.GetProperty("zeroShare").GetDouble(), Is.Zero);
        Assert.That(weights.GetProperty("fittedLaw").GetProperty("law").GetString(), Is.EqualTo("uniform"), "the builder draws evenly");
    }

    private string Model(string name, OnnxBuilder builder)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, builder.ToModel());
        return path;
    }

    private static JsonElement Run(params string[] arguments)
    {
        Outcome outcome = Thermo.Run(["layers", .. arguments, "--json", "-", "--quiet"]);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        return JsonDocument.Parse(outcome.Output).RootElement;
    }
}
