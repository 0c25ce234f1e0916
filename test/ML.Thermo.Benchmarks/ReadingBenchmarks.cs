using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Tests;

namespace ML.Thermo.Benchmarks;

/// <summary>Reading a generated model of 400 MB: its structure against reading the file, its weights against copying them.</summary>
internal static class ReadingBenchmarks
{
    private const int Blocks = 100;
    private const int Width = 1024;

    public static IEnumerable<Comparison> Comparisons()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("thermo-bench").FullName, "400MB.onnx");
        File.WriteAllBytes(path, Generate());
        byte[] buffer = new byte[new FileInfo(path).Length];
        try
        {
            yield return new("open a model of 400 MB (bar: 5 ms)", "File.ReadAllBytes", () => OnnxModel.Open(path).Dispose(), () => File.ReadAllBytes(path), Bar: 0.05);
            yield return new("open it and find its 300 layers", "File.ReadAllBytes", () => Group(path), () => File.ReadAllBytes(path), Bar: 0.5);
            yield return new("open it and sum the squares of all weights", "copying as many bytes in memory", () => SumOfSquares(path), Copy(buffer), Bar: 1 / 0.6);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    private static Action Copy(byte[] buffer)
    {
        byte[] target = new byte[buffer.Length];
        return () => buffer.AsSpan().CopyTo(target);
    }

    private static int Group(string path)
    {
        using OnnxModel model = OnnxModel.Open(path);
        return LayerGraph.Of(model).Layers.Count;
    }

    private static double SumOfSquares(string path)
    {
        using OnnxModel model = OnnxModel.Open(path);
        double sum = 0;
        foreach (OnnxTensor tensor in model.Graph.Initializers)
            sum += TensorPrimitives.SumOfSquares(MemoryMarshal.Cast<byte, float>(tensor.Bytes));
        return sum;
    }

    /// <summary>A hundred blocks of a dense layer, an activation that is written out, a sum and a normalisation, as in a transformer.</summary>
    private static byte[] Generate()
    {
        OnnxBuilder model = new OnnxBuilder("bench").Input("h0", "N", Width).Scalar("half", 0.5f).Scalar("one", 1).Scalar("rsqrt2", MathF.Sqrt(0.5f));
        float[] weights = TensorData.Draw(1, [Width, Width]);
        for (int i = 0; i < Blocks; i++)
        {
            model.Weights($"block.{i}.fc.weight", [Width, Width], weights).Weights($"block.{i}.fc.bias", Width).Weights($"block.{i}.norm.weight", Width).Weights($"block.{i}.norm.bias", Width)
                .Node("MatMul", $"h{i} block.{i}.fc.weight", $"a{i}").Node("Add", $"a{i} block.{i}.fc.bias", $"b{i}")
                .Node("Mul", $"b{i} half", $"c{i}").Node("Mul", $"b{i} rsqrt2", $"d{i}").Node("Erf", $"d{i}", $"e{i}").Node("Add", $"e{i} one", $"f{i}").Node("Mul", $"c{i} f{i}", $"g{i}")
                .Node("Add", $"h{i} g{i}", $"s{i}").Node("LayerNormalization", $"s{i} block.{i}.norm.weight block.{i}.norm.bias", $"h{i + 1}");
        }

        return model.Output($"h{Blocks}", "N", Width).ToModel();
    }
}
