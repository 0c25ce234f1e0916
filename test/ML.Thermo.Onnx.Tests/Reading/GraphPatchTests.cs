using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Reading;

public class GraphPatchTests
{
    private static readonly byte[] Bytes = new OnnxBuilder()
        .Input("x", "N", 4).Weights("w", 3, 4).Node("Gemm", "x w", "h", ("transB", 1)).Node("Relu", "h", "y").Output("y", "N", 3)
            .ToModel(opset: 13, irVersion: 3);

    [Test]
    public void A_patch_is_appended_and_merges()
    {
        using OnnxModel model = OnnxModel.Read(Bytes);
        byte[] patched = new GraphPatch()
            .Node("Cast", ["h"], ["h16"], attributes: PatchAttribute.Of("to", 10))
            .Node("Stats", ["h16"], ["s"], domain: "lab", name: "tap", PatchAttribute.Of("f", 0.5f), PatchAttribute.Of("t", "add"),
                PatchAttribute.Of("axes", 1, -1))
            .Initializer<float>("target", [2, 1], [1, 2])
            .Input("w", ElementType.Float, 3, 4)
            .Input("labels", ElementType.Int64, "N")
            .Output("h").Output("s")
            .OperatorSet("lab", 1).IrVersion(8)
            .ApplyTo(model);

        Assert.That(patched.AsSpan(0, Bytes.Length).SequenceEqual(Bytes), "the model's own bytes stay as they are");
        using OnnxModel both = OnnxModel.Read(patched);
        Assert.That(both.IrVersion, Is.EqualTo(8), "of two the last counts");
        Assert.That(both.OperatorSets, Is.EquivalentTo(new Dictionary<string, long> { [""] = 13, ["lab"] = 1 }));
        Assert.That(both.Graph.Outputs.Select(o => o.Name), Is.EqualTo(new[] { "y", "h", "s" }));
        Assert.That(both.Graph.Outputs[1].Kind, Is.EqualTo(ValueKind.Unknown), "an added output needs no type");
        Assert.That(both.Graph.Inputs.Select(i => $"{i}"), Is.EqualTo(new[] { "'x' (Float[N,4])", "'w' (Float[3,4])", "'labels' (Int64[N])" }));
        Assert.That(both.Graph.Initializers[1].ToDoubles(), Is.EqualTo(new double[] { 1, 2 }));
        OnnxNode tap = both.Graph.Nodes[3];
        Assert.That((tap.OpType, tap.Domain, tap.Name, tap.Real("f", 0), tap.Text("t", "")), Is.EqualTo(("Stats", "lab", "tap", 0.5, "add")));
        Assert.That(tap.Attribute("axes")!.ReadIntegers(), Is.EqualTo(new long[] { 1, -1 }));
        Assert.That(both.Graph.Nodes[2].Attribute("to")!.Kind, Is.EqualTo(AttributeKind.Integer));
    }

    [Test]
    public void A_patch_that_adds_nothing_is_empty() => Assert.That(new GraphPatch().ToArray(), Is.Empty);

    [Test]
    public void An_output_that_is_unknown_or_an_output_already_is_refused()
    {
        using OnnxModel model = OnnxModel.Read(Bytes);
        Assert.That(() => new GraphPatch().Output("nowhere").ApplyTo(model), Throws.ArgumentException.With.Message.Contains("'nowhere'"));
        Assert.That(() => new GraphPatch().Output("y").ApplyTo(model), Throws.ArgumentException.With.Message.Contains("already"));
        Assert.That(() => new GraphPatch().Output("h").Output("h"), Throws.ArgumentException.With.Message.Contains("already"));
    }

    [Test]
    public void An_initialiser_has_as_many_elements_as_its_shape_says()
    {
        Assert.That(() => new GraphPatch().Initializer<float>("t", [3], [1, 2]), Throws.ArgumentException.With.Message.Contains("expected 3"));
        Assert.That(() => new GraphPatch().Initializer<Guid>("t", [0], []), Throws.ArgumentException);
    }
}
