using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests.Layers;

/// <summary>Small networks in files, and rows for them.</summary>
internal static class Networks
{
    /// <summary>4 → 24 → 8 → 3 with tanh and a rectifier; layers first, second, third.</summary>
    public static byte[] Dense(Dimension? rows = null, int inputs = 4, ElementType type = ElementType.Float)
    {
        OnnxBuilder net = new OnnxBuilder().Input("x", type, rows ?? "N", inputs);
        string x = "x";
        if (type != ElementType.Float)
            net.Node("Cast", "x", x = "f", ("to", ElementType.Float));
        return net.Weights("first.w", 24, inputs).Weights("first.b", 24).Weights("second.w", 8, 24).Weights("second.b", 8).Weights("third.w", 3, 8)
            .Weights("third.b", 3)
            .NamedNode("first/Gemm", "Gemm", $"{x} first.w first.b", "h1", ("transB", 1)).Node("Tanh", "h1", "a1")
            .NamedNode("second/Gemm", "Gemm", "a1 second.w second.b", "h2", ("transB", 1)).Node("Relu", "h2", "a2")
            .NamedNode("third/Gemm", "Gemm", "a2 third.w third.b", "y", ("transB", 1)).Output("y", rows ?? "N", 3).ToModel();
    }

    /// <summary>Images of 2 × 6 × 6 and three numbers more: two inputs.</summary>
    public static byte[] TwoInputs() => new OnnxBuilder().Input("image", "N", 2, 6, 6).Input("extra", "N", 3)
        .Weights("c.w", 5, 2, 3, 3).Weights("e.w", 5, 3).Weights("o.w", 5, 4)
        .Node("Conv", "image c.w", "c").Node("Relu", "c", "ca").Node("GlobalAveragePool", "ca", "p").Node("Flatten", "p", "f")
        .Node("Gemm", "extra e.w", "e", ("transB", 1)).Node("Tanh", "e", "ea").Node("Add", "f ea", "s").Node("MatMul", "s o.w", "y").Output("y", "N", 4)
            .ToModel();

    public static string Write(string folder, byte[] model, string name = "network.onnx")
    {
        string file = Path.Combine(folder, name);
        File.WriteAllBytes(file, model);
        return file;
    }

    /// <summary>Rows with a vector <c>Features</c> of normal numbers and a running <c>Number</c>.</summary>
    public static IDataView Rows(MLContext context, int rows, int width = 4, ulong seed = 1) => RealData.View(context, Examples(rows, width, seed), width);

    public static Example[] Examples(int rows, int width = 4, ulong seed = 1) => [.. Enumerable.Range(0, rows).Select(row =>
    {
        double[] numbers = new double[width];
        new Initialization.RandomStream(seed, (ulong)row).FillNormal(numbers);
        return new Example { Features = [.. numbers.Select(x => (float)x)], Number = row, Text = $"row {row}" };
    })];

    internal sealed class Example
    {
        public float[] Features { get; set; } = [];

        public float Number { get; set; }

        public string Text { get; set; } = "";
    }
}
