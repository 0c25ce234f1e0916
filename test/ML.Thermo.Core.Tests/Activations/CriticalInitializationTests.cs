using ML.Thermo.Activations;

namespace ML.Thermo.Tests.Activations;

[TestFixture]
internal sealed class CriticalInitializationTests
{
    // χ = 1 for ReLU at σ_w² = 2, σ_b² = 0, at every q: He et al. 2015.
    [Test]
    public void A_rectifier_is_critical_at_He_variance_without_biases()
    {
        CriticalInitialization critical = CriticalInitialization.Of(Activation.Parse("relu"));
        Assert.That(critical.WeightVariance, Is.EqualTo(2).Within(1e-12));
        Assert.That(critical.BiasVariance, Is.Zero);
    }

    [Test]
    public void At_the_critical_point_variance_stays_and_gradients_neither_fade_nor_grow(
        [Values("gelu", "tanh", "silu", "mish", "elu:1", "leaky-relu:0.1", "linear")] string name)
    {
        Activation activation = Activation.Parse(name);
        CriticalInitialization critical = CriticalInitialization.Of(activation);
        ActivationMoments at = new ActivationEngine(activation).At(1);
        Assert.Multiple(() =>
        {
            Assert.That(critical.Exists);
            Assert.That((critical.WeightVariance * at.SecondMoment) + critical.BiasVariance, Is.EqualTo(1).Within(1e-12));
            Assert.That(critical.WeightVariance * at.GradientGain, Is.EqualTo(1).Within(1e-12));
            Assert.That(SignalDepth.Of(activation, critical.WeightVariance, critical.BiasVariance).Layers, Is.NaN);
        });
    }

    // golden: the contract's numbers, worked out apart by quadrature in 30 digits.
    [TestCase("sigmoid", -5.54)]
    [TestCase("softplus", -2.14)]
    [TestCase("hard-sigmoid:0.16666666666666666,0.5", -9.02206)] // slope 1/6: by hand from P(|z| < 3); the contract rounds it to -9.03
    public void Where_the_bias_variance_would_be_negative_there_is_no_critical_point(string name, double bias)
    {
        CriticalInitialization critical = CriticalInitialization.Of(Activation.Parse(name));
        Assert.Multiple(() =>
        {
            Assert.That(critical.Exists, Is.False);
            Assert.That(critical.WeightVariance, Is.NaN);
            Assert.That(critical.BiasVariance, Is.NaN);
            Assert.That(critical.RequiredBiasVariance, Is.EqualTo(bias).Within(0.005));
        });
    }

    // χ = σ_w²/2 for ReLU: −1/ln(1/2) = 1.4427, −1/ln(1/6) = 0.5581.
    [TestCase(2, double.NaN)]
    [TestCase(1, 1.4426950409)]
    [TestCase(1.0 / 3, 0.5581106265)]
    public void The_depth_scale_of_a_rectifier_is_that_of_half_the_weight_variance(double variance, double layers) =>
        Assert.That(SignalDepth.Of(Activation.Parse("relu"), variance).Layers, double.IsNaN(layers) ? Is.NaN : Is.EqualTo(layers).Within(1e-9));

    // tanh without biases: q* = 0 for σ_w² ≤ 1, where φ′(0) = 1 gives χ = σ_w² (Poole et al. 2016).
    [Test]
    public void Faint_signals_see_the_slope_at_zero()
    {
        SignalDepth depth = SignalDepth.Of(Activation.Parse("tanh"), 0.5);
        Assert.That(depth.Variance, Is.Zero);
        Assert.That(depth.GradientGain, Is.EqualTo(0.5).Within(1e-9));
        Assert.That(depth.Layers, Is.EqualTo(1 / Math.Log(2)).Within(1e-8));
    }

    [Test]
    public void The_settled_variance_is_a_fixed_point([Values("tanh", "erf", "sigmoid")] string name, [Values(1.5, 3, 9)] double weights, [Values(0.05, 0.5)] double biases)
    {
        Activation activation = Activation.Parse(name);
        SignalDepth depth = SignalDepth.Of(activation, weights, biases);
        double next = (weights * new ActivationEngine(activation).At(depth.Variance).SecondMoment) + biases;
        Assert.That(next, Is.EqualTo(depth.Variance).Within(1e-9 * depth.Variance));
    }

    [Test]
    public void Variances_that_are_none_are_refused()
    {
        Activation relu = Activation.Parse("relu");
        Assert.Multiple(() =>
        {
            Assert.That(() => SignalDepth.Of(relu, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => SignalDepth.Of(relu, 1, -1), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => SignalDepth.Of(relu, double.PositiveInfinity), Throws.TypeOf<ArgumentOutOfRangeException>());
        });
    }
}
