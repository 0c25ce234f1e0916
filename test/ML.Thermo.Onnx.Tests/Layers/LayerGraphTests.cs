using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Layers;

public class LayerGraphTests
{
    [Test]
    public void A_convolution_takes_its_bias_normalisation_and_activation()
    {
        LayerGraph graph = Group(new OnnxBuilder().Input("x", 1, 4, 8, 8)
            .Weights("w", 6, 2, 3, 3).Weights("b", 1, 6, 1, 1).Weights("g", 6).Weights("beta", 6).Weights("m", 6).Weights("v", 6)
            .Node("Conv", "x w", "c", ("group", 2)).Node("Add", "c b", "d").Node("BatchNormalization", "d g beta m v", "n", ("epsilon", 0.25f))
                .Node("Relu", "n", "y").Output("y"));

        Layer layer = graph.Layers.Single();
        Assert.That((layer.Kind, layer.OpType, $"{layer.Activation}"), Is.EqualTo((LayerKind.Convolution, "Conv", "relu")));
        Assert.That((layer.Input, layer.Pre, layer.Post, layer.Key), Is.EqualTo(("x", "n", "y", "c")));
        Assert.That(layer.Parameters.Select(p => p.Role), Is.EqualTo(new[]
        {
            ParameterRole.Weight, ParameterRole.Bias, ParameterRole.Scale, ParameterRole.Bias, ParameterRole.RunningMean, ParameterRole.RunningVariance,
        }));
        Assert.That(layer.ParameterCount, Is.EqualTo(108 + (5 * 6)));
        Assert.That((layer.FanIn, layer.FanOut), Is.EqualTo((18, 27)), "2 · 9 and 3 · 9: two groups of 2 → 3 channels");
        Assert.That(layer.BatchNormalization!.Epsilon, Is.EqualTo(0.25));
        Assert.That(graph.Skipped, Is.Empty);
    }

    [Test]
    public void A_folded_normalisation_is_factor_and_offset()
    {
        LayerGraph graph = Group(new OnnxBuilder().Input("x", "N", 2).Weights("w", 2, 2)
            .Weights("g", [2], [2, 3]).Weights("b", [2], [1, -1]).Weights("m", [2], [5, 7]).Weights("v", [2], [3, 8])
            .Node("MatMul", "x w", "h").Node("BatchNormalization", "h g b m v", "y", ("epsilon", 1f)).Output("y"));

        (double[] factor, double[] offset) = graph.Layers.Single().BatchNormalization!.Fold();
        Assert.That(factor, Is.EqualTo(new double[] { 1, 1 }), "2/√(3 + 1), 3/√(8 + 1)");
        Assert.That(offset, Is.EqualTo(new double[] { -4, -8 }), "1 − 5, −1 − 7");
    }

    [TestCase("Gemm", 0)]
    [TestCase("Gemm", 1)]
    [TestCase("MatMul", 0)]
    public void A_dense_layer_knows_which_way_its_matrix_lies(string op, int transposed)
    {
        long[] shape = transposed == 1 ? [3, 4] : [4, 3];
        OnnxBuilder model = new OnnxBuilder().Input("x", "N", 4).Weights("w", shape, [.. Enumerable.Range(0, 12).Select(i => (float)i)]).Weights("b", 3);
        _ = op == "Gemm" ? model.Node("Gemm", "x w b", "y", ("transB", transposed)) : model.Node("MatMul", "x w", "h").Node("Add", "h b", "y");
        Layer layer = Group(model.Output("y")).Layers.Single();

        WeightLayout layout = layer.Weight!.Layout!;
        Assert.That((layout.Rows, layout.Columns, layer.FanIn, layer.FanOut), Is.EqualTo((3, 4, 4, 3)));
        double[,] matrix = layout.Matrix(layer.Weight.ToDoubles(), 0, 0);
        Assert.That(matrix[2, 1], Is.EqualTo(transposed == 1 ? 9 : 5), "row 2, column 1");
        Assert.That(layer.ParameterCount, Is.EqualTo(15));
        Assert.That(layer.Activation, Is.Null);
        Assert.That(layer.Pre, Is.EqualTo("y").And.EqualTo(layer.Post));
    }

