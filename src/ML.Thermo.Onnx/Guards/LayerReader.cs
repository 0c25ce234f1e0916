using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Onnx.Guards;

/// <summary>Runs a network and reads log temperature and efficiency of its layers, row by row.</summary>
internal sealed class LayerReader : IDisposable
{
    private const int RowsAtOnce = 64;

    /// <summary>Temperatures below are those of a silent layer.</summary>
    private const double Silent = 1e-30;

    private readonly LayerProbe _probe;
    private readonly GuardInput _input;

    /// <param name="model">The network.</param>
    /// <param name="input">Its input.</param>
    /// <param name="layers">Names of the layers to read; null for all.</param>
    /// <exception cref="ThermoException">ONNX Runtime cannot load the network, or it lacks a layer.</exception>
    public LayerReader(OnnxModel model, GuardInput input, IReadOnlyCollection<string>? layers)
    {
        _input = input;
        bool IsRead(Layer layer) => layers?.Contains(layer.Name, StringComparer.Ordinal) != false;
        _probe = new LayerProbe(LayerGraph.Of(model), IsRead, entropies: false, device: null, savesMemory: false);
        Layers = [.. _probe.Layers.Select(layer => layer.Name)];
        if (layers?.Except(Layers, StringComparer.Ordinal).FirstOrDefault() is not { } missing)
            return;
        _probe.Dispose();
        throw new ThermoException($"'{model.Name}' has no layer '{missing}', which the guard reads: expected the network that it was fitted on.");
    }

    /// <summary>The layers that are read.</summary>
    public IReadOnlyList<string> Layers { get; }

    /// <summary>Of each row the log temperatures of all layers, then their efficiencies; NaN where a layer shows none.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled between two batches.</exception>
    public double[][] Read(IReadOnlyList<double[]> rows, CancellationToken cancellation)
    {
        double[][] all = new double[rows.Count][];
        int size = _input.BatchSize(RowsAtOnce);
        for (int first = 0; first < rows.Count; first += size)
        {
            cancellation.ThrowIfCancellationRequested();
            double[][] part = [.. rows.Skip(first).Take(size)];
            bool[] isFinite = [.. part.Select(row => row.All(double.IsFinite))];
            for (int i = 0; i < part.Length; i++)
                part[i] = isFinite[i] ? part[i] : new double[part[i].Length];
            using NetworkBatch batch = _input.Batch(part);
            LayerReadings readings = _probe.Read(batch);
            for (int i = 0; i < part.Length; i++)
                all[first + i] = isFinite[i] ? Row(readings, i) : [.. Enumerable.Repeat(double.NaN, 2 * Layers.Count)];
        }

        return all;
    }

    public void Dispose() => _probe.Dispose();

    /// <summary>The numbers of a row, from what its layers show.</summary>
    /// <param name="heat">Signal temperatures.</param>
    /// <param name="efficiency">Efficiencies.</param>
    public static double[] Row(ReadOnlySpan<float> heat, ReadOnlySpan<float> efficiency)
    {
        double[] values = new double[2 * heat.Length];
        for (int layer = 0; layer < heat.Length; layer++)
        {
            values[layer] = Math.Log(Math.Max(heat[layer], Silent));
            values[heat.Length + layer] = heat[layer] <= Silent ? 0 : efficiency[layer];
        }

        return values;
    }

    private static double[] Row(LayerReadings readings, int row) => Row(
        readings.Variance.AsSpan(readings.At(row, 0), readings.Layers), readings.Efficiency.AsSpan(readings.At(row, 0), readings.Layers));
}
