using System.Globalization;

namespace ML.Thermo.Onnx.Reading;

/// <summary>Headers of tensors and types of values.</summary>
internal sealed partial class ModelReader
{
    private const long MostClaimed = 1L << 45;
    private long _claimed;

    /// <summary>The declared types of inner values, in the messages of one graph.</summary>
    public IReadOnlyList<OnnxValue> ReadInnerValues(IReadOnlyList<Extent> graph)
    {
        // A fresh reader: the one that opened the model may not be shared between threads.
        ModelReader reader = new(source, files);
        List<OnnxValue> values = [];
        foreach (Extent message in graph)
        {
            for (WireReader fields = new(All, message); fields.Next();)
            {
                if (fields.Field == 13)
                    values.Add(reader.ReadValue(fields.Bytes()));
                else
                    fields.Skip();
            }
        }

        return values;
    }

    private OnnxTensor ReadTensor(Extent message)
    {
        _allowance.Spend(280);
        string name = "";
        ElementType type = ElementType.Undefined;
        bool external = false;
        TypedNumbers typed = default;
        Extent raw = default;
        bool hasRaw = false;
        List<long> shape = [];
        List<Extent> externalEntries = [];
        for (WireReader fields = new(All, message); fields.Next();)
        {
            switch (fields.Field)
            {
                case 1: ReadExtents(ref fields, shape); break;
                case 2: type = (ElementType)fields.Number(); break;
                case 3: throw new OnnxFormatException($"the tensor at byte {message.Start} is a segment of another: segments are not supported.");
                case 4 or 5 or 6 or 7 or 10 or 11: typed.Take(ref fields, All); break;
                case 8: name = Text(fields.Bytes()); break;
                case 9: (raw, hasRaw) = (fields.Bytes(), true); break;
                case 13: externalEntries.Add(fields.Bytes()); break;
                case 14: external = fields.Number() == 1; break;
                default: fields.Skip(); break;
            }
        }

        long[] extents = [.. shape];
        long count = Shape.Count(extents, $"tensor '{name}'");
        if (external)
        {
            Claim(name, count);
            return new(name, type, extents, ReadExternal(name, externalEntries));
        }

        string tensor = $"tensor '{name}' ({type}[{string.Join(',', extents)}])";
        if (hasRaw && type is ElementType.Text or ElementType.Undefined)
            throw new OnnxFormatException($"{tensor} holds raw bytes, which elements of this type are not: the file is damaged.");
        long expected = type.ByteLength(count);
        if (hasRaw && type.Bits() > 0 && expected != raw.Length)
            throw new OnnxFormatException($"{tensor} takes {expected} bytes, but holds {raw.Length}: the file is damaged.");
        if (hasRaw)
            return new(name, type, extents, new RawStorage(source, raw));
        typed.Check(tensor, type, count);

        // One packed run of floats or doubles is the same bytes as raw data.
        bool isRun = typed.OnlyRun is { } run && type is ElementType.Float or ElementType.Double && expected == run.Length;
        return new(name, type, extents, isRun ? new RawStorage(source, typed.OnlyRun!.Value) : new TypedStorage(source, message));
    }

    /// <summary>Accounts for numbers that are said to be in files beside the model, so that no count of parameters can overflow.</summary>
    private void Claim(string tensor, long count)
    {
        _claimed += Math.Min(count, MostClaimed + 1);
        if (_claimed > MostClaimed)
            throw new OnnxFormatException($"tensors up to '{tensor}' are said to have {_claimed} numbers or more in other files: the file is damaged "
                + "or hostile.");
    }

    private ExternalStorage ReadExternal(string tensor, List<Extent> entries)
    {
        string location = "";
        long offset = 0;
        long? length = null;
        foreach (Extent entry in entries)
        {
            _allowance.Spend(128 + (4L * entry.Length));
            (string key, string value) = Metadata.Pair(All, entry);
            switch (key)
            {
                case "location": location = value; break;
                case "offset": offset = Number(value); break;
                case "length": length = Number(value); break;
            }
        }

        ExternalFiles.CheckLocation(location, tensor);
        return new(files, location, offset, length);

        long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new OnnxFormatException($"tensor '{tensor}' is stored elsewhere at '{text}': expected a number ≥ 0.");
    }

