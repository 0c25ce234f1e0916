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
        const int inputs = 8, rows = 64;
        var random = new RandomStream(13, (ulong)((100 * depth) + width));
        OnnxBuilder builder = new OnnxBuilder().Input("x", "N", inputs);
        for (int layer = 1, fan = inputs; layer <= depth; fan = width, layer++)
        {
            int units = layer == depth ? 1 : width;
            double deviation = Math.Sqrt((layer == depth ? 1.0 : 2.0) / fan);
            builder.Weights($"fc{layer}.weight", [fan, units], [.. Enumerable.Range(0, fan * units).Select(_ => (float)(deviation * random.NextNormal()))]);
            builder.Node("MatMul", $"{(layer == 1 ? "x" : $"r{layer - 1}")} fc{layer}.weight", layer == depth ? "y" : $"h{layer}");
            if (layer < depth)
                builder.Node("Relu", $"h{layer}", $"r{layer}");
        }

        float[] data = [.. Enumerable.Range(0, rows * inputs).Select(_ => (float)random.NextNormal())];
        var batch = new NetworkBatch(new Dictionary<string, OrtValue> { ["x"] = OrtValue.CreateTensorValueFromMemory(data, [rows, inputs]) }, rows);
        return new($"ReLU, {depth} layers of {width}", OnnxModel.Read(builder.Output("y", "N", 1).ToModel()), [batch], new());
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
