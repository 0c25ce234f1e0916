using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using ML.Thermo.Dynamics.Reference;
using ML.Thermo.Onnx.Execution;

namespace ML.Thermo.Dynamics.Networks;

/// <summary>What the outputs of a network mean.</summary>
public enum IntegratorForm
{
    /// <summary>Rates of change, which classical Runge–Kutta steps integrate.</summary>
    Rates,

    /// <summary>The next state.</summary>
    Next,
}

/// <summary>
/// An ONNX model that moves a state: its floating inputs are the state, its whole-number inputs are constant (edges), its outputs are rates or the
/// next state, and
/// outputs named <c>energy</c> and <c>entropy</c> say what they are called.</summary>
/// <remarks>
/// The output that belongs to input x is named <c>dx</c>, <c>x_rate</c>, <c>next_x</c> or <c>x_next</c>; otherwise outputs belong to inputs in their
/// order.</remarks>
[Maturity(Maturity.Estimator, "a foreign model under audit")]
public sealed class NetworkIntegrator : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string _path;
    private readonly string[] _state, _results, _outputs;
    private readonly Dictionary<string, long[]> _constants;
    private readonly Dictionary<string, long[]> _shapes = [];

    private NetworkIntegrator(string path, InferenceSession session, IntegratorForm form, IReadOnlyDictionary<string, long[]> constants)
    {
        (_path, _session, Form, _constants) = (path, session, form, new Dictionary<string, long[]>(constants));
        _state = [.. session.InputMetadata.Where(input => IsFloating(input.Value)).Select(input => input.Key)];
        if (_state.Length == 0)
            throw new ThermoException($"'{path}' has no floating input: expected the state as one or more.");
        foreach (string name in session.InputMetadata.Keys.Except(_state))
        {
            if (!_constants.ContainsKey(name))
                throw new ThermoException($"'{path}' has an input '{name}' that is no part of the state: give the edges, for inputs named i and j.");
        }

        string[] outputs = [.. session.OutputMetadata.Keys];
        HasEnergy = outputs.Contains("energy");
        HasEntropy = outputs.Contains("entropy");
        string[] others = [.. outputs.Where(name => name is not ("energy" or "entropy"))];
        _results = [.. _state.Select((name, index) =>
            others.FirstOrDefault(output => Names(name).Contains(output)) ?? (index < others.Length ? others[index] : ""))];
        if (_results.Contains("") || _results.Distinct().Count() != _results.Length)
            throw new ThermoException($"'{path}' has the state inputs {string.Join(", ", _state)} and the outputs {string.Join(", ", outputs)}: expected " +
                "one output an input.");
        _outputs = [.. _results, .. HasEnergy ? ["energy"] : Array.Empty<string>(), .. HasEntropy ? ["entropy"] : Array.Empty<string>()];
    }

    /// <summary>What the outputs mean.</summary>
    public IntegratorForm Form { get; }

    /// <summary>Names of the parts of the state.</summary>
    public IReadOnlyList<string> Parts => _state;

    /// <summary>Whether an output is named energy.</summary>
    public bool HasEnergy { get; }

    /// <summary>Whether an output is named entropy.</summary>
    public bool HasEntropy { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="path">An ONNX file.</param>
    /// <param name="form">What its outputs mean.</param>
    /// <param name="constants">Whole-number inputs, such as the edges' ends i and j.</param>
    /// <param name="device">Default: the CPU.</param>
    /// <exception cref="ThermoException">The file is missing or no model, or its inputs and outputs do not fit one another.</exception>
    public static NetworkIntegrator Open(string path, IntegratorForm form, IReadOnlyDictionary<string, long[]>? constants = null,
        ExecutionDevice? device = null)
    {
        if (!File.Exists(path))
            throw new ThermoException($"There is no model '{path}': check the path.");
        InferenceSession session;
        try
        {
            using SessionOptions options = (device ?? ExecutionDevice.Cpu).CreateSessionOptions();
            session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime cannot load '{path}': {e.Message}", e);
        }

        return new NetworkIntegrator(path, session, form, constants ?? new Dictionary<string, long[]>());
    }

    /// <summary>Numbers a row of a part of the state: D for an input [N, D], all of it for a vector; 0 where the model leaves it open.</summary>
    /// <param name="part">A name among <see cref="Parts"/>.</param>
    public int Width(string part)
    {
        int[] shape = _session.InputMetadata[part].Dimensions;
        return shape.Length == 0 ? 1 : Math.Max(0, shape[^1]);
    }

    /// <summary>Moves a state by one step.</summary>
    /// <param name="state">One array a part, row by row; replaced.</param>
    /// <param name="step">h; not used by models that give the next state.</param>
    /// <exception cref="ThermoException">An output has another shape than its part of the state.</exception>
    /// <exception cref="UnusableDataException">The state is not finite, before or within the step.</exception>
    public void Advance(IReadOnlyList<double[]> state, double step)
    {
        if (Form == IntegratorForm.Next)
        {
            Run(state, _results, out double[][] next);
            for (int i = 0; i < next.Length; i++)
                next[i].CopyTo(state[i], 0);
            return;
        }

        double[] flat = [.. state.SelectMany(part => part)];
        RungeKutta.Step(
            (at, slope) =>
            {
                Run(Split(at, state), _results, out double[][] rates);
                rates.SelectMany(rate => rate).ToArray().CopyTo(slope);
            },
            flat, step);
        double[][] moved = Split(flat, state);
        for (int i = 0; i < moved.Length; i++)
            moved[i].CopyTo(state[i], 0);
    }

    /// <summary>What the model calls energy and entropy at a state; NaN where it has no such output.</summary>
    /// <param name="state">One array a part.</param>
    public (double Energy, double Entropy) Balance(IReadOnlyList<double[]> state)
    {
        if (!HasEnergy && !HasEntropy)
            return (double.NaN, double.NaN);
        string[] wanted = [.. _outputs[_results.Length..]];
        Run(state, wanted, out double[][] values);
        return (HasEnergy ? values[0][0] : double.NaN, HasEntropy ? values[^1][0] : double.NaN);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _run.Dispose();
        _session.Dispose();
    }

    private void Run(IReadOnlyList<double[]> state, string[] wanted, out double[][] values)
    {
        List<string> names = [.. _state, .. _constants.Keys.Where(_session.InputMetadata.ContainsKey)];
        List<OrtValue> inputs = [];
        try
        {
            for (int i = 0; i < _state.Length; i++)
            {
                int bad = Array.FindIndex(state[i], value => !double.IsFinite(value));
                if (bad >= 0)
                    throw new UnusableDataException($"Number {bad} of the state '{_state[i]}' became {state[i][bad]}: expected finite numbers.");
                inputs.Add(Tensor(_state[i], state[i]));
            }

            foreach (string name in names.Skip(_state.Length))
                inputs.Add(OrtValue.CreateTensorValueFromMemory(_constants[name], Shape(name, _constants[name].Length)));
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_run, names, inputs, wanted);
            values = [.. results.Select(Numbers)];
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime cannot run '{_path}': {e.Message}", e);
        }
        finally
        {
            foreach (OrtValue input in inputs)
                input.Dispose();
        }

        for (int i = 0; i < wanted.Length; i++)
        {
            int place = Array.IndexOf(_results, wanted[i]);
            if (place >= 0 && values[i].Length != state[place].Length)
                throw new ThermoException($"Output '{wanted[i]}' of '{_path}' has {values[i].Length} numbers, its state '{_state[place]}' " +
                    $"{state[place].Length}: expected as many.");
        }
    }

    private OrtValue Tensor(string name, double[] values)
    {
        long[] shape = Shape(name, values.Length);
        return _session.InputMetadata[name].ElementDataType == TensorElementType.Float
            ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, value => (float)value), shape)
            : OrtValue.CreateTensorValueFromMemory([.. values], shape);
    }

    /// <summary>The declared shape with its one open extent filled in.</summary>
    private long[] Shape(string name, int length)
    {
        if (_shapes.TryGetValue(name, out long[]? known))
            return known;
        int[] declared = _session.InputMetadata[name].Dimensions;
        long given = declared.Where(extent => extent > 0).Aggregate(1L, (product, extent) => product * extent);
        int open = declared.Count(extent => extent <= 0);
        if (open == 0 ? given != length : length % given != 0)
            throw new ThermoException($"Input '{name}' of '{_path}' has the shape [{string.Join(", ", declared)}]: " +
                $"{length.ToString(CultureInfo.InvariantCulture)} numbers do not fit it.");
        int first = Array.FindIndex(declared, extent => extent <= 0);
        return _shapes[name] = [.. declared.Select((extent, axis) => extent > 0 ? extent : axis == first ? length / given : 1L)];
    }

    private double[] Numbers(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType switch
    {
        TensorElementType.Double => value.GetTensorDataAsSpan<double>().ToArray(),
        TensorElementType.Float => Array.ConvertAll(value.GetTensorDataAsSpan<float>().ToArray(), number => (double)number),
        var type => throw new ThermoException($"An output of '{_path}' is {type}: expected Float or Double."),
    };

    private static double[][] Split(ReadOnlySpan<double> flat, IReadOnlyList<double[]> like)
    {
        double[][] parts = new double[like.Count][];
        int at = 0;
        for (int i = 0; i < parts.Length; at += like[i].Length, i++)
            parts[i] = flat.Slice(at, like[i].Length).ToArray();
        return parts;
    }

    private static bool IsFloating(NodeMetadata metadata) => metadata.ElementDataType is TensorElementType.Double or TensorElementType.Float;

    private static string[] Names(string state) => ["d" + state, state + "_rate", "next_" + state, state + "_next"];
}
