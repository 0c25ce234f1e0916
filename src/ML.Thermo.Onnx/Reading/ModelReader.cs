using System.Text;

namespace ML.Thermo.Onnx.Reading;

/// <summary>What a model's message holds.</summary>
internal sealed record ModelFields(
    long IrVersion, string ProducerName, string ProducerVersion, string Domain, long ModelVersion,
    IReadOnlyDictionary<string, long> OperatorSets, OnnxGraph Graph, IReadOnlyList<OnnxFunction> Functions);

/// <summary>
/// Reads the structure of a model in one pass: objects for nodes, attributes and tensor headers, none for elements. Field numbers are
/// those of the ONNX standard.
/// </summary>
internal sealed partial class ModelReader(ByteSource source, ExternalFiles files)
{
    private const int DeepestNesting = 64;
    private const int LongestName = 1 << 16;
    private readonly ReadBudget _allowance = new(source.Length);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _depth;

    public ByteSource Source => source;

    private ReadOnlySpan<byte> All => source.Slice(0, (int)source.Length);

    /// <exception cref="OnnxFormatException">The bytes are no usable model.</exception>
    public ModelFields ReadModel()
    {
        long irVersion = 0;
        long modelVersion = 0;
        string producer = "";
        string producerVersion = "";
        string domain = "";
        List<Extent> graphs = [];
        List<OnnxFunction> functions = [];
        Dictionary<string, long> operatorSets = new(StringComparer.Ordinal);
        for (WireReader fields = new(All, new(0, (int)source.Length)); fields.Next();)
        {
            switch (fields.Field)
            {
                case 1: irVersion = fields.Number(); break;
                case 2: producer = Text(fields.Bytes()); break;
                case 3: producerVersion = Text(fields.Bytes()); break;
                case 4: domain = Text(fields.Bytes()); break;
                case 5: modelVersion = fields.Number(); break;
                case 7: graphs.Add(fields.Bytes()); break;
                case 8: ReadOperatorSet(fields.Bytes(), operatorSets); break;
                case 25: functions.Add(ReadFunction(fields.Bytes())); break;
                default: fields.Skip(); break;
            }
        }

        if (graphs.Count == 0)
            throw new OnnxFormatException("holds no graph: the file is truncated or not an ONNX model.");
        if (operatorSets.Count == 0 && irVersion is not (1 or 2)) // which knew of none
        {
            throw new OnnxFormatException(
                $"imports no operator set (its IR version is {irVersion}; models from IR version 3 on name the version of the operators that they use): "
                    + "export it again with a current exporter.");
        }

        // A graph given in several pieces is one graph: that is how protobuf merges, and how patches are appended.
        return new(irVersion, producer, producerVersion, domain, modelVersion, operatorSets, ReadGraph(graphs), functions);
    }

    private OnnxGraph ReadGraph(IReadOnlyList<Extent> messages)
    {
        Deepen();
        string name = "";
        List<OnnxNode> nodes = [];
        List<OnnxTensor> initializers = [];
        List<OnnxSparseTensor> sparse = [];
        List<OnnxValue> inputs = [];
        List<OnnxValue> outputs = [];
        foreach (Extent message in messages)
        {
            for (WireReader fields = new(All, message); fields.Next();)
            {
                switch (fields.Field)
                {
                    case 1: nodes.Add(ReadNode(fields.Bytes())); break;
                    case 2: name = Text(fields.Bytes()); break;
                    case 5: initializers.Add(ReadTensor(fields.Bytes())); break;
                    case 11: inputs.Add(ReadValue(fields.Bytes())); break;
                    case 12: outputs.Add(ReadValue(fields.Bytes())); break;
                    case 15: sparse.Add(ReadSparseTensor(fields.Bytes())); break;
                    default: fields.Skip(); break;
                }
            }
        }

        _depth--;
        return new(this, messages)
        {
            Name = name,
            Nodes = nodes,
            Initializers = initializers,
            SparseInitializers = sparse,
            Inputs = inputs,
            Outputs = outputs,
        };
    }

    private OnnxNode ReadNode(Extent message)
    {
        _allowance.Spend(240);
        string name = "";
        string opType = "";
        string domain = "";
        string overload = "";
        List<string>? inputs = null;
        List<string>? outputs = null;
        List<OnnxAttribute>? attributes = null;
        for (WireReader fields = new(All, message); fields.Next();)
        {
            switch (fields.Field)
            {
                case 1: (inputs ??= new(4)).Add(Text(fields.Bytes(), 24)); break;
                case 2: (outputs ??= new(1)).Add(Text(fields.Bytes(), 24)); break;
                case 3: name = Text(fields.Bytes()); break;
                case 4: opType = Text(fields.Bytes()); break;
                case 5: (attributes ??= new(4)).Add(ReadAttribute(fields.Bytes())); break;
                case 7: domain = Domain(fields.Bytes()); break;
                case 8: overload = Text(fields.Bytes()); break;
                default: fields.Skip(); break;
            }
        }

        if (opType.Length == 0)
            throw new OnnxFormatException($"the node at byte {message.Start} names no operator: the file is damaged or not an ONNX model.");
        return new(source, message, new(opType, domain, overload, name, inputs ?? [], outputs ?? [], attributes ?? []));
    }

