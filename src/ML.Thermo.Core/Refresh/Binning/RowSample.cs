namespace ML.Thermo.Refresh.Binning;

/// <summary>Rows as the numbers of the bins they fall into, a byte a cell: what the label-free rule re-labels.</summary>
/// <param name="width">Channels a row: self-energy and inputs.</param>
internal sealed class RowSample(int width)
{
    /// <summary>Most rows that are kept.</summary>
    public const int MostRows = 4096;

    /// <summary>The byte of a missing value.</summary>
    public const byte Missing = byte.MaxValue;

    /// <summary>The byte of a category that no score tells from others.</summary>
    public const byte Unscored = Missing - 1;

    private readonly List<byte> _cells = [];

    /// <summary>Rows kept.</summary>
    public int Rows => width == 0 ? 0 : _cells.Count / width;

    /// <summary>Rows seen; above <see cref="MostRows"/> a window keeps none.</summary>
    public long Seen { get; private set; }

    /// <summary>All rows are here.</summary>
    public bool IsWhole => Seen == Rows;

    /// <summary>Cells of a row.</summary>
    public ReadOnlySpan<byte> Row(int row) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_cells).Slice(row * width, width);

    /// <summary>Above <see cref="MostRows"/> the rows that came first stay, as a reference's do; else none.</summary>
    public bool KeepsFirst { get; set; }

    public void Add(ReadOnlySpan<byte> row)
    {
        if (KeepsFirst ? Rows < MostRows : IsWhole)
            _cells.AddRange(row);
        Seen++;
        Bound();
    }

    public void Add(RowSample other)
    {
        bool whole = IsWhole && other.IsWhole;
        Seen += other.Seen;
        if (whole)
            _cells.AddRange(other._cells);
        else
            _cells.Clear();
        Bound();
    }

    public void Clear()
    {
        _cells.Clear();
        Seen = 0;
    }

    /// <summary>Row numbers in an order that depends on their cells alone, so that a merged window gives the same draws.</summary>
    public int[] Ordered()
    {
        int[] order = [.. Enumerable.Range(0, Rows)];
        Array.Sort(order, (a, b) => Row(a).SequenceCompareTo(Row(b)));
        return order;
    }

    public void Write(BinaryWriter to)
    {
        to.Write(Seen);
        to.Write(_cells.Count);
        foreach (int row in Ordered())
            to.Write(Row(row));
    }

    public static RowSample Read(BinaryReader from, int width)
    {
        var sample = new RowSample(width) { Seen = from.ReadInt64() };
        int cells = from.ReadInt32();
        if (cells < 0 || cells > (long)MostRows * width || (width > 0 && cells % width != 0))
            throw new UnusableDataException($"A window claims {cells} cells of rows with {width}: it is damaged.");
        byte[] bytes = from.ReadBytes(cells);
        if (bytes.Length < cells)
            throw new EndOfStreamException();
        sample._cells.AddRange(bytes);
        return sample;
    }

    private void Bound()
    {
        if (Seen > MostRows && !KeepsFirst)
            _cells.Clear();
    }
}
