using Microsoft.ML.OnnxRuntime;

namespace ML.Thermo.Onnx.Signals;

/// <summary>The inputs of one run.</summary>
/// <remarks>Whoever consumes a batch disposes it.</remarks>
public sealed class NetworkBatch : IDisposable
{
    /// <summary>Takes over the inputs of one run.</summary>
    /// <param name="inputs">OrtValues by the names of the network's inputs; disposed with the batch.</param>
    /// <param name="rows">Number of rows (samples) in them, ≥ 1.</param>
    public NetworkBatch(IReadOnlyDictionary<string, OrtValue> inputs, int rows)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        Inputs = inputs;
        Rows = rows;
    }

    /// <summary>OrtValues by name.</summary>
    public IReadOnlyDictionary<string, OrtValue> Inputs { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (OrtValue value in Inputs.Values)
            value.Dispose();
    }
}
