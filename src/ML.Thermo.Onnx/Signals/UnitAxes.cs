using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Signals;

/// <summary>The axis along which the units of each tensor lie: 1 behind convolutions, until something moves the axes; else the last.</summary>
internal static class UnitAxes
{
    private const int Last = -1;

    private static readonly HashSet<string> Moving = new(StringComparer.Ordinal)
    {
        "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Gather", "MatMul", "Gemm", "FusedMatMul", "QLinearMatMul", "QGemm",
        "MatMulInteger", "Einsum", "LSTM", "GRU", "RNN", "Attention", "MultiHeadAttention", "LayerNormalization", "Shape",
    };

    /// <summary>The axis of each layer's units, by the layer.</summary>
    public static IReadOnlyDictionary<Layer, int> Of(LayerGraph graph)
    {
        HashSet<OnnxNode> channelled = [.. graph.Layers
            .Where(layer => layer.Kind is LayerKind.Convolution or LayerKind.TransposedConvolution && layer.OpType != "NhwcFusedConv")
            .Select(layer => layer.Nodes[0])];
        HashSet<string> channels = new(StringComparer.Ordinal);
        foreach (OnnxNode node in graph.Model.Graph.Nodes)
        {
            bool inherits = !Moving.Contains(node.OpType) && node.Inputs.Any(channels.Contains);
            if (inherits || channelled.Contains(node) || node.OpType is "BatchNormalization" or "InstanceNormalization" or "GroupNormalization")
                channels.UnionWith(node.Outputs.Where(name => name.Length > 0));
        }

        return graph.Layers.ToDictionary(layer => layer, layer => channels.Contains(layer.Post) ? 1 : Last);
    }
}
