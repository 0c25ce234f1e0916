using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Signals;

/// <summary>How the statistics of a tapped tensor are made.</summary>
public enum SignalBackend
{
    /// <summary>The operator on the CPU, reductions in the graph on CUDA.</summary>
    Automatic,

    /// <summary>An operator in C# that runs inside the session: the fastest on the CPU; on a device it would copy every activation back.</summary>
    Operator,

    /// <summary>ONNX's own reductions, so that activations stay on the device; needs operator set 11. Histograms need operator set 18, else entropies
    /// are NaN.</summary>
    Reductions,

    /// <summary>The tensors themselves leave the session and are summed here: the reference, slow and large.</summary>
    Outputs,
}

/// <summary>Adds what watches a tensor to the graph, and reads what it found after a run.</summary>
internal interface ISignalBackend
{
    /// <summary>Which one it is.</summary>
    SignalBackend Kind { get; }

    /// <summary>Prepares a session's options.</summary>
    void Configure(SessionOptions options);

    /// <summary>Adds the nodes that watch one tensor of floats.</summary>
    /// <param name="patch">Additions to the model.</param>
    /// <param name="tap">What to watch.</param>
    /// <param name="floats">The tensor as 32-bit floats.</param>
    /// <param name="prefix">Starts the names of all that is added.</param>
    /// <returns>The tensors that leave the session.</returns>
    IReadOnlyList<string> Attach(GraphPatch patch, SignalTap tap, string floats, string prefix);

    /// <summary>Makes a <see cref="SignalRecord"/> of what left the session.</summary>
    /// <param name="tap">What was watched.</param>
    /// <param name="values">The tensors, in the order of <see cref="Attach"/>.</param>
    /// <returns>Valid as long as the values are.</returns>
    ReadOnlySpan<double> Read(SignalTap tap, ReadOnlySpan<OrtValue> values);
}
