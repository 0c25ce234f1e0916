namespace ML.Thermo.Cli.Tables;

/// <summary>Rows of numbers in one array, sized by what the share of the file read so far says about its end: 8 bytes a cell, and
/// hardly ever a second copy.</summary>
internal sealed class NumberBuffer(int width)
{
    private const int FirstRows = 256;
    private double[] _cells = new double[FirstRows * width];

    public int Rows { get; private set; }

    /// <summary>Opens the next row.</summary>
    /// <param name="shareRead">Share of the input that earlier rows took up, in [0, 1]; zero where the length is not known.</param>
    public Span<double> NextRow(double shareRead)
    {
        if ((Rows + 1L) * width > _cells.Length)
            Grow(shareRead);
        return _cells.AsSpan(Rows++ * width, width);
    }

    /// <summary>One row.</summary>
    public ReadOnlySpan<double> Row(int row) => _cells.AsSpan(row * width, width);

    /// <summary>Forgets the rows and keeps their room.</summary>
    public void Clear() => Rows = 0;

    /// <summary>All rows, with only some columns kept; the array is reused.</summary>
    /// <param name="columns">Columns to keep, ascending.</param>
    public ReadOnlyMemory<double> Keep(IReadOnlyList<int> columns)
    {
        if (columns.Count < width)
        {
            int to = 0;
            for (int row = 0; row < Rows; row++)
            {
                foreach (int column in columns)
                    _cells[to++] = _cells[(row * width) + column];
            }
        }

        return _cells.AsMemory(0, Rows * columns.Count);
    }

    private void Grow(double shareRead)
    {
        double expected = shareRead > 0 ? Rows / shareRead * 1.02 : 0;
        long rows = (long)Math.Max(expected, Rows * 1.5) + 1;
        long most = Array.MaxLength / width;
        if (Rows >= most)
            throw new UnusableDataException($"The table has more than {most} rows of {width} numbers, which is more than one array holds: take fewer "
                + "--features or fewer rows.");
        double[] larger = GC.AllocateUninitializedArray<double>((int)(Math.Min(rows, most) * width));
        _cells.AsSpan(0, Rows * width).CopyTo(larger);
        _cells = larger;
    }
}
