using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Execution;

/// <summary>The device that a network runs on: the CPU, or a CUDA GPU or another execution provider that was tried and works.</summary>
/// <remarks>
/// <para>What is asked for by name is either there or refused with the reason; only <c>auto</c> falls back to the CPU, and says why in
/// <see cref="FallbackReason"/>.</para>
/// </remarks>
public sealed class ExecutionDevice
{
    private const string ByName = "provider:";
    private const int LargeModel = 1 << 24; // bytes
    private static readonly GraphPatch Nothing = new();

    private readonly Action<SessionOptions> _append;

    private ExecutionDevice(string name, Action<SessionOptions> append, string? fallbackReason = null) =>
        (Name, _append, FallbackReason) = (name, append, fallbackReason);

    /// <summary>The CPU.</summary>
    public static ExecutionDevice Cpu { get; } = new("cpu", _ => { });

    /// <summary><c>cpu</c>, <c>cuda:N</c> or <c>provider:NAME</c>.</summary>
    public string Name { get; }

    /// <summary>Whether it is a CUDA GPU.</summary>
    public bool IsCuda => Name.StartsWith("cuda", StringComparison.Ordinal);

    /// <summary>Why <c>auto</c> took the CPU; null where it took a GPU or a device was asked for by name.</summary>
    public string? FallbackReason { get; }

    /// <summary>Chooses a device and tries it with a network of one node.</summary>
    /// <param name="text"><c>cpu</c>, <c>cuda</c>, <c>cuda:N</c>, <c>auto</c> (CUDA where it works, else the CPU), or <c>provider:NAME</c>, an execution
    /// provider by ONNX Runtime's own name, such as <c>provider:XNNPACK</c>.</param>
    /// <exception cref="ThermoException">The text is none of these, or the device was asked for and does not work: the reason is in the message.</exception>
    public static ExecutionDevice Choose(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string wanted = text.Trim(), lower = wanted.ToLowerInvariant();
        if (lower == "cpu")
            return Cpu;
        if (lower.StartsWith(ByName, StringComparison.Ordinal) && lower.Length > ByName.Length)
        {
            string provider = wanted[ByName.Length..];
            ExecutionDevice named = new(ByName + provider, options => options.AppendExecutionProvider(provider, new Dictionary<string, string>()));
            return named.Obstacle() is not { } obstacle ? named
                : throw new ThermoException($"Device '{named}' does not work here: {obstacle} This build of ONNX Runtime {Version} has "
                    + $"{string.Join(", ", OrtEnv.Instance().GetAvailableProviders())}.");
        }

        int index = 0;
        if (lower is not ("auto" or "cuda")
            && !(lower.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(lower[5..], NumberStyles.None, CultureInfo.InvariantCulture, out index)))
        {
            throw new ThermoException($"'{text}' is not a device: expected cpu, cuda, cuda:N (N = 0, 1, …), auto or provider:NAME.");
        }

        ExecutionDevice cuda = new(string.Create(CultureInfo.InvariantCulture, $"cuda:{index}"), options => options.AppendExecutionProvider_CUDA(index));
        return cuda.Obstacle() is not { } reason ? cuda
            : lower == "auto" ? new(Cpu.Name, Cpu._append, $"{reason} {CudaNeeds}")
            : throw new ThermoException($"Device '{cuda}' does not work here: {reason} {CudaNeeds}");
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Options of a session on this device with one thread a run; the caller disposes them.</summary>
    /// <exception cref="ThermoException">The native ONNX Runtime is not there: no package of the application brings it.</exception>
    public SessionOptions CreateSessionOptions()
    {
        SessionOptions options;
        try
        {
            options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        }
        catch (Exception exception) when (exception.GetBaseException() is DllNotFoundException)
        {
            throw new ThermoException(
                "The native ONNX Runtime is not there: add the package Microsoft.ML.OnnxRuntime, or Microsoft.ML.OnnxRuntime.Gpu for CUDA.", exception);
        }

        _append(options);
        return options;
    }

    /// <summary>Loads a patched model on this device, one thread a run.</summary>
    /// <exception cref="ThermoException">ONNX Runtime cannot load the model; the message is its own.</exception>
    internal InferenceSession Open(OnnxModel model, GraphPatch? patch = null, Action<SessionOptions>? configure = null)
    {
        using SessionOptions options = CreateSessionOptions();
        if (model.Folder is not null)
            options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", model.Folder);
        configure?.Invoke(options);
        try
        {
            InferenceSession session = Load(model, patch ?? Nothing, options);
            if (model.Bytes.Length > LargeModel)
                GC.Collect(); // the patched bytes are as large as the network, and its activations will need the room
            return session;
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime cannot load '{model.Name}' on {Name}: {e.Message}", e);
        }
    }

    /// <summary>A method of its own, so that nothing holds the bytes once it is done.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static InferenceSession Load(OnnxModel model, GraphPatch patch, SessionOptions options) => new(patch.ApplyTo(model), options);

    /// <summary>Null where a network runs on it; else a sentence that says what is wrong. ONNX Runtime lists providers that cannot be loaded, so only a
    /// run proves anything.</summary>
    private string? Obstacle()
    {
        try
        {
            byte[] network = new GraphPatch().IrVersion(8).OperatorSet("", 13)
                .Input("x", ElementType.Float, 1).Node("Neg", ["x"], ["y"]).Output("y").ToArray();
            using SessionOptions options = CreateSessionOptions();
            using InferenceSession session = new(network, options);
            using OrtValue x = OrtValue.CreateTensorValueFromMemory(new float[] { 1 }, [1]);
            using var run = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> y = session.Run(run, ["x"], [x], ["y"]);
            return y[0].GetTensorDataAsSpan<float>()[0] == -1 ? null : "a network of one node computed a wrong number on it.";
        }
        catch (EntryPointNotFoundException)
        {
            return $"the native ONNX Runtime {Version} was built without it.";
        }
        catch (Exception e) when (e is OnnxRuntimeException or DllNotFoundException)
        {
            return $"{e.Message.TrimEnd().TrimEnd('.')}.";
        }
    }

    private static string Version => OrtEnv.Instance().GetVersionString();

    private static string CudaNeeds =>
        "Needed: the package Microsoft.ML.OnnxRuntime.Gpu instead of Microsoft.ML.OnnxRuntime, an NVIDIA driver, and the CUDA and cuDNN libraries "
        + "of that package's release notes (up to 1.26: CUDA 12 with cuDNN 9; later packages may need CUDA 13) on the library path.";
}
