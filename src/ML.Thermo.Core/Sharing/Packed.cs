using System.Runtime.InteropServices;

namespace ML.Thermo.Sharing;

/// <summary>Numbers and words as bytes, to the last bit.</summary>
internal static class Packed
{
    /// <summary>What is written.</summary>
    public static byte[] Of(Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        write(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="Of"/> gave.</summary>
    public static BinaryReader Reader(byte[] bytes) => new(new MemoryStream(bytes, writable: false));

    /// <summary>Their number and the numbers themselves.</summary>
    public static void WriteAll<T>(this BinaryWriter to, ReadOnlySpan<T> numbers)
        where T : unmanaged
    {
        to.Write(numbers.Length);
        to.Write(MemoryMarshal.AsBytes(numbers));
    }

    /// <summary>What <see cref="WriteAll{T}"/> wrote.</summary>
    public static T[] ReadAll<T>(this BinaryReader from)
        where T : unmanaged
    {
        T[] numbers = new T[from.ReadInt32()];
        from.BaseStream.ReadExactly(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }

    /// <summary>Their number and the words themselves.</summary>
    public static void WriteAll(this BinaryWriter to, IReadOnlyList<string> words)
    {
        to.Write(words.Count);
        foreach (string word in words)
            to.Write(word);
    }

    /// <summary>What <see cref="WriteAll(BinaryWriter, IReadOnlyList{string})"/> wrote.</summary>
    public static string[] ReadWords(this BinaryReader from)
    {
        string[] words = new string[from.ReadInt32()];
        for (int i = 0; i < words.Length; i++)
            words[i] = from.ReadString();
        return words;
    }

    /// <summary>A number, or that there is none.</summary>
    public static void WriteOptional(this BinaryWriter to, int? number)
    {
        to.Write(number.HasValue);
        to.Write(number ?? 0);
    }

    /// <summary>What <see cref="WriteOptional"/> wrote.</summary>
    public static int? ReadOptional(this BinaryReader from)
    {
        bool isThere = from.ReadBoolean();
        int number = from.ReadInt32();
        return isThere ? number : null;
    }
}
