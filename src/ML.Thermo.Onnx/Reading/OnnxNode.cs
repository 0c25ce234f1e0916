namespace ML.Thermo.Onnx.Reading;

/// <summary>One operation of a graph.</summary>
public sealed class OnnxNode
{
    private readonly ByteSource _source;
    private readonly Extent _message;

    internal OnnxNode(ByteSource source, Extent message, NodeFields fields)
    {
        _source = source;
        _message = message;
        OpType = fields.OpType;
        Domain = fields.Domain;
        Overload = fields.Overload;
        Name = fields.Name;
        Inputs = fields.Inputs;
        Outputs = fields.Outputs;
        Attributes = fields.Attributes;
    }

    private OnnxNode(OnnxNode node, IReadOnlyList<OnnxAttribute> attributes)
        : this(node._source, node._message, new(node.OpType, node.Domain, node.Overload, node.Name, node.Inputs, node.Outputs, attributes))
    {
    }

    /// <summary>The operator, such as <c>Conv</c>.</summary>
    public string OpType { get; }

    /// <summary>The operator's domain; empty for ONNX's own (<c>ai.onnx</c>).</summary>
    public string Domain { get; }

    /// <summary>Which overload of a function of the model is meant; mostly empty.</summary>
    public string Overload { get; }

    /// <summary>May be empty, and need not be unique.</summary>
    public string Name { get; }

    /// <summary>Names of the inputs, by position; an omitted optional input is empty.</summary>
    public IReadOnlyList<string> Inputs { get; }

    /// <summary>Names of the outputs, by position; an omitted optional output is empty.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The attributes, in the file's order.</summary>
    public IReadOnlyList<OnnxAttribute> Attributes { get; }

    /// <summary>The input at a position, or an empty text where it is omitted.</summary>
    /// <param name="index">≥ 0.</param>
    public string Input(int index) => index < Inputs.Count ? Inputs[index] : "";

    /// <summary>The output at a position, or an empty text where it is omitted.</summary>
    /// <param name="index">≥ 0.</param>
    public string Output(int index) => index < Outputs.Count ? Outputs[index] : "";

    /// <summary>The attribute of that name, or null.</summary>
    /// <param name="name">Exact name.</param>
    public OnnxAttribute? Attribute(string name) => Attributes.FirstOrDefault(a => a.Name == name);

    /// <summary>An integer attribute, or <paramref name="absent"/>.</summary>
    /// <param name="name">Exact name.</param>
    /// <param name="absent">What the operator takes where the attribute is missing.</param>
    public long Integer(string name, long absent) => Attribute(name)?.Integer ?? absent;

    /// <summary>A real attribute, or <paramref name="absent"/>.</summary>
    /// <param name="name">Exact name.</param>
    /// <param name="absent">What the operator takes where the attribute is missing.</param>
    public double Real(string name, double absent) => Attribute(name)?.Real ?? absent;

    /// <summary>A text attribute, or <paramref name="absent"/>.</summary>
    /// <param name="name">Exact name.</param>
    /// <param name="absent">What the operator takes where the attribute is missing.</param>
    public string Text(string name, string absent) => Attribute(name)?.Text ?? absent;

    /// <summary>Where the node lies in the file.</summary>
    internal Extent Message => _message;

    /// <summary>What exporters noted beside the node, such as the module it came from.</summary>
    public IReadOnlyDictionary<string, string> ReadMetadata() => Metadata.Read(_source, [_message], field: 9);

    /// <inheritdoc/>
    public override string ToString() => $"{OpType} '{(Name.Length > 0 ? Name : Output(0))}'";

    /// <summary>The node as it runs inside a call of its function: attributes that refer to the call's are replaced by those.</summary>
    internal OnnxNode BoundTo(OnnxNode call) => Attributes.All(a => a.ReferenceName.Length == 0)
        ? this
        : new(this, [.. Attributes.Select(a => a.ReferenceName.Length == 0 ? a : call.Attribute(a.ReferenceName)?.Named(a.Name)).OfType<OnnxAttribute>()]);
}

/// <summary>What a node's message holds.</summary>
internal sealed record NodeFields(
    string OpType, string Domain, string Overload, string Name, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs,
        IReadOnlyList<OnnxAttribute> Attributes);
