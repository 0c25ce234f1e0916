using System.Buffers.Binary;
using System.Text;

namespace ML.Thermo.Files;

/// <summary>Reads what <see cref="SectionWriter"/> wrote.</summary>
internal static class SectionReader
{
    private const int Chunk = 1 << 16;

    /// <summary>All sections up to <c>end</c>, by name; every checksum has been compared.</summary>
    /// <param name="from">Stands at the first section, and afterwards behind the last.</param>
    /// <param name="what">What is read, for messages: "the monitor".</param>
    /// <exception cref="UnusableDataException">A section is damaged, twice there or cut short; it is named.</exception>
    public static Dictionary<string, byte[]> ReadAll(Stream from, string what)
    {
        var sections = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        string last = "";
        for (long place = 0; ; place++)
        {
            (string name, byte[] content) = Read(from, place, last, what);
            if (name == SectionWriter.End)
                return sections;
            if (!sections.TryAdd(name, content))
                throw new UnusableDataException($"The section '{name}' of {what} is there twice: it is damaged.");
            last = name;
        }
    }

    /// <summary>One section of those that were read.</summary>
    /// <exception cref="UnusableDataException">It is not there.</exception>
    public static BinaryReader Section(this IReadOnlyDictionary<string, byte[]> sections, string name, string what) =>
        sections.TryGetValue(name, out byte[]? content)
            ? new BinaryReader(new MemoryStream(content, writable: false))
            : throw new UnusableDataException($"{what} has no section '{name}': it is damaged, or of another kind.");

    private static (string Name, byte[] Content) Read(Stream from, long place, string last, string what)
    {
        string where = $"Section {place + 1}{(last.Length > 0 ? $", behind '{last}'," : "")} of {what}";
        using var section = new MemoryStream();
        Take(from, 1, section, where);
        int name = section.GetBuffer()[0];
        Take(from, name + sizeof(long), section, where);
        int start = (int)section.Length;
        long length = BinaryPrimitives.ReadInt64LittleEndian(section.GetBuffer().AsSpan(start - sizeof(long)));
        if (length < 0 || length > Array.MaxLength - start - sizeof(ulong))
            throw new UnusableDataException($"{where} is damaged: it claims {length} bytes.");
        Take(from, length + sizeof(ulong), section, where);
        ReadOnlySpan<byte> bytes = section.GetBuffer().AsSpan(0, (int)section.Length);
        string called = string.Concat(Encoding.ASCII.GetString(bytes.Slice(1, name)).Select(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' ? c : '?'));
        ulong expected = BinaryPrimitives.ReadUInt64LittleEndian(bytes[^sizeof(ulong)..]), found = SectionWriter.Checksum(place, bytes[..^sizeof(ulong)]);
        return found == expected
            ? (called, bytes[start..^sizeof(ulong)].ToArray())
            : throw new UnusableDataException($"{where}, '{called}', is damaged: its checksum is {found:x16}, expected {expected:x16}.");
    }

    /// <summary>Moves bytes by the piece: a false length ends with the stream, not with the memory.</summary>
    private static void Take(Stream from, long count, MemoryStream to, string where)
    {
        byte[] piece = new byte[(int)Math.Min(count, Chunk)];
        while (count > 0)
        {
            int read = from.Read(piece, 0, (int)Math.Min(count, piece.Length));
            if (read == 0)
                throw new UnusableDataException($"{where} is cut short: {count} bytes are missing.");
            to.Write(piece, 0, read);
            count -= read;
        }
    }
}
