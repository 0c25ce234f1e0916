using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Explanations;

/// <summary>A network in a session: rows of numbers in, numbers of one output out. Thread-safe.</summary>
internal sealed class NetworkScorer : IDisposable
{
    private readonly OnnxModel _model;
    private readonly ExplainedOutput _output;
    private readonly InferenceSession _session;

    public NetworkScorer(OnnxModel model, ExplainedOutput output, ExecutionDevice device)
    {
        (_model, _output) = (model, output);
        bool isOutput = model.Graph.Outputs.Any(declared => declared.Name == output.Tensor);
        _session = device.Open(model, isOutput ? null : new GraphPatch().Output(output.Tensor)); // one thread a run: sums do not depend on the machine
    }

    /// <summary>Runs a batch.</summary>
    /// <param name="inputs">All inputs, of as many rows.</param>
    /// <param name="count">Number of rows.</param>
    /// <returns>The output's numbers, a row each.</returns>
    /// <exception cref="ThermoException">ONNX Runtime refuses to run it; the message is its own.</exception>
    public double[][] Score(IEnumerable<NetworkInput> inputs, int count)
    {
        Dictionary<string, OrtValue> values = inputs.ToDictionary(input => input.Name, input => input.Slice(0, count), StringComparer.Ordinal);
        try
        {
            using var run = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> made = _session.Run(run, values, [_output.Tensor]);
            return _output.Read(made[0], count, _model.Name);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime could not run '{_model.Name}': {e.Message}", e);
        }
        finally
        {
            foreach (OrtValue value in values.Values)
                value.Dispose();
        }
    }

    public void Dispose() => _session.Dispose();
}