    [Test]
    public void A_tensor_that_others_use_too_ends_its_layer()
    {
        LayerGraph graph = Group(new OnnxBuilder().Input("x", 4).Weights("w", 4, 4).Weights("u", 4, 4)
            .Node("MatMul", "x w", "h").Node("Relu", "h", "r").Node("MatMul", "h u", "s").Node("Add", "r s", "y").Output("y"));

        Assert.That(graph.Layers.Select(l => (l.Kind, $"{l.Activation}")), Is.EqualTo(new[]
        {
            (LayerKind.Dense, ""), (LayerKind.Activation, "relu"), (LayerKind.Dense, ""), (LayerKind.Residual, ""),
        }));
    }

    [Test]
    public void An_output_of_the_graph_ends_its_layer()
    {
        LayerGraph graph = Group(
            new OnnxBuilder().Input("x", 4).Weights("w", 4, 4).Node("MatMul", "x w", "h").Node("Softmax", "h", "y").Output("h").Output("y"));
        Assert.That(graph.Layers.Single().Post, Is.EqualTo("h"));
        Assert.That(graph.Skipped.Single().OpType, Is.EqualTo("Softmax"));
    }

    [Test]
    public void A_residual_block_is_a_sum_with_its_activation()
    {
        LayerGraph graph = Group(new OnnxBuilder().Input("x", 1, 4, 8, 8).Weights("w", 4, 4, 1, 1)
            .Node("Conv", "x w", "c").Node("Add", "c x", "s").Node("Relu", "s", "y").Output("y"));
        Layer residual = graph.Layers[1];
        Assert.That((residual.Kind, residual.Pre, residual.Post, residual.ParameterCount), Is.EqualTo((LayerKind.Residual, "s", "y", 0L)));
    }

    [TestCase("LSTM", 4)]
    [TestCase("GRU", 3)]
    [TestCase("RNN", 1)]
    public void A_recurrent_layer_has_one_matrix_a_gate_and_direction(string op, int gates)
    {
        LayerGraph graph = Group(new OnnxBuilder().Input("x", "T", 1, 5)
            .Weights("w", 2, gates * 3, 5).Weights("r", 2, gates * 3, 3).Weights("b", 2, gates * 6)
            .Node(op, "x w r b", "y", ("hidden_size", 3), ("direction", "bidirectional")).Output("y"));
        Layer layer = graph.Layers.Single();
        Assert.That(layer.Kind, Is.EqualTo(LayerKind.Recurrent));
        Assert.That((layer.Weight!.Layout!.Groups, layer.Weight.Layout.Rows, layer.FanIn), Is.EqualTo((2 * gates, 3, 5)));
        Assert.That(layer.Parameters[1].Role, Is.EqualTo(ParameterRole.RecurrentWeight));
        Assert.That(layer.Parameters[1].Layout!.Columns, Is.EqualTo(3));
        Assert.That(layer.ParameterCount, Is.EqualTo(2 * gates * 3 * (5 + 3 + 2)));
    }

    [Test]
    public void Attention_that_is_written_out_is_products_with_a_scale_a_mask_and_a_softmax()
    {
        LayerGraph graph = Group(
            new OnnxBuilder().Input("q", "B", 2, 8, 4).Input("k", "B", 2, 4, 8).Input("v", "B", 2, 8, 4).Input("mask", "B", 1, 1, 8).Scalar("d", 2)
            .Node("MatMul", "q k", "scores").Node("Div", "scores d", "scaled").Node("Add", "scaled mask", "masked").Node("Softmax", "masked", "p")
                .Node("MatMul", "p v", "y").Output("y"));
        Assert.That(graph.Layers.Select(l => (l.Kind, $"{l.Activation}", l.ParameterCount)), Is.EqualTo(new[]
        {
            (LayerKind.Product, "Softmax", 0L), (LayerKind.Product, "", 0L),
        }));
        Assert.That(graph.Layers[0].Pre, Is.EqualTo("scaled"), "before the mask, which is no signal");
        Assert.That(graph.Skipped, Is.Empty);
    }

