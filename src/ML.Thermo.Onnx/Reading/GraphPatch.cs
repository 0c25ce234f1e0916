using System.Runtime.InteropServices;

namespace ML.Thermo.Onnx.Reading;

/// <summary>
/// Additions to a model's graph as bytes that are appended to the model's own. A second graph field merges into the first, so the
/// model need not be parsed, changed or written anew: <c>bytes(model) ++ bytes(patch)</c> is the model with the additions.
/// </summary>
/// <remarks>
/// <para>An added output needs only the name of an existing tensor: ONNX Runtime infers its type. An initialiser becomes overridable
/// when it is also declared as an input; that needs IR version 4 or later, so older models get <see cref="IrVersion"/> too.</para>
/// <para><b>Order of taps.</b> ONNX Runtime walks the graph depth first from its leaves, the node of the highest index first. Append
/// nodes that look at layers in <i>reverse</i> order of the layers, and let them look at the graph's own outputs too, so that every
/// leaf is such a node. Each then runs right behind the layer it looks at, while the tensor is in the cache, and the activation is freed at
/// once. In any other order all of them run at the end, and every activation of the network is alive at the same time.</para>
/// </remarks>
public sealed class GraphPatch
{
    private readonly WireMessage _model = new();
    private readonly WireMessage _graph = new();
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private readonly HashSet<string> _outputs = new(StringComparer.Ordinal);

    /// <summary>Makes a tensor an output of the graph.</summary>
    /// <param name="tensor">Its name.</param>
    /// <exception cref="ArgumentException">This patch made it an output already.</exception>
    public GraphPatch Output(string tensor)
    {
        ArgumentException.ThrowIfNullOrEmpty(tensor);
        if (!_outputs.Add(tensor))
            throw new ArgumentException($"'{tensor}' is an output of this patch already.", nameof(tensor));
        _graph.Message(12, new WireMessage().Text(1, tensor));
        return this;
    }

    /// <summary>Adds an operation.</summary>
    /// <param name="opType">The operator.</param>
    /// <param name="inputs">Names of tensors of the model or of this patch.</param>
    /// <param name="outputs">New names.</param>
    /// <param name="domain">The operator's domain; import it (<see cref="OperatorSet"/>) if the model does not.</param>
    /// <param name="name">The node's name; may be empty.</param>
    /// <param name="attributes">Its attributes.</param>
    public GraphPatch Node(
        string opType, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs, string domain = "", string name = "",
            params IReadOnlyList<PatchAttribute> attributes)
    {
        ArgumentException.ThrowIfNullOrEmpty(opType);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(attributes);
        WireMessage node = new();
        foreach (string input in inputs)
            node.Text(1, input);
        foreach (string output in outputs)
            node.Text(2, output);
        node.Text(3, name).Text(4, opType).Text(7, domain);
        foreach (PatchAttribute attribute in attributes)
            node.Message(5, attribute.Message);
        _graph.Message(1, node);
        _made.UnionWith(outputs);
        return this;
    }

    /// <summary>Adds a constant tensor of numbers of any fixed-width type.</summary>
    /// <param name="name">A new name.</param>
    /// <param name="shape">Its extents; empty for a scalar.</param>
    /// <param name="values">Its elements, in row-major order.</param>
    /// <exception cref="ArgumentException">The elements are not as many as the shape says, or their type has no ONNX counterpart.</exception>
    public GraphPatch Initializer<T>(string name, IReadOnlyList<long> shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(shape);
        long count = Shape.Count(shape, $"Tensor '{name}'");
        if (count != values.Length)
            throw new ArgumentException($"'{name}' has the shape [{string.Join(',', shape)}] but {values.Length} elements: expected {count}.", nameof(values));
        WireMessage tensor = new();
        foreach (long extent in shape)
            tensor.Number(1, extent);
        tensor.Number(2, (int)TypeOf(default(T))).Text(8, name).Bytes(9, MemoryMarshal.AsBytes(values));
        _graph.Message(5, tensor);
        _made.Add(name);
        return this;
    }

    /// <summary>Adds an input, or makes an initialiser of that name overridable.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="elementType">The type of its elements.</param>
    /// <param name="shape">Its extents; a text is a free extent with that name.</param>
    public GraphPatch Input(string name, ElementType elementType, params IReadOnlyList<Dimension> shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(shape);
        WireMessage extents = new();
        foreach (Dimension dimension in shape)
        {
            extents.Message(1, dimension.Value is { } value
                ? new WireMessage().Number(1, value)
                : dimension.Symbol is { } symbol ? new WireMessage().Text(2, symbol) : new WireMessage());
        }

        WireMessage type = new WireMessage().Message(1, new WireMessage().Number(1, (int)elementType).Message(2, extents));
        _graph.Message(11, new WireMessage().Text(1, name).Message(2, type));
        _made.Add(name);
        return this;
    }

