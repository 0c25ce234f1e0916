using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Tests;

namespace ML.Thermo.Benchmarks;

/// <summary>A network of any size: square dense layers whose weights lie in a file beside it.</summary>
internal static class LargeNetwork
{
    private const int Width = 4096;

    /// <summary>Writes it; all layers hold the same draws, since only their number counts.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="parameters">About so many.</param>
    /// <returns>The path of the .onnx file; its numbers are beside it in a .data file.</returns>
    public static string Write(string folder, long parameters)
    {
        int layers = (int)Math.Max(parameters / (Width * Width), 1);
        string path = Path.Combine(folder, $"large{layers}.onnx"), data = Path.ChangeExtension(path, ".data");
        float[] weights = new float[Width * Width];
        RandomStream random = new(1, 0);
        for (int i = 0; i < weights.Length; i++)
            weights[i] = (float)(random.NextDouble() - 0.5);
        byte[] bytes = new byte[sizeof(float) * weights.Length];
        Buffer.BlockCopy(weights, 0, bytes, 0, bytes.Length);
        using FileStream stream = File.Create(data);
        OnnxBuilder builder = new OnnxBuilder("large").Input("x", "N", Width);
        string last = "x";
        for (int layer = 0; layer < layers; layer++)
        {
            builder.Initializer($"w{layer}", TensorData.External(ElementType.Float, [Width, Width], Path.GetFileName(data), stream.Position, bytes.Length))
                .Node("MatMul", $"{last} w{layer}", last = $"h{layer}");
            stream.Write(bytes);
        }

        File.WriteAllBytes(path, builder.Output(last, "N", Width).ToModel());
        return path;
    }
}
