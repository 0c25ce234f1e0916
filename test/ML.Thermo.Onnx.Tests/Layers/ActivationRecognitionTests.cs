using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Layers;

public class ActivationRecognitionTests
{
    private static readonly TestCaseData[] Operators =
    [
        Case("Relu", "relu"), Case("LeakyRelu", "leaky-relu:0.1", ("alpha", 0.1f)), Case("LeakyRelu", "leaky-relu:0.01"), Case("Elu", "elu:1"),
            Case("Celu", "celu:2", ("alpha", 2f)),
        Case("Selu", "selu"), Case("Sigmoid", "sigmoid"), Case("Tanh", "tanh"), Case("HardSigmoid", "hard-sigmoid:0.2,0.5"), Case("HardSwish", "hard-swish"),
            Case("Softplus", "softplus"),
        Case("Softsign", "softsign"), Case("Mish", "mish"), Case("Gelu", "gelu"), Case("Gelu", "gelu-tanh", ("approximate", "tanh")), Case("Erf", "erf"),
            Case("Abs", "abs"), Case("Sin", "sin"),
        Case("ThresholdedRelu", "threshold-relu:0.5", ("alpha", 0.5f)), Case("com.microsoft::QuickGelu", "swish:1.702"),
        Case("Clip", "relu6", ("min", 0f), ("max", 6f)), Case("Clip", "relu", ("min", 0f)), Case("Clip", "hard-tanh:-1,1", ("min", -1f), ("max", 1f)),
    ];

    private static readonly TestCaseData[] WrittenOut =
    [
        Graph("gelu", "Div h sqrt2 a", "Erf a b", "Add b one c", "Mul h c d", "Mul d half y"),
        Graph("gelu", "Mul half h m", "Mul h rsqrt2 a", "Erf a b", "Add one b c", "Mul m c y"),
        Graph("gelu-tanh", "Pow h three p", "Mul p k q", "Add h q r", "Mul r s2pi s", "Tanh s t", "Add t one u", "Mul h half v", "Mul v u y"),
        Graph("silu", "Sigmoid h s", "Mul h s y"),
        Graph("swish:1.702", "Mul h qg g", "Sigmoid g s", "Mul h s y"),
        Graph("silu", "Neg h n", "Exp n e", "Add e one f", "Div h f y"),
        Graph("hard-swish", "Add h three a", "Clip a zero six b", "Div b six c", "Mul h c y"),
        Graph("hard-sigmoid:0.16666667,0.5", "Add h three a", "Clip a zero six b", "Div b six y"),
        Graph("leaky-relu:0.1", "Mul h tenth a", "Max h a y"),
        Graph("relu", "Max h zero y"),
        Graph("clipped-leaky:0.1,-Infinity,6", "Mul h tenth a", "Max h a b", "Min b six y"),
        Graph("clipped-leaky:0.01,-Infinity,1", "LeakyRelu h a", "Min a one y"),
        Graph("clipped-leaky:0.1,-1,3", "Mul h tenth a", "Max h a b", "Clip b minusOne three y"),
        Graph("hard-tanh:0.1,1", "LeakyRelu h a", "Clip a tenth one y"),
        Graph("relu6", "Relu h a", "Min a six y"),
        Graph("mish", "Softplus h a", "Tanh a b", "Mul h b y"),
        Graph("mish", "Exp h e", "Add e one f", "Log f g", "Tanh g t", "Mul h t y"),
        Graph("sigmoid", "Neg h n", "Exp n e", "Add e one f", "Reciprocal f y"),
        Graph("softplus", "Exp h e", "Add e one f", "Log f y"),
        Graph("elu:1", "Exp h e", "Sub e one f", "Greater h zero m", "Where m h f y"),
        Graph("abs", "Neg h n", "Max h n y"),
    ];

    [TestCaseSource(nameof(Operators))]
    public void An_operator_becomes_the_engine_of_that_name(string op, (string, object)[] attributes, string expected)
    {
        Layer layer = Only(Head().Node(op, "h", "y", attributes));
        Assert.That(layer.Activation!.Function!.Name, Is.EqualTo(expected));
        Assert.That((layer.Pre, layer.Post), Is.EqualTo(("h", "y")));
    }

