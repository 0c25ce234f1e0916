using System.Text;

namespace ML.Thermo.Tests.Execution;

/// <summary>
/// Writes a feed-forward ONNX model in protobuf's wire format: a field is a key (number · 8 + wire type) and a value, which is
/// a varint (type 0) or counted bytes (type 2); a message is its fields one after another. The field numbers are those of the ONNX standard.
/// </summary>
internal static class OnnxBytes
{
    private const int FloatElements = 1;

    public static byte[] Model(int opset, params byte[][] graphFields) =>
    [
        .. Number(1, 8),                                    // ir_version
        .. Message(8, Number(2, opset)),                    // opset_import { version }
        .. Message(7, [.. graphFields, Text(2, "graph")]),  // graph
    ];

    public static byte[] Node(string op, string[] inputs, string output) =>
        Message(1, [.. inputs.Select(input => Text(1, input)), Text(2, output), Text(4, op)]);

    public static byte[] Weights(string name, int[] shape, params float[] values) =>
        Message(5, [.. shape.Select(d => Number(1, d)), Number(2, FloatElements), Text(8, name), Bytes(9, [.. values.SelectMany(BitConverter.GetBytes)])]);

    public static byte[] Input(string name, params int?[] shape) => Variable(11, name, shape);

    public static byte[] Output(string name, params int?[] shape) => Variable(12, name, shape);

    /// <summary>A dimension without a number is free: it is whatever a run brings.</summary>
    private static byte[] Variable(int field, string name, int?[] shape)
    {
        byte[][] dimensions = [.. shape.Select(d => Message(1, d is { } size ? Number(1, size) : Text(2, "free")))];
        return Message(field, Text(1, name), Message(2, Message(1, Number(1, FloatElements), Message(2, dimensions))));
    }

    private static byte[] Message(int field, params byte[][] fields) => Bytes(field, [.. fields.SelectMany(f => f)]);

    private static byte[] Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Bytes(int field, byte[] value) => [.. Varint((field << 3) | 2), .. Varint(value.Length), .. value];

    private static byte[] Number(int field, int value) => [.. Varint(field << 3), .. Varint(value)];

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value > 0x7F; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }
}
