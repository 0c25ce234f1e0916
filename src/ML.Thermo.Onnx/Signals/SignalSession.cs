using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// A network that runs as usual and hands out, beside its outputs, what its taps found. Thread-safe: several threads may call
/// <see cref="Run"/> at once, each batch on one of them.
/// </summary>
/// <remarks>
/// The taps are nodes appended to the model (nothing is parsed or rewritten), the last layer's first, and the network's own outputs are
/// tapped too: ONNX Runtime then runs each tap right behind the layer it looks at, and frees the activation at once.
/// </remarks>
internal sealed class SignalSession : IDisposable
{
    /// <summary>The mask of padding as 32-bit floats, where a tap needs it.</summary>
    public const string MaskTensor = Prefix + "mask";

    private const string Prefix = "ml.thermo/";
    private const long CastByNumber = 6;

    private readonly InferenceSession _session;
    private readonly ISignalBackend _backend;
    private readonly IReadOnlyList<SignalTap> _taps;
    private readonly int[] _first;
    private readonly string[] _statistics;
    private readonly string[] _names;

    /// <param name="model">The network.</param>
    /// <param name="taps">What is watched.</param>
    /// <param name="backend">How sums are made.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="configure">More options.</param>
    /// <param name="savesMemory">Whether activations are let go as soon as they were looked at, which takes a look at the outputs too.</param>
    public SignalSession(
        OnnxModel model, IReadOnlyList<SignalTap> taps, ISignalBackend backend, ExecutionDevice device, Action<SessionOptions>? configure = null,
        bool savesMemory = true)
    {
        _backend = backend;
        _taps = taps;
        (GraphPatch patch, IReadOnlyList<string>[] statistics) = Patch(model, taps, backend, savesMemory);
        _statistics = [.. statistics.SelectMany(names => names)];
        _first = new int[taps.Count + 1];
        for (int i = 0; i < taps.Count; i++)
            _first[i + 1] = _first[i] + statistics[i].Count;
        _names = [.. _statistics, .. model.Graph.Outputs.Select(output => output.Name)];
        _session = device.Open(model, patch, options =>
        {
            backend.Configure(options);
            configure?.Invoke(options);
        });
    }

    /// <summary>Runs one batch.</summary>
    /// <param name="inputs">The network's inputs by name.</param>
    /// <param name="withOutputs">Whether the network's own outputs are wanted too; they follow the statistics.</param>
    /// <exception cref="ThermoException">ONNX Runtime refused the inputs; the message is its own.</exception>
    public SignalResult Run(IReadOnlyDictionary<string, OrtValue> inputs, bool withOutputs = false)
    {
        using var run = new RunOptions();
        try
        {
            return new(this, _session.Run(run, inputs, withOutputs || _statistics.Length == 0 ? _names : _statistics));
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime could not run the network: {e.Message}", e);
        }
    }

    public void Dispose() => _session.Dispose();

    public string EndProfiling() => _session.EndProfiling();

    private static (GraphPatch Patch, IReadOnlyList<string>[] Statistics) Patch(
        OnnxModel model, IReadOnlyList<SignalTap> taps, ISignalBackend backend, bool savesMemory)
    {
        var patch = new GraphPatch();
        bool casts = model.OperatorSet is 0 or >= CastByNumber;
        if (taps.FirstOrDefault(tap => tap.Mask is not null)?.Mask is { } mask)
            patch.Node("Cast", [mask.Input], [MaskTensor], attributes: PatchAttribute.Of("to", (long)ElementType.Float));
        IReadOnlyList<string>[] statistics = new IReadOnlyList<string>[taps.Count];

        // Nobody reads these, but without them the nodes that make the network's outputs are leaves that pull all layers before any tap.
        HashSet<string> tapped = [.. taps.Select(tap => tap.Tensor)];
        int end = taps.Count;
        foreach (OnnxValue output in model.Graph.Outputs.Where(
            o => savesMemory && taps.Count > 0 && o.Kind == ValueKind.Tensor && o.ElementType.IsFloating() && !tapped.Contains(o.Name)))
        {
            foreach (string name in Attach(patch, new SignalTap(output.Name, 0), end++, backend, casts))
                patch.Output(name);
        }

        for (int i = taps.Count - 1; i >= 0; i--)
            statistics[i] = Attach(patch, taps[i], i, backend, casts);
        foreach (string name in statistics.SelectMany(names => names))
            patch.Output(name);
        if (backend.Kind == SignalBackend.Operator && taps.Count > 0)
            patch.OperatorSet(SignalOperator.Domain, 1);
        return (patch, statistics);
    }

    private static IReadOnlyList<string> Attach(GraphPatch patch, SignalTap tap, int index, ISignalBackend backend, bool casts)
    {
        string prefix = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{index}/"), watched = tap.Tensor, floats = prefix + "float";
        if (tap.Terms is { } terms)
            patch.Node("Sum", terms, [watched = prefix + "sum"]);
        if (casts)
            patch.Node("Cast", [watched], [floats], attributes: PatchAttribute.Of("to", (long)ElementType.Float));
        else
            floats = watched; // a Cast of those days has no type that could be inferred; its tensors are floats
        if (tap.Quantization is { } codes)
        {
            patch.Initializer<float>(prefix + "zero", [], [(float)codes.ZeroPoint]).Initializer<float>(prefix + "step", [], [(float)codes.Scale]);
            patch.Node("Sub", [floats, prefix + "zero"], [prefix + "steps"]);
            patch.Node("Mul", [prefix + "steps", prefix + "step"], [prefix + "real"]);
            floats = prefix + "real";
        }

        return backend.Attach(patch, tap, floats, prefix);
    }

    /// <summary>What one run brought.</summary>
    internal sealed class SignalResult(SignalSession session, IDisposableReadOnlyCollection<OrtValue> values) : IDisposable
    {
        /// <summary>The <see cref="SignalRecord"/> of a tap.</summary>
        public ReadOnlySpan<double> Record(int tap)
        {
            OrtValue[] own = [.. Enumerable.Range(session._first[tap], session._first[tap + 1] - session._first[tap]).Select(i => values[i])];
            return session._backend.Read(session._taps[tap], own);
        }

        /// <summary>The network's own outputs; they live as long as this.</summary>
        public IReadOnlyList<OrtValue> Outputs => [.. values.Skip(session._statistics.Length)];

        public void Dispose() => values.Dispose();
    }
}
