using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace ML.Thermo.Files;

/// <summary>
/// Writes a stream of named sections, each with its length and a checksum, so that damage is found before a number is believed, and a later
/// version can add a section without another format.
/// </summary>
/// <remarks>
/// <para>A section: length of the name (1 byte), name (ASCII), length of the content (8 bytes), content, and the CRC-64 of all these after the
/// section's place in the stream (8 bytes each, little-endian). The last section is called <c>end</c> and is empty: a stream without it was cut.</para>
/// </remarks>
internal sealed class SectionWriter(Stream to)
{
    /// <summary>Name of the last section.</summary>
    public const string End = "end";

    private long _place;

    /// <summary>Writes a section.</summary>
    /// <param name="name">Up to 255 ASCII characters, once in a stream.</param>
    /// <param name="content">Writes the content.</param>
    public void Add(string name, Action<Stream> content)
    {
        using var buffer = new MemoryStream();
        buffer.WriteByte((byte)name.Length);
        buffer.Write(Encoding.ASCII.GetBytes(name));
        buffer.Write(stackalloc byte[sizeof(long)]);
        int start = (int)buffer.Length;
        content(buffer);
        Span<byte> bytes = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[(start - sizeof(long))..], bytes.Length - start);
        Span<byte> checksum = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(checksum, Checksum(_place++, bytes));
        to.Write(bytes);
        to.Write(checksum);
    }

    /// <summary>Writes the last section.</summary>
    public void Close() => Add(End, _ => { });

    /// <summary>What stands behind a section.</summary>
    public static ulong Checksum(long place, ReadOnlySpan<byte> section)
    {
        var crc = new Crc64();
        Span<byte> at = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(at, place);
        crc.Append(at);
        crc.Append(section);
        return crc.GetCurrentHashAsUInt64();
    }
}
