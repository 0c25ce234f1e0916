using System.Globalization;
using System.Text.Json;

namespace ML.Thermo.Cli.Tests.Layers;

internal sealed class RunningNetworkTests : Sandbox
{
    private string _model = "", _data = "", _labels = "";

    [SetUp]
    public void WriteFiles()
    {
        _model = Path.Combine(Folder, "net.onnx");
        File.WriteAllBytes(_model, SmallNetworks.Perceptron());
        var random = new Random(1);
        _data = Write("x.csv", [.. Enumerable.Range(0, 40).Select(_ => string.Join(',', Enumerable.Range(0, 4).Select(_ => ((2 * random.NextDouble()) - 1).ToString(CultureInfo.InvariantCulture))))]);
        File.WriteAllBytes(Path.Combine(Folder, "one.onnx"), SmallNetworks.OneOutput());
        _labels = Write("labels.csv", ["class", .. Enumerable.Range(0, 40).Select(i => $"{i % 3}")]);
    }

    [Test]
    public void Labels_give_temperatures_by_the_contract()
    {
        JsonElement json = Run("--data", _data, "--labels", _labels).Json;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(json.GetProperty("device").GetString(), Is.EqualTo("cpu"));
            Assert.That(json.GetProperty("samples").GetInt32(), Is.EqualTo(40));
            Assert.That(json.GetProperty("energy").GetString(), Is.EqualTo("ce"));
            JsonElement network = json.GetProperty("network");
            // by definition of a transition
            Assert.That(
                network.GetProperty("deltaEnergy").GetDouble(),
                Is.EqualTo(network.GetProperty("typeI").GetProperty("energy").GetDouble() - network.GetProperty("typeII").GetProperty("energy").GetDouble()).Within(1e-12));
            foreach (JsonElement layer in json.GetProperty("layers").EnumerateArray())
            {
                JsonElement transition = layer.GetProperty("transition"), signal = layer.GetProperty("signal");
                Assert.That(transition.GetProperty("typeII").GetProperty("energy").GetDouble(), Is.EqualTo(network.GetProperty("typeII").GetProperty("energy").GetDouble()));
                Assert.That(layer.GetProperty("mode").GetString(), Is.AnyOf("Engine", "Pump", "Idle", "Undefined"));
                Assert.That(signal.GetProperty("transmission").GetDouble() + signal.GetProperty("activationEfficiency").GetDouble(), Is.EqualTo(1).Within(1e-12));
                Assert.That(signal.GetProperty("inputVariance").GetDouble(), Is.Positive);
                Assert.That(layer.GetProperty("outputShape").GetArrayLength(), Is.EqualTo(2));
            }
        }
    }

    [Test]
    public void Equal_seeds_give_equal_results()
    {
        string[] arguments = ["--data", _data, "--labels", _labels, "--seed", "7"];

        string first = Numbers(Run(arguments)), second = Numbers(Run(arguments));

        Assert.That(second, Is.EqualTo(first));
        Assert.That(first, Is.Not.EqualTo(Numbers(Run("--data", _data, "--labels", _labels, "--seed", "8"))));
    }

    [Test]
    public void The_init_that_was_given_is_the_one_assumed()
    {
        JsonElement json = Run("--data", _data, "--labels", _labels, "--init", "normal:0,0.5", "--init-for", "out*=uniform:-1,1").Json;
        string?[] laws = [.. json.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("assumed").EnumerateArray().First().GetProperty("law").GetString())];

        Assert.That(laws, Is.EqualTo(["normal:0,0.5", "uniform:-1,1"]));
    }

    [Test]
    public void Noise_is_said_to_be_noise_and_a_regression_without_labels_to_have_no_temperature()
    {
        Outcome outcome = Thermo.Run("layers", _model, "--synthetic", "--rows", "20", "--draws", "100");
        string text = outcome.Output.ReplaceLineEndings(" ");

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(text, Does.Contain("20 rows of standard normal noise, energy self-mse").And.Contain("not on its data").And.Contain("The network has no temperature"));
        Assert.That(outcome.Output.Split('\n').Max(line => line.TrimEnd().Length), Is.LessThanOrEqualTo(80));
        Assert.That(text, Does.Not.Contain("Nothing was run"));
    }

    [Test]
    public void Self_energy_of_logits_has_a_temperature() =>
        Assert.That(Run("--data", _data, "--energy", "ce").Json.GetProperty("energy").GetString(), Is.EqualTo("self-ce"));

    [Test]
    public void A_residual_variance_stands_in_for_labels()
    {
        JsonElement point = Run("--data", _data).Json, noisy = Run("--data", _data, "--residual-variance", "0.1").Json;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(point.GetProperty("status").EnumerateArray().Select(s => s.GetString()), Does.Contain("PointState"));
            Assert.That(point.GetProperty("network").GetProperty("temperature").ValueKind, Is.EqualTo(JsonValueKind.Null));
            foreach (string known in new[] { "deltaEnergy", "fluctuationTemperature", "effectiveDegreesOfFreedom" })
                Assert.That(point.GetProperty("network").GetProperty(known).GetDouble(), Is.Positive, known);
            Assert.That(noisy.GetProperty("energy").GetString(), Is.EqualTo("self-mse"));
            Assert.That(noisy.GetProperty("network").GetProperty("temperature").GetDouble(), Is.Positive);
            Assert.That(noisy.GetProperty("network").GetProperty("typeII").GetProperty("energy").GetDouble(), Is.EqualTo(0.1));
        }
    }

    [Test]
    public void A_residual_variance_without_squared_error_is_refused() =>
        Refused(Run("--data", _data, "--energy", "ce", "--residual-variance", "0.1"), "--residual-variance", "self-ce");

    [Test]
    public void Sharpness_is_given_for_the_network_and_each_layer_in_json_tables_and_words()
    {
        string[] arguments = ["layers", _model, "--data", _data, "--labels", _labels, "--draws", "100", "--sharpness"];
        JsonElement json = Thermo.Run([.. arguments, "--json", "-"]).Json;
        string text = Thermo.Run(arguments).Output.ReplaceLineEndings(" ");

        JsonElement[] all = [json.GetProperty("network").GetProperty("sharpness"), .. json.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("sharpness"))];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(all.Select(found => found.GetProperty("parameters").GetInt32()), Is.EqualTo([259, 160, 99])); // 32·(4 + 1) and 3·(32 + 1)
            foreach (JsonElement found in all)
            {
                Assert.That(found.GetProperty("trace").GetDouble(), Is.GreaterThan(4 * found.GetProperty("traceStandardError").GetDouble()));
                // by definition: half the number of directions that count
                Assert.That(found.GetProperty("learningCoefficient").GetDouble(), Is.EqualTo(found.GetProperty("effectiveDegreesOfFreedom").GetDouble() / 2).Within(0.1).Percent);
            }

            Assert.That(text, Does.Contain("curvature of").And.Contain("the sharpest layer is"));
        }
    }

    [Test]
    public void Cross_entropy_of_a_single_output_is_that_of_its_log_odds()
    {
        JsonElement json = Thermo.Run("layers", Path.Combine(Folder, "one.onnx"), "--synthetic", "--energy", "ce", "--rows", "32", "--draws", "200", "--json", "-").Json;

        Assert.That(json.GetProperty("energy").GetString(), Is.EqualTo("self-ce"));
        Assert.That(json.GetProperty("network").GetProperty("deltaEnergy").GetDouble(), Is.Positive);
    }

    [Test]
    public void The_table_says_which_laws_were_assumed()
    {
        string text = Thermo.Run("layers", _model, "--data", _data, "--labels", _labels, "--draws", "100", "--init-for", "out*=uniform:-1,1").Output;

        Assert.That(text, Does.Contain("he 0.707").And.Contain("uniform:-1,1")); // He with fan-in 4: √(2/4)
        Assert.That(text.ReplaceLineEndings(" "), Does.Contain("relative to the laws assumed before training"));
    }

    [Test]
    public void Signals_only_redraws_nothing_and_reads_no_weights()
    {
        JsonElement json = Run("--data", _data, "--signals-only").Json;
        string text = Thermo.Run("layers", _model, "--data", _data, "--signals-only").Output;

        Assert.That(json.GetProperty("network").GetProperty("temperature").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(json.GetProperty("status").EnumerateArray().Select(s => s.GetString()), Is.EqualTo(["NotRedrawn"]));
        Assert.That(json.GetProperty("layers")[0].GetProperty("signal").GetProperty("inputVariance").GetDouble(), Is.Positive);
        Assert.That(json.GetProperty("layers")[0].GetProperty("weights").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(json.GetProperty("layers")[0].GetProperty("weightsReason").GetString(), Is.EqualTo("not asked for"));
        Assert.That(text, Does.Contain("signal of").And.Not.Contain("weights"));
    }

    [Test]
    public void Labels_that_do_not_fit_are_refused() =>
        Refused(Run("--data", _data, "--labels", Write("few.csv", "0", "1")), "2 labels", "expected 40");

    [Test]
    public void A_class_that_the_network_does_not_have_is_refused() =>
        Refused(Run("--data", _data, "--labels", Write("high.csv", [.. Enumerable.Repeat("3", 40)])), "Label 0 is 3", "from 0 to 2");

    [Test]
    public void Data_of_a_wrong_width_are_refused() => Refused(Run("--data", Write("wide.csv", "1,2,3,4,5")), "5 columns", "'x'");

    [Test]
    public void Data_that_are_not_there_are_refused() => Refused(Run("--data", Path.Combine(Folder, "nowhere.npz")), "nowhere.npz");

    [TestCase("--device", "tpu", "'tpu' is not a device")]
    [TestCase("--energy", "mae", "Unknown --energy 'mae'")]
    [TestCase("--batch", "0", "--batch 0")]
    [TestCase("--init", "heh", "'heh' is not an initialisation law")]
    [TestCase("--init-for", "hidden", "is not LAYER=LAW")]
    [TestCase("--precision", "-1", "--precision -1")]
    [TestCase("--residual-variance", "0", "--residual-variance 0 is no variance")]
    [TestCase("--dim", "N", "is not NAME=N")]
    public void A_wrong_option_is_refused(string option, string value, string said)
    {
        Outcome outcome = Run("--data", _data, option, value);
        Assert.That(outcome.ExitCode, Is.EqualTo(2), outcome.ToString());
        Assert.That(outcome.Output, Is.Empty);
        Assert.That(outcome.Error, Does.Contain(said));
    }

    [Test]
    public void A_device_that_does_not_work_here_is_refused() => Refused(Run("--data", _data, "--device", "provider:Abacus"), "CPUExecutionProvider");

    [TestCase("--synthetic")]
    [TestCase("--weights-only")]
    public void Contradictions_are_wrong_usage(string option) => Assert.That(Run("--data", _data, option).ExitCode, Is.EqualTo(2));

    [TestCase("--sharpness")]
    [TestCase("--residual-variance", "1")]
    public void What_needs_a_loss_is_wrong_usage_where_there_is_none(params string[] option)
    {
        Assert.That(Run(option).ExitCode, Is.EqualTo(2));
        Assert.That(Run([.. option, "--data", _data, "--signals-only"]).ExitCode, Is.EqualTo(2));
    }

    [Test]
    public void Labels_and_a_residual_variance_are_wrong_usage() =>
        Assert.That(Run("--data", _data, "--labels", _labels, "--residual-variance", "1").ExitCode, Is.EqualTo(2));

    private Outcome Run(params string[] arguments) => Thermo.Run(["layers", _model, "--draws", "200", "--json", "-", .. arguments]);

    private static string Numbers(Outcome outcome) => outcome.Json.GetProperty("layers").GetRawText() + outcome.Json.GetProperty("network").GetRawText();

    private static void Refused(Outcome outcome, params string[] said)
    {
        Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.ToString());
        Assert.That(outcome.Output, Is.Empty);
        Assert.That(outcome.Error.Count(c => c == '\n'), Is.EqualTo(1), outcome.Error);
        foreach (string part in said)
            Assert.That(outcome.Error, Does.Contain(part));
    }
}
