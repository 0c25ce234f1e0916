using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Onnx.Compression.Roundings;
using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Compression;

/// <summary>
/// The part of a network that follows from some weights, which are inputs of it. What lies below is computed once; a trial is one pass over the rest.
/// </summary>
internal sealed class CutNetwork : IDisposable
{
    private readonly NetworkEnergy _energy;
    private readonly InferenceSession _session;
    private readonly IReadOnlyList<string> _boundary;
    private readonly List<Dictionary<string, OrtValue>> _computed;
    private readonly float[][] _arrays;
    private readonly OrtValue[] _weights;
    private readonly string[] _names, _output;
    private readonly IReadOnlyList<CompressibleWeight> _cut;
    private readonly bool _isFork;

    public CutNetwork(NetworkEnergy energy, IReadOnlyList<CompressibleWeight> weights)
    {
        (_energy, _cut) = (energy, weights);
        (_boundary, _computed) = Below([.. weights.Select(w => w.Name)]);
        (_arrays, _weights) = Copies(weights);
        _names = [.. _boundary, .. weights.Select(w => w.Name)];
        _output = [Subgraph.FloatName(energy.Tensor)];
        IReadOnlyList<OnnxValue> fed =
        [
            .. NetworkBatches.Describe(_boundary, [.. _computed]),
            .. weights.Select(w => new OnnxValue(w.Name, ValueKind.Tensor, ElementType.Float, [.. w.Tensor.Shape.Select(extent => new Dimension(extent))])),
        ];
        _session = NetworkBatches.Open(energy.Graph.Part(fed, [energy.Tensor], asFloats: true), energy.Network.Model, energy.Session);
    }

    private CutNetwork(CutNetwork other)
    {
        (_energy, _cut, _session, _boundary, _computed) = (other._energy, other._cut, other._session, other._boundary, other._computed);
        (_names, _output, _isFork) = (other._names, other._output, true);
        (_arrays, _weights) = Copies(_cut);
    }

    /// <summary>The same network with weights of its own, for another thread; to be disposed before this.</summary>
    public CutNetwork Fork() => new(this);

    /// <summary>Puts numbers in the place of a weight, until others are put there.</summary>
    public void Set(int weight, ReadOnlySpan<float> numbers) => numbers.CopyTo(_arrays[weight]);

    /// <summary>A tensor at which the network is cut, for a batch; null for others.</summary>
    public OrtValue? At(int batch, string tensor) => _computed[batch].GetValueOrDefault(tensor);

    /// <summary>The loss of each row above that of the network as it was: one pass.</summary>
    public double[] Excess(CancellationToken cancellation)
    {
        double[] losses = new double[_energy.Rows];
        using RunOptions run = new();
        for (int batch = 0, row = 0; batch < _computed.Count; row += _energy.BatchRows[batch++])
        {
            cancellation.ThrowIfCancellationRequested();
            OrtValue[] inputs = [.. _boundary.Select(name => _computed[batch][name]), .. _weights];
            using IDisposableReadOnlyCollection<OrtValue> outputs = Run(run, inputs);
            _energy.Losses(batch, outputs[0].GetTensorDataAsSpan<float>(), losses.AsSpan(row, _energy.BatchRows[batch]));
        }

        for (int row = 0; row < losses.Length; row++)
            losses[row] -= _energy.TrainedLosses[row];
        return losses;
    }

    public void Dispose()
    {
        foreach (OrtValue weight in _weights)
            weight.Dispose();
        if (_isFork)
            return;
        _session.Dispose();
        NetworkBatches.Release(_computed.Select((batch, i) => batch.Where(value => !_energy.Batches[i].Values.Contains(value.Value)).ToDictionary()));
    }

    private static (float[][] Arrays, OrtValue[] Values) Copies(IReadOnlyList<CompressibleWeight> weights)
    {
        float[][] arrays = [.. weights.Select(w => (float[])w.Values.Clone())];
        return (arrays, [.. weights.Select((w, i) => OrtValue.CreateTensorValueFromMemory(arrays[i], [.. w.Tensor.Shape]))]);
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(RunOptions run, OrtValue[] inputs)
    {
        try
        {
            return _session.Run(run, _names, inputs, _output);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime could not run '{_energy.Network.Model.Name}' with rounded weights: {e.Message}", e);
        }
    }

    private (IReadOnlyList<string> Boundary, List<Dictionary<string, OrtValue>> Values) Below(IReadOnlyCollection<string> changing)
    {
        Subgraph graph = _energy.Graph;
        IReadOnlyList<string> inputs = graph.InputsOf([_energy.Tensor]), boundary = graph.Boundary(changing, _energy.Tensor);
        List<Dictionary<string, OrtValue>> values =
            NetworkBatches.Compute(graph, _energy.Network.Model, [.. boundary.Except(inputs)], _energy.Batches, _energy.Session);
        if (values.Any(batch => batch.Values.Any(value => !NetworkBatches.IsTensorOfNumbers(value))))
        {
            NetworkBatches.Release(values);
            (boundary, values) = (inputs, [.. _energy.Batches.Select(_ => new Dictionary<string, OrtValue>())]);
        }

        for (int i = 0; i < values.Count; i++)
            foreach (string input in boundary.Intersect(inputs))
                values[i][input] = _energy.Batches[i][input];
        return (boundary, values);
    }
}
