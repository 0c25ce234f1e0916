using System.Text.Json;
using ML.Thermo.Tests;

namespace ML.Thermo.Cli.Tests.Layers;

internal sealed class LayersCommandTests : Sandbox
{
    [Test]
    public void Weights_follow_the_contract()
    {
        JsonElement json = Thermo.Run("layers", Model("diagonal.onnx", SmallNetworks.Diagonal()), "--weights-only", "--json", "-").Json;
        JsonElement model = json.GetProperty("model"), layer = json.GetProperty("layers").EnumerateArray().Single(), weights = layer.GetProperty("weights");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(json.GetProperty("command").GetString(), Is.EqualTo("layers"));
            Assert.That(model.GetProperty("name").GetString(), Is.EqualTo("diagonal.onnx"));
            Assert.That(model.GetProperty("opset").GetInt32(), Is.EqualTo(17));
            Assert.That(model.GetProperty("irVersion").GetInt32(), Is.EqualTo(8));
            Assert.That(model.GetProperty("producer").GetString(), Is.EqualTo("OnnxBuilder 1.0"));
            Assert.That(model.GetProperty("parameters").GetInt32(), Is.EqualTo(4));
            Assert.That(layer.GetProperty("index").GetInt32(), Is.Zero);
            Assert.That(layer.GetProperty("name").GetString(), Is.EqualTo("diagonal"));
            Assert.That(layer.GetProperty("type").GetString(), Is.EqualTo("MatMul"));
            Assert.That(layer.GetProperty("activation").GetString(), Is.EqualTo("Tanh"));
            Assert.That(layer.GetProperty("activationFunction").GetString(), Is.EqualTo("tanh"));
            Assert.That(layer.GetProperty("mode").GetString(), Is.EqualTo("Undefined"));
            // by hand: weights 3, 0, 0, 4
            Assert.That(weights.GetProperty("mean").GetDouble(), Is.EqualTo(1.75));
            Assert.That(weights.GetProperty("variance").GetDouble(), Is.EqualTo(3.1875).Within(1e-12));
            Assert.That(weights.GetProperty("spectralNorm").GetDouble(), Is.EqualTo(4).Within(1e-12));
            Assert.That(weights.GetProperty("frobeniusNorm").GetDouble(), Is.EqualTo(5).Within(1e-12));
            Assert.That(weights.GetProperty("stableRank").GetDouble(), Is.EqualTo(25.0 / 16).Within(1e-12));
            Assert.That(weights.GetProperty("spectralEntropy").GetDouble(), Is.EqualTo(((9.0 * Math.Log(25.0 / 9)) + (16 * Math.Log(25.0 / 16))) / 25 / Math.Log(2)).Within(1e-12));
            // Glorot for tanh: 2/(2 + 2)
            Assert.That(weights.GetProperty("initialization").GetProperty("scheme").GetString(), Is.EqualTo("glorot"));
            Assert.That(weights.GetProperty("initialization").GetProperty("varianceRatio").GetDouble(), Is.EqualTo(3.1875 / 0.5).Within(1e-12));
        }
    }

    [Test]
    public void What_was_not_run_is_null_and_the_status_says_why()
    {
        JsonElement json = Thermo.Run("layers", Model("net.onnx", SmallNetworks.Perceptron()), "--json", "-").Json;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Texts(json, "status"), Is.EqualTo(["NotRun"]));
            foreach (string name in new[] { "device", "energy" })
                Assert.That(json.GetProperty(name).ValueKind, Is.EqualTo(JsonValueKind.Null), name);
            Assert.That(json.GetProperty("samples").GetInt32(), Is.Zero);
            Assert.That(json.GetProperty("network").GetProperty("engineType").GetString(), Is.EqualTo("Homogeneous"));
            foreach (JsonElement layer in json.GetProperty("layers").EnumerateArray())
            {
                foreach (string name in new[] { "transition", "temperature", "efficiency", "boundedEfficiency", "signal" })
                    Assert.That(layer.GetProperty(name).ValueKind, Is.EqualTo(JsonValueKind.Null), name);
                Assert.That(Texts(layer, "status"), Is.EqualTo(["NotRun"]));
            }
        }
    }

    [Test]
    public void Nodes_in_no_layer_are_listed_with_their_reason()
    {
        JsonElement json = Thermo.Run("layers", Model("net.onnx", SmallNetworks.WithOperationInNoLayer()), "--json", "-").Json;
        JsonElement skipped = json.GetProperty("skipped").EnumerateArray().Single();

        Assert.That(skipped.GetProperty("op").GetString(), Is.EqualTo("ReduceMax"));
        Assert.That(skipped.GetProperty("node").GetString(), Is.EqualTo("y"));
        Assert.That(skipped.GetProperty("reason").GetString(), Does.Contain("no parameters"));
    }

    [Test]
    public void The_tables_fit_a_window_of_eighty_columns_and_say_that_nothing_was_run()
    {
        Outcome outcome = Thermo.Run("layers", Model("net.onnx", SmallNetworks.Perceptron()));

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Output.Split('\n').Max(line => line.TrimEnd().Length), Is.LessThanOrEqualTo(80));
        Assert.That(outcome.Output, Does.Contain("259 parameters in 2 layers").And.Contain("4→32").And.Contain("Nothing was run").And.Contain("homogeneous engine"));
    }

    [TestCase("out*", "output")]
    [TestCase("hid?en", "hidden")]
    public void Layers_are_chosen_by_name(string glob, string name)
    {
        JsonElement json = Thermo.Run("layers", Model("net.onnx", SmallNetworks.Perceptron()), "--layers", glob, "--json", "-").Json;

        Assert.That(json.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("name").GetString()), Is.EqualTo([name]));
        Assert.That(json.GetProperty("model").GetProperty("parameters").GetInt32(), Is.EqualTo(259)); // still the whole model's
    }

    [Test]
    public void A_name_that_no_layer_has_lists_the_nearest_first() => Refused(
        Thermo.Run("layers", Model("net.onnx", SmallNetworks.Perceptron()), "--layers", "outptu"), "'outptu' matches none of 2 layers", "nearest first: output, hidden");

    [Test]
    public void The_csv_has_a_row_a_layer()
    {
        string csv = Path.Combine(Folder, "layers.csv");
        Outcome outcome = Thermo.Run("layers", Model("net.onnx", SmallNetworks.Broken()), "--csv", csv);
        string[] lines = File.ReadAllLines(csv);

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(lines[0], Does.StartWith("index,name,type,activation,parameters,fanIn,fanOut,mean,variance,kurtosis,"));
        Assert.That(lines[1], Does.StartWith("0,\"odd, \"\"name\"\" [red]\",MatMul,,4,2,2,,,")); // moments of NaN are undefined: empty
        Assert.That(lines[2], Does.StartWith("1,next,MatMul,,4,2,2,"));
        Assert.That(lines, Has.Length.EqualTo(3));
    }

    [Test]
    public void Weights_that_are_not_finite_are_named()
    {
        Outcome outcome = Thermo.Run("layers", Model("net.onnx", SmallNetworks.Broken()));

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Output.ReplaceLineEndings(" "), Does.Contain("The weights of odd, \"name\" [red] hold 1 number that is NaN or infinite."));
    }

    [TestCase("", "is empty")]
    [TestCase("<!DOCTYPE html><html></html>", "HTML page")]
    [TestCase("{ \"a\": 1 }", "JSON text")]
    [TestCase("just words", "text file")]
    public void A_file_that_is_no_model_is_refused(string content, string said)
    {
        string path = Path.Combine(Folder, "no.onnx");
        File.WriteAllText(path, content);

        Refused(Thermo.Run("layers", path), "no.onnx", said);
    }

    [Test]
    public void A_truncated_model_is_refused()
    {
        byte[] model = SmallNetworks.Perceptron();

        Refused(Thermo.Run("layers", Model("cut.onnx", model[..(model.Length / 2)])), "cut.onnx");
    }

    [Test]
    public void A_model_without_an_operator_set_is_refused() => Refused(
        Thermo.Run("layers", Model("old.onnx", new OnnxBuilder().Input("x", 1).Node("Relu", "x", "y").Output("y").ToModel(opset: 0))), "operator set");

    [Test]
    public void A_file_that_is_not_there_is_refused() => Refused(Thermo.Run("layers", Path.Combine(Folder, "nowhere.onnx")), "There is no file");

    [Test]
    public void A_folder_that_is_not_there_is_refused_before_the_work() =>
        Refused(Thermo.Run("layers", Path.Combine(Folder, "nowhere.onnx"), "--csv", Path.Combine(Folder, "none", "layers.csv")), "There is no folder", "--csv");

    [Test]
    public void Weights_outside_the_models_folder_are_refused()
    {
        byte[] model = new OnnxBuilder().Input("x", "N", 2)
            .Initializer("w", TensorData.External(ML.Thermo.Onnx.Reading.ElementType.Float, [2, 2], "../secret.bin"))
            .Node("MatMul", "x w", "y").Output("y", "N", 2).ToModel();
        Outcome outcome = Thermo.Run("layers", Model("net.onnx", model));

        Assert.That((outcome.Output + outcome.Error).ReplaceLineEndings(" "), Does.Contain("../secret.bin"), outcome.ToString());
    }

    [Test]
    public void A_process_says_the_same_as_in_process()
    {
        string csv = Path.Combine(Folder, "process.csv"), own = Path.Combine(Folder, "own.csv"), model = Model("net.onnx", SmallNetworks.Perceptron());
        Outcome outcome = Thermo.Start("layers", model, "--csv", csv);

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Error, Is.Empty);
        Assert.That(outcome.Output, Does.Contain("259 parameters"));
        _ = Thermo.Run("layers", model, "--csv", own);
        Assert.That(File.ReadAllText(csv), Is.EqualTo(File.ReadAllText(own)));
    }

    [Test]
    public void Cancelling_writes_nothing()
    {
        string target = Path.Combine(Folder, "result.json");
        Outcome outcome = Thermo.Run(new CancellationToken(canceled: true), "layers", Model("net.onnx", SmallNetworks.Perceptron()), "--json", target);

        Assert.That(outcome.ExitCode, Is.EqualTo(130), outcome.ToString());
        Assert.That(File.Exists(target), Is.False);
    }

    [TestCase(PackagedNetworks.ResNet, 31)]
    [TestCase("mnist-8.onnx", 3)]
    [TestCase("winml_SqueezeNet_fp16.onnx", 26)]
    [TestCase("magika_standard_v2_1.onnx", 5)]
    [TestCase("silero_vad_16k_op15.onnx", 11)]
    [TestCase("light_resnet50.onnx", 70)]
    public void Of_a_real_model_every_layer_with_weights_is_analysed(string file, int layers)
    {
        JsonElement[] found = [.. Thermo.Run("layers", SharedModels.Find(file), "--json", "-").Json.GetProperty("layers").EnumerateArray()];

        Assert.That(found, Has.Length.EqualTo(layers));
        foreach (JsonElement layer in found.Where(layer => layer.GetProperty("fanIn").GetInt64() > 0))
            Assert.That(layer.GetProperty("weights").GetProperty("frobeniusNorm").GetDouble(), Is.Positive, $"{layer}");
    }

    private string Model(string name, byte[] bytes)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static IEnumerable<string?> Texts(JsonElement json, string name) => json.GetProperty(name).EnumerateArray().Select(text => text.GetString());

    private static void Refused(Outcome outcome, params string[] said)
    {
        Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.ToString());
        Assert.That(outcome.Output, Is.Empty);
        Assert.That(outcome.Error.Count(c => c == '\n'), Is.EqualTo(1), outcome.Error);
        foreach (string part in said)
            Assert.That(outcome.Error, Does.Contain(part));
    }
}
