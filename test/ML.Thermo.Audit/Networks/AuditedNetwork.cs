using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Tests;

namespace ML.Thermo.Audit.Networks;

/// <summary>A network with its data.</summary>
internal sealed class AuditedNetwork : IDisposable
{
    private const int Inputs = 8, FewRows = 64;

    private readonly NetworkBatch[] _batches;

    private AuditedNetwork(string name, OnnxModel model, NetworkBatch[] batches, EnergyOptions energy)
    {
        (Name, Model, _batches) = (name, model, batches);
        Energy = NetworkEnergy.Of(LayerGraph.Of(model), [.. batches.Select(batch => batch.Inputs)], energy);
    }

    public string Name { get; }

    public OnnxModel Model { get; }

    public NetworkEnergy Energy { get; }

    /// <summary>A rectified network of so many layers and so many units each, its weights drawn by He's rule, on 64 normal rows of eight.</summary>
    public static AuditedNetwork Rectified(int depth, int width)
    {
        var random = new RandomStream(13, (ulong)((100 * depth) + width));
        OnnxModel model = Rectified(depth, width, 1, random, null, 0);
        return new($"ReLU, {depth} layers of {width}", model, [Normal(random)], new());
    }

    /// <summary>The same with scores of three classes, its weights moved by a share of their deviation along a second stream, on rows of a sample.</summary>
    public static AuditedNetwork Moved(int depth, int width, double share, ulong sample)
    {
        ulong law = (ulong)((100 * depth) + width);
        OnnxModel model = Rectified(depth, width, 3, new RandomStream(13, law), new RandomStream(19, law), share);
        return new($"ReLU, {depth} layers of {width}", model, [Normal(new RandomStream(23, sample))], new() { Meaning = OutputMeaning.Logits });
    }

    private static OnnxModel Rectified(int depth, int width, int outputs, RandomStream random, RandomStream? moves, double share)
    {
        OnnxBuilder builder = new OnnxBuilder().Input("x", "N", Inputs);
        for (int layer = 1, fan = Inputs; layer <= depth; fan = width, layer++)
        {
            int units = layer == depth ? outputs : width;
            double deviation = Math.Sqrt((layer == depth ? 1.0 : 2.0) / fan);
            double Weight() => deviation * (random.NextNormal() + (moves is { } stream ? share * stream.NextNormal() : 0));
            builder.Weights($"fc{layer}.weight", [fan, units], [.. Enumerable.Range(0, fan * units).Select(_ => (float)Weight())]);
            builder.Node("MatMul", $"{(layer == 1 ? "x" : $"r{layer - 1}")} fc{layer}.weight", layer == depth ? "y" : $"h{layer}");
            if (layer < depth)
                builder.Node("Relu", $"h{layer}", $"r{layer}");
        }

        return OnnxModel.Read(builder.Output("y", "N", outputs).ToModel());
    }

    private static NetworkBatch Normal(RandomStream random)
    {
        float[] data = [.. Enumerable.Range(0, FewRows * Inputs).Select(_ => (float)random.NextNormal())];
        return new(new Dictionary<string, OrtValue> { ["x"] = OrtValue.CreateTensorValueFromMemory(data, [FewRows, Inputs]) }, FewRows);
    }

    /// <summary>One of test/data/networks on the first of its held-out rows, its outputs read as values: the trained state is then exact, and all of an
    /// error is that of the draws.</summary>
    public static AuditedNetwork Shipped(string name, int rows)
    {
        OnnxModel model = Open(name);
        NetworkBatch first = NetworkInputs.Read(Data, model).Batches(rows).First();
        return new(name, model, [first], new() { Meaning = OutputMeaning.Values });
    }

    /// <summary>One of test/data/networks on so many of its held-out rows, drawn with replacement, its outputs read as scores of classes, against its own
    /// outputs or against labels.</summary>
    public static AuditedNetwork Sampled(string name, int rows, ulong sample, bool hasLabels)
    {
        string file = Path.Combine(AppContext.BaseDirectory, "networks", "digits-labels.npy");
        long[] labels = [.. NumpyArray.ReadFile(file)[0].ToDoubles().Select(label => (long)label)];
        long[] given = new long[rows];
        OnnxModel model = Open(name);
        using NetworkBatch all = NetworkInputs.Read(Data, model).Batches(int.MaxValue).First();
        (string input, OrtValue value) = all.Inputs.Single();
        long[] shape = value.GetTensorTypeAndShape().Shape;
        ReadOnlySpan<float> numbers = value.GetTensorDataAsSpan<float>();
        int size = numbers.Length / (int)shape[0];
        float[] drawn = new float[rows * size];
        var random = new RandomStream(17, sample);
        for (int row = 0; row < rows; row++)
        {
            int source = (int)random.NextInteger((int)shape[0]);
            numbers.Slice(source * size, size).CopyTo(drawn.AsSpan(row * size));
            given[row] = labels[source];
        }

        var batch = new NetworkBatch(
            new Dictionary<string, OrtValue> { [input] = OrtValue.CreateTensorValueFromMemory(drawn, [rows, .. shape[1..]]) }, rows);
        return new(name, model, [batch], new() { Meaning = OutputMeaning.Logits, Labels = hasLabels ? given : null });
    }

    private static string Data => Path.Combine(AppContext.BaseDirectory, "networks", "digits.npz");

    private static OnnxModel Open(string name) => OnnxModel.Open(Path.Combine(AppContext.BaseDirectory, "networks", $"{name}.onnx"));

    public void Dispose()
    {
        foreach (NetworkBatch batch in _batches)
            batch.Dispose();
        Model.Dispose();
    }
}
