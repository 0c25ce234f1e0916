using Google.Protobuf;

namespace ML.Thermo.Tests;

#pragma warning disable CA1001 // Both streams live in memory alone: nothing to release.

/// <summary>A protobuf message in the making, written by Google's own stream.</summary>
public sealed class Wire
{
    private readonly MemoryStream _bytes = new();
    private readonly CodedOutputStream _stream;

    public Wire() => _stream = new(_bytes, leaveOpen: true);

    public ReadOnlyMemory<byte> Written
    {
        get
        {
            _stream.Flush();
            return _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);
        }
    }

    public Wire Number(int field, long value)
    {
        _stream.WriteTag(field, WireFormat.WireType.Varint);
        _stream.WriteInt64(value);
        return this;
    }

    public Wire Single(int field, float value)
    {
        _stream.WriteTag(field, WireFormat.WireType.Fixed32);
        _stream.WriteFloat(value);
        return this;
    }

    public Wire Double(int field, double value)
    {
        _stream.WriteTag(field, WireFormat.WireType.Fixed64);
        _stream.WriteDouble(value);
        return this;
    }

    public Wire Text(int field, string value)
    {
        _stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _stream.WriteString(value);
        return this;
    }

    public Wire Bytes(int field, ReadOnlyMemory<byte> value)
    {
        _stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        _stream.WriteBytes(UnsafeByteOperations.UnsafeWrap(value));
        return this;
    }

    public Wire Message(int field, Wire value) => Bytes(field, value.Written);

    /// <summary>Numbers one after another in one field, as proto3 and packed proto2 fields have them.</summary>
    public Wire Packed(int field, IEnumerable<long> values)
    {
        MemoryStream packed = new();
        CodedOutputStream stream = new(packed);
        foreach (long value in values)
            stream.WriteInt64(value);
        stream.Flush();
        return Bytes(field, packed.ToArray());
    }
}
