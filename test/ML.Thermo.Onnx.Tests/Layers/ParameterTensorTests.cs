using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Layers;

public class ParameterTensorTests
{
    private static readonly float[] Twelve = [.. Enumerable.Range(0, 12).Select(i => (float)i)];

    [Test]
    public void Stored_weights_are_read_without_copying()
    {
        ParameterTensor weight = Weight(Model(4, 3).Weights("w", [4, 3], Twelve).Node("MatMul", "x w", "y"));
        Assert.That(weight.Stored!.Bytes.Length, Is.EqualTo(48));
        Assert.That(weight.Roots.Single().IsInitializer);
        Assert.That(weight.ToDoubles(), Is.EqualTo(Twelve));
    }

    [Test]
    public void Weights_that_are_reshaped_sliced_joined_and_transposed_are_read_as_the_layer_reads_them()
    {
        // rows 1 and 0 of a 3×4 matrix, joined with row 2, transposed to 4×3
        ParameterTensor weight = Weight(
            Model(4, 3).Weights("w", [2, 6], Twelve).Integers("shape", 3, -1).Integers("a", 1).Integers("z", -5).Integers("ax", 0).Integers("st", -1)
            .Integers("two", 2).Integers("three", 3).Integers("one", 1)
            .Node("Reshape", "w shape", "r").Node("Slice", "r a z ax st", "s").Node("Slice", "r two three ax one", "t").Node("Concat", "s t", "c", ("axis", 0))
            .Node("Transpose", "c", "wt").Node("MatMul", "x wt", "y"));
        Assert.That(weight.Shape, Is.EqualTo(new[] { 4, 3 }));
        Assert.That(weight.ToDoubles(), Is.EqualTo(new double[] { 4, 0, 8, 5, 1, 9, 6, 2, 10, 7, 3, 11 }));
        Assert.That((weight.Stored, weight.Count, weight.Roots.Single().Name), Is.EqualTo(((object?)null, 12L, "w")), "shapes and axes are no parameters");
    }

    [Test]
    public void Quantised_weights_stand_for_scale_times_code_minus_zero_point()
    {
        ParameterTensor weight = Weight(Model(2, 3).Initializer("w", TensorData.Of<sbyte>([2, 3], -1, 0, 1, 2, 3, 4)).Weights("s", [3], [1, 10, 100])
            .Initializer("z", TensorData.Of<sbyte>([3], 0, 1, 2)).Node("DequantizeLinear", "w s z", "wf", ("axis", 1)).Node("MatMul", "x wf", "y"));
        Assert.That(weight.ToDoubles(), Is.EqualTo(new double[] { -1, -10, -100, 2, 20, 200 }));
        Assert.That(weight.Roots.Single().Name, Is.EqualTo("w"));
    }

    [Test]
    public void Weights_quantised_in_blocks_have_a_scale_a_block()
    {
        ParameterTensor weight = Weight(Model(4, 1).Initializer("w", TensorData.Of<sbyte>([4, 1], 1, 2, 3, 4)).Weights("s", [2, 1], [1, 10])
            .Node("DequantizeLinear", "w s", "wf", ("axis", 0), ("block_size", 2)).Node("MatMul", "x wf", "y"));
        Assert.That(weight.ToDoubles(), Is.EqualTo(new double[] { 1, 2, 30, 40 }));
    }

    [Test]
    public void Weights_of_few_bits_are_unpacked()
    {
        // One row of 4 codes of 4 bits in blocks of 16: nibbles 1, 9, 8, 15 less the zero point 8, times ½.
        ParameterTensor weight = Weight(Model(4, 1).Initializer("w", TensorData.Of<byte>([1, 1, 8], 0x91, 0xF8, 0, 0, 0, 0, 0, 0)).Weights("s", [1], [0.5f])
            .Node("com.microsoft::MatMulNBits", "x w s", "y", ("K", 4), ("N", 1), ("bits", 4), ("block_size", 16)));
        Assert.That(weight.ToDoubles(), Is.EqualTo(new[] { -3.5, 0.5, 0, 3.5 }));
        Assert.That((weight.Count, weight.Layout!.FanIn), Is.EqualTo((4L, 4L)));
    }

