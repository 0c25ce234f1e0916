using Microsoft.ML.OnnxRuntime;
using ML.Thermo.Initialization;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>What one stream of draws owns: parameters, room for outputs and losses. It serves one thread at a time.</summary>
internal sealed class EnsembleStream : IDisposable
{
    private readonly NetworkEnergy _energy;
    private readonly InferenceSession _session;
    private readonly IReadOnlyList<AssumedLaw> _laws;
    private readonly DrawnTensor[] _parameters;
    private readonly string[] _inputNames, _outputNames;
    private readonly OrtValue[][] _inputs, _outputs;
    private readonly float[][] _rooms;
    private readonly double[] _losses;
    private readonly RunOptions _run = new();

    public EnsembleStream(
        NetworkEnergy energy, InferenceSession session, IReadOnlyList<AssumedLaw> laws, IReadOnlyList<string> boundary,
        List<Dictionary<string, OrtValue>> computed)
    {
        (_energy, _session, _laws) = (energy, session, laws);
        _parameters = [.. laws.Select(law => DrawnTensor.Of(law.Root.Tensor!))];
        _inputNames = [.. boundary, .. laws.Select(law => law.Root.Name)];
        _outputNames = [Subgraph.FloatName(energy.Tensor)];
        _inputs = [.. computed.Select(batch => (OrtValue[])[.. boundary.Select(name => batch[name]), .. _parameters.Select(p => p.Value)])];
        _rooms = [.. energy.Shapes.Select(shape => new float[shape.Aggregate(1L, (a, b) => a * b)])];
        _outputs = [.. energy.Shapes.Select((shape, i) => (OrtValue[])[OrtValue.CreateTensorValueFromMemory(_rooms[i], shape)])];
        _losses = new double[energy.Rows];
    }

    /// <summary>The losses of the rows at the last energy.</summary>
    public ReadOnlySpan<double> Losses => _losses;

    /// <summary>The energy of one draw; each layer has a random stream of its own.</summary>
    public double Energy(ulong seed, long draw)
    {
        int layer = -1;
        RandomStream? random = null;
        for (int i = 0; i < _laws.Count; i++)
        {
            if (_laws[i].Layer.Index != layer)
            {
                layer = _laws[i].Layer.Index;
                random = new RandomStream(seed ^ ((ulong)(layer + 1) << 40), (ulong)draw);
            }

            _parameters[i].Draw(_laws[i].Law!, random!);
        }

        return Energy();
    }

    public double Energy(ReadOnlySpan<double> parameters)
    {
        foreach (DrawnTensor tensor in _parameters)
        {
            tensor.Write(parameters[..(int)tensor.Stored.Count], 0);
            parameters = parameters[(int)tensor.Stored.Count..];
        }

        return Energy();
    }

    public void Dispose()
    {
        foreach (DrawnTensor tensor in _parameters)
            tensor.Dispose();
        foreach (OrtValue[] output in _outputs)
            output[0].Dispose();
        _run.Dispose();
    }

    private double Energy()
    {
        int row = 0;
        for (int batch = 0; batch < _inputs.Length; batch++)
        {
            Run(batch);
            _energy.Losses(batch, _rooms[batch], _losses.AsSpan(row, _energy.BatchRows[batch]));
            row += _energy.BatchRows[batch];
        }

        return _losses.Average();
    }

    private void Run(int batch)
    {
        try
        {
            _session.Run(_run, _inputNames, _inputs[batch], _outputNames, _outputs[batch]);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ThermoException($"ONNX Runtime could not run '{_energy.Network.Model.Name}' with redrawn parameters: {e.Message}", e);
        }
    }
}
