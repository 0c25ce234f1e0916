using System.Text.Json;
using ML.Thermo.Transitions;

namespace ML.Thermo.Cli.Tests.Transitions;

/// <summary>Golden numbers, all by Monte Carlo and quadrature independent of this library, through the JSON contract.</summary>
internal sealed class GoldenTransitionTests : Sandbox
{
    // energy, variance, S_I, T, T_G, T_res
    [TestCase("D1", "normal:0,0.1", 5.875, 0.57885, 1.14232330, 2.138544, 2.13597743, 2.13426188)]
    [TestCase("D1", "normal:0,1", 8.35, 70.26, 3.05206198, 1.790438, 1.61788828, 1.61788258)]
    [TestCase("D1", "normal:0,3", 28.35, 1532.34, 4.13440390, 4.956637, 4.24788807, 4.24788754)]
    [TestCase("D1", "uniform:-1,1", 6.68333333, 19.80888889, 2.63717219, 1.570867, 1.47454915, 1.47452812)]
    [TestCase("D2", "normal:0,0.5", 5, 5.15625, 2.18624378, 0.991095, 0.98074910, 0.98074518)]
    [TestCase("D2", "normal:0,1", 6.625, 24.41666667, 2.82225133, 1.167420, 1.12854444, 1.12854361)]
    [TestCase("D2", "uniform:-3,3", 10.95833333, 76.88333333, 3.34907722, 1.770271, 1.70369974, 1.70369938)]
    public void Squared_error(string data, string init, double energy, double variance, double entropy, double t, double gaussian, double resolved)
    {
        JsonElement json = Transition(data, "mse", init);

        JsonElement typeI = json.GetProperty("typeI");
        Assert.That(typeI.GetProperty("energy").GetDouble(), Is.EqualTo(energy).Within(1e-8));
        Assert.That(typeI.GetProperty("variance").GetDouble(), Is.EqualTo(variance).Within(1e-8));
        Assert.That(typeI.GetProperty("energyStandardError").GetDouble(), Is.Zero);
        Assert.That(typeI.GetProperty("entropy").GetDouble(), Is.EqualTo(entropy).Within(1e-6));
        Assert.That(typeI.GetProperty("entropyMethod").GetString(), Is.EqualTo("exact"));
        Assert.That(json.GetProperty("typeII").GetProperty("entropy").GetDouble(), Is.EqualTo(data == "D1" ? -1.57027008 : -2.81879470).Within(1e-8));
        Assert.That(json.GetProperty("temperature").GetDouble(), Is.EqualTo(t).Within(1e-6));
        Assert.That(json.GetProperty("gaussianTemperature").GetDouble(), Is.EqualTo(gaussian).Within(1e-8));
        Assert.That(json.GetProperty("resolvedTemperature").GetDouble(), Is.EqualTo(resolved).Within(1e-8));
    }

    [Test]
    public void Everything_that_is_known_of_D2_under_the_standard_normal_law()
    {
        JsonElement json = Transition("D2", "mse", "normal:0,1");

        Assert.That(json.GetProperty("command").GetString(), Is.EqualTo("transition"));
        Assert.That(json.GetProperty("energy").GetString(), Is.EqualTo("mse"));
        Assert.That(json.GetProperty("rows").GetInt32(), Is.EqualTo(6));
        Assert.That(json.GetProperty("features").EnumerateArray().Select(f => f.GetString()), Is.EqualTo(["x1", "x2"]));
        Assert.That(json.GetProperty("groundEnergy").GetDouble(), Is.EqualTo(0.0395299145).Within(1e-10));
        Assert.That(json.GetProperty("parameters").EnumerateArray().Select(p => p.GetDouble()), Is.EqualTo([0.7564102564, 1.9487179487]).Within(1e-10));
        Assert.That(json.GetProperty("typeI").GetProperty("thirdCumulant").GetDouble(), Is.EqualTo(161.842593).Within(1e-6));
        Assert.That(json.GetProperty("deltaEnergy").GetDouble(), Is.EqualTo(6.58547009).Within(1e-8));
        Assert.That(json.GetProperty("deltaEntropy").GetDouble(), Is.EqualTo(5.64104603).Within(1e-6));
        Assert.That(json.GetProperty("beta").GetDouble(), Is.EqualTo(0.85658973).Within(1e-6));
        Assert.That(json.GetProperty("fluctuationTemperature").GetDouble(), Is.EqualTo(3.70765737).Within(1e-8));
        Assert.That(json.GetProperty("effectiveDegreesOfFreedom").GetDouble(), Is.EqualTo(3.55236174).Within(1e-8));
        Assert.That(json.GetProperty("differentialTemperature").GetDouble(), Is.EqualTo(4.7988714).Within(5e-4)); // finite differences
        Assert.That(json.GetProperty("parameterTemperature").GetDouble(), Is.EqualTo(2.16666667).Within(1e-8));   // tr 2Σ/2
        Assert.That(json.GetProperty("equipartitionRatio").GetDouble(), Is.EqualTo(2.33333333 / 2.16666667).Within(1e-8)); // T_fluct/T_par at ŵ
    }