    [TestCaseSource(nameof(WrittenOut))]
    public void An_activation_that_is_written_out_is_recognised_by_its_values(string expected, string[] nodes)
    {
        OnnxBuilder model = Head();
        foreach (string node in nodes)
        {
            string[] words = node.Split(' ');
            model.Node(words[0], string.Join(' ', words[1..^1]), words[^1]);
        }

        Layer layer = Only(model);
        Assert.That(layer.Activation?.Function?.Name, Is.EqualTo(expected));
        Assert.That((layer.Pre, layer.Post), Is.EqualTo(("h", "y")));
        Assert.That(layer.Nodes, Has.Count.EqualTo(1 + nodes.Length), "nothing of it is left over");
    }

    [Test]
    public void A_clip_takes_its_bounds_from_inputs_too() =>
        Assert.That(Only(Head().Node("Clip", "h zero six", "y")).Activation!.Function!.Name, Is.EqualTo("relu6"));

    [Test]
    public void A_prelu_has_slopes_as_parameters()
    {
        Layer layer = Only(Head().Weights("slopes", [4], [0.1f, 0.2f, 0.3f, 0.4f]).Node("PRelu", "h slopes", "y"));
        Assert.That(layer.Activation!.Function!.Name, Is.EqualTo("prelu:0.25"), "the mean slope");
        Assert.That(layer.Parameters.Single(p => p.Role == ParameterRole.Slope).Count, Is.EqualTo(4));
    }

    [Test]
    public void A_fused_operator_carries_its_activation()
    {
        Layer layer = Group(new OnnxBuilder().Input("x", 1, 2, 4, 4).Weights("w", 2, 2, 1, 1)
            .Node("com.microsoft::FusedConv", "x w", "y", ("activation", "LeakyRelu"), ("activation_params", new[] { 0.2f })).Output("y")).Single();
        Assert.That(layer.Activation!.Function!.Name, Is.EqualTo("leaky-relu:0.2"));
    }

    [Test]
    public void A_bias_gelu_holds_a_bias()
    {
        Layer layer = Only(Head().Weights("bias", 4).Node("com.microsoft::BiasGelu", "h bias", "y"));
        Assert.That(layer.Activation!.Function!.Name, Is.EqualTo("gelu"));
        Assert.That(layer.Parameters.Select(p => p.Role), Is.EqualTo(new[] { ParameterRole.Weight, ParameterRole.Bias }));
    }

    [Test]
    public void A_softmax_ends_a_layer_but_does_not_act_unit_by_unit()
    {
        LayerActivation activation = Only(Head().Node("Softmax", "h", "y")).Activation!;
        Assert.That((activation.Operator, activation.Function), Is.EqualTo(("Softmax", (object?)null)));
    }

    [Test]
    public void Scaling_alone_is_no_activation()
    {
        Layer layer = Only(Head().Node("Mul", "h half", "a").Node("Div", "a six", "y"));
        Assert.That(layer.Activation, Is.Null);
        Assert.That(layer.ParameterCount, Is.EqualTo(16), "numbers without an axis belong to the formula");
    }

    [Test]
    public void Transposes_inside_an_activation_do_not_hide_it()
    {
        Layer layer = Only(Head()
            .Node("Mul", "half h", "m").Node("Transpose", "m", "mt", ("perm", new[] { 1, 0 }))
            .Node("Mul", "h rsqrt2", "a").Node("Transpose", "a", "at", ("perm", new[] { 1, 0 }))
            .Node("Erf", "at", "b").Node("Add", "b one", "c").Node("Mul", "mt c", "y"));
        Assert.That(layer.Activation!.Function!.Name, Is.EqualTo("gelu"));
    }

