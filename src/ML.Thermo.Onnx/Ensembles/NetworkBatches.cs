using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>Runs a part of a network, once for all batches, and describes tensors by what really flowed.</summary>
internal static class NetworkBatches
{
    /// <summary>Opens a session on a model in memory.</summary>
    /// <exception cref="ThermoException">ONNX Runtime cannot load it; the message is its own.</exception>
    public static InferenceSession Open(byte[] part, OnnxModel model, Func<SessionOptions>? options)
    {
        using SessionOptions session = options?.Invoke() ?? ExecutionDevice.Cpu.CreateSessionOptions();
        session.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        if (model.Folder is not null)
            session.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", model.Folder);
        try
        {
            return new InferenceSession(part, session);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime cannot load '{model.Name}' or a part of it: {e.Message}", e);
        }
    }

    /// <summary>The values of some tensors for every batch; the caller disposes them.</summary>
    /// <exception cref="ThermoException">An input is missing or of a wrong type or shape; the message is ONNX Runtime's own.</exception>
    public static List<Dictionary<string, OrtValue>> Compute(
        Subgraph graph, OnnxModel model, IReadOnlyList<string> tensors, IReadOnlyList<IReadOnlyDictionary<string, OrtValue>> batches,
            Func<SessionOptions>? options, bool asFloats = false)
    {
        List<Dictionary<string, OrtValue>> values = [];
        if (tensors.Count == 0)
            return [.. batches.Select(_ => new Dictionary<string, OrtValue>())];
        IReadOnlyList<string> inputs = graph.InputsOf(tensors);
        string[] outputs = [.. tensors.Select(t => asFloats ? Subgraph.FloatName(t) : t)];
        using InferenceSession session = Open(graph.Part(Describe(inputs, batches), tensors, asFloats), model, options);
        using RunOptions run = new();
        try
        {
            foreach (IReadOnlyDictionary<string, OrtValue> batch in batches)
            {
                IDisposableReadOnlyCollection<OrtValue> computed = session.Run(run, inputs.ToDictionary(name => name, name => batch[name]), outputs);
                values.Add(tensors.Zip(computed).ToDictionary(pair => pair.First, pair => pair.Second));
            }
        }
        catch (OnnxRuntimeException e)
        {
            Release(values);
            throw new ThermoException($"ONNX Runtime could not run '{model.Name}': {e.Message}", e);
        }

        return values;
    }

    public static void Release(IEnumerable<Dictionary<string, OrtValue>> values)
    {
        foreach (OrtValue value in values.SelectMany(batch => batch.Values))
            value.Dispose();
    }

    /// <summary>Types and shapes of tensors as the batches bring them; an extent that differs between batches is free.</summary>
    /// <exception cref="ThermoException">A batch lacks one of them, or it is no tensor.</exception>
    public static IReadOnlyList<OnnxValue> Describe(IEnumerable<string> names, IReadOnlyList<IReadOnlyDictionary<string, OrtValue>> batches) =>
        [.. names.Select(name => Describe(name, [.. batches.Select((batch, i) => Value(name, batch, i))]))];

    public static bool IsTensorOfNumbers(OrtValue value) =>
        value.IsTensor && value.GetTensorTypeAndShape().ElementDataType != Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.String;

    private static OrtValue Value(string name, IReadOnlyDictionary<string, OrtValue> batch, int index)
    {
        if (!batch.TryGetValue(name, out OrtValue? value))
            throw new ThermoException($"Batch {index} has no input '{name}': expected it beside "
                + $"{(batch.Count == 0 ? "nothing" : string.Join(", ", batch.Keys.Select(key => $"'{key}'")))}.");
        return value.IsTensor ? value : throw new ThermoException($"'{name}' of batch {index} is no tensor.");
    }

    private static OnnxValue Describe(string name, IReadOnlyList<OrtValue> values)
    {
        OrtTensorTypeAndShapeInfo[] infos = [.. values.Select(v => v.GetTensorTypeAndShape())];
        Dimension[] shape =
        [
            .. infos[0].Shape.Select((extent, axis) =>
                infos.All(info => info.Shape.Length > axis && info.Shape[axis] == extent) ? new Dimension(extent) : new Dimension(null)),
        ];
        return new(name, ValueKind.Tensor, (ElementType)(int)infos[0].ElementDataType, shape);
    }
}
