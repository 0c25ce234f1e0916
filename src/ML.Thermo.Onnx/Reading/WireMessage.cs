using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ML.Thermo.Onnx.Reading;

/// <summary>A protobuf message being written: fields one after another, each a key (number · 8 + wire type) and a value.</summary>
internal sealed class WireMessage
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public WireMessage Number(int field, long value)
    {
        Varint(((ulong)field << 3) | (ulong)WireType.Varint);
        Varint((ulong)value);
        return this;
    }

    public WireMessage Single(int field, float value)
    {
        Varint(((ulong)field << 3) | (ulong)WireType.Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(sizeof(float)), value);
        _bytes.Advance(sizeof(float));
        return this;
    }

    /// <summary>A number of double precision.</summary>
    public WireMessage Double(int field, double value)
    {
        Varint(((ulong)field << 3) | (ulong)WireType.Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.GetSpan(sizeof(double)), value);
        _bytes.Advance(sizeof(double));
        return this;
    }

    public WireMessage Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | (ulong)WireType.Bytes);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public WireMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public WireMessage Message(int field, WireMessage value) => Bytes(field, value.Written);

    private void Varint(ulong value)
    {
        Span<byte> room = _bytes.GetSpan(10);
        int length = 0;
        for (; value > 0x7F; value >>= 7)
            room[length++] = (byte)(value | 0x80);
        room[length++] = (byte)value;
        _bytes.Advance(length);
    }
}
