using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;
using ML.Thermo.Onnx.Signals;

namespace ML.Thermo.Tests.Signals;

/// <summary>Each tap must run right behind the layer it looks at; else all activations of the network are alive at the same time.</summary>
public sealed class TapOrderTests
{
    [Test]
    public void No_layer_runs_far_ahead_of_the_taps([Values("convolutions", "dense")] string kind)
    {
        using OnnxModel model = OnnxModel.Read(Deep(kind));
        List<SignalTap> taps = [];
        LayerGraph graph = LayerGraph.Of(model);
        foreach (Layer layer in graph.Layers)
            LayerTap.Add(graph, layer, kind == "dense" ? -1 : 1, 16, taps);
        string[] order = Profile.Operators(model, taps);

        // Layers that ran minus taps that ran: never more than the layer in hand and its neighbour.
        int ahead = 0, most = 0;
        foreach (string op in order)
        {
            ahead += op is "Conv" or "MatMul" or "Gemm" or "FusedConv" ? 1 : op == SignalOperator.Name ? -1 : 0;
            most = Math.Max(most, ahead);
        }

        Assert.That(order.Count(op => op == SignalOperator.Name), Is.GreaterThanOrEqualTo(taps.Count));
        Assert.That(most, Is.LessThanOrEqualTo(2), string.Join(' ', order));
    }

    private static byte[] Deep(string kind)
    {
        OnnxBuilder builder = kind == "dense" ? new OnnxBuilder().Input("h0", "N", 16) : new OnnxBuilder().Input("h0", "N", 16, 8, 8);
        for (int i = 0; i < 12; i++)
        {
            builder.Weights($"b{i}", 16);
            if (kind == "dense")
                builder.Weights($"w{i}", 16, 16).Node("Gemm", $"h{i} w{i} b{i}", $"z{i}");
            else
                builder.Weights($"w{i}", 16, 16, 3, 3).Node("Conv", $"h{i} w{i} b{i}", $"z{i}", ("pads", new[] { 1, 1, 1, 1 }));
            builder.Node(i % 3 == 2 ? "Tanh" : "Relu", $"z{i}", $"h{i + 1}");
        }

        return (kind == "dense" ? builder.Output("h12", "N", 16) : builder.Output("h12", "N", 16, 8, 8)).ToModel();
    }
}
