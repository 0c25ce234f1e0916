using ML.Thermo.Activations;

namespace ML.Thermo.Tests.Activations;

[TestFixture]
public class ActivationTests
{
    private static readonly double[] Grid = [.. Enumerable.Range(-4000, 8001).Select(i => (i + 0.5) / 400)];

    private static IEnumerable<Activation> Known => Activation.Known;

    [Test]
    public void Known_names_are_distinct_and_can_be_parsed_back()
    {
        Assert.That(Known.Select(a => a.Name), Is.Unique);
        foreach (Activation activation in Known)
            Assert.That(Activation.Parse(activation.Name).Name, Is.EqualTo(activation.Name));
    }

    [TestCaseSource(nameof(Known))]
    public void Derivatives_agree_with_central_differences_away_from_kinks(Activation activation)
    {
        const double Step = 1e-5;
        foreach (double z in Grid.Where(z => activation.Kinks.All(kink => Math.Abs(z - kink) > 2 * Step)))
        {
            double difference = (activation.Value(z + Step) - activation.Value(z - Step)) / (2 * Step);
            Assert.That(activation.Derivative(z), Is.EqualTo(difference).Within(2e-9), $"{activation} at {z}");
        }
    }

    [TestCaseSource(nameof(Known))]
    public void No_slope_exceeds_the_Lipschitz_constant_and_some_slope_reaches_it(Activation activation)
    {
        double steepest = Grid.Max(z => Math.Abs(activation.Derivative(z)));
        if (activation.Name.StartsWith("threshold", StringComparison.Ordinal))
        {
            Assert.That(activation.LipschitzConstant, Is.EqualTo(double.PositiveInfinity), "it jumps");
            return;
        }

        Assert.That(steepest, Is.LessThanOrEqualTo(activation.LipschitzConstant * (1 + 1e-15)));
        Assert.That(steepest, Is.GreaterThan(activation.LipschitzConstant * 0.995));
    }

    [TestCaseSource(nameof(Known))]
    public void Slopes_at_infinity_are_limits_of_the_quotient(Activation activation)
    {
        Assert.That(activation.Value(1e9) / 1e9, Is.EqualTo(activation.SlopeAtPlusInfinity).Within(1e-8));
        Assert.That(activation.Value(-1e9) / -1e9, Is.EqualTo(activation.SlopeAtMinusInfinity).Within(1e-8));
    }

    [TestCaseSource(nameof(Known))]
    public void Values_stay_finite_far_out(Activation activation)
    {
        foreach (double z in new[] { -1e100, -1e4, -800, -1e-300, 0, 1e-300, 800, 1e4, 1e100 })
        {
            Assert.That(activation.Value(z), Is.Not.NaN.And.Not.EqualTo(double.PositiveInfinity), $"{activation} at {z}");
            Assert.That(activation.Derivative(z), Is.Not.NaN.And.Not.EqualTo(double.PositiveInfinity), $"{activation}' at {z}");
        }
    }

    // golden: mpmath 1.2, 50 digits
    [TestCase("mish", 1, 0.86509838826731034612)]
    [TestCase("mish", -10, -0.00045398899185674694)]
    [TestCase("gelu", -3, -0.0040496940948902836)]
    [TestCase("gelu-tanh", -3, -0.0036373920817730188)]
    [TestCase("softplus", -40, 4.2483542552915889863e-18)]
    [TestCase("elu", -1e-12, -9.999999999995e-13)]
    [TestCase("selu", -1, -1.1113307378125627)]
    [TestCase("hard-swish", 1, 0.66666666666666667)]
    [TestCase("hard-sigmoid", 1, 0.7)]
    [TestCase("clipped-leaky:0.1,-1,6", -30, -1)]
    [TestCase("clipped-leaky:0.1,-1,6", -3, -0.3)]
    [TestCase("clipped-leaky:0.1,-1,6", 2.5, 2.5)]
    [TestCase("clipped-leaky:0.1,-Infinity,6", -300, -30)]
    [TestCase("clipped-leaky:0.1,-1,6", 7, 6)]
    [TestCase("celu:2", -1, -0.78693868057473315)]
    [TestCase("swish:2", 1, 0.88079707797788244)]
    public void Values_agree_with_fifty_digit_arithmetic(string name, double z, double expected) =>
        Assert.That(Activation.Parse(name).Value(z), Is.EqualTo(expected).Within(4e-15 * Math.Abs(expected)));

    [TestCase("LeakyRelu", "leaky-relu:0.01")]
    [TestCase("leaky_relu:0.2", "leaky-relu:0.2")]
    [TestCase(" Identity ", "linear")]
    [TestCase("CLIP:-2,Infinity", "hard-tanh:-2,Infinity")]
    [TestCase("ThresholdedRelu:0.5", "threshold-relu:0.5")]
    public void Names_are_read_in_any_spelling(string text, string name) =>
        Assert.That(Activation.Parse(text).Name, Is.EqualTo(name));

    [Test]
    public void An_unknown_name_is_answered_with_the_known_ones_nearest_first() =>
        Assert.That(
            () => Activation.Parse("gelo"),
            Throws.TypeOf<ThermoException>().With.Message.StartsWith("Unknown activation 'gelo': expected one of gelu, "));

    [TestCase("relu:1", "takes no parameters")]
    [TestCase("elu:0", "elu:ALPHA with a finite ALPHA > 0")]
    [TestCase("elu:x", "elu:ALPHA")]
    [TestCase("elu:", "elu:ALPHA")]
    [TestCase("leaky-relu:NaN", "leaky-relu:ALPHA")]
    [TestCase("hard-tanh:1", "hard-tanh:LO,HI")]
    [TestCase("hard-tanh:2,1", "LO < HI")]
    [TestCase("clipped-leaky:0.1,1,6", "LO < 0 < HI")]
    [TestCase("hard-sigmoid:-1,0.5", "ALPHA > 0")]
    public void Wrong_parameters_are_answered_with_the_grammar(string text, string expected) =>
        Assert.That(() => Activation.Parse(text), Throws.TypeOf<ThermoException>().With.Message.Contains(expected).And.Message.Contains($"'{text}'"));

    [Test]
    public void Edit_distance_counts_insertions_deletions_and_replacements()
    {
        Assert.That(NearestNames.Distance("kitten", "sitting"), Is.EqualTo(3));
        Assert.That(NearestNames.Distance("", "abc"), Is.EqualTo(3));
        Assert.That(NearestNames.Distance("abc", "abc"), Is.Zero);
        Assert.That(NearestNames.Order("Relu5", ["tanh", "relu6", "relu"]), Is.EqualTo(new[] { "relu6", "relu", "tanh" }));
    }

    [Test]
    public void A_function_of_ones_own_needs_a_name_and_finite_kinks()
    {
        Assert.That(() => new Activation(" ", z => z, _ => 1), Throws.ArgumentException);
        Assert.That(() => new Activation("mine", z => z, _ => 1, double.NaN), Throws.ArgumentException.With.Message.Contains("NaN"));
    }
}
