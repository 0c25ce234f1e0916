using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Execution;

/// <summary>The device that a network runs on: the CPU, or a CUDA GPU that was tried and works.</summary>
/// <remarks>
/// <para>CUDA asked for by name is either there or refused with the reason; only <c>auto</c> falls back to the CPU, and says why in
/// <see cref="FallbackReason"/>.</para>
/// <para>Maturity: theorem (a choice; it carries no number).</para>
/// </remarks>
public sealed class ExecutionDevice
{
    private static readonly GraphPatch Nothing = new();

    private readonly int? _cuda;

    private ExecutionDevice(int? cuda, string? fallbackReason = null)
    {
        _cuda = cuda;
        FallbackReason = fallbackReason;
    }

    /// <summary>The CPU.</summary>
    public static ExecutionDevice Cpu { get; } = new(null);

    /// <summary><c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Name => _cuda is { } index ? string.Create(CultureInfo.InvariantCulture, $"cuda:{index}") : "cpu";

    /// <summary>Whether it is a CUDA GPU.</summary>
    public bool IsCuda => _cuda is not null;

    /// <summary>Why <c>auto</c> took the CPU; null where it took a GPU or the CPU was asked for.</summary>
    public string? FallbackReason { get; }

    /// <summary>Chooses a device and tries it with a network of one node.</summary>
    /// <param name="text"><c>cpu</c>, <c>cuda</c>, <c>cuda:N</c> or <c>auto</c>.</param>
    /// <exception cref="ThermoException">The text is none of these, or CUDA was asked for and does not work: the reason is in the message.</exception>
    public static ExecutionDevice Choose(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string wanted = text.Trim().ToLowerInvariant();
        if (wanted == "cpu")
            return Cpu;
        int index = 0;
        if (wanted is not ("auto" or "cuda")
            && !(wanted.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(wanted[5..], NumberStyles.None, CultureInfo.InvariantCulture, out index)))
        {
            throw new ThermoException($"'{text}' is not a device: expected cpu, cuda, cuda:N (N = 0, 1, …) or auto.");
        }

        string? reason = TryCuda(index);
        if (reason is null)
            return new(index);
        return wanted == "auto" ? new(null, reason) : throw new ThermoException($"Device '{wanted}' does not work here: {reason}");
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Loads a patched model on this device, one thread a run.</summary>
    /// <exception cref="ThermoException">ONNX Runtime cannot load the model; the message is its own.</exception>
    internal InferenceSession Open(OnnxModel model, GraphPatch? patch = null, Action<SessionOptions>? configure = null)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        if (model.Folder is not null)
            options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", model.Folder);
        if (_cuda is { } index)
            options.AppendExecutionProvider_CUDA(index);
        configure?.Invoke(options);
        try
        {
            return new InferenceSession((patch ?? Nothing).ApplyTo(model), options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime cannot load '{model.Name}' on {Name}: {e.Message}", e);
        }
    }

    /// <summary>Null where a network runs on the GPU; else what is missing.</summary>
    private static string? TryCuda(int index)
    {
        try
        {
            // ONNX Runtime lists providers that cannot be loaded, so only a run proves anything.
            byte[] network = new GraphPatch().IrVersion(8).OperatorSet("", 13)
                .Input("x", ElementType.Float, 1).Node("Neg", ["x"], ["y"]).Output("y").ToArray();
            using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            options.AppendExecutionProvider_CUDA(index);
            using InferenceSession session = new(network, options);
            using OrtValue x = OrtValue.CreateTensorValueFromMemory(new float[] { 1 }, [1]);
            using var run = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> y = session.Run(run, ["x"], [x], ["y"]);
            return y[0].GetTensorDataAsSpan<float>()[0] == -1 ? null : "a network of one node computed a wrong number on it.";
        }
        catch (EntryPointNotFoundException)
        {
            return $"the native ONNX Runtime {OrtEnv.Instance().GetVersionString()} was built without CUDA. {Needs}";
        }
        catch (Exception e) when (e is OnnxRuntimeException or DllNotFoundException)
        {
            return $"{e.Message.TrimEnd().TrimEnd('.')}. {Needs}";
        }
    }

    private static string Needs =>
        "Needed: the package Microsoft.ML.OnnxRuntime.Gpu instead of Microsoft.ML.OnnxRuntime, an NVIDIA driver, and the CUDA and cuDNN libraries "
        + "of that package's release notes (up to 1.26: CUDA 12 with cuDNN 9; later packages may need CUDA 13) on the library path.";
}
