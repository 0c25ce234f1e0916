using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ML.Thermo.Refresh.Monitoring;

/// <summary>Reads the journal of the first format, which had a count and no checksums.</summary>
internal static class FirstJournal
{
    private const ulong Magic = 0x4D54_4A52_4E4C_0001;
    private const int WidthAt = 8, EpochAt = 16, CountAt = 24, RowsAt = 32;

    public static bool IsOne(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt64LittleEndian(header) == Magic;

    /// <inheritdoc cref="MonitorJournal.Replay"/>
    public static (long Lost, string? Damage) Replay(SafeFileHandle file, string path, int width, long epoch, Action<double[]> take)
    {
        byte[] header = new byte[RowsAt];
        if (RandomAccess.Read(file, header, 0) < RowsAt)
            return (0, $"'{path}' is cut short in its first {RowsAt} bytes: its rows, if any, are not counted.");
        if (Number(WidthAt) != width || Number(EpochAt) != epoch)
            return default; // of another checkpoint
        double[] row = new double[width];
        Span<byte> bytes = MemoryMarshal.AsBytes(row.AsSpan());
        long count = Number(CountAt), held = Math.Max(0, RandomAccess.GetLength(file) - RowsAt) / bytes.Length;
        if (count < 0)
            return (0, $"'{path}' claims {count} rows: it is damaged, and they are not counted.");
        for (long number = 0; number < Math.Min(count, held); number++)
        {
            RandomAccess.Read(file, bytes, RowsAt + (number * bytes.Length));
            if (double.IsInfinity(row[0]) || double.IsInfinity(row[1]))
                return (count - number, $"Row {number + 1} of '{path}' has an infinite energy: it and {count - number - 1} behind it are not counted.");
            take(row);
        }

        return count <= held ? default : (count - held, $"'{path}' holds {held} of {count} rows: the others are lost.");

        long Number(int at) => BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(at));
    }
}
