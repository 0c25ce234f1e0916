using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Tests.Ensembles;

[TestFixture]
internal sealed class NetworkInitializationTests
{
    // Weight [5, 3]: fan-in 5, fan-out 3.
    [TestCase("Relu", 2.0 / 5)]
    [TestCase("Elu", 2.0 / 5)]
    [TestCase("Tanh", 2.0 / 8)]
    [TestCase("Sigmoid", 2.0 / 8)]
    [TestCase("Selu", 1.0 / 5)]
    [TestCase("Softmax", 1.0 / 5)]
    public void The_usual_variance_follows_from_the_activation_and_the_fans(string activation, double variance)
    {
        using Networks net = Dense(activation);
        IReadOnlyList<AssumedLaw> laws = NetworkInitialization.Auto.For(net.Layers.Layers[0]);
        Assert.Multiple(() =>
        {
            Assert.That(laws[0].Law!.Variance, Is.EqualTo(variance).Within(1e-12));
            Assert.That(laws[1].Law, Is.EqualTo(InitializationLaw.Constant(0)));
        });
    }

    [Test]
    public void Laws_are_given_by_name_and_role_and_the_last_one_counts()
    {
        using Networks net = Dense("Relu");
        NetworkInitialization laws = NetworkInitialization.Auto.With("*", InitializationScheme.LeCun).With("f?", InitializationScheme.GlorotUniform)
            .With("fc", InitializationScheme.Parse("normal:0,0.1"), ParameterRole.Bias);
        IReadOnlyList<AssumedLaw> found = laws.For(net.Layers.Layers[0]);
        Assert.Multiple(() =>
        {
            Assert.That(found[0].Law, Is.InstanceOf<UniformLaw>());
            Assert.That(found[0].Law!.Variance, Is.EqualTo(0.25).Within(1e-12));
            Assert.That(found[0].ToString(), Does.Contain("glorot-uniform, fan-in 5, fan-out 3"));
            Assert.That(found[1].Law, Is.EqualTo(InitializationLaw.Normal(0, 0.1)));
        });
    }

    [Test]
    public void Normalisations_start_at_one_and_zero_and_keep_their_statistics()
    {
        using Networks net = Networks.Convolutional();
        IReadOnlyList<AssumedLaw> found = NetworkInitialization.Auto.For(net.Layer("two"));
        Assert.Multiple(() =>
        {
            Assert.That(found.Single(a => a.Role == ParameterRole.Scale).Law, Is.EqualTo(InitializationLaw.Constant(1)));
            Assert.That(found.Single(a => a.Root.Name == "bn.shift").Law, Is.EqualTo(InitializationLaw.Constant(0)));
            Assert.That(found.Where(a => a.Role is ParameterRole.RunningMean or ParameterRole.RunningVariance).Select(a => a.Note),
                Is.EqualTo(new[] { "a statistic of the data, not a parameter", "a statistic of the data, not a parameter" }));
        });
    }

    [Test]
    public void A_rule_for_a_layer_that_does_not_exist_is_refused()
    {
        using Networks net = Dense("Relu");
        Assert.That(
            () => NetworkAnalysis.Run(net.Energy(), new() { Initialization = NetworkInitialization.Auto.With("conv*", InitializationScheme.He) }),
            Throws.TypeOf<ThermoException>().With.Message.Contains("'conv*'").And.Message.Contains("'fc'"));
    }

    [Test]
    public void Quantised_weights_are_kept_and_said_so()
    {
        using Networks net = new(
            new OnnxBuilder().Input("x", "N", 2).Initializer("fc.weight", TensorData.Of<sbyte>([2, 1], 3, -4)).Scalar("scale", 0.1f)
                .Initializer("zero", TensorData.Of<sbyte>([], 0))
                .Node("DequantizeLinear", "fc.weight scale zero", "w").Node("MatMul", "x w", "y").Output("y", "N", 1).ToModel(),
            Networks.Features, 6, 2);
        Assert.That(() => NetworkAnalysis.Run(net.Regression()), Throws.TypeOf<ThermoException>().With.Message.Contains("stored as Int8"));
    }

    private static Networks Dense(string activation) => new(
        new OnnxBuilder().Input("x", "N", 5).Weights("fc.weight", 5, 3).Weights("fc.bias", 3).Node("Gemm", "x fc.weight fc.bias", "h")
            .Node(activation, "h", "y").Output("y", "N", 3).ToModel(),
        [1, 2, 3, 4, 5], 1, 5);
}