    private OnnxSparseTensor ReadSparseTensor(Extent message)
    {
        _allowance.Spend(120);
        OnnxTensor? values = null;
        OnnxTensor? indices = null;
        List<long> shape = [];
        for (WireReader fields = new(All, message); fields.Next();)
        {
            switch (fields.Field)
            {
                case 1: values = ReadTensor(fields.Bytes()); break;
                case 2: indices = ReadTensor(fields.Bytes()); break;
                case 3: ReadExtents(ref fields, shape); break;
                default: fields.Skip(); break;
            }
        }

        if (values is null || indices is null)
            throw new OnnxFormatException($"the sparse tensor at byte {message.Start} lacks its values or their positions: the file is damaged.");
        Shape.Count(shape, $"sparse tensor '{values.Name}'");
        return new(values.Name, values, indices, shape);
    }

    private OnnxValue ReadValue(Extent message)
    {
        _allowance.Spend(160);
        string name = "";
        OnnxValue type = new("", ValueKind.Unknown, ElementType.Undefined, null);
        for (WireReader fields = new(All, message); fields.Next();)
        {
            switch (fields.Field)
            {
                case 1: name = Text(fields.Bytes()); break;
                case 2: type = ReadType(fields.Bytes()); break;
                default: fields.Skip(); break;
            }
        }

        return type with { Name = name };
    }

    /// <summary>Only tensors are described further; of other kinds the kind is enough.</summary>
    private OnnxValue ReadType(Extent message)
    {
        OnnxValue type = new("", ValueKind.Unknown, ElementType.Undefined, null);
        for (WireReader fields = new(All, message); fields.Next();)
        {
            switch (fields.Field)
            {
                case 1: type = ReadTensorType(fields.Bytes(), ValueKind.Tensor); break;
                case 4: (type, _) = (type with { Kind = ValueKind.Sequence }, fields.Bytes()); break;
                case 5: (type, _) = (type with { Kind = ValueKind.Map }, fields.Bytes()); break;
                case 8: type = ReadTensorType(fields.Bytes(), ValueKind.SparseTensor); break;
                case 9: (type, _) = (type with { Kind = ValueKind.Optional }, fields.Bytes()); break;
                default: fields.Skip(); break;
            }
        }

        return type;
    }

    private OnnxValue ReadTensorType(Extent message, ValueKind kind)
    {
        ElementType type = ElementType.Undefined;
        List<Dimension>? shape = null;
        for (WireReader fields = new(All, message); fields.Next();)
        {
            switch (fields.Field)
            {
                case 1: type = (ElementType)fields.Number(); break;
                case 2: ReadDimensions(fields.Bytes(), shape ??= []); break;
                default: fields.Skip(); break;
            }
        }

        return new("", kind, type, shape);
    }

    private void ReadDimensions(Extent message, List<Dimension> shape)
    {
        for (WireReader fields = new(All, message); fields.Next();)
        {
            if (fields.Field != 1)
            {
                fields.Skip();
                continue;
            }

            CheckRank(shape.Count);
            long? value = null;
            string? symbol = null;
            for (WireReader dimension = new(All, fields.Bytes()); dimension.Next();)
            {
                switch (dimension.Field)
                {
                    case 1: value = dimension.Number(); break;
                    case 2: symbol = Text(dimension.Bytes()); break;
                    default: dimension.Skip(); break;
                }
            }

            // Some exporters write −1 for an extent that is free.
            shape.Add(new(value >= 0 ? value : null, string.IsNullOrEmpty(symbol) ? null : symbol));
        }
    }

    private void ReadExtents(ref WireReader field, List<long> shape)
    {
        if (field.Type == WireType.Varint)
        {
            CheckRank(shape.Count);
            shape.Add(field.Number());
            return;
        }

        Extent packed = field.Bytes();
        for (int position = packed.Start; position < packed.End;)
        {
            CheckRank(shape.Count);
            shape.Add((long)WireReader.Varint(All[..packed.End], ref position));
        }
    }

    private void CheckRank(int axes)
    {
        _allowance.Spend(64);
        if (axes >= Shape.MaximalRank)
            throw new OnnxFormatException($"a shape has more than {Shape.MaximalRank} axes: the file is damaged or hostile.");
    }
}
