using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Folding;

/// <summary>Puts the branch of a decided If into the graph around it.</summary>
internal static class BranchInlining
{
    public static void Inline(GraphRewrite rewrite, OnnxModel model, int index, OnnxNode node, string branch)
    {
        OnnxGraph body = node.Attribute(branch)!.Graphs[0];
        string path = $"{(node.Name.Length > 0 ? node.Name : node.Output(0))}/{branch}/";
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        IEnumerable<string> own = body.Nodes.SelectMany(n => n.Outputs).Concat(body.Initializers.Select(t => t.Name));
        foreach (string name in own.Where(name => name.Length > 0))
            names[name] = rewrite.Names.Add(name) ? name : Fresh(rewrite.Names, path + name);

        // What the branch hands out bears the name of what the If hands out.
        List<WireMessage> copies = [];
        HashSet<string> given = new(StringComparer.Ordinal);
        HashSet<string> made = [.. body.Nodes.SelectMany(n => n.Outputs)];
        for (int i = 0; i < node.Outputs.Count && i < body.Outputs.Count; i++)
        {
            string from = body.Outputs[i].Name, to = node.Outputs[i];
            if (to.Length == 0)
                continue;
            if (made.Contains(from) && given.Add(from))
                names[from] = to;
            else
                copies.Add(new WireMessage().Text(1, names.GetValueOrDefault(from, from)).Text(2, to).Text(4, "Identity"));
        }

        List<WireMessage> nodes = [];
        foreach (Extent message in body.Messages)
        {
            var reader = new WireReader(model.Bytes, message);
            while (reader.Next())
            {
                if (reader.Field == 1)
                    nodes.Add(WireCopy.Node(model.Bytes, reader.Bytes(), names));
                else if (reader.Field == 5)
                    rewrite.Add(WireCopy.Named(model.Bytes, reader.Bytes(), 8, names));
                else
                    reader.Skip();
            }
        }

        rewrite.Replace(index, [.. nodes, .. copies], []);
    }

    private static string Fresh(HashSet<string> names, string wanted)
    {
        string name = wanted;
        for (int i = 2; !names.Add(name); i++)
            name = $"{wanted}#{i}";
        return name;
    }
}
