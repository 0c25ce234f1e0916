using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Tests;

/// <summary>
/// Writes small ONNX models for tests:
/// <code>
/// byte[] model = new OnnxBuilder()
///     .Input("x", "N", 4)
///     .Weights("w", 3, 4).Weights("b", 3)
///     .Node("Gemm", "x w b", "y", ("transB", 1))
///     .Output("y")
///     .ToModel(opset: 13);
/// </code>
/// A builder is a graph: the main one, or a sub-graph when it is given as an attribute.
/// </summary>
public sealed class OnnxBuilder(string name = "graph")
{
    private readonly Wire _graph = new Wire().Text(2, name);
    private readonly List<Wire> _functions = [];
    private readonly List<(string Key, string Value)> _metadata = [];
    private readonly Dictionary<string, long> _operatorSets = new(StringComparer.Ordinal);
    private int _drawn;

    /// <summary>A float input; an extent is a number, or a text that names a free extent.</summary>
    public OnnxBuilder Input(string name, params Dimension[] shape) => Input(name, ElementType.Float, shape);

    public OnnxBuilder Input(string name, ElementType type, params Dimension[] shape) => Value(11, name, type, shape);

    public OnnxBuilder Output(string name, params Dimension[] shape) => Output(name, ElementType.Float, shape);

    public OnnxBuilder Output(string name, ElementType type, params Dimension[] shape) => Value(12, name, type, shape);

    public OnnxBuilder Declare(string name, ElementType type, params Dimension[] shape) => Value(13, name, type, shape);

    /// <summary>A float initialiser with small numbers that depend on its place in the builder alone.</summary>
    public OnnxBuilder Weights(string name, params long[] shape) => Weights(name, shape, TensorData.Draw(++_drawn, shape));

    public OnnxBuilder Weights(string name, long[] shape, float[] values) => Initializer(name, TensorData.Of(shape, values));

    public OnnxBuilder Integers(string name, params long[] values) => Initializer(name, TensorData.Of([values.Length], values));

    public OnnxBuilder Scalar(string name, float value) => Initializer(name, TensorData.Of([], value));

    public OnnxBuilder Initializer(string name, TensorData tensor) => Add(5, tensor.Message(name));

    public OnnxBuilder SparseInitializer(string name, long[] shape, TensorData values, TensorData indices)
    {
        Wire sparse = new Wire().Message(1, values.Message(name)).Message(2, indices.Message(""));
        foreach (long extent in shape)
            sparse.Number(3, extent);
        return Add(15, sparse);
    }

    /// <summary>
    /// An operation. Names are separated by spaces; <c>_</c> is an omitted input or output; <c>domain::Op</c> is an operator of a domain.
    /// Attributes are int, float, string, arrays of them, <see cref="TensorData"/> or <see cref="OnnxBuilder"/> (a sub-graph).
    /// </summary>
    public OnnxBuilder Node(string op, string inputs, string outputs, params (string Name, object Value)[] attributes) =>
        Add(1, NodeMessage(op, "", inputs, outputs, attributes));

    public OnnxBuilder NamedNode(string nodeName, string op, string inputs, string outputs, params (string Name, object Value)[] attributes) =>
        Add(1, NodeMessage(op, nodeName, inputs, outputs, attributes));

    /// <summary>An operation with what an exporter noted beside it.</summary>
    public OnnxBuilder NotedNode((string Key, string Value) note, string op, string inputs, string outputs, params (string Name, object Value)[] attributes) =>
        Add(1, NodeMessage(op, "", inputs, outputs, attributes).Message(9, Entry(note)));

    /// <summary>An operator that the model defines: the body's nodes, with formal inputs and outputs.</summary>
    public OnnxBuilder Function(string domain, string op, string inputs, string outputs, params Wire[] nodes)
    {
        Wire function = new Wire().Text(1, op).Text(10, domain).Message(9, OperatorSetMessage("", 17));
        foreach (string input in Split(inputs))
            function.Text(4, input);
        foreach (string output in Split(outputs))
            function.Text(5, output);
        foreach (Wire node in nodes)
            function.Message(7, node);
        _functions.Add(function);
        return OperatorSet(domain, 1);
    }

