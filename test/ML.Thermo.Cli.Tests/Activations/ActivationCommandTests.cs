using System.Text.Json;
using ML.Thermo.Activations;

namespace ML.Thermo.Cli.Tests.Activations;

internal sealed class ActivationCommandTests
{
    [Test]
    public void Relu_at_variance_one_follows_the_contract()
    {
        JsonElement json = Thermo.Run("activation", "relu", "--variance", "1", "--json", "-").Json;

        // golden: closed form, Var max(z, 0) = q(1/2 − 1/2π)
        Assert.That(json.GetProperty("activation").GetString(), Is.EqualTo("relu"));
        Assert.That(json.GetProperty("variance").GetDouble(), Is.EqualTo(1));
        Assert.That(json.GetProperty("transmission").GetDouble(), Is.EqualTo(0.34084506).Within(1e-8));
        Assert.That(json.GetProperty("efficiency").GetDouble(), Is.EqualTo(0.65915494).Within(1e-8));
        Assert.That(json.GetProperty("coherentGain").GetDouble(), Is.EqualTo(0.5));
        Assert.That(json.GetProperty("gradientGain").GetDouble(), Is.EqualTo(0.5));
        Assert.That(json.GetProperty("engineType").GetString(), Is.EqualTo("Homogeneous"));
    }

    [Test]
    public void A_critical_start_and_depth_scales_follow_the_contract()
    {
        JsonElement relu = Thermo.Run("activation", "relu", "--json", "-").Json, sigmoid = Thermo.Run("activation", "sigmoid", "--json", "-").Json;

        // golden: the contract of the command: relu null, 1.4427, .5581; χ = σ_w²/2 for relu
        Assert.That(relu.GetProperty("criticalWeightVariance").GetDouble(), Is.EqualTo(2).Within(1e-12));
        Assert.That(relu.GetProperty("criticalBiasVariance").GetDouble(), Is.Zero);
        Assert.That(relu.GetProperty("depthScale").GetProperty("he").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(relu.GetProperty("depthScale").GetProperty("xavier").GetDouble(), Is.EqualTo(1.4427).Within(5e-5));
        Assert.That(relu.GetProperty("depthScale").GetProperty("default").GetDouble(), Is.EqualTo(0.5581).Within(5e-5));
        Assert.That(relu.GetProperty("status")[0].GetString(), Is.EqualTo("Defined"));
        Assert.That(sigmoid.GetProperty("criticalWeightVariance").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(sigmoid.GetProperty("status")[0].GetString(), Is.EqualTo("NoCriticalPoint"));
    }

    [Test]
    public void Parameters_follow_a_colon()
    {
        JsonElement json = Thermo.Run("activation", "leaky-relu:0.1", "--variance", "4", "--json", "-").Json;

        Assert.That(json.GetProperty("transmission").GetDouble(), Is.EqualTo(0.37608450).Within(1e-8)); // golden: closed form
    }

    [Test]
    public void The_list_has_every_known_activation()
    {
        JsonElement json = Thermo.Run("activation", "--list", "--variance", "2", "--json", "-").Json;

        Assert.That(
            json.GetProperty("activations").EnumerateArray().Select(a => a.GetProperty("activation").GetString()),
            Is.EqualTo(Activation.Known.Select(a => a.Name)));
        Assert.That(json.GetProperty("activations").EnumerateArray().Select(a => a.GetProperty("variance").GetDouble()), Is.All.EqualTo(2));
    }

    [Test]
    public void An_infinite_gain_is_null()
    {
        JsonElement json = Thermo.Run("activation", "threshold-relu", "--json", "-").Json;

        Assert.That(json.GetProperty("gradientGain").ValueKind, Is.EqualTo(JsonValueKind.Null)); // φ jumps, E φ′² diverges
    }

    [Test]
    public void The_table_fits_a_window_of_eighty_columns()
    {
        Outcome outcome = Thermo.Run("activation", "--list");

        Assert.That(outcome.Output.Split('\n').Max(line => line.TrimEnd().Length), Is.LessThanOrEqualTo(80));
        Assert.That(outcome.Output, Does.Contain("hard-sigmoid:0.2,0.5").And.Contain("Saturating"));
    }

    [Test]
    public void An_activation_that_pumps_is_called_a_pump()
    {
        Assert.That(Thermo.Run("activation", "selu", "--variance", "0.25").Output, Does.Contain("pumps")); // τ = 1.3107
    }

    [TestCase("leaky-relo", "leaky-relu", TestName = "An_unknown_name_lists_the_nearest_first")]
    [TestCase("relu:3", "no parameters")]
    [TestCase("elu:-1", "ALPHA > 0")]
    public void A_wrong_activation_is_an_error(string name, string said)
    {
        Outcome outcome = Thermo.Run("activation", name);

        Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.ToString());
        Assert.That(outcome.Error, Does.Contain(said));
        Assert.That(outcome.Output, Is.Empty);
    }

    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("NaN")]
    [TestCase("Infinity")]
    public void A_variance_that_is_no_temperature_is_an_error(string variance)
    {
        Outcome outcome = Thermo.Run("activation", "relu", "--variance", variance);

        Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.ToString());
        Assert.That(outcome.Error, Does.Contain("--variance"));
    }

    [Test]
    public void One_name_or_the_list_but_not_both_and_not_neither()
    {
        Assert.That(Thermo.Run("activation").ExitCode, Is.EqualTo(2));
        Assert.That(Thermo.Run("activation", "relu", "--list").ExitCode, Is.EqualTo(2));
    }
}
