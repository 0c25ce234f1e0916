using System.Text.Json;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Tests.Transitions;

internal sealed class TransitionCommandTests : Sandbox
{
    [Test]
    public void Equal_seeds_give_equal_results_and_others_do_not()
    {
        string Run(string seed) => Transition(Noisy(), "--energy", "mae", "--init", "uniform:-2,2", "--seed", seed, "--json", "-").Output;

        string first = Run("7");
        Assert.That(Run("7"), Is.EqualTo(first));
        Assert.That(Run("8"), Is.Not.EqualTo(first));
    }

    [Test]
    public void Held_out_rows_are_not_trained_on()
    {
        JsonElement json = Transition(Noisy(), "--held-out", "0.25", "--json", "-").Json;

        Assert.That(json.GetProperty("rows").GetInt32(), Is.EqualTo(150));
        Assert.That(json.GetProperty("heldOutRows").GetInt32(), Is.EqualTo(50));
        Assert.That(json.GetProperty("freshPoints").GetInt32(), Is.EqualTo(150));
        Assert.That(json.GetProperty("typeII").GetProperty("energy").GetDouble(), Is.GreaterThan(json.GetProperty("groundEnergy").GetDouble()));
    }

    [Test]
    public void A_file_can_hold_the_rows_that_training_does_not_see()
    {
        string d2 = Write("d2.csv", SmallData.D2);
        string shifted = Write("shifted.csv", ["y,more,x2,x1", .. SmallData.D2.Skip(1).Select(line => line.Split(',').Select(double.Parse).ToArray()).Select(v => $"{v[2] + 0.5},text,{1.5 * v[1]},{1.5 * v[0]}")]);

        JsonElement json = Thermo.Run("transition", d2, "--label", "y", "--held-out", shifted, "--json", "-").Json;

        Assert.That(json.GetProperty("rows").GetInt32(), Is.EqualTo(6));
        Assert.That(json.GetProperty("typeII").GetProperty("energy").GetDouble(), Is.EqualTo(0.7596153846).Within(1e-10)); // golden: s − 2c·w + w·Σw of the shifted data
        Assert.That(json.GetProperty("typeII").GetProperty("variance").GetDouble(), Is.EqualTo(0.0872757541).Within(1e-10));
    }

    [Test]
    public void Training_losses_can_be_taken_while_rows_are_set_aside()
    {
        JsonElement json = Transition(Noisy(), "--held-out", "0.25", "--type2", "training", "--json", "-").Json;

        Assert.That(json.GetProperty("rows").GetInt32(), Is.EqualTo(150));
        Assert.That(json.GetProperty("typeII").GetProperty("energy").GetDouble(), Is.EqualTo(json.GetProperty("groundEnergy").GetDouble()).Within(1e-12));
    }

    [Test]
    public void Standardising_uses_the_training_rows_for_both_sides()
    {
        string[] scaled = [.. Noisy().Select((line, i) => i == 0 ? line : Rescale(line))];
        string[] options = ["--standardize", "--intercept", "normal:0,1", "--json", "-"];

        JsonElement plain = Transition(Noisy(), options).Json, rescaled = Transition(scaled, options).Json;

        foreach (string state in new[] { "typeI", "typeII" })
            Assert.That(rescaled.GetProperty(state).GetProperty("energy").GetDouble(), Is.EqualTo(plain.GetProperty(state).GetProperty("energy").GetDouble()).Within(1e-9));

        static string Rescale(string line)
        {
            double[] v = [.. line.Split(',').Select(double.Parse)];
            return $"{(100 * v[0]) - 7:R},{(0.01 * v[1]) + 3:R},{v[2]:R}";
        }
    }

    [Test]
    public void More_fresh_points_make_a_sharper_trained_state()
    {
        double Entropy(string m) => Transition(Noisy(), "--fresh-points", m, "--json", "-").Json.GetProperty("typeII").GetProperty("entropy").GetDouble();

        Assert.That(Entropy("100") - Entropy("400"), Is.EqualTo(Math.Log(2)).Within(1e-12)); // S = ½ ln(2πe V/m)
    }

    [TestCase("auto", "exact")]
    [TestCase("exact", "exact")]
    [TestCase("kl", "kl")]
    [TestCase("gaussian", "gaussian")]
    [TestCase("gamma", "gamma")]
    [TestCase("pearson", "pearson")]
    [TestCase("resolved", "resolved")]
    public void Every_entropy_can_be_chosen_and_says_its_name(string entropy, string method)
    {
        JsonElement typeI = Transition(SmallData.D2, "--type2", "training", "--entropy", entropy, "--json", "-").Json.GetProperty("typeI");

        Assert.That(typeI.GetProperty("entropyMethod").GetString(), Is.EqualTo(method));
        Assert.That(typeI.GetProperty("entropy").GetDouble(), Is.EqualTo(2.822).Within(0.25)); // golden: exact 2.82225133, the Gaussian 0.19 above
    }

    [TestCase("clt")]
    [TestCase("edgeworth")]
    [TestCase("gamma")]
    public void Every_entropy_of_the_trained_state_can_be_chosen(string entropy)
    {
        JsonElement typeII = Transition(Noisy(), "--type2-entropy", entropy, "--json", "-").Json.GetProperty("typeII");

        Assert.That(typeII.GetProperty("entropyMethod").GetString(), Is.EqualTo(entropy));
    }