    [Test]
    public void A_quantised_convolution_has_one_scale_a_channel_and_tells_what_its_output_codes_mean()
    {
        Layer layer = Layer(new OnnxBuilder().Input("x", ElementType.UInt8, 1, 1, 4, 4).Scalar("xs", 0.1f).Initializer("xz", TensorData.Of<byte>([], 3))
            .Initializer("w", TensorData.Of<sbyte>([2, 1, 1, 1], 5, -6)).Weights("ws", [2], [1, 2]).Initializer("wz", TensorData.Of<sbyte>([2], 0, 0))
            .Scalar("ys", 0.5f).Initializer("yz", TensorData.Of<byte>([], 128)).Initializer("b", TensorData.Of([2], 7, 8))
            .Node("QLinearConv", "x xs xz w ws wz ys yz b", "y").Output("y", ElementType.UInt8));
        Assert.That(layer.Weight!.ToDoubles(), Is.EqualTo(new double[] { 5, -12 }));
        Assert.That(layer.OutputQuantization, Is.EqualTo(new OutputQuantization(0.5, 128)));
        Assert.That(layer.ParameterCount, Is.EqualTo(4), "scales and zero points are not learned");
    }

    [Test]
    public void Dynamic_quantisation_is_one_layer_with_its_step_and_bias()
    {
        LayerGraph graph = LayerGraph.Of(
            OnnxModel.Read(Model(3, 2).Initializer("w", TensorData.Of<byte>([3, 2], 1, 2, 3, 4, 5, 6)).Initializer("wz", TensorData.Of<byte>([], 1))
            .Scalar("ws", 0.5f).Weights("b", 2)
            .Node("DynamicQuantizeLinear", "x", "q s z").Node("MatMulInteger", "q w z wz", "i").Node("Cast", "i", "f", ("to", ElementType.Float))
            .Node("Mul", "s ws", "step").Node("Mul", "f step", "m").Node("Add", "m b", "h").Node("Relu", "h", "y").ToModel()));
        Layer layer = graph.Layers.Single();
        Assert.That((layer.Kind, layer.Pre, layer.Post, $"{layer.Activation}", layer.ParameterCount), Is.EqualTo((LayerKind.Dense, "h", "y", "relu", 8L)));
        Assert.That(layer.Weight!.ToDoubles(), Is.EqualTo(new[] { 0, 0.5, 1, 1.5, 2, 2.5 }), "in real units, by the step that comes later");
        Assert.That(graph.Skipped.Single().OpType, Is.EqualTo("DynamicQuantizeLinear"));
    }

    [Test]
    public void Quantised_pairs_around_a_layer_leave_its_tensors_on_the_float_side()
    {
        Layer layer = Layer(new OnnxBuilder().Input("x", "N", 2).Initializer("w", TensorData.Of<sbyte>([2, 2], 1, 2, 3, 4)).Scalar("s", 0.5f)
            .Initializer("z", TensorData.Of<sbyte>([], 0))
            .Node("DequantizeLinear", "w s z", "wf").Node("MatMul", "x wf", "h").Node("Relu", "h", "r").Node("QuantizeLinear", "r s z", "q")
                .Node("DequantizeLinear", "q s z", "y").Output("y"));
        Assert.That((layer.Pre, layer.Post), Is.EqualTo(("h", "r")));
        Assert.That(layer.Nodes.Select(n => n.OpType), Is.EqualTo(new[] { "MatMul", "Relu", "QuantizeLinear", "DequantizeLinear" }));
    }

