using System.Runtime.InteropServices;
using System.Text;

namespace ML.Thermo.Onnx.Reading;

/// <summary>What an attribute holds, under the numbers that the format gives them.</summary>
public enum AttributeKind
{
    /// <summary>Nothing, or a reference to an attribute of the enclosing function's call.</summary>
    Undefined = 0,

    /// <summary>One real number.</summary>
    Real = 1,

    /// <summary>One integer.</summary>
    Integer = 2,

    /// <summary>One text.</summary>
    Text = 3,

    /// <summary>One tensor.</summary>
    Tensor = 4,

    /// <summary>One sub-graph.</summary>
    Graph = 5,

    /// <summary>Real numbers.</summary>
    Reals = 6,

    /// <summary>Integers.</summary>
    Integers = 7,

    /// <summary>Texts.</summary>
    Texts = 8,

    /// <summary>Tensors.</summary>
    Tensors = 9,

    /// <summary>Sub-graphs.</summary>
    Graphs = 10,

    /// <summary>One sparse tensor.</summary>
    SparseTensor = 11,

    /// <summary>Sparse tensors.</summary>
    SparseTensors = 12,

    /// <summary>One type.</summary>
    Type = 13,

    /// <summary>Types.</summary>
    Types = 14,
}

/// <summary>A named constant argument of an operation. Lists stay in the file until they are read.</summary>
public sealed class OnnxAttribute
{
    private readonly ByteSource _source;
    private readonly Extent _message;

    internal OnnxAttribute(ByteSource source, Extent message)
    {
        _source = source;
        _message = message;
    }

    /// <summary>Unique in its node.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>What it holds.</summary>
    public AttributeKind Kind { get; internal init; }

    /// <summary>Inside a function: the attribute of the call that takes this one's place; empty elsewhere.</summary>
    public string ReferenceName { get; internal init; } = "";

    /// <summary>The integer; 0 for other kinds.</summary>
    public long Integer { get; internal init; }

    /// <summary>The real number; 0 for other kinds.</summary>
    public float Real { get; internal init; }

    /// <summary>The tensors, one or several; empty for other kinds.</summary>
    public IReadOnlyList<OnnxTensor> Tensors { get; internal init; } = [];

    /// <summary>The sub-graphs, one or several; empty for other kinds.</summary>
    public IReadOnlyList<OnnxGraph> Graphs { get; internal init; } = [];

    /// <summary>The sparse tensors, one or several; empty for other kinds.</summary>
    public IReadOnlyList<OnnxSparseTensor> SparseTensors { get; internal init; } = [];

    /// <summary>The text; empty for other kinds.</summary>
    public string Text => Texts(4).LastOrDefault("");

    /// <summary>The integers, in order; empty for other kinds.</summary>
    public IReadOnlyList<long> ReadIntegers()
    {
        List<long> values = [];
        for (RepeatedNumbers numbers = new(Source, _message, 8); numbers.MoveNext();)
            values.Add(numbers.Current);
        return values;
    }

    /// <summary>The real numbers, in order; empty for other kinds.</summary>
    public IReadOnlyList<float> ReadReals()
    {
        List<float> values = [];
        for (RepeatedFixed runs = new(Source, _message, 7, sizeof(float)); runs.MoveNext();)
            values.AddRange(MemoryMarshal.Cast<byte, float>(runs.Current));
        return values;
    }

    /// <summary>The texts, in order; empty for other kinds.</summary>
    public IReadOnlyList<string> ReadTexts() => Texts(9);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Kind})";

    /// <summary>The same content under another name.</summary>
    internal OnnxAttribute Named(string name) => new(_source, _message)
    {
        Name = name,
        Kind = Kind,
        Integer = Integer,
        Real = Real,
        Tensors = Tensors,
        Graphs = Graphs,
        SparseTensors = SparseTensors,
    };

    private ReadOnlySpan<byte> Source => _source.Slice(0, (int)_source.Length);

    private List<string> Texts(int field)
    {
        List<string> texts = [];
        for (WireReader fields = new(Source, _message); fields.Next();)
        {
            if (fields.Field != field)
            {
                fields.Skip();
                continue;
            }

            Extent text = fields.Bytes();
            texts.Add(Encoding.UTF8.GetString(_source.Slice(text.Start, text.Length)));
        }

        return texts;
    }
}
