using System.Numerics.Tensors;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Layers;

/// <summary>Rows on their way into one run of a network. One thread at a time.</summary>
/// <remarks>A row with a number that is not finite does not enter the network: zeros stand for it, and all its readings are NaN.</remarks>
internal sealed class RowBatch
{
    private readonly RunningNetwork _network;
    private readonly float[][] _values; // of each input, row by row
    private readonly int[] _lengths;
    private readonly bool[] _isMissing;

    /// <param name="network">Where they go.</param>
    /// <param name="rows">Most rows; a network with a fixed number of rows takes that.</param>
    public RowBatch(RunningNetwork network, int rows)
    {
        _network = network;
        Capacity = network.FixedRows ?? rows;
        _lengths = [.. network.Record.Inputs.Select(input => input.Length)];
        _values = [.. _lengths.Select(length => new float[checked(length * Capacity)])];
        _isMissing = new bool[Capacity];
    }

    public int Capacity { get; }

    /// <summary>Puts a row with the numbers of all inputs, one input behind the other, in its place.</summary>
    /// <param name="row">0 … <see cref="Capacity"/> − 1.</param>
    /// <param name="numbers">As many as all inputs take.</param>
    public void Set(int row, in VBuffer<float> numbers)
    {
        int first = 0;
        for (int input = 0; input < _values.Length; input++)
        {
            Set(row, input, numbers, first);
            first += _lengths[input];
        }
    }

    /// <summary>Puts the numbers of one input of a row in their place; the inputs of a row come in their order.</summary>
    /// <param name="row">0 … <see cref="Capacity"/> − 1.</param>
    /// <param name="input">Which input.</param>
    /// <param name="numbers">Where they are.</param>
    /// <param name="first">The first of them.</param>
    public void Set(int row, int input, in VBuffer<float> numbers, int first = 0)
    {
        Span<float> place = _values[input].AsSpan(row * _lengths[input], _lengths[input]);
        if (numbers.IsDense)
            numbers.GetValues().Slice(first, place.Length).CopyTo(place);
        else
            Scatter(numbers, first, place);
        bool isMissing = !TensorPrimitives.IsFiniteAll<float>(place);
        if (isMissing)
            place.Clear();
        _isMissing[row] = isMissing || (input > 0 && _isMissing[row]);
    }

    /// <summary>Runs the first rows.</summary>
    /// <exception cref="ThermoException">ONNX Runtime refused them.</exception>
    /// <exception cref="UnusableDataException">An input takes whole numbers, and a number is not whole.</exception>
    public LayerReadings Read(int rows, bool entropies)
    {
        int size = _network.FixedRows ?? rows;
        var inputs = new Dictionary<string, OrtValue>(_values.Length, StringComparer.Ordinal);
        for (int i = 0; i < _values.Length; i++)
        {
            long[] shape = [size, .. _network.Record.Inputs[i].Shape];
            inputs[_network.Inputs[i].Name] = Tensor(_network.Inputs[i], shape, _values[i].AsMemory(0, size * _lengths[i]));
        }

        using var batch = new NetworkBatch(inputs, size);
        LayerReadings readings = _network.Read(batch, entropies);
        for (int row = 0; row < rows; row++)
        {
            if (!_isMissing[row])
                continue;
            foreach (float[] values in new[] { readings.Variance, readings.Entropy, readings.Efficiency })
                values.AsSpan(readings.At(row, 0), readings.Layers).Fill(float.NaN);
        }

        return readings;
    }

    private static OrtValue Tensor(OnnxValue input, long[] shape, Memory<float> values)
    {
        if (input.ElementType == ElementType.Float)
            return OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values, shape);
        double[] numbers = new double[values.Length];
        TensorPrimitives.ConvertChecked<float, double>(values.Span, numbers);
        return NetworkInput.Of(input, shape, rowAxis: -1, numbers).Slice(0, 0);
    }

    private static void Scatter(in VBuffer<float> numbers, int first, Span<float> place)
    {
        place.Clear();
        ReadOnlySpan<int> indices = numbers.GetIndices();
        ReadOnlySpan<float> values = numbers.GetValues();
        for (int i = 0; i < indices.Length; i++)
        {
            if ((uint)(indices[i] - first) < (uint)place.Length)
                place[indices[i] - first] = values[i];
        }
    }
}
