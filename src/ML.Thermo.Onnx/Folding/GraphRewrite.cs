using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Folding;

/// <summary>A model's bytes with some nodes replaced, inputs and outputs dropped, and initialisers added; all else is copied as it is.</summary>
internal sealed class GraphRewrite(OnnxModel model)
{
    /// <summary>From this IR version on a constant need not be an input.</summary>
    private const long OldestWithConstants = 4;

    private readonly Dictionary<int, IReadOnlyList<WireMessage>> _replaced = [];
    private readonly HashSet<string> _droppedInputs = new(StringComparer.Ordinal), _droppedOutputs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _droppedInitializers = new(StringComparer.Ordinal);
    private readonly List<(int Field, WireMessage Message)> _added = [];
    private readonly List<WireMessage> _first = [];
    private readonly Dictionary<string, long> _imported = new(StringComparer.Ordinal);
    private HashSet<string>? _names;

    public bool IsNeeded => _replaced.Count + _droppedInputs.Count + _droppedOutputs.Count + _added.Count + _first.Count > 0;

    /// <summary>The names of all tensors of the main graph, those to come included.</summary>
    public HashSet<string> Names => _names ??=
    [
        .. model.Graph.Nodes.SelectMany(node => node.Outputs), .. model.Graph.Inputs.Select(i => i.Name), .. model.Graph.Initializers.Select(t => t.Name),
    ];

    public void DropInput(string name) => _droppedInputs.Add(name);

    public void DropOutput(string name) => _droppedOutputs.Add(name);

    public void DropInitializer(string name) => _droppedInitializers.Add(name);

    public void Add(WireMessage initializer, int field = 5) => _added.Add((field, initializer));

    /// <summary>Puts a node before all others; those that were put there earlier go before it.</summary>
    public void Prepend(WireMessage node) => _first.Add(node);

    /// <summary>Imports an operator set, where the model does not; constants that are no inputs then need IR version 4.</summary>
    public void Import(string domain, long version) => _imported.TryAdd(domain, version);

    /// <summary>Puts nodes in the place of one.</summary>
    public void Replace(int node, IReadOnlyList<WireMessage> nodes, IReadOnlyList<WireMessage> initializers)
    {
        _replaced[node] = nodes;
        _added.AddRange(initializers.Select(initializer => (5, initializer)));
    }

    /// <summary>The nodes and inputs that some tensors follow from.</summary>
    public (HashSet<int> Nodes, HashSet<string> Inputs) Needed(IReadOnlyList<string> tensors)
    {
        Dictionary<string, int> producers = new(StringComparer.Ordinal);
        for (int i = 0; i < model.Graph.Nodes.Count; i++)
            foreach (string output in model.Graph.Nodes[i].Outputs)
                producers[output] = i;
        HashSet<int> nodes = [];
        HashSet<string> seen = [.. tensors];
        Stack<string> open = new(tensors);
        while (open.TryPop(out string? tensor))
            if (producers.TryGetValue(tensor, out int made) && nodes.Add(made))
                foreach (string read in Reads(model.Graph.Nodes[made]).Where(seen.Add))
                    open.Push(read);
        return (nodes, [.. model.Graph.Inputs.Select(input => input.Name).Where(seen.Contains)]);
    }

    /// <summary>The model that results.</summary>
    public OnnxModel ToModel() => OnnxModel.Read(ToBytes(), model.Name, model.Folder);

    /// <summary>The bytes of the model that results.</summary>
    public byte[] ToBytes()
    {
        WireMessage result = new(), graph = new();
        var reader = new WireReader(model.Bytes, new(0, model.Bytes.Length));
        while (reader.Next())
        {
            if (reader.Field == 7)
                CopyGraph(reader.Bytes(), graph);
            else
                WireCopy.Field(ref reader, model.Bytes, result);
        }

        foreach ((int field, WireMessage message) in _added)
            graph.Message(field, message);
        foreach ((string domain, long version) in _imported.Where(set => !model.OperatorSets.ContainsKey(set.Key)))
            result.Message(8, new WireMessage().Text(1, domain).Number(2, version));
        if (_imported.Count > 0 && model.IrVersion < OldestWithConstants)
            result.Number(1, OldestWithConstants);
        result.Message(7, graph);
        return result.Written.ToArray();
    }

    private void CopyGraph(Extent extent, WireMessage graph)
    {
        foreach (WireMessage message in _first)
            graph.Message(1, message);
        int node = 0, input = 0, output = 0, initializer = 0;
        var reader = new WireReader(model.Bytes, extent);
        while (reader.Next())
        {
            bool isDropped = reader.Field switch
            {
                5 => _droppedInitializers.Contains(model.Graph.Initializers[initializer++].Name),
                11 => _droppedInputs.Contains(model.Graph.Inputs[input++].Name),
                12 => _droppedOutputs.Contains(model.Graph.Outputs[output++].Name),
                _ => false,
            };
            if (reader.Field == 1 && _replaced.TryGetValue(node++, out IReadOnlyList<WireMessage>? instead))
            {
                foreach (WireMessage message in instead)
                    graph.Message(1, message);
                reader.Skip();
            }
            else if (isDropped)
            {
                reader.Skip();
            }
            else
            {
                WireCopy.Field(ref reader, model.Bytes, graph);
            }
        }
    }

    private static IEnumerable<string> Reads(OnnxNode node) => node.Inputs.Where(input => input.Length > 0)
        .Concat(node.Attributes.SelectMany(a => a.Graphs).SelectMany(body => body.Nodes.SelectMany(Reads).Concat(body.Outputs.Select(o => o.Name))));
}