    /// <summary>Imports an operator set.</summary>
    /// <param name="domain">Empty for ONNX's own.</param>
    /// <param name="version">≥ 1. A second import of a domain is refused by ONNX Runtime: import only what the model does not.</param>
    public GraphPatch OperatorSet(string domain, long version)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        _model.Message(8, new WireMessage().Text(1, domain).Number(2, version));
        return this;
    }

    /// <summary>Replaces the model's IR version: of two, the last counts.</summary>
    /// <param name="version">≥ 1.</param>
    public GraphPatch IrVersion(long version)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        _model.Number(1, version);
        return this;
    }

    /// <summary>The bytes to append; none for a patch that adds nothing.</summary>
    public byte[] ToArray()
    {
        WireMessage patch = new();
        if (_graph.Written.Length > 0)
            patch.Message(7, _graph);
        return [.. _model.Written, .. patch.Written];
    }

    /// <summary>The patched model.</summary>
    /// <param name="model">The model, as it is.</param>
    /// <exception cref="ArgumentException">A new output is none of the model's or the patch's tensors, or is an output already.</exception>
    /// <exception cref="OnnxFormatException">The patched model would exceed protobuf's 2 GiB.</exception>
    public byte[] ApplyTo(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        HashSet<string> known = new(_made, StringComparer.Ordinal);
        known.UnionWith(model.Graph.Nodes.SelectMany(node => node.Outputs));
        known.UnionWith(model.Graph.Inputs.Select(input => input.Name));
        known.UnionWith(model.Graph.Initializers.Select(tensor => tensor.Name));
        if (_outputs.FirstOrDefault(o => !known.Contains(o)) is { } unknown)
            throw new ArgumentException($"'{unknown}' cannot become an output: '{model.Name}' has no tensor of that name.", nameof(model));
        if (model.Graph.Outputs.FirstOrDefault(o => _outputs.Contains(o.Name)) is { } twice)
            throw new ArgumentException($"'{twice.Name}' is an output of '{model.Name}' already.", nameof(model));
        byte[] patch = ToArray();
        if ((long)model.Bytes.Length + patch.Length > Array.MaxLength)
            throw new OnnxFormatException($"'{model.Name}' with a patch of {patch.Length} bytes would exceed protobuf's 2 GiB.");
        return model.CopyWith(patch);
    }

    private static ElementType TypeOf<T>(T zero) => zero switch
    {
        float => ElementType.Float,
        double => ElementType.Double,
        Half => ElementType.Float16,
        long => ElementType.Int64,
        int => ElementType.Int32,
        short => ElementType.Int16,
        sbyte => ElementType.Int8,
        ulong => ElementType.UInt64,
        uint => ElementType.UInt32,
        ushort => ElementType.UInt16,
        byte => ElementType.UInt8,
        bool => ElementType.Bool,
        _ => throw new ArgumentException($"ONNX has no element type for {typeof(T).Name}."),
    };
}

/// <summary>An attribute of an added operation.</summary>
public sealed class PatchAttribute
{
    private PatchAttribute(string name, AttributeKind kind, Func<WireMessage, WireMessage> content) =>
        Message = content(new WireMessage().Text(1, name)).Number(20, (int)kind);

    internal WireMessage Message { get; }

    /// <summary>An integer.</summary>
    /// <param name="name">The attribute.</param>
    /// <param name="value">Its value.</param>
    public static PatchAttribute Of(string name, long value) => new(name, AttributeKind.Integer, m => m.Number(3, value));

    /// <summary>A real number.</summary>
    /// <param name="name">The attribute.</param>
    /// <param name="value">Its value.</param>
    public static PatchAttribute Of(string name, float value) => new(name, AttributeKind.Real, m => m.Single(2, value));

    /// <summary>A text.</summary>
    /// <param name="name">The attribute.</param>
    /// <param name="value">Its value.</param>
    public static PatchAttribute Of(string name, string value) => new(name, AttributeKind.Text, m => m.Text(4, value));

    /// <summary>Integers.</summary>
    /// <param name="name">The attribute.</param>
    /// <param name="values">Its values.</param>
    public static PatchAttribute Of(string name, params IReadOnlyList<long> values) =>
        new(name, AttributeKind.Integers, m => values.Aggregate(m, (message, value) => message.Number(8, value)));
}
