using System.Security.Cryptography;
using System.Text;

namespace ML.Thermo.Refresh.Monitoring;

/// <summary>
/// What a journal holds besides rows: id and prediction or the times of the row behind it, or a label that came later. A note takes as many records as
/// it needs.
/// </summary>
/// <param name="Kind">What it tells.</param>
/// <param name="Id">Of the row; of times, none.</param>
/// <param name="Numbers">The label, or the numbers of the prediction, or the bits of a row's time and of the moment it was observed, in ticks.</param>
internal sealed record JournalNote(NoteKind Kind, UInt128 Id, double[] Numbers)
{
    private const int Head = 4; // kind, id in two halves, how many numbers
    private static readonly double s_start = Mark(1), s_more = Mark(2);

    /// <summary>An id as it is kept: the first half of its SHA-256, so that every id takes the same room.</summary>
    public static UInt128 Key(string id)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(id));
        return new UInt128(BitConverter.ToUInt64(hash, 0), BitConverter.ToUInt64(hash, sizeof(ulong)));
    }

    /// <summary>The times of a row.</summary>
    public static JournalNote OfTimes(long time, long moment) =>
        new(NoteKind.Times, 0, [BitConverter.Int64BitsToDouble(time), BitConverter.Int64BitsToDouble(moment)]);

    /// <summary>The note as records, each of which begins with a mark that no row begins with.</summary>
    /// <param name="width">Numbers a record.</param>
    public double[] Records(int width)
    {
        double[] content = [(int)Kind, Half(Id >> 64), Half(Id), Numbers.Length, .. Numbers];
        var records = new List<double>();
        for (int at = 0; at < content.Length; at += width - 1)
        {
            records.Add(at == 0 ? s_start : s_more);
            for (int i = 0; i < width - 1; i++)
                records.Add(at + i < content.Length ? content[at + i] : 0);
        }

        return [.. records];

        static double Half(UInt128 id) => BitConverter.UInt64BitsToDouble((ulong)id);
    }

    private static double Mark(long kind) => BitConverter.Int64BitsToDouble(0x7FF8_4E4F_5445_0000 | kind);

    /// <summary>Tells notes from rows, record after record.</summary>
    public sealed class Reader
    {
        private readonly List<double> _open = [];

        /// <summary>Takes a record: says whether it was part of a note, and gives the note that it completes. A note that nothing completes is none.</summary>
        public bool Take(double[] record, out JournalNote? note)
        {
            note = null;
            bool starts = Is(record[0], s_start);
            if (starts)
                _open.Clear();
            if (!starts && !Is(record[0], s_more))
            {
                _open.Clear();
                return false;
            }

            if (!starts && _open.Count == 0)
                return true; // the rest of a note whose start was written over
            _open.AddRange(record[1..]);
            if (_open.Count < Head || _open.Count < Head + _open[Head - 1])
                return true;
            note = new JournalNote((NoteKind)_open[0], new UInt128(Bits(_open[1]), Bits(_open[2])), [.. _open.Skip(Head).Take((int)_open[Head - 1])]);
            _open.Clear();
            return true;
        }

        private static bool Is(double number, double mark) => Bits(number) == Bits(mark);

        private static ulong Bits(double number) => BitConverter.DoubleToUInt64Bits(number);
    }
}

/// <summary>What a note tells.</summary>
internal enum NoteKind
{
    /// <summary>Id and prediction of the row behind it.</summary>
    Row = 0,

    /// <summary>A label.</summary>
    Label = 1,

    /// <summary>Times of the row behind it.</summary>
    Times = 2,
}
