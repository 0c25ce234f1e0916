using System.Runtime.InteropServices;
using System.Text;

namespace ML.Thermo.Tests.Weights;

/// <summary>A skim over an ONNX file for one single-precision initialiser, independent of the product's reader.</summary>
internal static class RawInitializers
{
    /// <summary>Entries and sizes; the test is skipped, with the reason, where the model is not to be had.</summary>
    public static (float[] Entries, int[] Sizes) Read(string model, string name)
    {
        byte[] file = File.ReadAllBytes(Find(model));
        foreach (ReadOnlyMemory<byte> graph in Fields(file, number: 7))
            foreach (ReadOnlyMemory<byte> tensor in Fields(graph, number: 5))
                if (Encoding.UTF8.GetString(Fields(tensor, number: 8).First().Span) == name)
                    return ([.. MemoryMarshal.Cast<byte, float>(Fields(tensor, number: 9).Single().Span)], [.. Integers(tensor, number: 1)]);
        throw new InvalidDataException($"{model} has no initialiser {name}.");
    }

    private static string Find(string model)
    {
        string folder = Environment.GetEnvironmentVariable("THERMO_MODELS") ?? Above("shared/models");
        string path = Path.Combine(folder, model);
        if (!File.Exists(path))
            Assert.Ignore($"{model} is not here: expected it in ../shared/models beside the repository, or in the folder THERMO_MODELS names.");
        return path;
    }

    private static string Above(string folder)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Directory.Exists(Path.Combine(at.FullName, folder)))
                return Path.Combine(at.FullName, folder);
        return folder;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int number) =>
        from field in Skim(message) where field.Number == number && field.Kind == 2 select field.Bytes;

    private static IEnumerable<int> Integers(ReadOnlyMemory<byte> message, int number)
    {
        foreach ((int field, int kind, ulong value, ReadOnlyMemory<byte> bytes) in Skim(message))
        {
            if (field == number && kind == 0)
                yield return (int)value;
            for (int at = 0; field == number && kind == 2 && at < bytes.Length;)
                yield return (int)Varint(bytes, ref at);
        }
    }

    private static IEnumerable<(int Number, int Kind, ulong Value, ReadOnlyMemory<byte> Bytes)> Skim(ReadOnlyMemory<byte> message)
    {
        for (int at = 0; at < message.Length;)
        {
            ulong tag = Varint(message, ref at), value = 0;
            int kind = (int)(tag & 7), length = kind switch { 1 => 8, 5 => 4, _ => 0 };
            if (kind == 0)
                value = Varint(message, ref at);
            else if (kind == 2)
                length = (int)Varint(message, ref at);
            yield return ((int)(tag >> 3), kind, value, message.Slice(at, length));
            at += length;
        }
    }

    private static ulong Varint(ReadOnlyMemory<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes.Span[at++];
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
                return value;
        }
    }
}
