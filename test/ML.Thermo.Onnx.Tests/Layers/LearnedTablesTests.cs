using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Layers;

/// <summary>Learned numbers that are reached through shapes, or that no operator of their own reads.</summary>
public sealed class LearnedTablesTests
{
    [Test]
    public void A_table_of_positions_that_is_picked_by_a_counted_shape_is_a_layer()
    {
        // BERT, GPT and ViT without explicit position_ids: Gather(wpe, Range(0, Shape(ids)[1], 1))
        using OnnxModel model = Positions();
        LayerGraph graph = LayerGraph.Of(model);
        Assert.That(graph.ParameterCount, Is.EqualTo((34 * 16) + (32 * 16) + (16 * 32)));
        Assert.That(graph.Layers.Select(l => (l.Kind, l.ParameterCount)), Is.EqualTo(new[]
        {
            (LayerKind.Embedding, 34L * 16), (LayerKind.Embedding, 32L * 16), (LayerKind.Dense, 16L * 32),
        }), "the sum of the two adds what does not depend on the data: no residual");
        Assert.That(graph.Skipped.Where(s => s.Reason.Contains("shape arithmetic")).Select(s => s.OpType), Does.Not.Contain("Add"));
    }

    [Test]
    public void A_class_token_and_added_positions_are_layers()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 4, 6).Weights("w", 6, 8).Weights("cls", 1, 1, 8).Weights("pos", 1, 5, 8)
            .Weights("v", 8, 3).Integers("zero", 0).Integers("one", 1).Integers("eight", 8)
            .Node("MatMul", "x w", "p").Node("Shape", "x", "s").Node("Gather", "s zero", "n").Node("Concat", "n one eight", "e", ("axis", 0))
            .Node("Expand", "cls e", "c").Node("Concat", "c p", "t", ("axis", 1)).Node("Add", "t pos", "a").Node("MatMul", "a v", "y").Output("y").ToModel());
        LayerGraph graph = LayerGraph.Of(model);
        Assert.That(graph.ParameterCount, Is.EqualTo(48 + 8 + 40 + 24));
        Assert.That(graph.Layers.Select(l => l.Kind), Is.EqualTo(new[] { LayerKind.Dense, LayerKind.Embedding, LayerKind.Affine, LayerKind.Dense }));
    }

    [Test]
    public void Data_that_are_centred_in_the_graph_are_no_layer()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 5).Weights("mean", 5).Weights("w", 5, 3)
            .Node("Sub", "x mean", "c").Node("MatMul", "c w", "y").Output("y").ToModel());
        LayerGraph graph = LayerGraph.Of(model);
        Assert.That(graph.Layers, Has.Count.EqualTo(1));
        Assert.That(graph.Skipped.Single().Reason, Does.Contain("5 constant numbers"));
    }

    [Test]
    public void Weight_normalisation_that_is_left_in_the_graph_is_worked_out()
    {
        float[] v = TensorData.Draw(3, [6, 2, 3]), g = TensorData.Draw(4, [6, 1, 1]);
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 4, 9).Weights("v", [6, 2, 3], v).Weights("g", [6, 1, 1], g).Integers("axes", 1, 2)
            .Node("Mul", "v v", "v2").Node("ReduceSum", "v2 axes", "s", ("keepdims", 1)).Node("Sqrt", "s", "n").Node("Div", "v n", "u").Node("Mul", "u g", "w")
            .Node("Conv", "x w", "c", ("group", 2)).Node("Relu", "c", "y").Output("y").ToModel());
        Layer layer = LayerGraph.Of(model).Layers.Single();
        Assert.That(layer.ParameterCount, Is.EqualTo(36 + 6), "v and g; the axes of the sum are no parameters");
        double[] w = layer.Weight!.ToDoubles();
        double norm = Math.Sqrt(v[6..12].Sum(x => (double)x * x));
        Assert.That(w[7], Is.EqualTo(v[7] * g[1] / norm).Within(1e-6));
        Assert.That((layer.Weight.Layout!.Rows, layer.Weight.Layout.Groups), Is.EqualTo((3, 2)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_sum_behind_an_If_is_the_same_layer_with_and_without_declared_types(bool declares)
    {
        OnnxBuilder then = new OnnxBuilder("t").Node("Identity", "a", "t"), other = new OnnxBuilder("e").Node("Neg", "a", "e");
        _ = declares ? then.Output("t", "N", 6) : then.Output("t", ElementType.Undefined);
        _ = declares ? other.Output("e", "N", 6) : other.Output("e", ElementType.Undefined);
        using OnnxModel branched = OnnxModel.Read(Residual(builder => builder
            .Node("ReduceMax", "x", "m", ("keepdims", 0)).Node("Greater", "m zero", "p").Node("If", "p", "i", ("then_branch", then), ("else_branch", other))));
        using OnnxModel plain = OnnxModel.Read(Residual(builder => builder.Node("Identity", "a", "i")));
        (LayerKind, string)[] expected = [.. LayerGraph.Of(plain).Layers.Select(l => (l.Kind, $"{l.Activation}"))];
        Assert.That(expected, Does.Contain((LayerKind.Residual, "relu")));
        Assert.That(LayerGraph.Of(branched).Layers.Select(l => (l.Kind, $"{l.Activation}")), Is.EqualTo(expected));

        static byte[] Residual(Func<OnnxBuilder, OnnxBuilder> between) => between(new OnnxBuilder().Input("x", "N", 6).Weights("u", 6, 6).Weights("v", 6, 6)
            .Weights("w", 6, 2).Scalar("zero", 0).Node("Gemm", "x u", "a")).Node("Gemm", "i v", "b").Node("Add", "b i", "s").Node("Relu", "s", "r")
            .Node("Gemm", "r w", "y").Output("y", "N", 2).ToModel();
    }

    internal static OnnxModel Positions() => OnnxModel.Read(new OnnxBuilder().Input("ids", ElementType.Int64, "N", "T").Weights("wte", 34, 16)
        .Weights("wpe", 32, 16).Weights("w", 16, 32).Initializer("at", TensorData.Of([], 1L)).Initializer("zero", TensorData.Of([], 0L))
        .Initializer("one", TensorData.Of([], 1L))
        .Node("Shape", "ids", "sh").Node("Gather", "sh at", "T").Node("Range", "zero T one", "pos").Node("Gather", "wte ids", "tok")
        .Node("Gather", "wpe pos", "p").Node("Add", "tok p", "e").Node("MatMul", "e w", "y").Output("y").ToModel());
}
