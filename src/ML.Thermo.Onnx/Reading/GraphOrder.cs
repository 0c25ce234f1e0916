namespace ML.Thermo.Onnx.Reading;

/// <summary>Whether the nodes of a graph can be run one after another.</summary>
internal static class GraphOrder
{
    /// <summary>What the first node reads that no earlier one makes, in words; null where all can be run.</summary>
    public static string? FirstFault(OnnxGraph graph)
    {
        HashSet<string> known = new(graph.Inputs.Select(input => input.Name), StringComparer.Ordinal) { "" };
        known.UnionWith(graph.Initializers.Select(tensor => tensor.Name));
        known.UnionWith(graph.SparseInitializers.Select(tensor => tensor.Name));
        foreach (OnnxNode node in graph.Nodes)
        {
            if (Read(node).FirstOrDefault(name => !known.Contains(name)) is { } missing)
            {
                bool isLater = graph.Nodes.Any(other => other.Outputs.Contains(missing));
                return $"{node} reads '{missing}', which {(isLater ? "only a later node makes" : "nothing makes")}";
            }

            known.UnionWith(node.Outputs);
        }

        return graph.Outputs.FirstOrDefault(output => !known.Contains(output.Name)) is { } absent ? $"nothing makes the output '{absent.Name}'" : null;
    }

    /// <summary>What a node reads, and what its bodies read from outside of themselves.</summary>
    private static IEnumerable<string> Read(OnnxNode node) =>
        node.Inputs.Concat(node.Attributes.SelectMany(attribute => attribute.Graphs).SelectMany(Captured));

    private static IEnumerable<string> Captured(OnnxGraph body)
    {
        IEnumerable<string> given = body.Inputs.Select(i =>
            i.Name).Concat(body.Initializers.Select(t => t.Name)).Concat(body.SparseInitializers.Select(t => t.Name));
        HashSet<string> own = [.. given, .. body.Nodes.SelectMany(n => n.Outputs), ""];
        return body.Nodes.SelectMany(Read).Concat(body.Outputs.Select(o => o.Name)).Where(name => !own.Contains(name));
    }
}
