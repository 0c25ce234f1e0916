using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Report.Layers;

namespace ML.Thermo.Cli.Layers;

/// <summary>All that a command found.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Findings">The network and its layers, for tables, sentences and page.</param>
/// <param name="Elapsed">From opening the file to the last number.</param>
internal sealed record LayersResult(LayersRequest Request, NetworkFindings Findings, TimeSpan Elapsed) : IDisposable
{
    /// <summary>Its layers.</summary>
    public LayerGraph Graph => Findings.Graph;

    /// <summary>The layers asked for.</summary>
    public IReadOnlyList<LayerFindings> Rows => Findings.Layers;

    /// <summary>The network; open until the result is disposed.</summary>
    public required OpenNetwork Network { get; init; }

    /// <summary>What the analysis cost; null where it was not asked for.</summary>
    public ML.Thermo.Joules.Joules? Joules { get; init; }

    /// <summary>The model.</summary>
    public OnnxModel Model => Graph.Model;

    /// <summary>The exporter and its version; empty where the file does not say.</summary>
    public string Producer => $"{Model.ProducerName} {Model.ProducerVersion}".Trim();

    /// <summary>Inputs that a run must be given.</summary>
    public IEnumerable<OnnxValue> Inputs => Model.Graph.Inputs.ExceptBy(Model.Graph.Initializers.Select(tensor => tensor.Name), input => input.Name);

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();
}
