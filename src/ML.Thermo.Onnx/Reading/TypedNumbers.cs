namespace ML.Thermo.Onnx.Reading;

/// <summary>The elements of a tensor that are stored one by one, counted by field without being read: what its type and shape must agree with.</summary>
internal struct TypedNumbers
{
    private int _field, _runs, _others;
    private long _held;
    private Extent _run;

    /// <summary>The one packed run that holds all; null where there are several or single numbers between.</summary>
    public readonly Extent? OnlyRun => _runs == 1 && _others == 0 ? _run : null;

    /// <summary>Counts the field that the reader stands at.</summary>
    /// <exception cref="OnnxFormatException">A field of another type was there before, or a run ends inside a number.</exception>
    public void Take(ref WireReader fields, ReadOnlySpan<byte> bytes)
    {
        int field = fields.Field, width = Width(field);
        if (field == ElementType.Text.TypedField() || fields.Type != WireType.Bytes)
        {
            fields.Skip();
            Add(field, 1);
            _others++;
            return;
        }

        _run = fields.Bytes();
        if (_run.Length == 0)
            return;
        if (width > 0 && _run.Length % width != 0)
            throw new OnnxFormatException($"The values at byte {_run.Start} take {_run.Length} bytes, no multiple of {width}: the file is truncated "
                + "or damaged.");
        _runs++;
        Add(field, width > 0 ? _run.Length / width : Ends(bytes.Slice(_run.Start, _run.Length)));
    }

    /// <summary>Compares what is there with what the tensor says.</summary>
    /// <exception cref="OnnxFormatException">The numbers are those of another type, or too few, or too many.</exception>
    public readonly void Check(string tensor, ElementType type, long count)
    {
        if (_field != 0 && (type == ElementType.Undefined || _field != type.TypedField()))
            throw new OnnxFormatException($"{tensor} has its numbers in field {_field}, expected field {type.TypedField()}, that of its type: the "
                + "file is damaged.");
        long perNumber = type.Bits() is > 0 and < 8 and var bits ? 8 / bits : 1, parts = type is ElementType.Complex64 or ElementType.Complex128 ? 2 : 1;
        long expected = parts == 1 ? (count / perNumber) + (count % perNumber > 0 ? 1 : 0) : count > long.MaxValue / parts ? long.MaxValue : count * parts;
        if (_held != expected)
            throw new OnnxFormatException($"{tensor} should hold {count} elements, but {_held * perNumber / parts} are there: the file is damaged, or "
                + "lacks its weights.");
    }

    private void Add(int field, long count)
    {
        if (_field != 0 && _field != field)
            throw new OnnxFormatException($"A tensor has numbers in the fields {_field} and {field}, of different types: the file is damaged.");
        _field = field;
        _held += count;
    }

    /// <summary>Bytes of a number in a field of fixed width; 0 for numbers of variable length.</summary>
    private static int Width(int field) =>
        field == ElementType.Float.TypedField() ? sizeof(float) : field == ElementType.Double.TypedField() ? sizeof(double) : 0;

    /// <summary>Numbers of variable length: each ends in a byte below 128.</summary>
    private static long Ends(ReadOnlySpan<byte> run)
    {
        long ends = 0;
        foreach (byte b in run)
            ends += b < 0x80 ? 1 : 0;
        return ends;
    }
}
