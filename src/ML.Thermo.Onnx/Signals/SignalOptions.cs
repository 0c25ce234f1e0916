using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Onnx.Signals;

/// <summary>Choices of a signal analysis.</summary>
public sealed record SignalOptions
{
    /// <summary>Where the network runs.</summary>
    public ExecutionDevice Device { get; init; } = ExecutionDevice.Cpu;

    /// <summary>How the sums are made.</summary>
    public SignalBackend Backend { get; init; }

    /// <summary>Number of batches that run at once, one thread each; 0 for one a core (on CUDA: one). Results do not depend on it.</summary>
    public int Streams { get; init; }

    /// <summary>About how many values of a layer enter its entropy and its tails in one batch, less than twice as many at most; 0 for neither.</summary>
    public int EntropySample { get; init; } = 4096;

    /// <summary>Which layers to watch; null for all.</summary>
    public Func<Layer, bool>? Layers { get; init; }

    /// <summary>
    /// Whether to look only at what comes out of a layer. ONNX Runtime then keeps convolutions fused with their activations, which is faster;
    /// but q, η and the entropy of layers with an activation cannot be told and are undefined.
    /// </summary>
    public bool OutputsOnly { get; init; }

    /// <summary>
    /// Whether places of a row that an attention mask leaves out leave the statistics too, queries and keys alike. On CUDA the activations then
    /// come back to the host.
    /// </summary>
    public bool LeavesOutPadding { get; init; } = true;

    internal ISignalBackend BackendFor(long operatorSet, bool hasMask = false)
    {
        SignalBackend kind = Backend != SignalBackend.Automatic ? Backend
            : !Device.IsCuda ? SignalBackend.Operator
            : operatorSet >= ReductionBackend.OldestOperatorSet && !hasMask ? SignalBackend.Reductions
            : SignalBackend.Outputs;
        return kind switch
        {
            SignalBackend.Operator when Device.IsCuda =>
                throw new ThermoException($"The operator back end runs on the CPU, and the device is {Device}: choose reductions or outputs."),
            SignalBackend.Operator => new OperatorBackend(),
            SignalBackend.Reductions => new ReductionBackend(operatorSet),
            SignalBackend.Outputs => new OutputBackend(),
            _ => throw new ArgumentOutOfRangeException(nameof(operatorSet), Backend, "Unknown back end."),
        };
    }

    internal int StreamCount => Streams > 0 ? Streams : Device.IsCuda ? 1 : Environment.ProcessorCount;
}