    [Test]
    public void The_entropy_of_block_means_needs_enough_losses()
    {
        Outcome outcome = Transition(Noisy(), "--type2-entropy", "kl");

        Assert.That(outcome.ExitCode, Is.EqualTo(1));
        Assert.That(outcome.Error, Does.Contain("number of fresh points"));
    }

    [Test]
    public void At_the_resolution_of_the_trained_loss_beta_is_positive_where_T_is_not()
    {
        JsonElement json = Transition(SmallData.D3, "--label", "t", "--energy", "ce", "--init", "normal:0,0.1", "--type2", "training", "--entropy", "resolved", "--json", "-").Json;

        // golden: ½ ln(1 + 0.00063278/0.046591714), exact for a normal law, which a spread of a ninth of ε cannot be told from
        Assert.That(json.GetProperty("deltaEntropy").GetDouble(), Is.EqualTo(0.0067449).Within(2e-4));
        Assert.That(json.GetProperty("beta").GetDouble(), Is.EqualTo(1 / 25.036).Within(0.0013), "six losses do not tell their variance from zero, so no T");
        Assert.That(json.GetProperty("typeI").GetProperty("entropyMethod").GetString(), Is.EqualTo("resolved"));
        Assert.That(json.GetProperty("typeII").GetProperty("entropyMethod").GetString(), Is.EqualTo("resolved"));
    }

    [Test]
    public void Separable_classes_have_no_temperature_and_say_why()
    {
        Outcome outcome = Transition(["x,y", .. Enumerable.Range(0, 20).Select(i => $"{i - 9.5},{(i > 9 ? 1 : 0)}")], "--energy", "ce", "--json", "-");
        JsonElement json = outcome.Json;

        Assert.That(outcome.ExitCode, Is.Zero);
        foreach (string name in new[] { "deltaEnergy", "temperature", "parameterTemperature", "equipartitionRatio" })
            Assert.That(json.GetProperty(name).ValueKind, Is.EqualTo(JsonValueKind.Null), name);
        Assert.That(json.GetProperty("status").EnumerateArray().Select(s => s.GetString()), Does.Contain("Separable").And.Contain("Undefined"));
    }

    [TestCase("normal:0,1", "takes the mean loss from 6.625 to 0.040", "1.167 ± 0.067 of loss for each nat of spread")]
    [TestCase("normal:0,0.0001", "a negative temperature, which is a result and not an error", "more fresh points")]
    [TestCase("constant:0", "No temperature: the untrained loss does not fluctuate", "at least one parameter needs a random initialisation")]
    public void Words_follow_from_the_numbers(string init, params string[] said)
    {
        string words = Unwrapped(Transition(SmallData.D2, "--type2", "training", "--init", init));

        foreach (string part in said)
            Assert.That(words, Does.Contain(part));
    }

    [Test]
    public void Near_the_pole_beta_or_an_interval_takes_the_place_of_T()
    {
        // ΔS is about 0.13 with an error of 0.2: golden D3 at sd 1
        string words = Unwrapped(Transition(SmallData.D3, "--label", "t", "--energy", "ce", "--type2", "training"));

        Assert.That(words, Does.Contain("The temperature cannot be told from infinite: ΔS = 0.1").And.Contain("Use β = "));
        Assert.That(words, Does.Not.Contain("each nat of certainty"));
    }

    [Test]
    public void Interpolation_is_explained()
    {
        string words = Unwrapped(Transition(["a,b,y", "1,2,3", "2,1,5"], "--type2", "training"));

        Assert.That(words, Does.Contain("passes through every training row").And.Contain("take held-out rows"));
    }

    [Test]
    public void The_table_fits_a_window_of_eighty_columns()
    {
        string output = Transition(Noisy(), "--energy", "mae").Output;

        Assert.That(output.Split('\n').Max(line => line.TrimEnd().Length), Is.LessThanOrEqualTo(80));
        Assert.That(output, Does.Not.Contain("…"));
    }

    private static string Unwrapped(Outcome outcome) => outcome.Output.ReplaceLineEndings(" ");

    /// <summary>Two hundred rows of two features.</summary>
    private static string[] Noisy()
    {
        var random = new Random(5);
        return ["a,b,y", .. Enumerable.Range(0, 200).Select(_ => (A: random.NextDouble(), B: random.NextDouble() - 0.5)).Select(x => $"{x.A:R},{x.B:R},{(2 * x.A) - x.B + (0.3 * (random.NextDouble() - 0.5)):R}")];
    }

    private Outcome Transition(string[] lines, params string[] options)
    {
        string[] label = options.Contains("--label") ? [] : ["--label", "y"];
        return Thermo.Run(["transition", Write("data.csv", lines), .. label, .. options]);
    }

    [TestCase("mse", "d·tr H²/(tr H)²")]
    [TestCase("mae", "T_fluct/T_par")]
    public void The_equipartition_ratio_is_called_what_it_is(string energy, string called)
    {
        string data = Write("two.csv", "a,b,y", "1,0,1", "0,1,2", "1,1,2.5", "-1,1,1.5", "2,1,3.5", "1,-1,-1");
        Outcome outcome = Thermo.Run("transition", data, "--label", "y", "--type2", "training", "--energy", energy);

        Assert.That(outcome.Output, Does.Contain(called));
        Assert.That(outcome.Output.Contains("equally", StringComparison.Ordinal), Is.EqualTo(energy == "mse"));
    }
}