    /// <summary>The message of one operation, for the body of a <see cref="Function"/>.</summary>
    public static Wire NodeMessage(string op, string nodeName, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        string[] parts = op.Split("::");
        Wire node = new();
        foreach (string input in Split(inputs))
            node.Text(1, input);
        foreach (string output in Split(outputs))
            node.Text(2, output);
        if (nodeName.Length > 0)
            node.Text(3, nodeName);
        node.Text(4, parts[^1]);
        if (parts.Length > 1)
            node.Text(7, parts[0]);
        foreach ((string attribute, object value) in attributes)
            node.Message(5, AttributeMessage(attribute, value));
        return node;
    }

    /// <summary>Inside a function: an attribute that is the call's attribute of that name.</summary>
    public static object CallAttribute(string name) => new Reference(name);

    public OnnxBuilder OperatorSet(string domain, long version)
    {
        _operatorSets[domain] = version;
        return this;
    }

    public OnnxBuilder Note(string key, string value)
    {
        _metadata.Add((key, value));
        return this;
    }

    /// <summary>The model; an operator set of 0 is left out.</summary>
    public byte[] ToModel(int opset = 17, int irVersion = 8, string producer = "OnnxBuilder")
    {
        Wire model = new Wire().Number(1, irVersion).Text(2, producer).Text(3, "1.0").Number(5, 3).Message(7, _graph);
        if (opset > 0)
            model.Message(8, OperatorSetMessage("", opset));
        foreach ((string domain, long version) in _operatorSets)
            model.Message(8, OperatorSetMessage(domain, version));
        foreach ((string Key, string Value) note in _metadata)
            model.Message(14, Entry(note));
        foreach (Wire function in _functions)
            model.Message(25, function);
        return model.Written.ToArray();
    }

    private static Wire OperatorSetMessage(string domain, long version) => new Wire().Text(1, domain).Number(2, version);

    private static Wire Entry((string Key, string Value) note) => new Wire().Text(1, note.Key).Text(2, note.Value);

    private static IEnumerable<string> Split(string names) =>
        names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => n == "_" ? "" : n);

    private static Wire AttributeMessage(string name, object value)
    {
        Wire attribute = new Wire().Text(1, name);
        return value switch
        {
            int number => attribute.Number(3, number).Number(20, 2),
            long number => attribute.Number(3, number).Number(20, 2),
            ElementType type => attribute.Number(3, (long)type).Number(20, 2),
            float number => attribute.Single(2, number).Number(20, 1),
            string text => attribute.Text(4, text).Number(20, 3),
            int[] numbers => numbers.Aggregate(attribute, (a, n) => a.Number(8, n)).Number(20, 7),
            long[] numbers => numbers.Aggregate(attribute, (a, n) => a.Number(8, n)).Number(20, 7),
            float[] numbers => numbers.Aggregate(attribute, (a, n) => a.Single(7, n)).Number(20, 6),
            string[] texts => texts.Aggregate(attribute, (a, t) => a.Text(9, t)).Number(20, 8),
            TensorData tensor => attribute.Message(5, tensor.Message("")).Number(20, 4),
            OnnxBuilder graph => attribute.Message(6, graph._graph).Number(20, 5),
            OnnxBuilder[] graphs => graphs.Aggregate(attribute, (a, g) => a.Message(11, g._graph)).Number(20, 10),
            Reference reference => attribute.Text(21, reference.Name).Number(20, 2),
            _ => throw new ArgumentException($"No attribute holds a {value.GetType().Name}."),
        };
    }

    private OnnxBuilder Value(int field, string name, ElementType type, Dimension[] shape)
    {
        Wire extents = new();
        foreach (Dimension dimension in shape)
        {
            Wire extent = new();
            extents.Message(1, dimension.Value is { } value ? extent.Number(1, value) : dimension.Symbol is { } symbol ? extent.Text(2, symbol) : extent);
        }

        Wire tensor = new Wire().Number(1, (int)type).Message(2, extents);
        return Add(field, new Wire().Text(1, name).Message(2, new Wire().Message(1, tensor)));
    }

    private OnnxBuilder Add(int field, Wire message)
    {
        _graph.Message(field, message);
        return this;
    }

    private sealed record Reference(string Name);
}
