using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using ML.Thermo.Files;

namespace ML.Thermo.Refresh.Monitoring;

/// <summary>
/// The rows since the last checkpoint of a monitor, each in a record of its own: once it is written it is safe from the end of the process,
/// however sudden (not from the end of the machine), and a full disk is an <see cref="IOException"/>.
/// </summary>
/// <remarks>
/// A record holds the epoch of the checkpoint that it comes after, its number, the row, and the CRC-64 of these. Records of earlier epochs, which
/// a checkpoint has, are left where they are until they are written over: no row costs more than one write at a place.
/// </remarks>
internal sealed class MonitorJournal : IDisposable
{
    private const ulong Magic = 0x4D54_4A52_4E4C_0002;
    private const int WidthAt = 8, IdentityAt = 16, IdentityLength = 32, HeaderLength = IdentityAt + IdentityLength + sizeof(ulong);
    private const int NumberAt = sizeof(long), RowAt = 2 * sizeof(long);
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly FileStream _file;
    private readonly int _width;
    private readonly byte[] _identity;
    private readonly byte[] _record;
    private long _epoch, _count;

    /// <param name="path">The file; nobody else may have it open.</param>
    /// <param name="width">Numbers a row.</param>
    /// <param name="identity">Tells the rows of one reference from those of another.</param>
    /// <exception cref="IOException">Another monitor has the file open.</exception>
    public MonitorJournal(string path, int width, ReadOnlySpan<byte> identity)
    {
        (_path, _width, _identity) = (path, width, identity.ToArray());
        _record = new byte[RowAt + (width * sizeof(double)) + sizeof(ulong)];
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        _file = new FileStream(path, options);
        Protect();
    }

    private SafeFileHandle Handle => _file.SafeFileHandle;

    /// <summary>Records since the last checkpoint.</summary>
    public long Count => _count;

    /// <summary>Writes a row, or several records at once. Where that fails, it is as if it had never been tried.</summary>
    /// <exception cref="IOException">The disk is full, or fails.</exception>
    public void Append(ReadOnlySpan<double> rows)
    {
        int count = rows.Length / _width;
        byte[] records = count == 1 ? _record : new byte[count * _record.Length];
        for (int i = 0; i < count; i++)
        {
            Span<byte> record = records.AsSpan(i * _record.Length, _record.Length);
            BinaryPrimitives.WriteInt64LittleEndian(record, _epoch);
            BinaryPrimitives.WriteInt64LittleEndian(record[NumberAt..], _count + i);
            MemoryMarshal.AsBytes(rows.Slice(i * _width, _width)).CopyTo(record[RowAt..]);
            Seal(record);
        }

        try
        {
            RandomAccess.Write(Handle, records, Place(_count));
        }
        catch (ArgumentOutOfRangeException error) when (FileSizeLimit.IsReached(error))
        {
            throw FileSizeLimit.Error(_path, error);
        }

        _count += count;
    }

    /// <summary>Gives the rows that came after a checkpoint, up to the first damaged one.</summary>
    /// <returns>Rows lost, and why; 0 where nothing is damaged.</returns>
    /// <exception cref="UnusableDataException">The rows are of another reference.</exception>
    public (long Lost, string? Damage) Replay(long epoch, Action<double[]> take)
    {
        long length = RandomAccess.GetLength(Handle);
        if (length == 0)
            return default;
        byte[] header = new byte[HeaderLength];
        int read = Read(header, 0);
        if (FirstJournal.IsOne(header))
            return FirstJournal.Replay(Handle, _path, _width, epoch, take);
        if (read < HeaderLength || !IsSealed(header))
            return Damaged(epoch, 0, length);
        if (!header.AsSpan().SequenceEqual(Header()))
            throw new UnusableDataException($"'{_path}' holds rows of another reference, or of a newer version: expected the rows of this monitor; "
                + "put them back, or remove it.");
        double[] row = new double[_width];
        for (long number = 0; Place(number) < length; number++)
        {
            if (Record(number) is not { } of || of > epoch)
                return Damaged(epoch, number, length);
            if (of < epoch)
                return default; // a checkpoint has it, and all that may stand behind
            MemoryMarshal.Cast<byte, double>(_record.AsSpan(RowAt, _width * sizeof(double))).CopyTo(row);
            take(row);
        }

        return default;
    }

    /// <summary>From now on rows come after another checkpoint.</summary>
    public void Restart(long epoch) => (_epoch, _count) = (epoch, 0);

    /// <summary>Forgets all rows, and those of earlier lives.</summary>
    public void Clear()
    {
        RandomAccess.SetLength(Handle, 0);
        RandomAccess.Write(Handle, Header(), 0);
        _count = 0;
    }

    public void Dispose() => _file.Dispose();

    private long Place(long number) => HeaderLength + (number * _record.Length);

    /// <summary>Writes the checksum of all that stands before it into the last eight bytes.</summary>
    private static void Seal(Span<byte> record) =>
        BinaryPrimitives.WriteUInt64LittleEndian(record[^sizeof(ulong)..], Crc64.HashToUInt64(record[..^sizeof(ulong)]));

    private static bool IsSealed(ReadOnlySpan<byte> record) =>
        BinaryPrimitives.ReadUInt64LittleEndian(record[^sizeof(ulong)..]) == Crc64.HashToUInt64(record[..^sizeof(ulong)]);

    private byte[] Header()
    {
        byte[] header = new byte[HeaderLength];
        BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(WidthAt), _width);
        _identity.CopyTo(header.AsSpan(IdentityAt));
        Seal(header);
        return header;
    }

    /// <summary>The epoch of a record, whose bytes are in the buffer then; null where it is damaged or unfinished.</summary>
    private long? Record(long number) =>
        Read(_record, Place(number)) == _record.Length
            && IsSealed(_record)
            && BinaryPrimitives.ReadInt64LittleEndian(_record.AsSpan(NumberAt)) == number
            ? BinaryPrimitives.ReadInt64LittleEndian(_record)
            : null;

    /// <summary>Counts what is lost from a damaged record on: it, and all up to the last that is whole and that no checkpoint has.</summary>
    private (long Lost, string Damage) Damaged(long epoch, long first, long length)
    {
        long last = first;
        for (long number = first + 1; Place(number) < length; number++)
        {
            if (Record(number) >= epoch)
                last = number;
        }

        long lost = last - first + 1;
        return (lost, $"Row {first + 1} since the last checkpoint is damaged or unfinished in '{_path}': "
            + $"{(lost == 1 ? "it is" : $"it and {lost - 1} behind it are")} not counted.");
    }

    private int Read(Span<byte> to, long at)
    {
        int read = 0;
        while (read < to.Length && RandomAccess.Read(Handle, to[read..], at + read) is > 0 and int more)
            read += more;
        return read;
    }

    /// <summary>Rows of data are the owner's business; a file that belongs to someone else keeps its mode.</summary>
    private void Protect()
    {
        if (OperatingSystem.IsWindows() || File.GetUnixFileMode(Handle) == OwnerOnly)
            return;
        try
        {
            File.SetUnixFileMode(Handle, OwnerOnly);
        }
        catch (UnauthorizedAccessException)
        {
        }
    }
}
