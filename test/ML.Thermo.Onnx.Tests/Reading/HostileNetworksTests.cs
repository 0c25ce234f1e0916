using System.Runtime.InteropServices;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Tests.Reading;

/// <summary>Small files that claim what they do not hold, or ask for large work.</summary>
public sealed class HostileNetworksTests
{
    private static readonly float[] Six = [1, 2, 3, 4, 5, 6];

    private static IEnumerable<TestCaseData> FalseTensors()
    {
        byte[] bytes = MemoryMarshal.AsBytes<float>(Six).ToArray();
        yield return new TestCaseData(new TensorData(ElementType.Float, [2, 3], wire => wire.Bytes(10, bytes)), "field 10").SetName("floats in double_data");
        yield return new TestCaseData(new TensorData(ElementType.Double, [3, 1], wire => wire.Bytes(4, bytes)), "field 4").SetName("doubles in float_data");
        yield return new TestCaseData(TensorData.TypedFloats([2, 2], Six), "hold 4 elements, but 6").SetName("too many floats, packed");
        yield return new TestCaseData(TensorData.TypedFloats([2, 4], Six, packed: false), "hold 8 elements, but 6").SetName("too few floats, one by one");
        yield return new TestCaseData(new TensorData(ElementType.Float, [1L << 20, 1L << 20], wire => wire), "but 0 are there").SetName("2^40 floats, none there");
        yield return new TestCaseData(TensorData.Typed(ElementType.Int64, [2], [1, 2, 300]), "hold 2 elements, but 3").SetName("too many integers");
        yield return new TestCaseData(TensorData.Texts([3], "a", "b"), "hold 3 elements, but 2").SetName("too few texts");
        yield return new TestCaseData(
            new TensorData(ElementType.Float, [2, 3], wire => wire.Bytes(4, bytes).Bytes(10, bytes)), "fields 4 and 10").SetName("two fields");
        yield return new TestCaseData(
            TensorData.External(ElementType.Float, [1L << 31, 1L << 31], "weights.bin"), "in other files").SetName("2^62 floats in another file");
    }

    [TestCaseSource(nameof(FalseTensors))]
    public void Tensors_that_claim_other_numbers_than_they_hold_are_refused_when_they_are_opened(TensorData tensor, string expected) => Assert.That(
        () => OnnxModel.Read(new OnnxBuilder().Input("x", "N", 2).Initializer("w", tensor).Node("MatMul", "x w", "y").Output("y").ToModel()),
        Throws.TypeOf<OnnxFormatException>().With.Message.Contains(expected));

    [Test]
    public void An_external_tensor_takes_no_memory_before_its_file_is_looked_at([Values(ElementType.Float16, ElementType.Float)] ElementType type)
    {
        using OnnxModel model = OnnxModel.Read(
            new OnnxBuilder().Input("x", "N", 2).Initializer("w", TensorData.External(type, [2, 1 << 29], "none.bin")).Node("MatMul", "x w", "y").Output("y").ToModel(),
            "model", Path.GetTempPath());
        ParameterTensor weight = LayerGraph.Of(model).Layers[0].Weight!;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => { WeightMatrix.Of(weight); }, Throws.InstanceOf<ThermoException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    [Test]
    public void A_constant_that_an_operator_would_fill_is_bounded_by_the_files_length()
    {
        LayerGraph small = Filled(100, 100), large = Filled(1 << 14, 1 << 14), absurd = Filled(1L << 20, 1L << 20);
        Assert.That(small.Layers[0].Weight!.ToDoubles(), Has.Length.EqualTo(10_000));
        Assert.That(() => large.Layers[0].Weight!.ToDoubles(), Throws.TypeOf<ThermoException>());
        Assert.That(absurd.ParameterCount, Is.LessThanOrEqualTo(1L << 40));
        Assert.That(() => absurd.Layers[0].Weight!.ToDoubles(), Throws.TypeOf<ThermoException>());
    }

    [Test]
    public void Many_layers_share_one_allowance_for_numbers_that_are_not_there()
    {
        var model = new OnnxBuilder().Input("x", "N", 100).Integers("shape", 100, 100).Node("ConstantOfShape", "shape", "w");
        for (int i = 0; i < 30; i++)
            model.Node("MatMul", i == 0 ? "x w" : $"h{i} w", $"h{i + 1}");
        using OnnxModel read = OnnxModel.Read(model.Output("h30").ToModel());
        bool[] isRead = [.. LayerGraph.Of(read).Layers.Select(layer => CanBeRead(layer.Weight!))];
        Assert.That(isRead.Count(is_ => is_), Is.EqualTo(6), "2^16 numbers of 10,000 each");
    }

    [Test]
    public void Functions_that_multiply_layers_are_entered_as_far_as_the_files_length_allows()
    {
        var model = new OnnxBuilder().Input("x", "N", 2).Weights("w", 2, 2)
            .Function("f", "F0", "a w", "b", OnnxBuilder.NodeMessage("MatMul", "", "a w", "b"));
        for (int i = 1; i <= 16; i++)
            model.Function("f", $"F{i}", "a w", "c", OnnxBuilder.NodeMessage($"f::F{i - 1}", "", "a w", "b"), OnnxBuilder.NodeMessage($"f::F{i - 1}", "", "b w", "c"));
        byte[] bytes = model.Node("f::F16", "x w", "y").Output("y").ToModel();
        using OnnxModel read = OnnxModel.Read(bytes);
        LayerGraph graph = LayerGraph.Of(read);
        Assert.That(graph.Layers, Has.Count.LessThanOrEqualTo(1024));
        Assert.That(graph.Skipped.Select(node => node.Reason), Has.Some.Contains("too many"));
    }

    [Test]
    public void A_graph_that_cannot_be_run_in_its_order_says_so()
    {
        Assert.That(Disorder("x w", "h", "h w", "y"), Is.Null);
        Assert.That(Disorder("h w", "y", "x w", "h"), Does.Contain("'h'").And.Contains("later"));
        Assert.That(Disorder("x w", "h", "nobody w", "y"), Does.Contain("'nobody'").And.Contains("nothing makes"));
        Assert.That(Disorder("y w", "h", "h w", "y"), Does.Contain("'y'"), "a circle");
    }

    private static string? Disorder(string firstReads, string firstMakes, string secondReads, string secondMakes)
    {
        using OnnxModel model = OnnxModel.Read(new OnnxBuilder().Input("x", "N", 2).Weights("w", 2, 2)
            .Node("MatMul", firstReads, firstMakes).Node("MatMul", secondReads, secondMakes).Output("y").ToModel());
        return LayerGraph.Of(model).Disorder;
    }

    private static LayerGraph Filled(long rows, long columns) => LayerGraph.Of(OnnxModel.Read(
        new OnnxBuilder().Input("x", "N", rows).Integers("shape", rows, columns).Node("ConstantOfShape", "shape", "w").Node("MatMul", "x w", "y").Output("y").ToModel()));

    private static bool CanBeRead(ParameterTensor weight)
    {
        try
        {
            return weight.ToDoubles().Length > 0;
        }
        catch (ThermoException)
        {
            return false;
        }
    }
}
