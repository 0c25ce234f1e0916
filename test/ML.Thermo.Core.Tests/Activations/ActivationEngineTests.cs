using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Activations;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Activations;

[TestFixture]
public class ActivationEngineTests
{
    private static IEnumerable<Activation> Known => Activation.Known;

    private static IEnumerable<Activation> WithClosedForm =>
        Known.Append(Activation.Parse("leaky-relu:0.1")).Append(Activation.Parse("hard-tanh:-2,0.5")).Append(Activation.Parse("celu:0.5"))
            .Where(a => Engine(a).At(1).Method == ActivationMethod.ClosedForm);

    // golden: independent high-precision quadrature and Monte Carlo of E φ, E φ², E φ′, E φ′² under N(0, q)
    [TestCase("linear", 1, 1, 1, 1, 1)]
    [TestCase("relu", .34084506, .34084506, .34084506, .5, .5)]
    [TestCase("leaky-relu:0.1", .37608450, .37608450, .37608450, .55, .505)]
    [TestCase("abs", .36338023, .36338023, .36338023, 0, 1)]
    [TestCase("tanh", .69406457, .39429449, .15881531, .60570551, .46440290)]
    [TestCase("sigmoid", .05582231, .04337904, .02464341, .20662096, .04483624)]
    [TestCase("erf", .86538758, .46455905, .17426099, .65147002, .56941003)]
    [TestCase("silu", .27506725, .31308330, .34775268, .5, .37948235)]
    [TestCase("softplus", .25697119, .27151450, .29744186, .5, .29337904)]
    [TestCase("selu", 1.31073174, 1.00000000, .73527548, .98523112, 1.07157499)]
    [TestCase("relu6", .34084506, .34084506, .33865346, .5, .5)]
    public void Transmissions_and_gains_match_the_golden_table(string name, double quarter, double one, double four, double gain, double squaredGain)
    {
        ActivationEngine engine = Engine(Activation.Parse(name));
        ActivationMoments moments = engine.At(1);
        Assert.That(engine.At(0.25).Transmission, Is.EqualTo(quarter).Within(6e-9));
        Assert.That(moments.Transmission, Is.EqualTo(one).Within(6e-9));
        Assert.That(engine.At(4).Transmission, Is.EqualTo(four).Within(6e-9));
        Assert.That(moments.CoherentGain, Is.EqualTo(gain).Within(6e-9));
        Assert.That(moments.GradientGain, Is.EqualTo(squaredGain).Within(6e-9));
        Assert.That(moments.Efficiency, Is.EqualTo(1 - one).Within(6e-9));
    }

    [TestCaseSource(nameof(WithClosedForm))]
    public void Closed_forms_agree_with_quadrature(Activation activation)
    {
        foreach (double q in new[] { 1e-3, 0.0625, 0.5, 1, 7, 60, 1000, 1e7 })
        {
            foreach (double mean in new[] { 0, 0.7, -1.3 })
            {
                if (activation.ClosedForm!(mean, q) is not OutputMoments closed)
                    continue;
                OutputMoments integral = GaussianQuadrature.Moments(activation, mean, q);
                if (integral.Status == Status.NotConverged && activation.Name is "sin" or "cos" && q == 1e7)
                    continue; // a thousand periods within one standard deviation
                Assert.That(integral.Status, Is.EqualTo(Status.Defined), $"{activation}, q = {q}, mean {mean}");
                double scale = Math.Sqrt(integral.Variance) + Math.Abs(integral.Mean);
                string where = $"{activation}, q = {q}, mean {mean}";
                Assert.That(closed.Mean, Is.EqualTo(integral.Mean).Within(1e-12 * scale), where);
                Assert.That(closed.Variance, Is.EqualTo(integral.Variance).Within(1e-12 * integral.Variance), where);
                Assert.That(closed.CoherentGain, Is.EqualTo(integral.CoherentGain).Within(1e-12 * (1 + Math.Abs(integral.CoherentGain))), where);
                if (double.IsFinite(closed.GradientGain))
                    Assert.That(closed.GradientGain, Is.EqualTo(integral.GradientGain).Within(1e-12 * (1 + integral.GradientGain)), where);
                else
                    Assert.That(integral.GradientGain, Is.EqualTo(double.PositiveInfinity), where);
            }
        }
    }

