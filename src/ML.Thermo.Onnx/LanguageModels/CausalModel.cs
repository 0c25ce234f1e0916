using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Scans.Sequences;
using ML.Thermo.Sharing;

namespace ML.Thermo.Onnx.LanguageModels;

/// <summary>A causal language model from an ONNX file: one integer input [batch, time], one output [batch, time, V].</summary>
/// <remarks>
/// <para>An attention mask is filled with ones and positions with 0, 1, …, because sequences come unpadded. Past keys and values are given empty where their
/// shapes are known but for batch and time. Anything else is refused by name.</para>
/// <para>On the CPU a pass has one thread, and several passes go side by side: what a pass gives does not depend on the number of processors.</para>
/// </remarks>
[Maturity(Maturity.Theorem, "it runs the model as it is")]
public sealed class CausalModel : INextTokenModel, IShared, IDisposable
{
    private readonly OnnxModel _model;
    private readonly InferenceSession _session;
    private readonly CausalInputs _inputs;
    private readonly string _output;
    private readonly bool _isOnCpu;

    private CausalModel(OnnxModel model, ExecutionDevice device)
    {
        _model = model;
        _isOnCpu = device.Name == ExecutionDevice.Cpu.Name;
        _inputs = CausalInputs.Of(model);
        _output = Output(model).Name;
        _session = device.Open(model, null, options => options.IntraOpNumThreads = _isOnCpu ? 1 : Environment.ProcessorCount);
    }

    /// <summary>The file's name.</summary>
    public string Name => _model.Name;

    /// <inheritdoc/>
    public int Vocabulary { get; private init; }

    /// <inheritdoc/>
    SharedFile IShared.File => _model.Shared;

    /// <inheritdoc/>
    int IShared.Streams => _isOnCpu ? Environment.ProcessorCount : 1;

    /// <summary>Opens a model and runs it once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where it runs; null for the CPU.</param>
    /// <exception cref="ThermoException">It is no causal language model; the message lists its inputs and outputs.</exception>
    public static CausalModel Open(string path, ExecutionDevice? device = null) => Of(OnnxModel.Open(path), device);

    /// <summary>Runs a model once; it is disposed with this.</summary>
    internal static CausalModel Of(OnnxModel model, ExecutionDevice? device = null)
    {
        try
        {
            var causal = new CausalModel(model, device ?? ExecutionDevice.Cpu);
            using IDisposableReadOnlyCollection<OrtValue> one = causal.Run([[0]]);
            return new CausalModel(causal, (int)one[0].GetTensorTypeAndShape().Shape[^1]);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private CausalModel(CausalModel opened, int vocabulary) =>
        (_model, _session, _inputs, _output, _isOnCpu, Vocabulary) =
            (opened._model, opened._session, opened._inputs, opened._output, opened._isOnCpu, vocabulary);

    /// <summary>Makes sure that sequences of a length fit into the model's context.</summary>
    /// <param name="prompt">Tokens of the prompt.</param>
    /// <param name="tokens">Tokens of the output.</param>
    /// <exception cref="UnusableDataException">They are too long together.</exception>
    public void CheckLength(int prompt, int tokens)
    {
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> run = Run([new int[prompt + tokens - 1]]);
        }
        catch (ThermoException failure)
        {
            throw new UnusableDataException($"A prompt of {prompt} tokens and an output of {tokens} do not fit into the context of '{Name}': take fewer "
                + $"--tokens or a shorter prompt. ({failure.Message})");
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ThermoException">ONNX Runtime refused the run; the message is its own.</exception>
    public void Score(IReadOnlyList<int[]> sequences, int last, Span<float> logits)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        using IDisposableReadOnlyCollection<OrtValue> outputs = Run(sequences);
        long[] shape = outputs[0].GetTensorTypeAndShape().Shape;
        int time = (int)shape[1], batch = sequences.Count;
        if (shape.Length != 3 || shape[0] != batch || time != sequences[0].Length || shape[2] != Vocabulary)
            throw new ThermoException($"The output '{_output}' of '{Name}' has the shape [{string.Join(',', shape)}]: expected "
                + $"[{batch},{sequences[0].Length},{Vocabulary}].");
        for (int i = 0; i < batch; i++)
            Copy(outputs[0], ((i * time) + time - last) * Vocabulary, logits.Slice(i * last * Vocabulary, last * Vocabulary));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    private static void Copy(OrtValue from, int start, Span<float> to)
    {
        if (from.GetTensorTypeAndShape().ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float16)
        {
            ReadOnlySpan<Float16> halves = from.GetTensorDataAsSpan<Float16>().Slice(start, to.Length);
            for (int i = 0; i < to.Length; i++)
                to[i] = (float)halves[i];
            return;
        }

        from.GetTensorDataAsSpan<float>().Slice(start, to.Length).CopyTo(to);
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(IReadOnlyList<int[]> sequences)
    {
        using var run = new RunOptions();
        IReadOnlyList<(string Name, OrtValue Value)> inputs = _inputs.Make(sequences);
        try
        {
            return _session.Run(run, [.. inputs.Select(input => input.Name)], [.. inputs.Select(input => input.Value)], [_output]);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime could not run '{Name}' on {sequences.Count} sequences of {sequences[0].Length} tokens: {e.Message}", e);
        }
        finally
        {
            foreach ((_, OrtValue value) in inputs)
                value.Dispose();
        }
    }

    private static OnnxValue Output(OnnxModel model)
    {
        OnnxValue[] logits = [.. model.Graph.Outputs.Where(output => output.Shape is null or { Count: 3 } && IsFloat(output.ElementType))];
        return logits.FirstOrDefault(output => output.Name == "logits") ?? (logits.Length == 1
            ? logits[0]
            : throw new ThermoException($"'{model.Name}' has the outputs {string.Join(", ", model.Graph.Outputs)}: expected one of floats [batch, time, "
                + "tokens], or one named 'logits'."));
    }

    private static bool IsFloat(ElementType type) => type is ElementType.Float or ElementType.Float16;
}
