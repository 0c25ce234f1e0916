namespace ML.Thermo.Onnx.Reading;

/// <summary>A constant tensor of which only the elements that are not zero are stored.</summary>
/// <param name="Name">The name that nodes call it by.</param>
/// <param name="Values">The stored elements, one axis.</param>
/// <param name="Indices">Their positions: linear (one axis) or one row of coordinates an element (two axes).</param>
/// <param name="Shape">The dense shape.</param>
public sealed record OnnxSparseTensor(string Name, OnnxTensor Values, OnnxTensor Indices, IReadOnlyList<long> Shape);

/// <summary>A dataflow graph: the model's own, or the body of an If, Loop or Scan.</summary>
public sealed class OnnxGraph
{
    private readonly ModelReader _reader;
    private readonly IReadOnlyList<Extent> _messages;

    /// <summary>Where the graph lies in the file.</summary>
    internal IReadOnlyList<Extent> Messages => _messages;

    internal OnnxGraph(ModelReader reader, IReadOnlyList<Extent> messages)
    {
        _reader = reader;
        _messages = messages;
    }

    /// <summary>May be empty.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>The operations, in the file's order, which the format wants topological.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; internal init; } = [];

    /// <summary>The constant tensors.</summary>
    public IReadOnlyList<OnnxTensor> Initializers { get; internal init; } = [];

    /// <summary>The constant tensors stored sparsely.</summary>
    public IReadOnlyList<OnnxSparseTensor> SparseInitializers { get; internal init; } = [];

    /// <summary>The inputs, among them initialisers that a run may override.</summary>
    public IReadOnlyList<OnnxValue> Inputs { get; internal init; } = [];

    /// <summary>The outputs.</summary>
    public IReadOnlyList<OnnxValue> Outputs { get; internal init; } = [];

    /// <summary>What the model declares of its inner values; read from the file at each call.</summary>
    public IReadOnlyList<OnnxValue> ReadValues() => _reader.ReadInnerValues(_messages);

    /// <summary>What exporters noted beside the graph.</summary>
    public IReadOnlyDictionary<string, string> ReadMetadata() => Metadata.Read(_reader.Source, _messages, field: 16);
}

/// <summary>An operator that the model itself defines.</summary>
/// <param name="Domain">The operator's domain.</param>
/// <param name="Name">The operator's name.</param>
/// <param name="Overload">Which of several of that name; mostly empty.</param>
/// <param name="Inputs">Formal inputs, by position.</param>
/// <param name="Outputs">Formal outputs, by position.</param>
/// <param name="Nodes">The body.</param>
public sealed record OnnxFunction(
    string Domain, string Name, string Overload, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<OnnxNode> Nodes);
