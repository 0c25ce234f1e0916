using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Initialization;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Weights;

namespace ML.Thermo.Faults.Formats;

/// <summary>Networks: damaged as bytes, and field by field. Weights are compared with what a reader of this project's own finds.</summary>
/// <param name="withRuntime">ONNX Runtime is asked about every network that is taken.</param>
internal sealed class OnnxFormat(bool withRuntime) : IFormat
{
    private const long MostBytes = 300L << 20, MostWeights = 1 << 14;
    private readonly byte[][] _networks =
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "networks"), "*.onnx").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    /// <inheritdoc/>
    public string Name => "ONNX networks";

    /// <inheritdoc/>
    public byte[] Mutant(RandomStream random)
    {
        byte[] network = _networks[random.NextInteger(_networks.Length)];
        if (random.NextInteger(3) == 0)
            return Mutator.Damage(network, ref random);
        Fields tree = Fields.Read(network)!;
        for (long i = random.NextInteger(3); i >= 0; i--)
            tree.Damage(ref random);
        return tree.Write();
    }

    /// <inheritdoc/>
    public Verdict Judge(byte[] bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        using OnnxModel model = OnnxModel.Read(bytes);
        LayerGraph graph = LayerGraph.Of(model);
        _ = graph.ParameterCount;
        foreach (Layer layer in graph.Layers)
        {
            _ = layer.ToString();
            if (layer.Weight is { Count: < MostWeights } weight)
                Analyse(weight, layer);
        }

        if (GC.GetAllocatedBytesForCurrentThread() - before is > MostBytes and var taken)
            return new(Outcome.OverLimit, $"{taken >> 20} MiB for {bytes.Length} bytes");
        return Difference(bytes, model) is { } difference ? new(Outcome.SilentWrong, difference)
            : withRuntime && !Runs(bytes) ? new(Outcome.WorkedNotRunnable)
            : new(Outcome.Worked);
    }

    private static void Analyse(ParameterTensor weight, Layer layer)
    {
        try
        {
            WeightAnalysis.Of(WeightMatrix.Of(weight));
            layer.BatchNormalization?.Fold();
        }
        catch (ThermoException)
        {
            // The layer's line says why.
        }
    }

    /// <summary>Numbers of initialisers that the product reads otherwise than the tree of fields has them.</summary>
    private static string? Difference(byte[] bytes, OnnxModel model)
    {
        if (Fields.Read(bytes)?.Of(7).ToArray() is not [var graph])
            return null; // the walk of this file is simpler than the format: it says nothing
        Fields[] tensors = [.. graph.Of(5)];
        if (tensors.Length != model.Graph.Initializers.Count)
            return null;
        foreach ((Fields fields, OnnxTensor tensor) in tensors.Zip(model.Graph.Initializers))
        {
            bool isFloat = tensor is { ElementType: ElementType.Float, IsExternal: false } && fields.All.LastOrDefault(field => field.Number == 2)?.Value == 1;
            if (isFloat && !tensor.ToDoubles().SequenceEqual(fields.Floats()))
                return $"{tensor} is read as other numbers than it holds";
        }

        return null;
    }

    private static bool Runs(byte[] bytes)
    {
        try
        {
            using SessionOptions options = new() { GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL, IntraOpNumThreads = 1 };
            options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
            using InferenceSession session = new(bytes, options);
            return true;
        }
        catch (OnnxRuntimeException)
        {
            return false;
        }
    }
}
