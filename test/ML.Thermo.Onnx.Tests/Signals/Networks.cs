using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

/// <summary>Small networks, normal inputs for them, and their tensors as a plain session computes them.</summary>
internal static class Networks
{
    public const int Width = 24;

    /// <summary>Two dense layers of width 24 with one activation between them; h before it, r behind it.</summary>
    public static OnnxModel Dense(string activation = "Relu", float bias = 0, float scale = 1, int opset = 18) => OnnxModel.Read(new OnnxBuilder()
        .Input("x", "N", 16).Weights("w", [16, Width], [.. TensorData.Draw(1, [Width, 16]).Select(w => scale * MathF.Sqrt(3) * w)])
        .Weights("b", [Width], [.. Enumerable.Repeat(bias, Width)]).Weights("v", Width, 2)
        .Node("MatMul", "x w", "m").Node("Add", "m b", "h").Node(activation, "h", "r").Node("MatMul", "r v", "y")
        .Output("y", "N", 2).ToModel(opset));

    /// <summary>Three convolutions, a sum and a pool on 3 × 12 × 12 images; its activation is that of every convolution.</summary>
    public static OnnxModel Convolutional(string activation = "Relu", int opset = 18) => OnnxModel.Read(new OnnxBuilder()
        .Input("x", "N", 3, 12, 12).Weights("w1", 8, 3, 3, 3).Weights("b1", 8).Weights("w2", 8, 8, 3, 3).Weights("b2", 8).Weights("w3", 5, 8, 1, 1)
            .Weights("v", 5, 4)
        .Node("Conv", "x w1 b1", "c1", ("pads", new[] { 1, 1, 1, 1 })).Node(activation, "c1", "a1")
        .Node("Conv", "a1 w2 b2", "c2", ("pads", new[] { 1, 1, 1, 1 })).Node(activation, "c2", "a2")
        .Node("Add", "a1 a2", "s").Node("Conv", "s w3", "c3").Node("GlobalAveragePool", "c3", "p").Node("Flatten", "p", "f").Node("MatMul", "f v", "y")
        .Output("y", "N", 4).ToModel(opset));

    public static NetworkBatch Normal(OnnxModel model, int rows, ulong seed) => new(
        model.Graph.Inputs.ToDictionary(input => input.Name, input => Normal([rows, .. input.Shape!.Skip(1).Select(d => d.Value!.Value)], seed)), rows);

    public static IEnumerable<NetworkBatch> Normal(OnnxModel model, int rows, int batches) =>
        Enumerable.Range(0, batches).Select(i => Normal(model, rows, seed: (ulong)i));

    /// <summary>A tensor of floats or half floats, as a plain output of a plain session.</summary>
    public static double[] Tensor(OnnxModel model, string tensor, params IEnumerable<NetworkBatch> batches)
    {
        var patch = new GraphPatch();
        using InferenceSession session = new((model.Graph.Outputs.Any(o => o.Name == tensor) ? patch : patch.Output(tensor)).ApplyTo(model));
        List<double> all = [];
        foreach (NetworkBatch batch in batches)
        {
            using (batch)
            {
                using var run = new RunOptions();
                using IDisposableReadOnlyCollection<OrtValue> values = session.Run(run, batch.Inputs, [tensor]);
                if (values[0].GetTensorTypeAndShape().ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float16)
                    all.AddRange(values[0].GetTensorDataAsSpan<Float16>().ToArray().Select(v => (double)v.ToFloat()));
                else
                    all.AddRange(values[0].GetTensorDataAsSpan<float>().ToArray().Select(v => (double)v));
            }
        }

        return [.. all];
    }

    /// <summary>Mean over units of their variances, for values whose units lie along one axis, <paramref name="inner"/> values each.</summary>
    public static double MeanVariance(double[] values, int units, int inner = 1) =>
        Enumerable.Range(0, units).Average(u => Variance([.. values.Where((_, i) => i / inner % units == u)]));

    public static double Variance(double[] x)
    {
        double mean = x.Average();
        return x.Average(v => (v - mean) * (v - mean));
    }

    private static OrtValue Normal(long[] shape, ulong seed)
    {
        double[] normals = new double[shape.Aggregate(1L, (a, b) => a * b)];
        new RandomStream(seed, 7).FillNormal(normals);
        return OrtValue.CreateTensorValueFromMemory<float>([.. normals.Select(v => (float)v)], shape);
    }
}
