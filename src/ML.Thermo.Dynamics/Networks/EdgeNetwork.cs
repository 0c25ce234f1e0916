using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ML.Thermo.Onnx.Execution;

namespace ML.Thermo.Dynamics.Networks;

/// <summary>An ONNX network that says one number of each edge, from what it asks for: r, first, second (temperatures of its nodes) and kind.</summary>
internal sealed class EdgeNetwork : IDisposable
{
    private static readonly string[] Known = ["r", "first", "second", "kind"];
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _inputs, _outputs;
    private readonly string _path;

    public EdgeNetwork(string path, ExecutionDevice device)
    {
        _path = path;
        if (!File.Exists(path))
            throw new ThermoException($"There is no network '{path}': expected an ONNX file with an input r of shape [E, 1].");
        try
        {
            using SessionOptions options = device.CreateSessionOptions();
            _session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime cannot load '{path}': {e.Message}", e);
        }

        _inputs = [.. _session.InputMetadata.Keys];
        _outputs = [_session.OutputMetadata.Keys.First()];
        foreach ((string name, NodeMetadata metadata) in _session.InputMetadata)
        {
            TensorElementType wanted = name == "kind" ? TensorElementType.Int64 : TensorElementType.Double;
            if (!Known.Contains(name))
                throw new ThermoException($"'{path}' has an input '{name}': expected some of {string.Join(", ", Known)}.");
            if (metadata.ElementDataType != wanted)
                throw new ThermoException($"Input '{name}' of '{path}' is {metadata.ElementDataType}: expected {wanted}, for the step takes differences " +
                    "that float would lose.");
        }
    }

    public void Evaluate(ReadOnlySpan<int> kinds, ReadOnlySpan<double> r, ReadOnlySpan<double> first, ReadOnlySpan<double> second, Span<double> values)
    {
        if (values.Length == 0)
            return;
        long[] shape = [values.Length, 1];
        var inputs = new OrtValue[_inputs.Length];
        try
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] = _inputs[i] switch
                {
                    "r" => OrtValue.CreateTensorValueFromMemory(r.ToArray(), shape),
                    "first" => OrtValue.CreateTensorValueFromMemory(Given(first, "first").ToArray(), shape),
                    "second" => OrtValue.CreateTensorValueFromMemory(Given(second, "second").ToArray(), shape),
                    _ => OrtValue.CreateTensorValueFromMemory(Widened(kinds), shape),
                };
            }

            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_run, _inputs, inputs, _outputs);
            ReadOnlySpan<double> result = results[0].GetTensorDataAsSpan<double>();
            if (result.Length != values.Length)
                throw new ThermoException($"'{_path}' gave {result.Length} numbers for {values.Length} edges: expected one an edge.");
            result.CopyTo(values);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime cannot run '{_path}': {e.Message}", e);
        }
        finally
        {
            foreach (OrtValue input in inputs)
                input?.Dispose();
        }
    }

    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private ReadOnlySpan<double> Given(ReadOnlySpan<double> values, string name) =>
        values.IsEmpty ? throw new ThermoException($"'{_path}' asks for '{name}', which only a conductance may: a potential or friction that knows " +
            "temperatures would break the first law.") : values;

    private static long[] Widened(ReadOnlySpan<int> kinds)
    {
        long[] wide = new long[kinds.Length];
        for (int e = 0; e < wide.Length; e++)
            wide[e] = kinds[e];
        return wide;
    }
}
