using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>
/// The flow of values through a model's main graph, and parts of it as models of their own: the nodes that given outputs need, fed with
/// given tensors instead of what computes them. Nodes and constants are copied as bytes, never parsed anew.
/// </summary>
internal sealed class Subgraph
{
    private readonly OnnxModel _model;
    private readonly string[][] _reads;
    private readonly Dictionary<string, int> _producers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _constants;

    public Subgraph(OnnxModel model)
    {
        _model = model;
        _reads = [.. model.Graph.Nodes.Select(node => Reads(node).Distinct().ToArray())];
        _constants = [.. model.Graph.Initializers.Select(t => t.Name), .. model.Graph.SparseInitializers.Select(t => t.Name)];
        for (int i = 0; i < _reads.Length; i++)
            foreach (string output in model.Graph.Nodes[i].Outputs)
                _producers[output] = i;
        Inputs = [.. model.Graph.Inputs.Where(input => !_constants.Contains(input.Name))];
    }

    /// <summary>The inputs that a run must bring: those that are not initialisers.</summary>
    public IReadOnlyList<OnnxValue> Inputs { get; }

    /// <summary>The operation that makes a tensor; null for inputs and constants.</summary>
    public OnnxNode? ProducerOf(string tensor) => _producers.TryGetValue(tensor, out int i) ? _model.Graph.Nodes[i] : null;

    /// <summary>
    /// The tensors at which a network can be cut below what changes: they follow from the data, do not follow from the changing tensors, and are
    /// read by operations that do and that the output needs.
    /// </summary>
    public IReadOnlyList<string> Boundary(IReadOnlyCollection<string> changing, string output)
    {
        HashSet<string> changed = Following(changing), live = Following(Inputs.Select(input => input.Name));
        return
        [
            .. Needed([output], changing).Order()
                .Where(i => _reads[i].Any(changed.Contains))
                .SelectMany(i => _reads[i])
                .Append(output) // it is its own boundary where nothing that changes reaches it
                .Where(tensor => live.Contains(tensor) && !changed.Contains(tensor))
                .Distinct(),
        ];
    }

    /// <summary>Whether a tensor follows from another one.</summary>
    public bool Reaches(string from, string to) => Following([from]).Contains(to);

    /// <summary>The inputs of the model that some tensors follow from.</summary>
    public IReadOnlyList<string> InputsOf(IReadOnlyCollection<string> tensors)
    {
        HashSet<string> read = [.. Needed(tensors, []).SelectMany(i => _reads[i]), .. tensors];
        return [.. Inputs.Select(input => input.Name).Where(read.Contains)];
    }

    /// <summary>The part of the model between fed tensors and outputs.</summary>
    /// <param name="fed">Declared as inputs, in place of what makes them; together they must suffice.</param>
    /// <param name="outputs">What the part computes.</param>
    /// <param name="asFloats">Whether other numbers are handed out as 32-bit floats, under the name that <see cref="FloatName"/> tells.</param>
    public byte[] Part(IReadOnlyList<OnnxValue> fed, IReadOnlyList<string> outputs, bool asFloats)
    {
        HashSet<string> names = [.. fed.Select(f => f.Name)];
        HashSet<int> nodes = Needed(outputs, names);
        HashSet<string> read = [.. nodes.SelectMany(i => _reads[i]), .. outputs];
        WireMessage graph = new(), model = new();
        graph.Text(2, "part");
        Copy(graph, (5, i => Keeps(_model.Graph.Initializers[i].Name)), (15, i => Keeps(_model.Graph.SparseInitializers[i].Name)), (1, nodes.Contains));
        var patch = new GraphPatch();
        foreach (OnnxValue input in fed)
            patch.Input(input.Name, input.ElementType, input.Shape ?? []);
        foreach (string output in outputs)
        {
            if (asFloats)
                patch.Node("Cast", [output], [FloatName(output)], attributes: PatchAttribute.Of("to", (long)ElementType.Float));
            patch.Output(asFloats ? FloatName(output) : output);
        }

        Fields(model);
        return [.. model.Message(7, graph).Written, .. patch.ToArray()];

        bool Keeps(string constant) => read.Contains(constant) && !names.Contains(constant);
    }

    public static string FloatName(string output) => "ml.thermo/float/" + output;

    private HashSet<string> Following(IEnumerable<string> tensors)
    {
        HashSet<string> following = new(tensors, StringComparer.Ordinal);
        for (int before = -1; before != following.Count;)
        {
            before = following.Count;
            for (int i = 0; i < _reads.Length; i++)
                if (_reads[i].Any(following.Contains))
                    following.UnionWith(_model.Graph.Nodes[i].Outputs.Where(o => o.Length > 0));
        }

        return following;
    }

    private HashSet<int> Needed(IEnumerable<string> outputs, IReadOnlyCollection<string> fed)
    {
        HashSet<int> needed = [];
        Stack<string> open = new(outputs);
        while (open.TryPop(out string? tensor))
            if (!fed.Contains(tensor) && _producers.TryGetValue(tensor, out int node) && needed.Add(node))
                Array.ForEach(_reads[node], open.Push);
        return needed;
    }

    /// <summary>What a node reads, its bodies included; names that a body makes itself do no harm.</summary>
    private static IEnumerable<string> Reads(OnnxNode node) => node.Inputs.Where(input => input.Length > 0)
        .Concat(node.Attributes.SelectMany(a => a.Graphs).SelectMany(body => body.Nodes.SelectMany(Reads).Concat(body.Outputs.Select(o => o.Name))));

    /// <summary>The model's own fields but for the graph: versions, operator sets, functions. Constants outside the inputs need IR version 4.</summary>
    private void Fields(WireMessage model)
    {
        var reader = new WireReader(_model.Bytes, new(0, _model.Bytes.Length));
        while (reader.Next())
        {
            if (reader.Type == WireType.Varint && reader.Field == 1)
                model.Number(1, Math.Max(reader.Number(), 4));
            else if (reader.Type == WireType.Bytes && reader.Field is 8 or 25)
                model.Bytes(reader.Field, Slice(reader.Bytes()));
            else
                reader.Skip();
        }
    }

    private void Copy(WireMessage into, params (int Field, Func<int, bool> Keeps)[] kinds)
    {
        int[] seen = new int[kinds.Length];
        var model = new WireReader(_model.Bytes, new(0, _model.Bytes.Length));
        while (model.Next())
        {
            if (model.Field != 7)
            {
                model.Skip();
                continue;
            }

            var graph = new WireReader(_model.Bytes, model.Bytes());
            while (graph.Next())
            {
                int field = graph.Field, kind = Array.FindIndex(kinds, k => k.Field == field);
                if (kind < 0)
                {
                    graph.Skip();
                    continue;
                }

                Extent message = graph.Bytes();
                if (kinds[kind].Keeps(seen[kind]++))
                    into.Bytes(field, Slice(message));
            }
        }
    }

    private ReadOnlySpan<byte> Slice(Extent extent) => _model.Bytes.Slice(extent.Start, extent.Length);
}
