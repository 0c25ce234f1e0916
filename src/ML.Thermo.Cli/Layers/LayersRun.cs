using System.Diagnostics;
using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Cli.Layers;

/// <summary>Reads a network and analyses its layers.</summary>
/// <param name="request">What was asked for.</param>
internal sealed class LayersRun(LayersRequest request)
{
    /// <summary>Does the work.</summary>
    /// <param name="meter">Told how far it has come.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The report, which holds the model open.</returns>
    public LayersReport Execute(Meter meter, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        OnnxModel model = OnnxModel.Open(request.Model);
        try
        {
            LayerGraph graph = LayerGraph.Of(model);
            IReadOnlyList<Layer> layers = request.Choose(graph.Layers);
            meter.Begin("weights");
            IReadOnlyList<LayerWeights> weights = LayerWeights.OfLayers(layers, request.Initialization, request.Seed, meter, cancellation);
            return new LayersReport
            {
                Graph = graph,
                Rows = [.. layers.Zip(weights, (layer, found) => new LayerRow(layer, found))],
                Elapsed = Stopwatch.GetElapsedTime(start),
            };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
