using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Tests;

namespace ML.Thermo.Benchmarks.Scans;

/// <summary>A causal transformer of the size of a small GPT-2 with random weights: 50,000 tokens, width 768, 12 blocks of 12 heads.</summary>
internal static class LargeLanguageModel
{
    public const int Vocabulary = 50_000;
    private const int Width = 768, Inner = 4 * Width, Blocks = 12, Heads = 12;

    /// <summary>Writes it; all blocks hold the same draws, since only their number counts, and the embedding is the head too.</summary>
    /// <param name="folder">Where to.</param>
    /// <returns>The path of the .onnx file; its numbers are beside it in a .data file.</returns>
    public static string Write(string folder)
    {
        string path = Path.Combine(folder, "large-language-model.onnx"), data = Path.ChangeExtension(path, ".data");
        using FileStream stream = File.Create(data);
        var random = new RandomStream(1, 0);
        OnnxBuilder model = new OnnxBuilder("lm").Input("tokens", ElementType.Int64, "N", "T");
        Draw("table", Vocabulary, Width);
        foreach (string name in new[] { "query", "key", "value", "out" })
            Draw(name, Width, Width);
        Draw("up", Width, Inner);
        Draw("down", Inner, Width);
        float[] ones = new float[Width];
        Array.Fill(ones, 1);
        model.Initializer("gain", TensorData.Of([Width], ones)).Scalar("scale", 1 / MathF.Sqrt(Width / Heads))
            .Integers("one", 1).Integers("heads", 0, 0, Heads, Width / Heads).Integers("whole", 0, 0, Width)
            .Node("Gather", "table tokens", "x0", ("axis", 0L))
            // −10,000 above the diagonal of [T, T]
            .Node("Shape", "tokens", "shape").Node("Gather", "shape one", "time", ("axis", 0L)).Node("Concat", "time time", "square", ("axis", 0L))
            .Node("ConstantOfShape", "square", "low", ("value", TensorData.Of([1], -1e4f))).Node("Trilu", "low one_", "mask", ("upper", 1L))
            .Initializer("one_", TensorData.Of([], 1L));
        for (int b = 0; b < Blocks; b++)
            Block(b);
        model.Node("LayerNormalization", $"x{Blocks} gain", "last").Node("Transpose", "table", "head", ("perm", new long[] { 1, 0 }))
            .Node("MatMul", "last head", "logits").Output("logits", "N", "T", Vocabulary);
        File.WriteAllBytes(path, model.ToModel(opset: 17));
        return path;

        void Block(int b)
        {
            model.Node("LayerNormalization", $"x{b} gain", $"n{b}");
            foreach ((string name, long[] order) in new[] { ("query", (long[])[0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3]) })
            {
                model.Node("MatMul", $"n{b} {name}", $"{name}{b}").Node("Reshape", $"{name}{b} heads", $"{name}-heads{b}")
                    .Node("Transpose", $"{name}-heads{b}", $"{name}-turned{b}", ("perm", order));
            }

            model.Node("MatMul", $"query-turned{b} key-turned{b}", $"products{b}").Node("Mul", $"products{b} scale", $"scaled{b}")
                .Node("Add", $"scaled{b} mask", $"masked{b}").Node("Softmax", $"masked{b}", $"weights{b}", ("axis", -1L))
                .Node("MatMul", $"weights{b} value-turned{b}", $"mixed{b}").Node("Transpose", $"mixed{b}", $"back{b}", ("perm", new long[] { 0, 2, 1, 3 }))
                .Node("Reshape", $"back{b} whole", $"joined{b}").Node("MatMul", $"joined{b} out", $"attended{b}").Node("Add", $"x{b} attended{b}", $"y{b}")
                .Node("LayerNormalization", $"y{b} gain", $"m{b}").Node("MatMul", $"m{b} up", $"wide{b}").Node("Relu", $"wide{b}", $"bent{b}")
                .Node("MatMul", $"bent{b} down", $"narrow{b}").Node("Add", $"y{b} narrow{b}", $"x{b + 1}");
        }

        void Draw(string name, int rows, int columns)
        {
            float[] values = new float[rows * columns];
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(0.1 * (random.NextDouble() - 0.5));
            byte[] bytes = new byte[sizeof(float) * values.Length];
            Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
            model.Initializer(name, TensorData.External(ElementType.Float, [rows, columns], Path.GetFileName(data), stream.Position, bytes.Length));
            stream.Write(bytes);
        }
    }
}
