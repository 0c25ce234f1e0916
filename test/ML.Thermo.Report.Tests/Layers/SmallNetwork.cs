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

    /// <summary>A chain of 24 blocks with five layers each and a head, whose names are long and differ at their ends.</summary>
    public static NetworkFindings Deep => s_deep.Value;

    private static readonly Lazy<NetworkFindings> s_deep = new(() =>
    {
        string[] parts =
        [
            "self_attention_layer/query_projection", "self_attention_layer/value_projection", "self_attention_layer/output_projection",
            "feed_forward_network/up_projection", "feed_forward_network/down_projection",
        ];
        OnnxBuilder builder = new OnnxBuilder().Input("x", "N", 6);
        string at = "x";
        for (int block = 0; block < 24; block++)
        {
            foreach (string part in parts)
            {
                string name = $"model/decoder/transformer/layers.{block}/{part}";
                builder.Weights($"w/{name}", 6, 6).NamedNode(name, "MatMul", $"{at} w/{name}", $"h/{name}").Node("Tanh", $"h/{name}", $"a/{name}");
                at = $"a/{name}";
            }
        }

        byte[] bytes = builder.Weights("w/head", 6, 3).NamedNode("head", "MatMul", $"{at} w/head", "z").Node("Softmax", "z", "p").Output("p", "N", 3).ToModel();
        return Analyse(bytes, "deep", draws: 16);
    });

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
        return Analyse(bytes, first, draws);
    }

    private static NetworkFindings Analyse(byte[] bytes, string first, int draws)
    {
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
