using System.Text;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Reading;

public class OnnxModelTests
{
    private static readonly byte[] Small = new OnnxBuilder()
        .Input("x", "N", 4).Weights("w", 3, 4).Weights("b", 3).Node("Gemm", "x w b", "y", ("transB", 1)).Output("y", "N", 3).ToModel(opset: 13);

    [Test]
    public void The_header_says_who_wrote_the_model_and_which_operators_it_uses()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder("net").Node("Relu", "x", "y").OperatorSet("com.microsoft", 1).Note("author", "me")
            .ToModel(opset: 15, irVersion: 7, producer: "pytest"));

        Assert.That((model.IrVersion, model.ProducerName, model.ProducerVersion, model.ModelVersion), Is.EqualTo((7, "pytest", "1.0", 3)));
        Assert.That(model.OperatorSet, Is.EqualTo(15));
        Assert.That(model.OperatorSets["com.microsoft"], Is.EqualTo(1));
        Assert.That(model.ReadMetadata()["author"], Is.EqualTo("me"));
        Assert.That(model.Graph.Name, Is.EqualTo("net"));
        Assert.That(model.ForeignDomains, Is.Empty);
    }

    [Test]
    public void Values_have_element_types_and_shapes_with_free_extents()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder()
            .Input("ids", ElementType.Int64, "batch", -1, 7).Declare("h", ElementType.Float16, 2).Output("y", ElementType.Double).ToModel());

        OnnxValue ids = model.Graph.Inputs[0];
        Assert.That((ids.Name, ids.Kind, ids.ElementType), Is.EqualTo(("ids", ValueKind.Tensor, ElementType.Int64)));
        Assert.That(ids.Shape, Is.EqualTo(new Dimension[] { "batch", new(null), 7 }), "−1 is how some exporters write a free extent");
        Assert.That(model.Graph.Outputs[0].Shape, Is.Empty, "a scalar");
        Assert.That(model.Graph.ReadValues()[0].ElementType, Is.EqualTo(ElementType.Float16));
    }

    [Test]
    public void Nodes_have_inputs_outputs_and_attributes_of_every_kind()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().NotedNode(
            ("pkg.torch.onnx.name_scopes", "['net', 'net.fc']"), "com.example::Op", "a _ c", "_ y",
            ("i", -5), ("f", 0.5f), ("s", "text"), ("is", new[] { 1L, -2, 3 }), ("fs", new[] { 1f, 2 }), ("ss", new[] { "p", "q" }),
            ("t", TensorData.Of([2], 3f, 4)), ("g", new OnnxBuilder("body").Node("Relu", "x", "z")), ("gs", new[] { new OnnxBuilder("one"), new("two") }))
            .OperatorSet("com.example", 1).ToModel());

        OnnxNode node = model.Graph.Nodes[0];
        Assert.That((node.OpType, node.Domain), Is.EqualTo(("Op", "com.example")));
        Assert.That(node.Inputs, Is.EqualTo(new[] { "a", "", "c" }));
        Assert.That((node.Output(1), node.Output(7)), Is.EqualTo(("y", "")));
        Assert.That(node.Attributes.Select(a => a.Kind), Is.EqualTo(new[]
        {
            AttributeKind.Integer, AttributeKind.Real, AttributeKind.Text, AttributeKind.Integers, AttributeKind.Reals, AttributeKind.Texts,
            AttributeKind.Tensor, AttributeKind.Graph, AttributeKind.Graphs,
        }));
        Assert.That((node.Integer("i", 0), node.Real("f", 0), node.Text("s", ""), node.Integer("absent", 9)), Is.EqualTo((-5, 0.5, "text", 9)));
        Assert.That(node.Attribute("is")!.ReadIntegers(), Is.EqualTo(new long[] { 1, -2, 3 }));
        Assert.That(node.Attribute("fs")!.ReadReals(), Is.EqualTo(new float[] { 1, 2 }));
        Assert.That(node.Attribute("ss")!.ReadTexts(), Is.EqualTo(new[] { "p", "q" }));
        Assert.That(node.Attribute("t")!.Tensors[0].ToDoubles(), Is.EqualTo(new double[] { 3, 4 }));
        Assert.That(node.Attribute("g")!.Graphs[0].Nodes[0].OpType, Is.EqualTo("Relu"));
        Assert.That(node.Attribute("gs")!.Graphs.Select(g => g.Name), Is.EqualTo(new[] { "one", "two" }));
        Assert.That(node.ReadMetadata()["pkg.torch.onnx.name_scopes"], Is.EqualTo("['net', 'net.fc']"));
        Assert.That(model.ForeignDomains, Is.EqualTo(new[] { "com.example" }));
    }

    [Test]
    public void A_domain_that_is_imported_and_not_used_is_not_foreign()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().OperatorSet("com.example", 1).Node("Relu", "x", "y").ToModel());

        Assert.That(model.OperatorSets.Keys, Does.Contain("com.example"));
        Assert.That(model.ForeignDomains, Is.Empty);
    }

    [Test]
    public void Functions_of_the_model_have_formal_inputs_and_a_body()
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Node("mine::Dense", "x w", "y")
            .Function("mine", "Dense", "a b", "c", OnnxBuilder.NodeMessage("MatMul", "", "a b", "c")).ToModel());

        OnnxFunction function = model.Functions.Single();
        Assert.That((function.Domain, function.Name), Is.EqualTo(("mine", "Dense")));
        Assert.That(function.Inputs, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(function.Nodes[0].OpType, Is.EqualTo("MatMul"));
        Assert.That(model.ForeignDomains, Is.Empty, "the model itself defines the domain");
    }

    [Test]
    public void A_graph_in_several_pieces_is_one_graph()
    {
        byte[] second = new OnnxBuilder().Node("Relu", "y", "z").Output("z").ToModel();
        using OnnxModel model = OnnxModel.Read((byte[])[.. Small, .. second]);

        Assert.That(model.Graph.Nodes.Select(n => n.OpType), Is.EqualTo(new[] { "Gemm", "Relu" }));
        Assert.That(model.Graph.Outputs.Select(o => o.Name), Is.EqualTo(new[] { "y", "z" }));
    }

    [Test]
    public void A_file_is_read_in_place_and_closed_with_the_model()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Small);
            OnnxModel model = OnnxModel.Open(path);
            OnnxTensor weights = model.Graph.Initializers[0];
            Assert.That(weights.Bytes.Length, Is.EqualTo(48));
            Assert.That(model.Bytes.SequenceEqual(Small));
            model.Dispose();
            Assert.That(() => weights.Bytes.Length, Throws.TypeOf<ObjectDisposedException>());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestCase("<!DOCTYPE html><html><body>404</body></html>", "HTML")]
    [TestCase("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "Git LFS")]
    [TestCase("{ \"layers\": [] }", "JSON")]
    [TestCase("ir_version: 8\ngraph { node { op_type: \"Relu\" } }", "text file")]
    [TestCase("PK\u0003\u0004rest", "zip")]
    public void A_file_of_another_kind_is_named(string content, string kind) =>
        Assert.That(() => OnnxModel.Read(Encoding.UTF8.GetBytes(content), "file.onnx"),
            Throws.TypeOf<OnnxFormatException>().With.Message.Contains(kind).And.Message.Contains("file.onnx"));

    [Test]
    public void An_empty_a_missing_and_a_folder_path_are_refused()
    {
        string empty = Path.GetTempFileName();
        Assert.That(() => OnnxModel.Open(empty), Throws.TypeOf<OnnxFormatException>().With.Message.Contains("empty"));
        File.Delete(empty);
        Assert.That(() => OnnxModel.Open(empty), Throws.TypeOf<ThermoException>().With.Message.Contains("no file"));
        Assert.That(() => OnnxModel.Open(Path.GetTempPath()), Throws.TypeOf<ThermoException>().With.Message.Contains("folder"));
        Assert.That(() => OnnxModel.Read(default), Throws.TypeOf<OnnxFormatException>());
    }

    [Test]
    public void A_model_cut_short_anywhere_is_refused()
    {
        for (int length = 1; length < Small.Length - 1; length++)
        {
            byte[] head = Small[..length];
            Assert.That(() => OnnxModel.Read(head), Throws.TypeOf<OnnxFormatException>(), $"cut at {length}");
        }
    }

    [Test]
    public void A_model_without_operator_sets_or_without_a_graph_is_refused()
    {
        Assert.That(() => OnnxModel.Read(new OnnxBuilder().Node("Relu", "x", "y").ToModel(opset: 0, irVersion: 3)),
            Throws.TypeOf<OnnxFormatException>().With.Message.Contains("no operator set").And.Message.Contains("IR version is 3"));
        Assert.That(() => OnnxModel.Read(new Wire().Number(1, 8).Written), Throws.TypeOf<OnnxFormatException>().With.Message.Contains("no graph"));
    }

    [Test]
    public void A_length_that_claims_more_than_there_is_is_refused()
    {
        byte[] lie = [.. Small];
        int graph = Array.IndexOf(lie, (byte)0x3A);
        lie[graph + 1] = 0x7F;
        lie[graph + 2] = 0x7F;
        Assert.That(() => OnnxModel.Read(lie), Throws.TypeOf<OnnxFormatException>());
    }

    [Test]
    public void Graphs_nested_without_end_are_refused_before_the_stack_is()
    {
        OnnxBuilder graph = new();
        for (int depth = 0; depth < 200; depth++)
            graph = new OnnxBuilder().Node("If", "c", "y", ("then_branch", graph));
        Assert.That(() => OnnxModel.Read(graph.ToModel()), Throws.TypeOf<OnnxFormatException>().With.Message.Contains("deep"));
    }

    [Test]
    public void A_few_bytes_cannot_claim_to_be_millions_of_nodes()
    {
        // Five bytes a node: a field key, a length, and an operator of one letter.
        byte[] node = [0x0A, 3, 0x22, 1, (byte)'A'];
        byte[] nodes = [.. Enumerable.Repeat(node, 1 << 20).SelectMany(n => n)];
        byte[] hostile = new Wire().Number(1, 8).Bytes(7, nodes).Message(8, new Wire().Text(1, "").Number(2, 17)).Written.ToArray();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => OnnxModel.Read(hostile), Throws.TypeOf<OnnxFormatException>().With.Message.Contains("memory"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan((2 * hostile.Length) + (64 << 20)));
    }
}