    private OnnxAttribute ReadAttribute(Extent message)
    {
        _allowance.Spend(200);
        string name = "";
        string reference = "";
        long integer = 0;
        float real = 0;
        AttributeKind kind = AttributeKind.Undefined;
        AttributeKind held = AttributeKind.Undefined;
        List<OnnxTensor>? tensors = null;
        List<OnnxGraph>? graphs = null;
        List<OnnxSparseTensor>? sparse = null;
        for (WireReader fields = new(All, message); fields.Next();)
        {
            // Models of IR version 1 leave the kind out; the field that is there tells it.
            held = HeldBy(fields.Field) is var h and not AttributeKind.Undefined ? h : held;
            switch (fields.Field)
            {
                case 1: name = Text(fields.Bytes()); break;
                case 2: real = fields.Single(); break;
                case 3: integer = fields.Number(); break;
                case 5 or 10: (tensors ??= new(1)).Add(ReadTensor(fields.Bytes())); break;
                case 6 or 11: (graphs ??= new(1)).Add(ReadGraph([fields.Bytes()])); break;
                case 20: kind = (AttributeKind)fields.Number(); break;
                case 21: reference = Text(fields.Bytes()); break;
                case 22 or 23: (sparse ??= new(1)).Add(ReadSparseTensor(fields.Bytes())); break;
                default: fields.Skip(); break;
            }
        }

        return new(source, message)
        {
            Name = name,
            Kind = kind == AttributeKind.Undefined ? held : kind,
            ReferenceName = reference,
            Integer = integer,
            Real = real,
            Tensors = tensors ?? [],
            Graphs = graphs ?? [],
            SparseTensors = sparse ?? [],
        };
    }

    private static AttributeKind HeldBy(int field) => field switch
    {
        2 => AttributeKind.Real,
        3 => AttributeKind.Integer,
        4 => AttributeKind.Text,
        5 => AttributeKind.Tensor,
        6 => AttributeKind.Graph,
        7 => AttributeKind.Reals,
        8 => AttributeKind.Integers,
        9 => AttributeKind.Texts,
        10 => AttributeKind.Tensors,
        11 => AttributeKind.Graphs,
        14 => AttributeKind.Type,
        15 => AttributeKind.Types,
        22 => AttributeKind.SparseTensor,
        23 => AttributeKind.SparseTensors,
        _ => AttributeKind.Undefined,
    };

    private OnnxFunction ReadFunction(Extent message)
    {
        _allowance.Spend(240);
        string name = "";
        string domain = "";
        string overload = "";
        List<string> inputs = [];
        List<string> outputs = [];
        List<OnnxNode> nodes = [];
        for (WireReader fields = new(All, message); fields.Next();)
        {
            switch (fields.Field)
            {
                case 1: name = Text(fields.Bytes()); break;
                case 4: inputs.Add(Text(fields.Bytes(), 24)); break;
                case 5: outputs.Add(Text(fields.Bytes(), 24)); break;
                case 7: nodes.Add(ReadNode(fields.Bytes())); break;
                case 10: domain = Domain(fields.Bytes()); break;
                case 13: overload = Text(fields.Bytes()); break;
                default: fields.Skip(); break;
            }
        }

        return new(domain, name, overload, inputs, outputs, nodes);
    }

    private void ReadOperatorSet(Extent message, Dictionary<string, long> operatorSets)
    {
        _allowance.Spend(64);
        string domain = "";
        long version = 0;
        for (WireReader fields = new(All, message); fields.Next();)
        {
            switch (fields.Field)
            {
                case 1: domain = Domain(fields.Bytes()); break;
                case 2: version = fields.Number(); break;
                default: fields.Skip(); break;
            }
        }

        operatorSets[domain] = version;
    }

    /// <summary>ONNX's own domain has two names.</summary>
    private string Domain(Extent extent) => Text(extent) is var domain && domain == "ai.onnx" ? "" : domain;

    /// <summary>A name; equal names become one object. <paramref name="place"/> is what its place in a list costs.</summary>
    private string Text(Extent extent, int place = 0)
    {
        if (extent.Length > LongestName)
            throw new OnnxFormatException($"the name at byte {extent.Start} has {extent.Length} bytes: the file is damaged or hostile.");
        _allowance.Spend(place);
        ReadOnlySpan<byte> bytes = source.Slice(extent.Start, extent.Length);
        const int OnStack = 256;
        if (bytes.Length > OnStack)
        {
            _allowance.Spend(32 + (2 * bytes.Length));
            return Encoding.UTF8.GetString(bytes);
        }

        Span<char> characters = stackalloc char[OnStack];
        ReadOnlySpan<char> text = characters[..Encoding.UTF8.GetChars(bytes, characters)];
        if (text.IsEmpty)
            return "";
#if NET9_0_OR_GREATER
        if (_names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out string? known))
            return known;
        string name = text.ToString();
#else
        string name = text.ToString();
        if (_names.TryGetValue(name, out string? known))
            return known;
#endif
        _allowance.Spend(32 + (2 * name.Length) + 48);
        _names.Add(name);
        return name;
    }

    private void Deepen()
    {
        if (++_depth > DeepestNesting)
            throw new OnnxFormatException($"nests graphs or types more than {DeepestNesting} deep: the file is damaged or hostile.");
    }
}
