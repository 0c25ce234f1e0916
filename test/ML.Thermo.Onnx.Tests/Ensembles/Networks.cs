using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Ensembles;

/// <summary>Small networks on small data, with weights set by hand.</summary>
internal sealed class Networks : IDisposable
{
    /// <summary>Six rows of two features: the D2 data of the closed forms' golden numbers.</summary>
    public static readonly float[] Features = [1, 0, 0, 1, 1, 1, -1, 1, 2, 1, 1, -1];

    public static readonly double[] Targets = [1, 2, 2.5, 1.5, 3.5, -1];

    private readonly OnnxModel _model;

    public Networks(byte[] model, float[] features, params long[] shape)
    {
        _model = OnnxModel.Read(model);
        Layers = LayerGraph.Of(_model);
        Input = OrtValue.CreateTensorValueFromMemory(features, shape);
    }

    public LayerGraph Layers { get; }

    public OrtValue Input { get; }

    /// <summary>f = W₂W₁x with W₁ = I and W₂ the least-squares solution ŵ.</summary>
    public static Networks DeepLinear() => new(
        new OnnxBuilder().Input("x", "N", 2)
            .Weights("first.weight", [2, 2], [1, 0, 0, 1]).Weights("second.weight", [2, 1], [0.7564102564f, 1.9487179487f])
            .Node("MatMul", "x first.weight", "h").Node("MatMul", "h second.weight", "y").Output("y", "N", 1).ToModel(),
        Features, 6, 2);

    /// <summary>Three rectified units (1,0), (0,1), (−1,1), read by (0.9, 1.8, −0.2).</summary>
    public static Networks Rectified() => new(
        new OnnxBuilder().Input("x", "N", 2)
            .Weights("hidden.weight", [3, 2], [1, 0, 0, 1, -1, 1]).Weights("head.weight", [1, 3], [0.9f, 1.8f, -0.2f])
            .Node("Gemm", "x hidden.weight", "h", ("transB", 1)).Node("Relu", "h", "r").Node("Gemm", "r head.weight", "y", ("transB", 1))
                .Output("y", "N", 1).ToModel(),
        Features, 6, 2);

    /// <summary>Three classes of eight rows of a 1 × 6 × 6 picture: two convolutions around a sum, a pool and a dense head.</summary>
    public static Networks Convolutional(bool softmax = true, int rows = 8)
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", "N", 1, 6, 6)
            .Weights("one.weight", 4, 1, 3, 3).Weights("one.bias", 4).Weights("two.weight", 4, 4, 3, 3).Weights("two.bias", 4)
            .Weights("head.weight", 3, 4).Weights("head.bias", 3).Weights("bn.scale", [4], [1, 1.2f, 0.9f, 1.1f]).Weights("bn.shift", 4).Weights("bn.mean", 4)
                .Weights("bn.var", [4], [1, 2, 1, 0.5f])
            .Node("Conv", "x one.weight one.bias", "c1", ("pads", new[] { 1, 1, 1, 1 })).Node("Relu", "c1", "r1")
            .Node("Conv", "r1 two.weight two.bias", "c2", ("pads", new[] { 1, 1, 1, 1 }))
            .Node("BatchNormalization", "c2 bn.scale bn.shift bn.mean bn.var", "n2").Node("Relu", "n2", "r2")
            .Node("Add", "r1 r2", "s").Node("GlobalAveragePool", "s", "p").Node("Flatten", "p", "f")
            .Node("Gemm", "f head.weight head.bias", softmax ? "z" : "y", ("transB", 1));
        if (softmax)
            builder.Node("Softmax", "z", "y", ("axis", 1));
        float[] pictures = TensorData.Draw(7, [rows, 36]);
        return new(builder.Output("y", "N", 3).ToModel(), [.. pictures.Select(v => 6 * v)], rows, 1, 6, 6);
    }

    public Layer Layer(string name) => Layers.Layers.Single(layer => layer.Name == name);

    public NetworkEnergy Energy(EnergyOptions? options = null) => NetworkEnergy.Of(Layers, [new Dictionary<string, OrtValue> { ["x"] = Input }], options);

    public NetworkEnergy Regression() => Energy(new EnergyOptions { Targets = Targets });

    public void Dispose()
    {
        Input.Dispose();
        _model.Dispose();
    }
}
