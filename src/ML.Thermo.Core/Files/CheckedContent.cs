namespace ML.Thermo.Files;

/// <summary>One thing in a stream, with a checksum, as a section of <see cref="SectionWriter"/> behind a marker that no format number equals.</summary>
internal static class CheckedContent
{
    private const int Marker = 0x4B43_4854; // "THCK"

    /// <summary>Writes it; <see cref="Open"/> finds it.</summary>
    /// <param name="to">It stays open.</param>
    /// <param name="name">What it is: up to 255 ASCII characters.</param>
    /// <param name="content">Writes a format number and what follows it.</param>
    public static void Write(Stream to, string name, Action<BinaryWriter> content)
    {
        using var writer = new BinaryWriter(to, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Marker);
        writer.Flush();
        var sections = new SectionWriter(to);
        sections.Add(name, stream =>
        {
            using var inner = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            content(inner);
        });
        sections.Close();
    }

    /// <summary>A reader of what <see cref="Write"/> wrote, or of the same without a checksum, as earlier versions wrote it.</summary>
    /// <param name="from">It stays open.</param>
    /// <param name="name">What it is.</param>
    /// <param name="format">Its format number, which has been read.</param>
    /// <exception cref="UnusableDataException">It is damaged, cut short, or another thing.</exception>
    /// <exception cref="EndOfStreamException">The stream has fewer than four bytes.</exception>
    public static BinaryReader Open(Stream from, string name, out int format)
    {
        var reader = new BinaryReader(from, System.Text.Encoding.UTF8, leaveOpen: true);
        format = reader.ReadInt32();
        if (format != Marker)
            return reader;
        reader.Dispose();
        BinaryReader content = SectionReader.ReadAll(from, $"the {name}").Section(name, "It");
        format = content.ReadInt32();
        return content;
    }
}
