using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Report.Layers;

namespace ML.Thermo.Cli.Layers;

/// <summary>One layer with all that was found of it.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Weights">Its weights.</param>
/// <param name="Signal">Its signal; null where nothing was run or it could not be watched.</param>
/// <param name="Result">Its own temperature; null where nothing was run or it was not redrawn.</param>
/// <param name="Sharpness">Its curvature; null where it was not asked for or nothing can be moved.</param>
internal sealed record LayerRow(Layer Layer, LayerWeights Weights, LayerSignal? Signal, LayerResult? Result, Sharpness? Sharpness);

/// <summary>What running the network gave.</summary>
/// <param name="Signals">Of the layers asked for.</param>
/// <param name="Thermodynamics">Null where ensembles were not asked for.</param>
/// <param name="Sharpness">Null where it was not asked for.</param>
internal sealed record RunResult(NetworkSignals Signals, NetworkThermodynamics? Thermodynamics, NetworkSharpness? Sharpness);

/// <summary>What <c>thermo layers</c> found.</summary>
internal sealed record LayersResult : IDisposable
{
    /// <summary>What was asked for.</summary>
    public required LayersRequest Request { get; init; }

    /// <summary>What running gave; null where nothing was run.</summary>
    public required RunResult? Run { get; init; }

    /// <summary>The network; open until the result is disposed.</summary>
    public required OpenNetwork Network { get; init; }

    /// <summary>Its layers.</summary>
    public LayerGraph Graph => Network.Graph;

    /// <summary>Why the run ended early; null where it did not.</summary>
    public NonFiniteActivationException? NonFinite { get; init; }

    /// <summary>The layers asked for.</summary>
    public required IReadOnlyList<LayerRow> Rows { get; init; }

    /// <summary>Seconds from opening the file to the last number.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The model.</summary>
    public OnnxModel Model => Graph.Model;

    /// <summary>The exporter and its version; empty where the file does not say.</summary>
    public string Producer => $"{Model.ProducerName} {Model.ProducerVersion}".Trim();

    /// <summary>Inputs that a run must be given.</summary>
    public IEnumerable<OnnxValue> Inputs => Model.Graph.Inputs.ExceptBy(Model.Graph.Initializers.Select(tensor => tensor.Name), input => input.Name);

    /// <summary>The same for sentences and for a report in HTML.</summary>
    public NetworkFindings Findings => new()
    {
        Graph = Graph,
        Layers = [.. Rows.Select(row => new LayerFindings(row.Layer)
        {
            Weights = row.Weights.Analysis,
            WeightsReason = row.Weights.Reason,
            Assumed = row.Weights.Assumed,
            Signal = row.Signal,
            Result = row.Result,
        })],
        Signals = Run?.Signals,
        Thermodynamics = Run?.Thermodynamics,
        Sharpness = Run?.Sharpness,
        ResidualVariance = Request.Data?.ResidualVariance ?? double.NaN,
        IsSynthetic = Request.Data is { IsSynthetic: true },
    };

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();
}
