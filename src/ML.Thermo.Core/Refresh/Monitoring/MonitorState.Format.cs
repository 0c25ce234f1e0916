using System.Buffers.Binary;
using ML.Thermo.Files;

namespace ML.Thermo.Refresh.Monitoring;

/// <content>How the state is written: named sections with checksums (<see cref="SectionWriter"/>); what comes later adds a section.</content>
internal sealed partial class MonitorState
{
    private const int FirstFormat = 1, LongestFormatNumber = 1000;
    private const ulong Magic = 0x324E_4F4D_4854_4C4D; // "MLTHMON2"
    private const string Epoch = "epoch", Counts = "counts", Open = "open window", Closed = "last window";
    private const string Labelled = "labelled detector", LabelFree = "label-free detector", LateLabels = "late labels", ByTime = "windows by time";

    /// <summary>Writes the state; <see cref="Load"/> reads it.</summary>
    /// <param name="to">It stays open.</param>
    /// <param name="epoch">Of a checkpoint: its number.</param>
    public void Save(Stream to, long? epoch = null)
    {
        Span<byte> magic = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(magic, Magic);
        to.Write(magic);
        var sections = new SectionWriter(to);
        if (epoch is { } number)
            sections.Add(Epoch, Written(writer => writer.Write(number)));
        sections.Add(Counts, Written(writer =>
        {
            writer.Write(Rows);
            writer.Write(Windows);
            writer.Write(Lost);
            writer.Write(_isRaised);
        }));
        sections.Add(Open, _open.Save);
        if (Report is not null)
            sections.Add(Closed, _closed.Save);
        if (_labelled is not null)
            sections.Add(Labelled, _labelled.Save);
        if (_labelFree is not null)
            sections.Add(LabelFree, _labelFree.Save);
        if (HasLate)
            sections.Add(LateLabels, SaveLate);
        if (IsTimed)
            sections.Add(ByTime, SaveTimes);
        sections.Close();
    }

    /// <summary>Reads what <see cref="Save"/> wrote, now or in the first format.</summary>
    /// <param name="from">It stays open.</param>
    /// <param name="what">What is read, for messages.</param>
    /// <param name="isCheckpoint">The first format of a checkpoint begins with its epoch.</param>
    /// <returns>The epoch of a checkpoint, else 0.</returns>
    /// <exception cref="UnusableDataException">It is of a newer version, of another reference, cut short or damaged.</exception>
    public long Load(Stream from, string what, bool isCheckpoint = false)
    {
        try
        {
            using var reader = new BinaryReader(from, System.Text.Encoding.UTF8, leaveOpen: true);
            int start = reader.ReadInt32();
            if (start == unchecked((int)Magic))
            {
                return reader.ReadInt32() == (int)(Magic >> 32)
                    ? Read(SectionReader.ReadAll(from, what), what)
                    : throw new UnusableDataException($"{what} does not begin as a monitor of this version: it is of a newer one, or damaged.");
            }

            long epoch = 0;
            if (isCheckpoint)
            {
                epoch = (uint)start | ((long)reader.ReadInt32() << 32);
                start = reader.ReadInt32();
            }

            ReadFirst(reader, start, what);
            return epoch;
        }
        catch (EndOfStreamException)
        {
            throw new UnusableDataException($"{what} is cut short: it is no monitor, or damaged.");
        }
        catch (Exception error) when (error is ArgumentException or OverflowException or FormatException or ArithmeticException or IndexOutOfRangeException)
        {
            throw new UnusableDataException($"{what} is damaged: {error.Message}");
        }
    }

    private static Action<Stream> Written(Action<BinaryWriter> content) => to =>
    {
        using var writer = new BinaryWriter(to, System.Text.Encoding.UTF8, leaveOpen: true);
        content(writer);
    };

    private long Read(Dictionary<string, byte[]> sections, string what)
    {
        if (sections.Keys.Except([Epoch, Counts, Open, Closed, Labelled, LabelFree, LateLabels, ByTime]).FirstOrDefault() is { } unknown)
            throw new UnusableDataException($"{what} has the section '{unknown}', which this version of ML.Thermo does not know: update the package, "
                + "or start a new monitor.");
        using (BinaryReader counts = sections.Section(Counts, what))
            (Rows, Windows, Lost, _isRaised) = (counts.ReadInt64(), counts.ReadInt64(), counts.ReadInt64(), counts.ReadBoolean());
        using (BinaryReader open = sections.Section(Open, what))
            _open = _reference.ReadWindow(open.BaseStream);
        Report = null;
        if (sections.ContainsKey(Closed))
        {
            using BinaryReader closed = sections.Section(Closed, what);
            Report = _reference.Measure(_closed = _reference.ReadWindow(closed.BaseStream));
        }

        (_labelled, _labelFree) = (Detector(Labelled, _labelled), Detector(LabelFree, _labelFree));
        (Final, _judged, _finalRows, IsFinal, _next, _times) = (Report, Report, null, true, null, null);
        LoadTimes(sections, what);
        _late.Restart();
        if (sections.ContainsKey(LateLabels))
        {
            using BinaryReader late = sections.Section(LateLabels, what);
            LoadLate(late.BaseStream);
        }

        if (!sections.ContainsKey(Epoch))
            return 0;
        using BinaryReader epoch = sections.Section(Epoch, what);
        return epoch.ReadInt64();

        SequentialDetector? Detector(string name, SequentialDetector? own)
        {
            if (own is null)
                return null;
            using BinaryReader detector = sections.Section(name, what);
            return SequentialDetector.Load(detector.BaseStream, _reference);
        }
    }

    private void ReadFirst(BinaryReader reader, int format, string what)
    {
        if (format != FirstFormat)
        {
            throw new UnusableDataException(format is > FirstFormat and < LongestFormatNumber
                ? $"{what} has format {format}: this version of ML.Thermo reads formats 1 and 2; update the package, or start a new monitor."
                : $"{what} does not begin as a monitor does: it is none, or damaged.");
        }

        Stream from = reader.BaseStream;
        Rows = reader.ReadInt64();
        Windows = reader.ReadInt64();
        _isRaised = reader.ReadBoolean();
        _open = _reference.ReadWindow(from);
        Report = reader.ReadBoolean() ? _reference.Measure(_closed = _reference.ReadWindow(from)) : null;
        (Final, _judged) = (Report, Report);
        _labelled = _labelled is null ? null : SequentialDetector.Load(from, _reference);
        _labelFree = _labelFree is null ? null : SequentialDetector.Load(from, _reference);
        if (Math.Min(Rows, Windows) < 0 || _open.Rows < 0)
            throw new UnusableDataException($"{what} claims {Rows} rows in {Windows} windows: it is damaged.");
    }
}
