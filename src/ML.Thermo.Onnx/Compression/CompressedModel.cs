using ML.Thermo.Onnx.Compression.Roundings;
using ML.Thermo.Onnx.Folding;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Compression;

/// <summary>Writes a model whose weights are stored as chosen. Nodes keep their names and their order, and every weight its name.</summary>
internal static class CompressedModel
{
    public static byte[] Write(CompressionPlan plan, IReadOnlyList<int> choices)
    {
        OnnxModel model = plan.Measure.Energy.Network.Model;
        GraphRewrite rewrite = new(model);
        HashSet<int> planes = [];
        bool imports = false;
        for (int i = 0; i < choices.Count; i++)
        {
            CompressionLayer layer = plan.Layers[i];
            if (choices[i] == layer.Choices.Count - 1)
                continue;
            imports = true;
            foreach ((CompressibleWeight weight, ChannelRounding rounding) in layer.Weights.Zip(layer.Roundings[choices[i]]))
                Store(rewrite, model, weight, StoredWeight.Of(weight, rounding, model, plan.Options.Prefer)!, planes);
        }

        foreach (WireMessage shared in BitPlanes.Shared(planes))
            rewrite.Add(shared);
        if (imports)
            rewrite.Import(StoredWeight.Microsoft, 1);
        IEnumerable<CompressionLayer> stored = plan.Layers.Where((layer, i) => choices[i] < layer.Choices.Count - 1);
        InlineExternal(rewrite, model, [.. stored.SelectMany(layer => layer.Weights).Select(weight => weight.Name)]);
        return rewrite.ToBytes();
    }

    private static void Store(GraphRewrite rewrite, OnnxModel model, CompressibleWeight weight, StoredWeight stored, HashSet<int> planes)
    {
        rewrite.DropInitializer(weight.Name);
        rewrite.DropInput(weight.Name);
        foreach (WireMessage constant in stored.Initializers)
            rewrite.Add(constant);
        foreach (WireMessage node in stored.Nodes)
            rewrite.Prepend(node);
        foreach ((int at, WireMessage after) in weight.Gathers.Zip(stored.Gathered))
        {
            OnnxNode gather = model.Graph.Nodes[at];
            Dictionary<string, string> names = new(StringComparer.Ordinal)
            {
                [weight.Name] = StoredWeight.CodesOf(weight.Name),
                [gather.Output(0)] = StoredWeight.CodesOf(gather.Output(0)),
            };
            rewrite.Replace(at, [WireCopy.Node(model.Bytes, gather.Message, names), after], []);
        }

        planes.UnionWith(stored.Tables);
    }

    /// <summary>What lay in files beside the model goes into it: the new file may stand elsewhere.</summary>
    private static void InlineExternal(GraphRewrite rewrite, OnnxModel model, HashSet<string> dropped)
    {
        foreach (OnnxTensor tensor in model.Graph.Initializers.Where(t => t.IsExternal && !dropped.Contains(t.Name)))
        {
            rewrite.DropInitializer(tensor.Name);
            rewrite.Add(StoredWeight.Constant(tensor.Name, tensor.ElementType, tensor.Shape, tensor.Bytes));
        }
    }
}