    // golden: mpmath 1.2 quadrature, 40 digits. The mean of SiLU is exactly 0 there: the normal law tilts it into an odd function.
    [TestCase("tanh", 0.09, 1.5, 0.88990321800275205, 0.0042605806993146661)]
    [TestCase("silu", 4, -2, 0, 0.26608832760455672)]
    [TestCase("mish", 4, 1, 1.2844915081854931, 2.4274597541286259)]
    [TestCase("gelu", 2, 0.5, 0.74865162938327975, 1.0373328998876498)]
    [TestCase("softsign", 9, 1, 0.19551692438915156, 0.39083244241543257)]
    [TestCase("hard-swish", 4, 1, 1.1874548200899569, 2.4155208967406396)]
    public void Quadrature_off_centre_matches_forty_digit_arithmetic(string name, double q, double mean, double outputMean, double variance)
    {
        ActivationMoments moments = Engine(Activation.Parse(name)).At(q, mean);
        Assert.That(moments.Method, Is.EqualTo(ActivationMethod.Quadrature));
        Assert.That(moments.Mean, Is.EqualTo(outputMean).Within(1e-13));
        Assert.That(moments.Variance, Is.EqualTo(variance).Within(1e-12 * variance));
    }

    /// <summary>b² ≤ τ by Cauchy–Schwarz, τ ≤ χ by Poincaré, χ ≤ Lip².</summary>
    [Test]
    public void Coherent_gain_transmission_and_gradient_gain_are_ordered_for_every_activation_and_temperature()
    {
        Gen<(int Which, double LogQ)> cases =
            from which in Gen.Choose(0, Activation.Known.Count - 1)
            from step in Gen.Choose(-3000, 3000)
            select (which, step / 1000.0);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            Activation activation = Activation.Known[c.Which];
            ActivationMoments m = Engine(activation).At(Math.Pow(10, c.LogQ));
            double rounding = 1e-12 * Math.Max(m.Transmission, 1e-3);
            bool lipschitz = activation.LipschitzConstant > 1 || m.Efficiency is >= -1e-12 and <= 1;
            return (m.CoherentGain * m.CoherentGain <= m.Transmission + rounding
                && m.Transmission <= m.GradientGain + rounding
                && m.GradientGain <= (activation.LipschitzConstant * activation.LipschitzConstant) + rounding
                && lipschitz).Label($"{activation} at q = {m.InputVariance}: {m}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(600).WithReplay(20240404, 1));
    }

    [TestCase("relu")]
    [TestCase("leaky-relu:0.3")]
    [TestCase("prelu")]
    [TestCase("abs")]
    [TestCase("linear")]
    [TestCase("hard-tanh:0,Infinity")]
    public void Homogeneous_engines_have_one_efficiency_at_every_temperature(string name)
    {
        ActivationEngine engine = Engine(Activation.Parse(name));
        Assert.That(engine.Type, Is.EqualTo(EngineType.Homogeneous));
        foreach (double q in new[] { 1e-300, 1e-9, 1, 1e9, 1e300 })
        {
            Assert.That(engine.Efficiency(q), Is.EqualTo(engine.Efficiency(1)).Within(1e-14));
            Assert.That(engine.At(q).Transmission, Is.EqualTo(engine.AsymptoticTransmission).Within(1e-14));
        }
    }

    [Test]
    public void ReLU_works_with_efficiency_one_half_plus_one_over_two_pi() =>
        Assert.That(Engine(Activation.Parse("relu")).Efficiency(7), Is.EqualTo(0.5 + (1 / (2 * Math.PI))).Within(1e-15));

    [Test]
    public void Classification_does_not_depend_on_the_definition_of_efficiency()
    {
        string[] homogeneous = ["linear", "relu", "leaky-relu:0.01", "prelu:0.25", "abs"];
        foreach (Activation activation in Known.Where(a => double.IsFinite(a.LipschitzConstant)))
        {
            EngineType expected = homogeneous.Contains(activation.Name) ? EngineType.Homogeneous : EngineType.Saturating;
            foreach (IEfficiency efficiency in new[] { Efficiency.VarianceRatio, Efficiency.SecondMomentRatio, Efficiency.GradientGain })
                Assert.That(new ActivationEngine(activation, efficiency).Type, Is.EqualTo(expected), $"{activation} by {efficiency.Name}");
        }
    }

    [Test]
    public void The_classifier_can_be_replaced()
    {
        var engine = new ActivationEngine(Activation.Parse("gelu"), classifier: new BoundedIsSaturating());
        Assert.That(engine.Type, Is.EqualTo(EngineType.Homogeneous));
        Assert.That(ActivationEngine.OfNetwork([engine.Type, EngineType.Saturating]), Is.EqualTo(EngineType.Saturating));
        Assert.That(ActivationEngine.OfNetwork([engine.Type]), Is.EqualTo(EngineType.Homogeneous));
    }

    [TestCaseSource(nameof(Known))]
    public void Transmission_tends_to_its_limit_in_a_very_hot_bath(Activation activation)
    {
        ActivationEngine engine = Engine(activation);
        Assert.That(engine.At(1e16).Transmission, Is.EqualTo(engine.AsymptoticTransmission).Within(1e-7));
    }

    /// <summary>As q → 0 a smooth φ becomes its tangent, so τ → φ′(μ)² and b → φ′(μ).</summary>
    [TestCaseSource(nameof(Known))]
    public void Transmission_tends_to_the_squared_slope_in_a_very_cold_bath(Activation activation)
    {
        const double Mean = 0.4;
        foreach (double q in new[] { 1e-10, 1e-14, 1e-20 })
        {
            ActivationMoments moments = Engine(activation).At(q, Mean);
            double slope = activation.Derivative(Mean);
            Assert.That(moments.Transmission, Is.EqualTo(slope * slope).Within(2e-9), $"q = {q}");
            Assert.That(moments.CoherentGain, Is.EqualTo(slope).Within(1e-9), $"q = {q}");
        }
    }

    [TestCaseSource(nameof(Known))]
    public void The_order_of_gains_survives_the_extremes_of_temperature(Activation activation)
    {
        foreach (double q in new[] { 1e-290, 1e-30, 1e30, 1e290 })
        {
            ActivationMoments m = Engine(activation).At(q, mean: -0.9);
            Assert.That(m.Transmission, Is.GreaterThanOrEqualTo(m.CoherentGain * m.CoherentGain * (1 - 1e-12)), $"q = {q}");
            Assert.That(m.Transmission, Is.LessThanOrEqualTo((m.GradientGain * (1 + 1e-12)) + 1e-15), $"q = {q}");
            Assert.That(m.Status, Is.EqualTo(Status.Defined), $"q = {q}");
        }
    }

    [Test]
    public void Sigmoid_keeps_its_digits_when_its_output_hardly_moves()
    {
        // σ(z) = 1/2 + z/4 − z³/48 + …: Var/q = 1/16 − q/32 + O(q²), although φ(0)² = 1/4 is 10²⁰ times larger than Var.
        const double Q = 1e-20;
        Assert.That(Engine(Activation.Parse("sigmoid")).At(Q).Transmission, Is.EqualTo(0.0625).Within(1e-14));
    }

    [Test]
    public void SELU_maps_the_standard_normal_to_mean_zero_and_variance_one()
    {
        ActivationMoments moments = Engine(Activation.Parse("selu")).At(1);
        Assert.That(moments.Mean, Is.Zero.Within(1e-15));
        Assert.That(moments.Variance, Is.EqualTo(1).Within(1e-14));
        Assert.That(Engine(Activation.Parse("selu")).Efficiency(0.5), Is.Negative, "below q = 1 it pumps");
    }

    [Test]
    public void Half_of_z_plus_an_even_function_has_coherent_gain_one_half([Values("relu", "gelu", "gelu-tanh", "silu", "softplus", "swish:3")] string name, [Values(0.01, 1.0, 50.0)] double q) =>
        Assert.That(Engine(Activation.Parse(name)).At(q).CoherentGain, Is.EqualTo(0.5).Within(1e-13));

    /// <summary>tanh′ = 1 − tanh².</summary>
    [Test]
    public void Variance_and_coherent_gain_of_tanh_add_up_to_one([Values(0.01, 0.25, 1.0, 30.0, 1e6)] double q)
    {
        ActivationMoments moments = Engine(Activation.Parse("tanh")).At(q);
        Assert.That(moments.Variance + moments.CoherentGain, Is.EqualTo(1).Within(1e-12));
    }

    [TestCaseSource(nameof(Known))]
    public void Moments_agree_with_Monte_Carlo(Activation activation)
    {
        const int N = 40_000;
        const double Q = 2.25, Mean = 0.3;
        var random = new RandomStream(11, 3);
        double[] pre = new double[N], post = new double[N];
        for (int i = 0; i < N; i++)
        {
            pre[i] = Mean + (1.5 * random.NextNormal());
            post[i] = activation.Value(pre[i]);
        }

        ActivationMoments exact = Engine(activation).At(Q, Mean);
        MeasuredTransmission measured = MeasuredTransmission.Of(pre, post);
        Assert.That(measured.Transmission.Value, Is.EqualTo(exact.Transmission).Within((4 * measured.Transmission.StandardError) + 1e-12));
        Assert.That(measured.CoherentGain.Value, Is.EqualTo(exact.CoherentGain).Within((4 * measured.CoherentGain.StandardError) + 1e-12));
        Assert.That(post.Average(), Is.EqualTo(exact.Mean).Within(4 * Math.Sqrt(exact.Variance / N)));
    }

    [Test]
    public void A_function_of_ones_own_is_integrated()
    {
        var cubic = new Activation("cubic", z => z * z * z, z => 3 * z * z);
        ActivationMoments moments = Engine(cubic).At(2);
        Assert.That(moments.Variance, Is.EqualTo(15 * 8).Within(1e-10), "E z⁶ = 15 q³");
        Assert.That(moments.CoherentGain, Is.EqualTo(6).Within(1e-11), "3 q");
        Assert.That(moments.GradientGain, Is.EqualTo(108).Within(1e-10), "27 q²");
        Assert.That(Engine(cubic).AsymptoticTransmission, Is.NaN);
    }

    [Test]
    public void Quadrature_says_when_it_cannot_follow()
    {
        var wild = new Activation("wild", z => Math.Sin(1e5 * z), z => 1e5 * Math.Cos(1e5 * z));
        Assert.That(Engine(wild).At(1).Status, Is.EqualTo(Status.NotConverged));
        Assert.That(Engine(Activation.Parse("tanh")).At(1).Status, Is.EqualTo(Status.Defined));
    }

    [Test]
    public void A_series_of_stages_multiplies_transmissions()
    {
        Assert.That(ActivationEngine.SeriesEfficiency(0.5, 0.4), Is.EqualTo(0.8).Within(1e-15));
        Assert.That(ActivationEngine.SeriesEfficiency(), Is.Zero);
        Assert.That(() => ActivationEngine.SeriesEfficiency(0.5, -1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => ActivationEngine.SeriesEfficiency(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [TestCase(0, 0)]
    [TestCase(-1, 0)]
    [TestCase(double.NaN, 0)]
    [TestCase(double.PositiveInfinity, 0)]
    [TestCase(1, double.NaN)]
    public void A_bath_without_a_positive_temperature_is_refused(double variance, double mean) =>
        Assert.That(() => Engine(Activation.Parse("relu")).At(variance, mean), Throws.TypeOf<ArgumentOutOfRangeException>());

    private static ActivationEngine Engine(Activation activation) => new(activation);

    private sealed class BoundedIsSaturating : IEngineClassifier
    {
        public EngineType Classify(Activation activation, IEfficiency efficiency) =>
            new ActivationEngine(activation).AsymptoticTransmission == 0 ? EngineType.Saturating : EngineType.Homogeneous;
    }
}