    [Test]
    public void An_embedding_is_a_table_picked_by_indices()
    {
        LayerGraph graph = Group(new OnnxBuilder().Input("ids", ElementType.Int64, "B", "S").Weights("table", 100, 8).Weights("position", 1, 16, 8)
            .Node("Gather", "table ids", "e").Node("Add", "e position", "y").Output("y"));
        Layer layer = graph.Layers.Single();
        Assert.That((layer.Kind, layer.FanIn, layer.FanOut, layer.ParameterCount), Is.EqualTo((LayerKind.Embedding, 1L, 8L, 928L)));
    }

    [Test]
    public void Shared_weights_belong_to_every_layer_and_count_once()
    {
        LayerGraph graph = Group(new OnnxBuilder().Input("ids", ElementType.Int64, "S").Weights("table", 10, 4)
            .Node("Gather", "table ids", "e").Node("Transpose", "table", "t", ("perm", new[] { 1, 0 })).Node("MatMul", "e t", "logits").Output("logits"));
        Assert.That(graph.Layers.Select(l => l.ParameterCount), Is.EqualTo(new long[] { 40, 40 }));
        Assert.That(graph.Layers.Select(l => l.Weight!.SharedBy), Is.EqualTo(new[] { 2, 2 }));
        Assert.That(graph.ParameterCount, Is.EqualTo(40));
        Assert.That(graph.ConstantNodes, Is.EqualTo(1));
        Assert.That(graph.Layers[1].Weight!.Roots.Single().Name, Is.EqualTo("table"));
    }

    [TestCase("bij,bjk->bik", LayerKind.Product, 0, 0)]
    [TestCase("bi,io->bo", LayerKind.Dense, 3, 5)]
    [TestCase("bsi,ihd->bshd", LayerKind.Dense, 3, 10)]
    public void An_einsum_is_seen_by_its_equation(string equation, LayerKind kind, int fanIn, int fanOut)
    {
        string weight = equation.Split(',', '-')[1];
        OnnxBuilder model = new OnnxBuilder().Input("x", 2, 3, 3);
        model = kind == LayerKind.Product ? model.Input("w", 2, 3, 3) : weight.Length == 2 ? model.Weights("w", 3, 5) : model.Weights("w", 3, 5, 2);
        Layer layer = Group(model.Node("Einsum", "x w", "y", ("equation", equation)).Output("y")).Layers.Single();
        Assert.That((layer.Kind, layer.FanIn, layer.FanOut), Is.EqualTo((kind, (long)fanIn, (long)fanOut)));
    }

    [Test]
    public void A_linear_model_of_ml_net_has_its_parameters_in_attributes()
    {
        LayerGraph graph = Group(new OnnxBuilder().Input("x", "N", 2).OperatorSet("ai.onnx.ml", 2)
            .NamedNode("model", "ai.onnx.ml::LinearClassifier", "x", "label scores",
                ("coefficients", new[] { 1f, 2, 3, 4, 5, 6 }), ("intercepts", new[] { 7f, 8, 9 }), ("post_transform", "LOGISTIC")).Output("scores"));
        Layer layer = graph.Layers.Single();
        Assert.That((layer.Kind, layer.Name, layer.Post, $"{layer.Activation}"), Is.EqualTo((LayerKind.LinearModel, "model", "scores", "sigmoid")));
        Assert.That((layer.FanIn, layer.FanOut, layer.ParameterCount), Is.EqualTo((2, 3, 9)));
        Assert.That(layer.Weight!.Layout!.Matrix(layer.Weight.ToDoubles(), 0, 0)[2, 0], Is.EqualTo(5));
    }

