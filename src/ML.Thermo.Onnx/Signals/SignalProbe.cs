using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Signals;

/// <summary>A tensor to watch while the network runs.</summary>
/// <param name="Tensor">Its name in the graph.</param>
/// <param name="UnitAxis">The axis along which its units lie: 1 for channels of images, −1 for features.</param>
/// <param name="Histogram">Whether to keep a histogram of its values too.</param>
/// <remarks>Maturity: estimator.</remarks>
public sealed record SignalTap(string Tensor, int UnitAxis, bool Histogram = true);

/// <summary>
/// A network that runs as usual and hands out, beside its outputs, the sums of the tensors that are tapped. Thread-safe: several threads
/// may call <see cref="Run"/> at once, each batch on one of them.
/// </summary>
/// <remarks>
/// <para>The taps are nodes appended to the model (nothing is parsed or rewritten); on the CPU they are one operator written in C# that reads
/// the tensor while it is in the cache, so no activation leaves the session.</para>
/// <para>Maturity: estimator.</para>
/// </remarks>
public sealed class SignalProbe : IDisposable
{
    private const string Prefix = "ml.thermo/";

    private readonly InferenceSession _session;
    private readonly IReadOnlyList<SignalTap> _taps;
    private readonly string[] _outputs;

    /// <summary>Loads the network with its taps.</summary>
    /// <param name="model">The network.</param>
    /// <param name="taps">Tensors of 32-bit or 16-bit floats, in the order of the layers.</param>
    /// <param name="options">Options for the session; the operator is added to them. Null for one thread a run.</param>
    /// <param name="histogramLimit">Most values of one tensor that enter its histogram in one run.</param>
    /// <exception cref="ThermoException">ONNX Runtime cannot load the model; the message is its own.</exception>
    public SignalProbe(OnnxModel model, IReadOnlyList<SignalTap> taps, SessionOptions? options = null, int histogramLimit = 16_384)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(taps);
        _taps = taps;
        using SessionOptions own = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options ??= own;
        SignalOperator.Register(options);
        if (model.Folder is not null)
            options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", model.Folder);
        try
        {
            _session = new InferenceSession(Patch(taps, histogramLimit).ApplyTo(model), options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime cannot load '{model.Name}': {e.Message}", e);
        }

        _outputs = [.. Enumerable.Range(0, taps.Count).Select(OutputOf), .. model.Graph.Outputs.Select(output => output.Name)];
    }

    /// <summary>The network's inputs and their types, as ONNX Runtime sees them.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> Inputs => _session.InputMetadata;

    /// <summary>Runs one batch.</summary>
    /// <param name="inputs">The network's inputs by name.</param>
    /// <param name="outputs">Receives the network's own outputs, to be disposed by the caller.</param>
    /// <returns>The sums of the tapped tensors, in the order of the taps.</returns>
    /// <exception cref="ThermoException">ONNX Runtime refused the inputs; the message is its own.</exception>
    public IReadOnlyList<SignalSums> Run(IReadOnlyDictionary<string, OrtValue> inputs, out IReadOnlyList<OrtValue> outputs)
    {
        using var run = new RunOptions();
        try
        {
            IDisposableReadOnlyCollection<OrtValue> values = _session.Run(run, inputs, _outputs);
            SignalSums[] sums = new SignalSums[_taps.Count];
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] = new SignalSums(values[i].GetTensorDataAsSpan<double>(), _taps[i].Histogram);
                values[i].Dispose();
            }

            outputs = [.. values.Skip(sums.Length)];
            return sums;
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime could not run the network: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    /// <summary>The last layer's tap comes first: ONNX Runtime then runs each tap right behind the layer it looks at.</summary>
    private static GraphPatch Patch(IReadOnlyList<SignalTap> taps, int histogramLimit)
    {
        var patch = new GraphPatch();
        for (int i = taps.Count - 1; i >= 0; i--)
        {
            string floats = Prefix + i + "/float", layout = Prefix + i + "/layout";
            patch.Initializer<long>(layout, [2], [taps[i].UnitAxis, taps[i].Histogram ? histogramLimit : 0]);
            patch.Node("Cast", [taps[i].Tensor], [floats], attributes: PatchAttribute.Of("to", (long)ElementType.Float));
            patch.Node(SignalOperator.Name, [floats, layout], [OutputOf(i)], SignalOperator.Domain);
        }

        for (int i = 0; i < taps.Count; i++)
            patch.Output(OutputOf(i));
        return taps.Count == 0 ? patch : patch.OperatorSet(SignalOperator.Domain, 1);
    }

    private static string OutputOf(int tap) => Prefix + tap;
}
