using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Inputs;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Onnx.Weights;
using ML.Thermo.Report.Layers;
using ML.Thermo.Tests;

namespace ML.Thermo.Report.Tests.Layers;

/// <summary>A classifier of three dense layers, analysed once; its model stays open while tests run.</summary>
internal static class SmallNetwork
{
    public const string Hostile = "</script><img src=x onerror=\"window.hacked=1\">'\"&";

    private static readonly Lazy<NetworkFindings> s_whole = new(() => Analyse("first", draws: 128));

    public static NetworkFindings Whole => s_whole.Value;

    public static NetworkFindings WithHostileNames => Analyse(Hostile, draws: 0);

    public static NetworkFindings WeightsOnly => Whole with { Signals = null, Thermodynamics = null, Layers = [.. Whole.Layers.Select(layer => layer with { Signal = null, Result = null })] };

    public static NetworkFindings SignalsOnly => Whole with { Thermodynamics = null, Layers = [.. Whole.Layers.Select(layer => layer with { Result = null })] };

    private static NetworkFindings Analyse(string first, int draws)
    {
        byte[] bytes = new OnnxBuilder()
            .Input("x", "N", 6)
            .Weights("w1", 32, 6).Weights("b1", 32).Weights("w2", 24, 32).Weights("b2", 24).Weights("w3", 3, 24).Weights("b3", 3)
            .NamedNode(first, "Gemm", "x w1 b1", "h1", ("transB", 1)).Node("Relu", "h1", "a1")
            .NamedNode("second", "Gemm", "a1 w2 b2", "h2", ("transB", 1)).Node("Tanh", "h2", "a2")
            .NamedNode("third", "Gemm", "a2 w3 b3", "h3", ("transB", 1)).Node("Softmax", "h3", "p").Node("ReduceMax", "p", "y")
            .Output("p", "N", 3).Output("y")
            .ToModel();
        LayerGraph graph = LayerGraph.Of(OnnxModel.Read(bytes, $"{first}.onnx"));
        NetworkInputs inputs = NetworkInputs.Synthetic(graph.Model, 64, seed: 1);
        using var analysis = new SignalAnalysis(graph);
        NetworkSignals signals = analysis.Run(inputs.Batches(16));
        NetworkBatch[] batches = [.. inputs.Batches(16)];
        NetworkThermodynamics? thermodynamics = draws == 0 ? null
            : NetworkAnalysis.Run(NetworkEnergy.Of(graph, [.. batches.Select(batch => batch.Inputs)]), new() { Draws = draws, Precision = 0 });
        foreach (NetworkBatch batch in batches)
            batch.Dispose();
        return new NetworkFindings
        {
            Graph = graph,
            Layers = [.. graph.Layers.Select(layer => new LayerFindings(layer)
            {
                Weights = layer.Weight is { } weight ? WeightAnalysis.Of(WeightMatrix.Of(weight), new() { Law = Assumed(layer)?.Law }) : null,
                WeightsReason = layer.Weight is null ? "no weights" : null,
                Assumed = Assumed(layer),
                Signal = signals.Layers.FirstOrDefault(signal => signal.Layer == layer),
                Result = thermodynamics?.Layers.FirstOrDefault(result => result.Layer == layer),
            })],
            Signals = signals,
            Thermodynamics = thermodynamics,
            IsSynthetic = true,
        };
    }

    private static AssumedLaw? Assumed(Layer layer) => NetworkInitialization.Auto.For(layer).FirstOrDefault(law => law.Role == ParameterRole.Weight);
}