    [Test]
    public void A_normalisation_that_is_written_out_is_one_layer()
    {
        Layer layer = Group(Constants(new OnnxBuilder()).Input("x", "N", 4).Weights("g", 4).Weights("b", 4)
            .Node("ReduceMean", "x", "m", ("axes", new[] { -1 })).Node("Sub", "x m", "d").Node("Pow", "d two", "sq")
                .Node("ReduceMean", "sq", "v", ("axes", new[] { -1 }))
            .Node("Add", "v eps", "ve").Node("Sqrt", "ve", "sd").Node("Div", "d sd", "z").Node("Mul", "z g", "zg").Node("Add", "zg b", "y")
                .Output("y")).Single();
        Assert.That((layer.Kind, layer.OpType, layer.Input, layer.Post), Is.EqualTo((LayerKind.Normalization, "LayerNormalization", "x", "y")));
        Assert.That(layer.Parameters.Select(p => (p.Role, p.Name)), Is.EqualTo(new[] { (ParameterRole.Scale, "g"), (ParameterRole.Bias, "b") }));
        Assert.That(layer.Nodes, Has.Count.EqualTo(9));
    }

    [Test]
    public void A_root_mean_square_normalisation_is_one_layer()
    {
        Layer layer = Group(Constants(new OnnxBuilder()).Input("x", "N", 4).Weights("g", 4)
            .Node("Pow", "x two", "sq").Node("ReduceMean", "sq", "v", ("axes", new[] { -1 })).Node("Add", "v eps", "ve").Node("Sqrt", "ve", "sd")
            .Node("Reciprocal", "sd", "r").Node("Mul", "x r", "z").Node("Mul", "z g", "y").Output("y")).Single();
        Assert.That((layer.OpType, layer.Input, layer.ParameterCount), Is.EqualTo(("RMSNormalization", "x", 4L)));
    }

    [Test]
    public void TensorFlows_order_of_a_normalisation_is_one_layer()
    {
        Layer layer = Group(Constants(new OnnxBuilder()).Input("x", "N", 4).Weights("g", 4).Weights("b", 4)
            .Node("ReduceMean", "x", "m", ("axes", new[] { -1 })).Node("Sub", "x m", "d").Node("Mul", "d d", "sq")
                .Node("ReduceMean", "sq", "v", ("axes", new[] { -1 }))
            .Node("Add", "v eps", "ve").Node("Sqrt", "ve", "sd").Node("Reciprocal", "sd", "r").Node("Mul", "r g", "s").Node("Mul", "x s", "xs")
                .Node("Mul", "m s", "ms")
            .Node("Sub", "b ms", "o").Node("Add", "xs o", "h").Node("Relu", "h", "y").Output("y")).Single();
        Assert.That((layer.OpType, layer.Pre, layer.Post, layer.ParameterCount), Is.EqualTo(("LayerNormalization", "h", "y", 8L)));
        Assert.That(layer.Nodes, Has.Count.EqualTo(13));
    }

    private static TestCaseData Case(string op, string expected, params (string, object)[] attributes) =>
        new(op, attributes, expected) { TestName = $"{op} is {expected}" };

    private static TestCaseData Graph(string expected, params string[] nodes) =>
        new(expected, nodes) { TestName = $"{string.Join('+', nodes.Select(n => n.Split(' ')[0]))} is {expected}" };

    private static OnnxBuilder Constants(OnnxBuilder model) => model
        .Scalar("zero", 0).Scalar("half", 0.5f).Scalar("one", 1).Scalar("two", 2).Scalar("three", 3).Scalar("six", 6).Scalar("tenth", 0.1f)
        .Scalar("minusOne", -1).Scalar("eps", 1e-5f)
        .Scalar("sqrt2", MathF.Sqrt(2)).Scalar("rsqrt2", MathF.Sqrt(0.5f)).Scalar("k", 0.044715f).Scalar("s2pi", MathF.Sqrt(2 / MathF.PI)).Scalar("qg", 1.702f);

    /// <summary>A model that begins with h = x·w.</summary>
    private static OnnxBuilder Head() => Constants(new OnnxBuilder()).Input("x", "N", 4).Weights("w", 4, 4).Node("MatMul", "x w", "h");

    /// <summary>The one layer of a model whose last tensor is y.</summary>
    private static Layer Only(OnnxBuilder model) => Group(model.Output("y")).Single();

    private static IReadOnlyList<Layer> Group(OnnxBuilder model) => LayerGraph.Of(OnnxModel.Read(model.ToModel())).Layers;
}
