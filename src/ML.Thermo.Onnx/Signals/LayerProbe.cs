using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Onnx.Signals;

/// <summary>What each row of a batch shows in each layer: three arrays of rows × layers, row by row.</summary>
/// <remarks>NaN where a layer does not keep the rows of a batch on its first axis, or where nothing varies.</remarks>
[Maturity(Maturity.Estimator)]
public sealed record LayerReadings
{
    /// <summary>Number of rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Number of layers.</summary>
    public required int Layers { get; init; }

    /// <summary>q: variance, over the layer's units and positions, of what comes before the activation: the row's signal temperature.</summary>
    public required float[] Variance { get; init; }

    /// <summary>Differential entropy of those same numbers, nats, by Vasicek's spacings; −∞ where many of them coincide. Of more than 1,024 numbers
    /// every k-th enters, k odd.</summary>
    public required float[] Entropy { get; init; }

    /// <summary>η = 1 − Var(post)/Var(pre) over the units and positions of the row; exactly 0 for a layer without an activation.</summary>
    public required float[] Efficiency { get; init; }

    /// <summary>A flat index into the three arrays.</summary>
    /// <param name="row">0 … <see cref="Rows"/> − 1.</param>
    /// <param name="layer">0 … <see cref="Layers"/> − 1.</param>
    public int At(int row, int layer) => (row * Layers) + layer;
}

/// <summary>
/// Looks at single rows, for services and pipelines: a batch goes in, and per row and layer temperature, entropy and efficiency of the signal
/// come out, with the network's own outputs. Thread-safe: many threads may call <see cref="Read(NetworkBatch)"/> at once.</summary>
/// <remarks>
/// The statistics of a row run over the units and positions of a layer, not over rows as in <see cref="SignalAnalysis"/>: they tell how this row
/// differs from others.</remarks>
[Maturity(Maturity.Analogy, "one row has no ensemble; its units stand for it")]
public sealed class LayerProbe : IDisposable
{
    private readonly SignalSession _session;
    private readonly List<SignalTap> _taps = [];
    private readonly List<LayerTap> _layers = [];

    /// <summary>Loads the network with its taps.</summary>
    /// <param name="graph">The network's layers.</param>
    /// <param name="layers">Which layers to watch; null for all. Layers inside bodies cannot be watched.</param>
    /// <param name="entropies">Whether to compute entropies; else they are NaN.</param>
    /// <param name="device">Where the network runs; null for the CPU. On CUDA the activations come back to the host for their entropies.</param>
    /// <exception cref="ThermoException">ONNX Runtime cannot load the model.</exception>
    public LayerProbe(LayerGraph graph, Func<Layer, bool>? layers = null, bool entropies = true, ExecutionDevice? device = null)
        : this(graph, layers, entropies, device, savesMemory: true)
    {
    }

    internal LayerProbe(LayerGraph graph, Func<Layer, bool>? layers, bool entropies, ExecutionDevice? device, bool savesMemory)
    {
        ArgumentNullException.ThrowIfNull(graph);
        foreach (Layer layer in graph.Layers.Where(l => l.Path.Length == 0 && layers?.Invoke(l) != false))
        {
            LayerTap tap = LayerTap.Add(graph, layer, axis: 0, histogramLimit: 0, _taps);
            _taps[tap.Pre] = _taps[tap.Pre] with { UnitEntropies = entropies };
            _layers.Add(tap);
        }

        device ??= ExecutionDevice.Cpu;
        ISignalBackend backend = device.IsCuda && entropies ? new OutputBackend() : new SignalOptions { Device = device }.BackendFor(graph.Model.OperatorSet);
        _session = new(graph.Model, _taps, backend, device, savesMemory: savesMemory);
    }

    /// <summary>The layers, in the order of the readings.</summary>
    public IReadOnlyList<Layer> Layers => [.. _layers.Select(tap => tap.Layer)];

    /// <summary>Runs one batch.</summary>
    /// <param name="batch">The inputs; not disposed here.</param>
    /// <exception cref="ThermoException">ONNX Runtime refused the inputs.</exception>
    public LayerReadings Read(NetworkBatch batch) => Read(batch, null);

    /// <summary>Runs one batch and hands out the network's own outputs too.</summary>
    /// <param name="batch">The inputs; not disposed here.</param>
    /// <param name="outputs">Called with the network's outputs in their order, which live until it returns; null for none.</param>
    /// <exception cref="ThermoException">ONNX Runtime refused the inputs.</exception>
    public LayerReadings Read(NetworkBatch batch, Action<IReadOnlyList<OrtValue>>? outputs)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using SignalSession.SignalResult result = _session.Run(batch.Inputs, outputs is not null);
        int cells = batch.Rows * _layers.Count;
        LayerReadings readings = new()
        {
            Rows = batch.Rows,
            Layers = _layers.Count,
            Variance = Undefined(cells),
            Entropy = Undefined(cells),
            Efficiency = Undefined(cells),
        };
        for (int layer = 0; layer < _layers.Count; layer++)
            Fill(readings, layer, result);
        outputs?.Invoke(result.Outputs);
        return readings;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void Fill(LayerReadings readings, int layer, SignalSession.SignalResult result)
    {
        LayerTap tap = _layers[layer];
        ReadOnlySpan<double> record = result.Record(tap.Pre);
        int rows = readings.Rows, fields = _taps[tap.Pre].UnitEntropies ? UnitSums.Fields + 1 : UnitSums.Fields;
        if (tap.IsHidden || record.Length != (fields * rows) + SignalRecord.HeaderLength)
            return;
        SignalSums pre = SignalSums.OfRows(rows, record);
        SignalSums? post = null;
        if (tap.Post is { } index)
        {
            ReadOnlySpan<double> behind = result.Record(index);
            post = behind.Length == (UnitSums.Fields * rows) + SignalRecord.HeaderLength ? SignalSums.OfRows(rows, behind) : null;
        }

        for (int row = 0; row < rows; row++)
        {
            double heatIn = pre.Variance(row);
            double heatOut = tap.Layer.Activation is null ? heatIn
                : tap.Slopes is { } slopes ? pre.HomogeneousVariance(row, slopes.Positive, slopes.Negative)
                : post?.Variance(row) ?? double.NaN;
            int cell = readings.At(row, layer);
            readings.Variance[cell] = (float)heatIn;
            readings.Efficiency[cell] = (float)(1 - (heatOut / heatIn));
            if (_taps[tap.Pre].UnitEntropies)
                readings.Entropy[cell] = (float)record[(UnitSums.Fields * rows) + SignalRecord.HeaderLength + row];
        }
    }

    private static float[] Undefined(int count)
    {
        float[] values = new float[count];
        Array.Fill(values, float.NaN);
        return values;
    }
}