    // energy, variance, S_I and its error, T_G, T_res; the variance is exact by one-dimensional quadrature
    [TestCase("D1", "normal:0,1", 2.19343445, 1.56557052, 1.53748468, 2e-5, 0.76863426, 0.76780923)]
    [TestCase("D2", "normal:0,0.5", 1.92799699, 0.19472144, 0.6009, 0.0015, 0.82887717, 0.82612378)]
    [TestCase("D2", "normal:0,1", 2.07484899, 0.66092689, 1.1998, 0.0015, 0.69743608, 0.69690194)]
    public void Absolute_error(string data, string init, double energy, double variance, double entropy, double entropyError, double gaussian, double resolved)
    {
        JsonElement json = Transition(data, "mae", init);

        JsonElement typeI = json.GetProperty("typeI");
        Assert.That(typeI.GetProperty("energy").GetDouble(), Is.EqualTo(energy).Within(1e-8));
        Assert.That(typeI.GetProperty("variance").GetDouble(), Is.EqualTo(variance).Within(1e-7));
        AssertEntropy(typeI, entropy, entropyError);
        Assert.That(json.GetProperty("typeII").GetProperty("entropy").GetDouble(), Is.EqualTo(data == "D1" ? -0.95041226 : -1.52411348).Within(1e-8));
        Assert.That(json.GetProperty("gaussianTemperature").GetDouble(), Is.EqualTo(gaussian).Within(1e-6));
        Assert.That(json.GetProperty("resolvedTemperature").GetDouble(), Is.EqualTo(resolved).Within(1e-6));
    }

    [TestCase("normal:0,0.1", 0.69584549, 0.00063278, -2.2695, -0.078561, 25.036)]
    [TestCase("normal:0,1", 0.91014896, 0.0986138, 0.0178, 1.022079, 0.674166)]
    [TestCase("normal:0,3", 1.84599309, 1.22821, 1.2574, 0.806270, 0.797199)]
    public void Cross_entropy(string init, double energy, double variance, double entropy, double gaussian, double resolved)
    {
        JsonElement json = Transition("D3", "ce", init);

        JsonElement typeI = json.GetProperty("typeI");
        Assert.That(typeI.GetProperty("energy").GetDouble(), Is.EqualTo(energy).Within(1e-7));
        Assert.That(typeI.GetProperty("variance").GetDouble(), Is.EqualTo(variance).Within(2e-5 * variance)); // golden to 5 digits
        AssertEntropy(typeI, entropy, 0.0015);
        Assert.That(json.GetProperty("groundEnergy").GetDouble(), Is.EqualTo(0.52697748).Within(1e-8));
        Assert.That(json.GetProperty("typeII").GetProperty("entropy").GetDouble(), Is.EqualTo(-0.11422775).Within(1e-7));
        Assert.That(json.GetProperty("gaussianTemperature").GetDouble(), Is.EqualTo(gaussian).Within(1e-4 * Math.Abs(gaussian)));
        Assert.That(json.GetProperty("resolvedTemperature").GetDouble(), Is.EqualTo(resolved).Within(1e-4 * resolved));
    }

    [Test]
    public void A_narrow_initialisation_of_the_cross_entropy_has_a_negative_temperature()
    {
        JsonElement json = Transition("D3", "ce", "normal:0,0.1");

        Assert.That(json.GetProperty("temperature").GetDouble(), Is.Negative);
        Assert.That(json.GetProperty("status").EnumerateArray().Select(s => s.GetString()), Does.Contain("Negative").And.Not.Contain("Defined"));
    }

    [TestCase("normal:0,0.5", 0.75200077, 0.03663427, -0.744589)]
    [TestCase("normal:0,3", 1.74255965, 2.17930433, 0.996043)]
    public void Cross_entropy_of_one_parameter(string init, double energy, double variance, double entropy)
    {
        JsonElement typeI = Transition("D4", "ce", init).GetProperty("typeI");

        Assert.That(typeI.GetProperty("energy").GetDouble(), Is.EqualTo(energy).Within(1e-7));
        Assert.That(typeI.GetProperty("variance").GetDouble(), Is.EqualTo(variance).Within(1e-5 * variance));
        AssertEntropy(typeI, entropy, 2e-5);
    }

    [Test]
    public void An_initialisation_can_differ_from_column_to_column()
    {
        JsonElement json = Transition("D2", "mae", "normal:0,0.7", "--init-for", "x2=uniform:-1,1");

        Assert.That(json.GetProperty("typeI").GetProperty("energy").GetDouble(), Is.EqualTo(1.95260984).Within(1e-8));
    }

    [Test]
    public void An_intercept_is_one_more_parameter()
    {
        JsonElement json = Transition("D2", "mse", "normal:0,1", "--intercept", "constant:0");

        Assert.That(json.GetProperty("groundEnergy").GetDouble(), Is.EqualTo(0.01533019).Within(1e-8));
        Assert.That(json.GetProperty("features").EnumerateArray().Last().GetString(), Is.EqualTo("intercept"));
        Assert.That(json.GetProperty("parameters").EnumerateArray().Select(p => p.GetDouble()), Is.EqualTo([0.65566038, 1.83018868, 0.23113208]).Within(1e-8));
        Assert.That(json.GetProperty("typeI").GetProperty("energy").GetDouble(), Is.EqualTo(6.625).Within(1e-12)); // a constant adds no energy
    }

    /// <summary>Within four standard errors of our estimate and of the golden one.</summary>
    private static void AssertEntropy(JsonElement state, double entropy, double goldenError)
    {
        double own = state.GetProperty("entropyStandardError").GetDouble();
        Assert.That(state.GetProperty("entropy").GetDouble(), Is.EqualTo(entropy).Within(own == 0 ? 2 * goldenError : 4 * Math.Sqrt((own * own) + (goldenError * goldenError))));
    }

    private JsonElement Transition(string data, string energy, string init, params string[] more)
    {
        (string[] lines, string label) = data switch
        {
            "D1" => (SmallData.D1, "y"),
            "D2" => (SmallData.D2, "y"),
            "D3" => (SmallData.D3, "t"),
            _ => (SmallData.D4, "t"),
        };
        Outcome outcome = Thermo.Run(["transition", Write($"{data}.csv", lines), "--label", label, "--energy", energy, "--init", init, "--type2", "training", "--draws", "20000", "--json", "-", .. more]);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.ToString());
        return outcome.Json;
    }
}
