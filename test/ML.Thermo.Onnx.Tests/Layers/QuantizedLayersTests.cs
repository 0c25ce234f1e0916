using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Layers;

/// <summary>Quantised layers in the units and under the names of their float twins.</summary>
public sealed class QuantizedLayersTests
{
    [TestCase(false)]
    [TestCase(true)]
    public void Integer_products_have_weights_in_real_units(bool convolution)
    {
        long[] shape = convolution ? [3, 4, 1, 1] : [4, 3];
        sbyte[] codes = [.. Enumerable.Range(-6, 12).Select(i => (sbyte)(10 * i))];
        OnnxBuilder builder = new OnnxBuilder().Initializer("w_quantized", TensorData.Of(shape, codes)).Initializer("zero", TensorData.Of([], (sbyte)2))
            .Scalar("w_scale", 0.25f).Node("DynamicQuantizeLinear", "x", "xq xs xz");
        _ = convolution ? builder.Input("x", "N", 4, 5, 5) : builder.Input("x", "N", 4);
        using OnnxModel model = OnnxModel.Read(builder
            .Node(convolution ? "ConvInteger" : "MatMulInteger", "xq w_quantized xz zero", "i").Node("Cast", "i", "f", ("to", 1)).Node("Mul", "xs w_scale", "step")
            .Node("Mul", "f step", "y").Output("y").ToModel());
        Layer layer = LayerGraph.Of(model).Layers.Single();
        Assert.That(layer.Weight!.ToDoubles(), Is.EqualTo(codes.Select(code => 0.25 * (code - 2))));
        Assert.That(layer.ParameterCount, Is.EqualTo(12));
    }

    [TestCase("MatMul_34_quant", "MatMulInteger")]
    [TestCase("MatMul_34_Q4", "com.microsoft::MatMulNBits")]
    [TestCase("MatMul_34", "MatMul")]
    public void A_quantised_layer_is_called_as_its_float_twin_is(string node, string op)
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", "N", 32).Weights("encoder.query.bias", 4);
        _ = op == "MatMul" ? builder.Weights("onnx::MatMul_7", 32, 4).NamedNode(node, op, "x onnx::MatMul_7", "m")
            : op == "MatMulInteger" ? builder.Initializer("onnx::MatMul_7_quantized", TensorData.Of([32, 4], new sbyte[128]))
                .NamedNode(node, op, "x onnx::MatMul_7_quantized", "m")
            : builder.Initializer("onnx::MatMul_7_Q4", TensorData.Of([4, 1, 16], new byte[64])).Weights("scales", [4], [1, 1, 1, 1])
                .NamedNode(node, op, "x onnx::MatMul_7_Q4 scales", "m", ("N", 4), ("K", 32), ("bits", 4), ("block_size", 32));
        using OnnxModel model = OnnxModel.Read(builder.Node("Add", "encoder.query.bias m", "y").Output("y").ToModel());
        Assert.That(LayerGraph.Of(model).Layers[0].Name, Is.EqualTo("encoder.query"));
    }
}
