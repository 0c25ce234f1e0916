using ML.Thermo.Onnx.Execution;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Layers;

/// <summary>
/// A network that is ready to run, with its layers watched. Thread-safe. Its file is read when a session is made and not held afterwards.
/// </summary>
internal sealed class RunningNetwork : IDisposable
{
    private readonly ReadOnlyMemory<byte> _embedded;
    private readonly LayerProbe _full;
    private readonly Lazy<LayerProbe> _withoutEntropies;
    private readonly ExecutionDevice _device;
    private volatile bool _isDisposed;

    /// <param name="record">What was chosen.</param>
    /// <param name="embedded">The network, where the record says that it is embedded.</param>
    /// <exception cref="ThermoException">The file is missing or is another network, the device does not work, or ONNX Runtime cannot load the
    /// network.</exception>
    public RunningNetwork(NetworkRecord record, ReadOnlyMemory<byte> embedded = default)
    {
        (Record, _embedded) = (record, embedded);
        _device = ExecutionDevice.Choose(record.Device);
        using OnnxModel model = OpenModel();
        IReadOnlyList<OnnxValue> declared = NetworkInputs.Declared(model);
        Inputs = [.. record.Inputs.Select(bound => declared.FirstOrDefault(d => d.Name == bound.Name && NetworkPlan.Takes(d, bound.Shape))
            ?? throw Another(model, $"the input '{bound.Name}' with rows of [{string.Join(',', bound.Shape)}]"))];
        FixedRows = NetworkInputs.FixedBatchOf(declared);
        _full = Watch(model, entropies: true);
        if (record.Layers.Except(_full.Layers.Select(layer => layer.Name)).FirstOrDefault() is { } missing)
        {
            _full.Dispose();
            throw Another(model, $"the layer '{missing}'");
        }

        if (!record.IsEmbedded && record.Hash is not null && record.Hash != NetworkRecord.HashOf(record.Path))
        {
            _full.Dispose();
            throw new ThermoException(
                $"'{record.Path}' is not the network of the layer columns: its contents are others than when the model was fitted. "
                + "Put the file back, or fit the layer columns anew.");
        }

        _withoutEntropies = new(() =>
        {
            using OnnxModel again = OpenModel();
            return Watch(again, entropies: false);
        });
    }

    public NetworkRecord Record { get; }

    /// <summary>The network's own declaration of each input of the record.</summary>
    public IReadOnlyList<OnnxValue> Inputs { get; }

    /// <summary>The number of rows that every run must have, or null.</summary>
    public int? FixedRows { get; }

    /// <summary>Rows of one run.</summary>
    public int MostRows => FixedRows ?? Record.BatchSize;

    /// <summary>The device that was taken.</summary>
    public string DeviceName => _device.Name;

    /// <summary>The network itself, where it is embedded.</summary>
    public ReadOnlyMemory<byte> Embedded => _embedded;

    /// <summary>Runs one batch.</summary>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public LayerReadings Read(NetworkBatch batch, bool entropies)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(OnnxLayersTransformer));
        return (entropies ? _full : _withoutEntropies.Value).Read(batch);
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _full.Dispose();
        if (_withoutEntropies.IsValueCreated)
            _withoutEntropies.Value.Dispose();
    }

    private LayerProbe Watch(OnnxModel model, bool entropies)
    {
        HashSet<string> wanted = [.. Record.Layers];
        return new LayerProbe(LayerGraph.Of(model), layer => wanted.Contains(layer.Name), entropies, _device);
    }

    private OnnxModel OpenModel()
    {
        if (Record.IsEmbedded)
            return OnnxModel.Read(_embedded, Path.GetFileName(Record.Path));
        return File.Exists(Record.Path)
            ? OnnxModel.Open(Record.Path)
            : throw new ThermoException(
                $"The network of the layer columns is no longer at '{Record.Path}': put it back, say where it is with "
                + "mlContext.Thermo().Restore(model, modelFile), or save the model with OnnxLayersOptions.EmbedModel = true.");
    }

    private ThermoException Another(OnnxModel model, string missing) =>
        new($"'{model.Name}' is not the network of the layer columns: it has not {missing}. "
            + $"Expected the file that was there when the model was fitted ('{Record.Path}').");
}
