using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Layers;

/// <summary>Normalisations and softmaxes by what they compute, whatever spells them.</summary>
public sealed class RowRegionTests
{
    /// <summary>jax2tf: means as sums times 1/n, Var = max(0, E[x²] − E[x]²), γ folded into 1/σ, expansions between.</summary>
    [Test]
    public void The_layer_norm_of_Flax_is_one_layer_with_gain_and_offset()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 12).Weights("w", 12, 64).Weights("g", 64).Weights("b", 64).Weights("v", 64, 5)
            .Scalar("n", 1 / 64f).Scalar("eps", 1e-6f).Scalar("zero", 0).Integers("ax", 1).Integers("to", 1, 64)
            .Node("MatMul", "x w", "h").Node("ReduceSum", "h ax", "s", ("keepdims", 0)).Node("Mul", "s n", "mean")
            .Node("Mul", "h h", "q").Node("ReduceSum", "q ax", "s2", ("keepdims", 0)).Node("Mul", "s2 n", "m2").Node("Mul", "mean mean", "mm")
            .Node("Sub", "m2 mm", "d").Node("Max", "zero d", "var").Node("Unsqueeze", "mean ax", "mean1").Node("Unsqueeze", "var ax", "var1")
            .Node("Sub", "h mean1", "c").Node("Add", "var1 eps", "ve").Node("Sqrt", "ve", "sd").Node("Reciprocal", "sd", "r")
            .Node("Mul", "r g", "k").Node("Mul", "c k", "z").Node("Add", "z b", "y0").Node("MatMul", "y0 v", "y").Output("y").ToModel());
        LayerGraph graph = LayerGraph.Of(model);
        Assert.That(graph.Layers.Select(l => l.OpType), Is.EqualTo(new[] { "MatMul", "LayerNormalization", "MatMul" }), "the clamp at zero is no rectifier");
        Assert.That(graph.Layers[1].ParameterCount, Is.EqualTo(128));
        Assert.That((graph.Layers[1].Input, graph.Layers[1].Post), Is.EqualTo(("h", "y0")));
    }

    [Test]
    public void A_softmax_that_is_written_out_is_the_activation_of_its_layer()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 12).Weights("w", 12, 5).Weights("b", 5).Integers("ax", 1)
            .Node("Gemm", "x w b", "z").Node("ReduceMax", "z", "m", ("axes", new[] { 1 }), ("keepdims", 1)).Node("Sub", "z m", "d").Node("Exp", "d", "e")
            .Node("ReduceSum", "e ax", "s", ("keepdims", 1)).Node("Div", "e s", "y").Output("y").ToModel(17));
        Layer layer = LayerGraph.Of(model).Layers.Single();
        Assert.That((layer.OpType, layer.Pre, layer.Post, $"{layer.Activation}"), Is.EqualTo(("Gemm", "z", "y", "Softmax")));
    }

    [TestCase("rms", "RMSNormalization")]
    [TestCase("l2", "LpNormalization")]
    [TestCase("tf", "LayerNormalization")]
    [TestCase("log", "Softmax")]
    public void Other_spellings_are_known_too(string spelling, string expected)
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", "N", 7, 16).Weights("w", 16, 16).Weights("g", 16).Weights("b", 16).Scalar("eps", 1e-5f)
            .Scalar("two", 2).Scalar("half", 0.5f).Node("MatMul", "x w", "h");
        (string, object) last = ("axes", new[] { -1 });
        _ = spelling switch
        {
            "rms" => builder.Node("Pow", "h two", "q").Node("ReduceMean", "q", "m", last).Node("Add", "m eps", "v").Node("Pow", "v half", "s")
                .Node("Div", "h s", "u").Node("Mul", "u g", "y"),
            "l2" => builder.Node("ReduceL2", "h", "s", last).Node("Div", "h s", "y"),
            "tf" => builder.Node("ReduceMean", "h", "m", last).Node("Sub", "h m", "c").Node("Mul", "c c", "q").Node("ReduceMean", "q", "v", last)
                .Node("Add", "v eps", "ve").Node("Sqrt", "ve", "sd").Node("Reciprocal", "sd", "r").Node("Mul", "r g", "k").Node("Mul", "h k", "hk")
                .Node("Mul", "m k", "mk").Node("Sub", "b mk", "o").Node("Add", "hk o", "y"),
            _ => builder.Node("ReduceLogSumExp", "h", "l", last).Node("Sub", "h l", "d").Node("Exp", "d", "y"),
        };
        using OnnxModel model = OnnxModel.Read(builder.Output("y").ToModel(17));
        LayerGraph graph = LayerGraph.Of(model);
        if (expected == "Softmax")
            Assert.That($"{graph.Layers.Single().Activation}", Is.EqualTo("Softmax"));
        else
            Assert.That(graph.Layers[1].OpType, Is.EqualTo(expected));
        Assert.That(graph.Skipped, Is.Empty);
    }

    [Test]
    public void What_only_looks_like_a_normalisation_is_none()
    {
        // The mean is taken off twice and divided by the mean size: no function of a row that has a name.
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 16).Weights("w", 16, 16).Scalar("eps", 1e-5f).Node("MatMul", "x w", "h")
            .Node("ReduceMean", "h", "m", ("axes", new[] { 1 })).Node("Add", "h m", "c").Node("Mul", "c c", "q").Node("ReduceMean", "q", "v", ("axes", new[] { 1 }))
            .Node("Add", "v eps", "ve").Node("Sqrt", "ve", "sd").Node("Div", "h sd", "y").Output("y").ToModel(17));
        Assert.That(LayerGraph.Of(model).Layers.Select(l => l.Kind), Does.Not.Contain(LayerKind.Normalization));
    }
}
