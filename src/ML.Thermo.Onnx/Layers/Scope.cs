using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>One graph as the grouping sees it: who makes a tensor, who uses it, and what does not depend on the inputs at all.</summary>
internal sealed class Scope
{
    private static readonly HashSet<string> RandomOperators = ["RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial",
        "Bernoulli"];
    private static readonly List<int> Nobody = [];

    /// <summary>A graph in which more searches lead nowhere was made to be slow, and gets only plain activations.</summary>
    private const int MostFutileSearches = 256;

    /// <summary>Bodies without declared types that are followed for the types of what they hand out.</summary>
    private const int MostBodyLookups = 64;

    /// <summary>The same for reductions around which nothing is recognised.</summary>
    public const int MostFutileRowSearches = 2048;

    private readonly Scope? _parent;
    private readonly Dictionary<string, Constant> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _producers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _consumers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ElementType> _types = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shapes = new(StringComparer.Ordinal);
    private int _bodyLookups;
    private readonly HashSet<string> _dataFree = new(StringComparer.Ordinal);
    private readonly HashSet<string> _outputs;

    /// <summary>A graph: the main one, or a body that sees the names of its parent.</summary>
    public Scope(OnnxGraph graph, string path = "", Scope? parent = null)
        : this(graph.Nodes, graph.Outputs.Select(o => o.Name), path, parent)
    {
        foreach (OnnxValue input in graph.Inputs)
            _types[input.Name] = input.ElementType;
        foreach (OnnxTensor tensor in graph.Initializers)
            _constants[tensor.Name] = new StoredConstant(tensor, new(tensor.Name, tensor, tensor.Count, isInitializer: parent is null));
        foreach (OnnxSparseTensor tensor in graph.SparseInitializers)
            _constants[tensor.Name] = new SparseConstant(tensor, new(tensor.Name, tensor.Values, tensor.Values.Count, isInitializer: parent is null));
        Follow();
    }

    /// <summary>The body of a function, called with constants and activations.</summary>
    public Scope(OnnxFunction function, OnnxNode call, Scope caller, string path)
        : this([.. function.Nodes.Select(node => node.BoundTo(call))], function.Outputs, path, parent: null)
    {
        for (int i = 0; i < function.Inputs.Count; i++)
        {
            _types[function.Inputs[i]] = caller.TypeOf(call.Input(i));
            if (caller.ConstantOf(call.Input(i)) is { } constant)
                _constants[function.Inputs[i]] = constant;
        }

        Follow();
    }

    private Scope(IReadOnlyList<OnnxNode> nodes, IEnumerable<string> outputs, string path, Scope? parent)
    {
        Nodes = nodes;
        Path = path;
        _parent = parent;
        _outputs = new(outputs, StringComparer.Ordinal);
    }

    public IReadOnlyList<OnnxNode> Nodes { get; }

    /// <summary>Empty for the main graph, else the nodes that lead here, each ending in a slash.</summary>
    public string Path { get; }

    public Constant? ConstantOf(string tensor) =>
        tensor.Length == 0 ? null : _constants.GetValueOrDefault(tensor) ?? _parent?.ConstantOf(tensor);

    public bool IsConstant(string tensor) => ConstantOf(tensor) is not null;

    /// <summary>The node of this graph that makes the tensor, or −1.</summary>
    public int ProducerOf(string tensor) => _producers.GetValueOrDefault(tensor, -1);

    /// <summary>The nodes of this graph that use the tensor, themselves or in their bodies, each once, ascending.</summary>
    public IReadOnlyList<int> ConsumersOf(string tensor) => _consumers.GetValueOrDefault(tensor, Nobody);

    public bool IsOutput(string tensor) => _outputs.Contains(tensor);

    /// <summary>The only user of a tensor that nobody outside sees, or −1.</summary>
    public int OnlyConsumerOf(string tensor) => !IsOutput(tensor) && ConsumersOf(tensor) is [var only] ? only : -1;

    /// <summary>Undefined where it does not follow from declared inputs and constants.</summary>
    public ElementType TypeOf(string tensor) =>
        _types.TryGetValue(tensor, out ElementType type) ? type : ConstantOf(tensor)?.ElementType ?? _parent?.TypeOf(tensor) ?? ElementType.Undefined;

    /// <summary>Whether the tensor holds activations: real numbers that depend on the inputs, not only on their shapes.</summary>
    public bool IsActivation(string tensor) =>
        tensor.Length > 0 && !IsConstant(tensor) && !IsShape(tensor) && (TypeOf(tensor) is ElementType.Undefined || TypeOf(tensor).IsFloating());

    /// <summary>Whether the tensor follows from shapes and constants alone.</summary>
    public bool IsShape(string tensor) => _shapes.Contains(tensor) || (_parent?.IsShape(tensor) ?? false);

    /// <summary>Whether the tensor is the same for all data: it follows from shapes and constants, learned tables among them.</summary>
    public bool IsDataFree(string tensor) => IsConstant(tensor) || _dataFree.Contains(tensor) || (_parent?.IsDataFree(tensor) ?? false);

    /// <summary>Whether the node works on constants alone.</summary>
    public bool IsConstantSide(OnnxNode node) => node.Outputs.Any(o => o.Length > 0) && node.Outputs.All(o => o.Length == 0 || _constants.ContainsKey(o));

