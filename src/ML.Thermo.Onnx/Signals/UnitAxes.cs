using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Signals;

/// <summary>The axis along which the units of each tensor lie: 1 behind convolutions, until something moves the axes; else the last.</summary>
internal static class UnitAxes
{
    private const int Last = -1;

    /// <summary>The axis of each layer's units, by the layer.</summary>
    public static IReadOnlyDictionary<Layer, int> Of(LayerGraph graph)
    {
        HashSet<string> channels = new(StringComparer.Ordinal);
        foreach (OnnxNode node in graph.Model.Graph.Nodes)
        {
            UnitPlace place = LayerOperators.Of(node)?.Units ?? (Operators.MovesAxes(node.OpType) ? UnitPlace.Last : UnitPlace.AsInput);
            if (place == UnitPlace.Channels || (place == UnitPlace.AsInput && node.Inputs.Any(channels.Contains)))
                channels.UnionWith(node.Outputs.Where(name => name.Length > 0));
        }

        return graph.Layers.ToDictionary(layer => layer, layer => channels.Contains(layer.Post) ? 1 : Last);
    }
}
