using System.Text;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Folding;

/// <summary>Copies of messages in which tensors bear other names.</summary>
internal static class WireCopy
{
    /// <summary>Copies the field that the reader stands at.</summary>
    public static void Field(ref WireReader reader, ReadOnlySpan<byte> bytes, WireMessage into)
    {
        int field = reader.Field;
        switch (reader.Type)
        {
            case WireType.Varint:
                into.Number(field, reader.Number());
                break;
            case WireType.Bytes:
                Extent extent = reader.Bytes();
                into.Bytes(field, bytes.Slice(extent.Start, extent.Length));
                break;
            case WireType.Fixed32:
                into.Single(field, reader.Single());
                break;
            default:
                Extent eight = reader.Fixed(8);
                into.Double(field, BitConverter.ToDouble(bytes.Slice(eight.Start, 8)));
                break;
        }
    }

    /// <summary>A node with renamed tensors, in its bodies too.</summary>
    public static WireMessage Node(ReadOnlySpan<byte> bytes, Extent extent, IReadOnlyDictionary<string, string> names)
    {
        WireMessage node = new();
        var reader = new WireReader(bytes, extent);
        while (reader.Next())
        {
            if (reader.Field is 1 or 2)
                node.Text(reader.Field, Renamed(bytes, reader.Bytes(), names, out _));
            else if (reader.Field == 5)
                node.Message(5, Attribute(bytes, reader.Bytes(), names));
            else
                Field(ref reader, bytes, node);
        }

        return node;
    }

    /// <summary>A message whose name stands in a field: a tensor (8) or a value (1).</summary>
    public static WireMessage Named(ReadOnlySpan<byte> bytes, Extent extent, int nameField, IReadOnlyDictionary<string, string> names)
    {
        WireMessage message = new();
        var reader = new WireReader(bytes, extent);
        while (reader.Next())
        {
            if (reader.Field == nameField)
                message.Text(nameField, Renamed(bytes, reader.Bytes(), names, out _));
            else
                Field(ref reader, bytes, message);
        }

        return message;
    }

    private static WireMessage Attribute(ReadOnlySpan<byte> bytes, Extent extent, IReadOnlyDictionary<string, string> names)
    {
        WireMessage attribute = new();
        var reader = new WireReader(bytes, extent);
        while (reader.Next())
        {
            if (reader.Field is 6 or 11)
                attribute.Message(reader.Field, Body(bytes, reader.Bytes(), names));
            else
                Field(ref reader, bytes, attribute);
        }

        return attribute;
    }

    private static WireMessage Body(ReadOnlySpan<byte> bytes, Extent extent, IReadOnlyDictionary<string, string> names)
    {
        WireMessage body = new();
        var reader = new WireReader(bytes, extent);
        while (reader.Next())
        {
            if (reader.Field == 1)
                body.Message(1, Node(bytes, reader.Bytes(), names));
            else if (reader.Field == 12)
                body.Message(12, Named(bytes, reader.Bytes(), 1, names));
            else
                Field(ref reader, bytes, body);
        }

        return body;
    }

    private static string Renamed(ReadOnlySpan<byte> bytes, Extent extent, IReadOnlyDictionary<string, string> names, out string own) =>
        names.GetValueOrDefault(own = Encoding.UTF8.GetString(bytes.Slice(extent.Start, extent.Length)), own);
}