    /// <summary>Whether the node works on shapes and constants alone.</summary>
    public bool IsShapeSide(OnnxNode node) => node.Outputs.Any(_shapes.Contains);

    /// <summary>Searches for a written-out activation that took as many nodes as they may.</summary>
    public int FutileSearches { get; set; }

    /// <summary>Reductions around which nothing was recognised.</summary>
    public int FutileRowSearches { get; set; }

    public bool IsWorthSearching => FutileSearches < MostFutileSearches;

    private void Follow()
    {
        for (int i = 0; i < Nodes.Count; i++)
        {
            OnnxNode node = Nodes[i];
            List<string> used = [.. node.Inputs.Concat(Captured(node)).Where(name => name.Length > 0)];
            foreach (string input in used)
            {
                if (!_consumers.TryGetValue(input, out List<int>? users))
                    _consumers.Add(input, users = []);
                if (users.Count == 0 || users[^1] != i)
                    users.Add(i);
            }

            for (int o = 0; o < node.Outputs.Count; o++)
            {
                if (node.Outputs[o] is not { Length: > 0 } output)
                    continue;
                if (!_producers.TryAdd(output, i))
                    throw new OnnxFormatException($"Tensor '{output}' is computed twice, by {Nodes[_producers[output]]} and by {node}: the model is damaged.");
                _types[output] = TypeOfBody(node, o) ?? ElementTypeRules.Result(node, TypeOf(node.Input(0)), TypeOf(node.Input(1)));
            }

            if (FollowConstants(node))
                continue;
            bool isMeasured = node.OpType is "Shape" or "Size";
            if (isMeasured || (used.Any(IsDataFree) && used.All(IsDataFree) && !RandomOperators.Contains(node.OpType)))
                _dataFree.UnionWith(node.Outputs.Where(name => name.Length > 0));
            if (isMeasured || (used.Any(IsShape) && used.All(t => IsShape(t) || IsShapeConstant(t))))
                _shapes.UnionWith(node.Outputs.Where(name => name.Length > 0));
        }
    }

    /// <summary>Shape arithmetic ends where a floating tensor of more than one number enters: that was learned.</summary>
    private bool IsShapeConstant(string tensor) => ConstantOf(tensor) is { } constant && !(constant.ElementType.IsFloating() && !constant.IsScalar);

    /// <summary>The type of what an If, a Loop or a Scan hands out: that of its body's output.</summary>
    private ElementType? TypeOfBody(OnnxNode node, int output)
    {
        int before = node.OpType switch { "If" or "Scan" => 0, "Loop" => 1, _ => -1 };
        if (before < 0)
            return null;
        foreach (OnnxGraph body in node.Attributes.SelectMany(a => a.Graphs).Where(body => output + before < body.Outputs.Count))
        {
            OnnxValue value = body.Outputs[output + before];
            ElementType type = value.ElementType != ElementType.Undefined ? value.ElementType
                : ++_bodyLookups <= MostBodyLookups ? new Scope(body, "", this).TypeOf(value.Name) : ElementType.Undefined;
            if (type != ElementType.Undefined)
                return type;
        }

        return ElementType.Undefined;
    }

    private bool FollowConstants(OnnxNode node)
    {
        if (node.OpType == "Constant" && node.Domain.Length == 0)
        {
            if (ValueOf(node) is { } value)
                _constants[node.Output(0)] = value;
            return true;
        }

        bool given = node.Inputs.Any(name => name.Length > 0) && node.Inputs.All(t => t.Length == 0 || IsConstant(t));
        if (!given || RandomOperators.Contains(node.OpType) || node.Attributes.Any(a => a.Graphs.Count > 0))
            return false;
        List<Constant?> inputs = [.. node.Inputs.Select(ConstantOf)];
        foreach (string output in node.Outputs.Where(name => name.Length > 0))
            _constants[output] = new DerivedConstant(node, inputs);
        return true;
    }

    private static Constant? ValueOf(OnnxNode node)
    {
        string name = node.Output(0);
        foreach (OnnxAttribute attribute in node.Attributes)
        {
            switch (attribute.Name)
            {
                case "value" when attribute.Tensors is [var tensor]:
                    return new StoredConstant(tensor, new(name, tensor, tensor.Count, isInitializer: false));
                case "sparse_value" when attribute.SparseTensors is [var sparse]:
                    return new SparseConstant(sparse, new(name, sparse.Values, sparse.Values.Count, isInitializer: false));
                case "value_float": return Listed([attribute.Real], ElementType.Float, []);
                case "value_int": return Listed([attribute.Integer], ElementType.Int64, []);
                case "value_floats": return Listed([.. attribute.ReadReals()], ElementType.Float, null);
                case "value_ints": return Listed([.. attribute.ReadIntegers().Select(i => (double)i)], ElementType.Int64, null);
                case "value_string" or "value_strings": return Listed([], ElementType.Text, [0]);
            }
        }

        return null;

        ListedConstant Listed(double[] values, ElementType type, long[]? shape) =>
            new(values, type, shape ?? [values.Length], new(name, null, values.Length, isInitializer: false));
    }

    /// <summary>The names that a node's bodies mention; those of the body itself do no harm.</summary>
    private static IEnumerable<string> Captured(OnnxNode node) =>
        node.Attributes.SelectMany(a => a.Graphs).SelectMany(g => g.Nodes.SelectMany(n => n.Inputs.Concat(Captured(n))).Concat(g.Outputs.Select(o => o.Name)));
}