    [Test]
    public void Sparse_and_filled_weights_are_read_densely()
    {
        ParameterTensor sparse = Weight(
            Model(2, 2).SparseInitializer("w", [2, 2], TensorData.Of([2], 5f, 6), TensorData.Of([2, 2], 0L, 1, 1, 0)).Node("MatMul", "x w", "y"));
        Assert.That(sparse.ToDoubles(), Is.EqualTo(new double[] { 0, 5, 6, 0 }));
        Assert.That(sparse.Count, Is.EqualTo(2), "stored numbers");
        ParameterTensor filled = Weight(
            Model(2, 3).Integers("shape", 2, 3).Node("ConstantOfShape", "shape", "w", ("value", TensorData.Of([1], 0.5f))).Node("MatMul", "x w", "y"));
        Assert.That(filled.ToDoubles(), Is.EqualTo(Enumerable.Repeat(0.5, 6)));
        Assert.That(filled.Count, Is.EqualTo(6));
    }

    [Test]
    public void Weights_of_operations_that_are_not_followed_say_so_when_they_are_read()
    {
        ParameterTensor weight = Weight(Model(2, 2).Weights("w", 2, 2).Node("Einsum", "w w", "ww", ("equation", "ij,jk->ik")).Node("MatMul", "x ww", "y"));
        Assert.That((weight.Shape, weight.Layout, weight.Count), Is.EqualTo(((object?)null, (object?)null, 4L)));
        Assert.That(() => weight.ToDoubles(), Throws.TypeOf<ThermoException>().With.Message.Contains("Einsum"));
    }

    [Test]
    public void Constants_that_double_at_every_step_are_not_worked_out()
    {
        OnnxBuilder model = Model(1, 2).Integers("n", 1L << 40, 2).Node("ConstantOfShape", "n", "c0");
        for (int i = 0; i < 100; i++)
            model.Node("Concat", $"c{i} c{i}", $"c{i + 1}", ("axis", 0));
        ParameterTensor weight = Weight(model.Node("Identity", "c8", "w").Node("MatMul", "x w", "y"));
        Assert.That(() => weight.ToDoubles(), Throws.TypeOf<ThermoException>().With.Message.Contains("that the file does not hold"));
    }

    [Test]
    public void Convolutions_are_seen_position_by_position_and_unfolded()
    {
        // golden: the numbers 0 … 23 of [out 2·2, in 3, width 2] in two groups, by hand
        Layer layer = Layer(new OnnxBuilder().Input("x", 1, 6, 4).Weights("w", [4, 3, 2], [.. Enumerable.Range(0, 24).Select(i => (float)i)])
            .Node("Conv", "x w", "y", ("group", 2)).Output("y"));
        WeightLayout layout = layer.Weight!.Layout!;
        double[] weights = layer.Weight.ToDoubles();
        Assert.That(layout.Matrix(weights, 0, 1), Is.EqualTo(new double[,] { { 1, 3, 5 }, { 7, 9, 11 } }));
        Assert.That(layout.Matrix(weights, 1, 0), Is.EqualTo(new double[,] { { 12, 14, 16 }, { 18, 20, 22 } }));
        Assert.That(layout.Unfolded(weights, 0), Is.EqualTo(new double[,] { { 0, 1, 2, 3, 4, 5 }, { 6, 7, 8, 9, 10, 11 } }));
        Assert.That(layout.Count, Is.EqualTo(24));
    }

    [Test]
    public void A_transposed_convolution_has_its_inputs_first()
    {
        Layer layer = Layer(new OnnxBuilder().Input("x", 1, 2, 4).Weights("w", [2, 3, 2], Twelve).Node("ConvTranspose", "x w", "y").Output("y"));
        Assert.That(layer.Weight!.Layout!.Matrix(layer.Weight.ToDoubles(), 0, 0), Is.EqualTo(new double[,] { { 0, 6 }, { 2, 8 }, { 4, 10 } }));
        Assert.That((layer.FanIn, layer.FanOut), Is.EqualTo((4, 6)));
    }

    private static OnnxBuilder Model(int inputs, int outputs) => new OnnxBuilder().Input("x", "N", inputs).Output("y", "N", outputs);

    private static Layer Layer(OnnxBuilder model) => LayerGraph.Of(OnnxModel.Read(model.ToModel())).Layers.Single();

    private static ParameterTensor Weight(OnnxBuilder model) => Layer(model).Weight!;
}