    [TestCase("LayerNormalization", "x g b")]
    [TestCase("RMSNormalization", "x g")]
    [TestCase("InstanceNormalization", "x g b")]
    [TestCase("com.microsoft::SkipLayerNormalization", "x x g b")]
    public void Normalisations_are_layers(string op, string inputs)
    {
        Layer layer = Group(new OnnxBuilder().Input("x", 2, 4).Weights("g", 4).Weights("b", 4).Node(op, inputs, "y").Output("y")).Layers.Single();
        Assert.That(layer.Kind, Is.EqualTo(LayerKind.Normalization));
        Assert.That(layer.ParameterCount, Is.EqualTo(inputs.EndsWith('b') ? 8 : 4));
    }

    [Test]
    public void Every_node_is_in_a_layer_or_constant_or_listed_with_a_reason()
    {
        LayerGraph graph = Group(new OnnxBuilder().Input("x", 1, 4, 8, 8).Weights("w", 4, 4, 1, 1).Integers("shape", 1, -1).OperatorSet("com.mathworks", 1)
            .Node("Identity", "w", "w2").Node("Conv", "x w2", "c").Node("MaxPool", "c", "p", ("kernel_shape", new[] { 2, 2 })).Node("Reshape", "p shape", "f")
            .Node("Sigmoid", "f", "gate").Node("Mul", "f gate", "silu").Node("Exp", "silu", "e").Node("Shape", "e", "s").Node("com.mathworks::Odd", "e", "o")
                .Output("o"));

        Assert.That(graph.Layers.Sum(l => l.Nodes.Count) + graph.ConstantNodes + graph.Skipped.Count, Is.EqualTo(graph.Model.Graph.Nodes.Count));
        Assert.That(graph.Skipped.Select(s => s.OpType), Is.EqualTo(new[] { "MaxPool", "Reshape", "Exp", "Shape", "com.mathworks::Odd" }));
        Assert.That(graph.Skipped.Select(s => s.Reason), Has.All.Not.Empty);
        Assert.That(graph.Skipped[^1].Reason, Does.Contain("com.mathworks"));
        Assert.That(graph.Layers[1].Activation!.Function!.Name, Is.EqualTo("silu"));
    }

    [Test]
    public void A_tensor_that_is_computed_twice_is_refused() =>
        Assert.That(() => Group(new OnnxBuilder().Input("x", 2).Node("Relu", "x", "y").Node("Tanh", "x", "y").Output("y")),
            Throws.TypeOf<OnnxFormatException>().With.Message.Contains("'y'"));

    [Test]
    public void Graphs_that_were_made_to_be_slow_are_grouped_in_time()
    {
        const int Many = 20_000;
        OnnxBuilder star = new OnnxBuilder().Input("x", "N", 2);
        OnnxBuilder chain = new OnnxBuilder().Input("e0", "N", 2);
        OnnxBuilder constants = new OnnxBuilder().Input("x", "N", 2).Weights("c0", 2, 2);
        for (int i = 0; i < Many; i++)
        {
            star.NamedNode("same", "Relu", "x", $"y{i}");
            chain.Node("Exp", $"e{i}", $"e{i + 1}");
            constants.Node("Identity", $"c{i}", $"c{i + 1}").Node("MatMul", $"x c{i}", $"m{i}");
        }

        LayerGraph stars = Group(star);
        Assert.That(stars.Layers, Has.Count.EqualTo(Many));
        Assert.That(stars.Layers[^1].Name, Is.EqualTo($"same #{Many}"));
        Assert.That(Group(chain).Skipped, Has.Count.EqualTo(Many));
        Assert.That(Group(constants).Layers, Has.Count.EqualTo(Many));
    }

    private static LayerGraph Group(OnnxBuilder model) => LayerGraph.Of(OnnxModel.Read(model.ToModel()));
}
