using System.Buffers.Binary;

namespace ML.Thermo.Onnx.Reading;

/// <summary>A stretch of bytes inside a <see cref="ByteSource"/>.</summary>
internal readonly record struct Extent(int Start, int Length)
{
    public int End => Start + Length;
}

/// <summary>How a field's value is laid out, the lower three bits of its key.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>
/// Walks the fields of one protobuf message in place: a field is a key (number · 8 + wire type) and a value. Every length is
/// checked against what is left before it is believed.
/// </summary>
internal ref struct WireReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _end;
    private int _position;

    /// <param name="bytes">The whole source, so that positions in messages are positions in the file.</param>
    /// <param name="message">The message to walk.</param>
    public WireReader(ReadOnlySpan<byte> bytes, Extent message)
    {
        _bytes = bytes;
        _position = message.Start;
        _end = message.End;
    }

    public int Field { get; private set; }

    public WireType Type { get; private set; }

    /// <summary>Goes to the next field; its value must then be taken or skipped.</summary>
    public bool Next()
    {
        if (_position >= _end)
            return false;
        int start = _position;
        ulong key = ReadVarint();
        Type = (WireType)(key & 7);
        if (key >> 3 is 0 or > 0x1FFFFFFF || Type is not (WireType.Varint or WireType.Fixed64 or WireType.Bytes or WireType.Fixed32))
            throw new OnnxFormatException($"Byte {start} does not begin a protobuf field (key {key}): the file is damaged or not an ONNX model.");
        Field = (int)(key >> 3);
        return true;
    }

    public long Number()
    {
        Expect(WireType.Varint);
        return (long)ReadVarint();
    }

    public float Single() => BinaryPrimitives.ReadSingleLittleEndian(_bytes.Slice(Fixed(4).Start, 4));

    /// <summary>A value of four or eight bytes.</summary>
    public Extent Fixed(int width)
    {
        Expect(width == 4 ? WireType.Fixed32 : WireType.Fixed64);
        return new(Take(width), width);
    }

    public Extent Bytes()
    {
        Expect(WireType.Bytes);
        int start = _position;
        ulong length = ReadVarint();
        if (length > (ulong)(_end - _position))
            throw new OnnxFormatException($"The field at byte {start} claims {length} bytes but {_end - _position} are left: the file is truncated "
                + "or damaged.");
        return new(Take((int)length), (int)length);
    }

    public void Skip()
    {
        switch (Type)
        {
            case WireType.Varint: ReadVarint(); break;
            case WireType.Fixed64: Take(8); break;
            case WireType.Fixed32: Take(4); break;
            default: Bytes(); break;
        }
    }

    private void Expect(WireType type)
    {
        if (Type != type)
            throw new OnnxFormatException($"Field {Field} before byte {_position} is laid out as {Type}; ONNX has {type} there: the file is damaged or "
                + "not an ONNX model.");
    }

    private int Take(int count)
    {
        if (count > _end - _position)
            throw new OnnxFormatException($"A value at byte {_position} needs {count} bytes but {_end - _position} are left: the file is truncated "
                + "or damaged.");
        int start = _position;
        _position += count;
        return start;
    }

    private ulong ReadVarint() => Varint(_bytes[.._end], ref _position);

    public static ulong Varint(ReadOnlySpan<byte> bytes, ref int position)
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (position >= bytes.Length)
                throw new OnnxFormatException($"The number at byte {position} does not end: the file is truncated or damaged.");
            byte b = bytes[position++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }

        throw new OnnxFormatException($"The number before byte {position} has more than ten bytes: the file is damaged or not an ONNX model.");
    }
}

/// <summary>The values of one repeated number field of a message, packed or not, in order.</summary>
internal ref struct RepeatedNumbers(ReadOnlySpan<byte> bytes, Extent message, int field)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private WireReader _message = new(bytes, message);
    private int _packed;
    private int _packedEnd;

    public long Current { get; private set; }

    public bool MoveNext()
    {
        while (_packed >= _packedEnd)
        {
            if (!_message.Next())
                return false;
            if (_message.Field != field)
            {
                _message.Skip();
            }
            else if (_message.Type == WireType.Varint)
            {
                Current = _message.Number();
                return true;
            }
            else
            {
                Extent run = _message.Bytes();
                (_packed, _packedEnd) = (run.Start, run.End);
            }
        }

        Current = (long)WireReader.Varint(_bytes[.._packedEnd], ref _packed);
        return true;
    }
}

/// <summary>The values of one repeated field of fixed width, in stretches: a packed run at once, an unpacked value alone.</summary>
internal ref struct RepeatedFixed(ReadOnlySpan<byte> bytes, Extent message, int field, int width)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private WireReader _message = new(bytes, message);

    public ReadOnlySpan<byte> Current { get; private set; }

    public bool MoveNext()
    {
        while (_message.Next())
        {
            if (_message.Field != field)
            {
                _message.Skip();
                continue;
            }

            Extent extent = _message.Type == WireType.Bytes ? _message.Bytes() : _message.Fixed(width);
            if (extent.Length % width != 0)
                throw new OnnxFormatException($"The values at byte {extent.Start} take {extent.Length} bytes, no multiple of {width}: the file is "
                    + "truncated or damaged.");
            Current = _bytes.Slice(extent.Start, extent.Length);
            return true;
        }

        return false;
    }
}
