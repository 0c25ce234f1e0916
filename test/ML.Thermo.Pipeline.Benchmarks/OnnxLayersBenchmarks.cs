using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Initialization;
using ML.Thermo.Layers;
using ML.Thermo.Tests;

namespace ML.Thermo.Benchmarks;

/// <summary>OnnxLayers over 10,000 rows in memory against the same network, run in batches of the same size by a cursor of its own, without taps; one thread.</summary>
internal static class OnnxLayersBenchmarks
{
    private const int Rows = 10_000, BatchSize = 64;

    public static IEnumerable<Comparison> All()
    {
        foreach ((string name, byte[] network, int[] shape, int rounds) in Networks())
        {
            var context = new MLContext(1);
            int width = shape.Aggregate(1, (a, b) => a * b);
            SchemaDefinition schema = SchemaDefinition.Create(typeof(Example));
            schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
            IDataView data = context.Data.LoadFromEnumerable(Examples(width), schema);
            string file = Path.GetTempFileName();
            File.WriteAllBytes(file, network);
            OnnxLayersTransformer model = context.Thermo().OnnxLayers(file, new OnnxLayersOptions { BatchSize = BatchSize }).Fit(data);
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
            using var session = new InferenceSession(network, options);
            Action plain = () => Run(session, data, [BatchSize, .. shape]);
            yield return new Comparison($"OnnxLayers({name}), 10,000 rows", "the network in batches", () => Read(model.Transform(data), ["LayerTemperature", "LayerEntropy", "LayerEfficiency"]), plain, 1.5) { Rounds = rounds };
            yield return new Comparison("the same without entropies", "the network in batches", () => Read(model.Transform(data), ["LayerTemperature", "LayerEfficiency"]), plain, 1.5) { Rounds = rounds };
            model.Dispose();
            File.Delete(file);
        }
    }

    private static IEnumerable<(string Name, byte[] Model, int[] Shape, int Rounds)> Networks()
    {
        int[] pads = [1, 1, 1, 1], two = [2, 2];
        yield return ("convolutions 3x32x32", new OnnxBuilder().Input("x", "N", 3, 32, 32)
            .Weights("w1", 32, 3, 3, 3).Weights("b1", 32).Weights("w2", 64, 32, 3, 3).Weights("b2", 64).Weights("w3", 64, 64, 3, 3).Weights("b3", 64).Weights("w4", 64, 10)
            .Node("Conv", "x w1 b1", "c1", ("pads", pads)).Node("Relu", "c1", "r1").Node("MaxPool", "r1", "p1", ("kernel_shape", two), ("strides", two))
            .Node("Conv", "p1 w2 b2", "c2", ("pads", pads)).Node("Relu", "c2", "r2").Node("MaxPool", "r2", "p2", ("kernel_shape", two), ("strides", two))
            .Node("Conv", "p2 w3 b3", "c3", ("pads", pads)).Node("Relu", "c3", "r3").Node("GlobalAveragePool", "r3", "g").Node("Flatten", "g", "f").Node("MatMul", "f w4", "y")
            .Output("y", "N", 10).ToModel(), [3, 32, 32], 5);
        yield return ("dense 784-256-128-10", new OnnxBuilder().Input("x", "N", 784)
            .Weights("w1", 256, 784).Weights("b1", 256).Weights("w2", 128, 256).Weights("b2", 128).Weights("w3", 10, 128).Weights("b3", 10)
            .Node("Gemm", "x w1 b1", "h1", ("transB", 1)).Node("Relu", "h1", "r1").Node("Gemm", "r1 w2 b2", "h2", ("transB", 1)).Node("Relu", "h2", "r2")
            .Node("Gemm", "r2 w3 b3", "y", ("transB", 1)).Output("y", "N", 10).ToModel(), [784], 25);
    }

    private static void Run(InferenceSession session, IDataView data, long[] shape)
    {
        float[] batch = new float[shape.Aggregate(1L, (a, b) => a * b)];
        int width = batch.Length / BatchSize, row = 0;
        DataViewSchema.Column features = data.Schema["Features"];
        using DataViewRowCursor cursor = data.GetRowCursor([features]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(features);
        VBuffer<float> numbers = default;
        using var run = new RunOptions();
        while (cursor.MoveNext())
        {
            getter(ref numbers);
            numbers.GetValues().CopyTo(batch.AsSpan(row++ * width));
            if (row == BatchSize)
                Flush();
        }

        if (row > 0)
            Flush();

        void Flush()
        {
            using OrtValue x = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, batch.AsMemory(0, row * width), [row, .. shape[1..]]);
            session.Run(run, ["x"], [x], ["y"]).Dispose();
            row = 0;
        }
    }

    private static void Read(IDataView data, string[] columns)
    {
        DataViewSchema.Column[] wanted = [.. columns.Select(name => data.Schema[name])];
        using DataViewRowCursor cursor = data.GetRowCursor(wanted);
        ValueGetter<VBuffer<float>>[] getters = [.. wanted.Select(column => cursor.GetGetter<VBuffer<float>>(column))];
        VBuffer<float> value = default;
        while (cursor.MoveNext())
        {
            foreach (ValueGetter<VBuffer<float>> getter in getters)
                getter(ref value);
        }
    }

    private static Example[] Examples(int width)
    {
        var random = new RandomStream(1, 0);
        double[] numbers = new double[width];
        return [.. Enumerable.Range(0, Rows).Select(_ =>
        {
            random.FillNormal(numbers);
            return new Example { Features = [.. numbers.Select(x => (float)x)] };
        })];
    }

    private sealed class Example
    {
        public float[] Features { get; set; } = [];
    }
}
