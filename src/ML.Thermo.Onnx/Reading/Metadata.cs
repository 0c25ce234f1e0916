using System.Text;

namespace ML.Thermo.Onnx.Reading;

/// <summary>Key and value pairs that exporters leave beside models, graphs and nodes.</summary>
internal static class Metadata
{
    /// <summary>Reads the pairs held by one field of the messages; of a repeated key the last counts.</summary>
    public static IReadOnlyDictionary<string, string> Read(ByteSource source, IEnumerable<Extent> messages, int field)
    {
        Dictionary<string, string> pairs = new(StringComparer.Ordinal);
        foreach (Extent message in messages)
        {
            ReadOnlySpan<byte> bytes = source.Slice(0, (int)source.Length);
            for (WireReader fields = new(bytes, message); fields.Next();)
            {
                if (fields.Field != field)
                {
                    fields.Skip();
                    continue;
                }

                (string key, string value) = Pair(bytes, fields.Bytes());
                pairs[key] = value;
            }
        }

        return pairs;
    }

    /// <summary>One StringStringEntry.</summary>
    public static (string Key, string Value) Pair(ReadOnlySpan<byte> bytes, Extent entry)
    {
        string key = "";
        string value = "";
        for (WireReader fields = new(bytes, entry); fields.Next();)
        {
            switch (fields.Field)
            {
                case 1: key = Text(bytes, fields.Bytes()); break;
                case 2: value = Text(bytes, fields.Bytes()); break;
                default: fields.Skip(); break;
            }
        }

        return (key, value);
    }

    private static string Text(ReadOnlySpan<byte> bytes, Extent extent) => Encoding.UTF8.GetString(bytes.Slice(extent.Start, extent.Length));
}
