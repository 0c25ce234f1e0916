using System.Runtime.Intrinsics;

namespace ML.Thermo.Data;

/// <summary>
/// Σ zzᵀ over rows z = (x, y) that arrive in blocks of any size, as from a file: the streaming form of
/// <see cref="SecondMoments"/>, in O(d²) memory however many rows come.</summary>
/// <remarks>
/// <para>Rows are summed in doubles by blocks of 128, and the block sums are added with their rounding errors (Knuth's two-sum), so
/// the relative error of a moment of like-signed terms stays near 10⁻¹⁵ for any number of rows.</para>
/// <para>Not thread-safe: give each thread its own accumulator and merge them.</para>
/// <para>Source: two-sum, Knuth, The Art of Computer Programming, vol. 2.</para></remarks>
[Maturity(Maturity.Theorem, "exact sums up to the rounding stated")]
public sealed unsafe class MomentAccumulator
{
    private const int BlockRows = 128;

    private readonly int _panels;
    private readonly double[] _block, _sum, _lost;
    private int _filled;

    /// <summary>An empty sum.</summary>
    /// <param name="columns">d ≥ 1, features of a row.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is not positive.</exception>
    public MomentAccumulator(int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        Columns = columns;
        _panels = Panels(columns);
        _block = new double[_panels * BlockRows * GramTile.Width];
        _sum = new double[Entries(columns)];
        _lost = new double[Entries(columns)];
    }

    /// <summary>d.</summary>
    public int Columns { get; }

    /// <summary>Rows added so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds rows.</summary>
    /// <param name="rows">k × d features, row-major.</param>
    /// <param name="targets">k targets.</param>
    /// <exception cref="ArgumentException">The features do not fill k rows of d.</exception>
    public void Add(ReadOnlySpan<double> rows, ReadOnlySpan<double> targets)
    {
        if (rows.Length != (long)targets.Length * Columns)
            throw new ArgumentException($"{rows.Length} feature values for {targets.Length} targets: expected {Columns} values a row.", nameof(rows));
        for (int done = 0; done < targets.Length;)
        {
            int taken = Math.Min(BlockRows - _filled, targets.Length - done);
            Pack(rows.Slice(done * Columns, taken * Columns), targets.Slice(done, taken));
            done += taken;
            _filled += taken;
            Count += taken;
            if (_filled == BlockRows)
                FoldBlock();
        }
    }

    /// <summary>Adds all that another accumulator has summed; the result is that of adding its rows here.</summary>
    /// <param name="other">An accumulator of as many columns; its sums are left as they are.</param>
    /// <exception cref="ArgumentException">The numbers of columns differ.</exception>
    public void Merge(MomentAccumulator other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Columns != Columns)
            throw new ArgumentException($"Rows of {other.Columns} features cannot join rows of {Columns}.", nameof(other));
        FoldBlock();
        other.FoldBlock();
        fixed (double* sum = _sum, lost = _lost, more = other._sum)
        {
            for (int k = 0; k < _sum.Length; k += Vector256<double>.Count)
                GramTile.AddWithoutLoss(Vector256.Load(more + k), sum + k, lost + k);
        }

        for (int k = 0; k < _lost.Length; k++)
            _lost[k] += other._lost[k];
        Count += other.Count;
    }

    /// <summary>The moments of the rows added so far.</summary>
    /// <exception cref="UnusableDataException">No row was added, or a moment is not finite.</exception>
    public SecondMoments ToMoments()
    {
        if (Count == 0)
            throw new UnusableDataException("No rows were added: second moments need at least one.");
        FoldBlock();
        double[] features = new double[Columns * Columns], cross = new double[Columns];
        for (int i = 0; i < Columns; i++)
        {
            cross[i] = Mean(i, Columns);
            for (int j = i; j < Columns; j++)
                features[(i * Columns) + j] = features[(j * Columns) + i] = Mean(i, j);
        }

        return new SecondMoments(Count, features, cross, Mean(Columns, Columns));
    }

    /// <summary>Doubles that one copy of the sums takes.</summary>
    internal static long Entries(int columns) => Panels(columns) * (Panels(columns) + 1L) / 2 * GramTile.Size;

    private static int Panels(int columns) => (columns + GramTile.Width) / GramTile.Width; // the target is one column more

    private double Mean(int i, int j)
    {
        int entry = (Tile(i / GramTile.Width, j / GramTile.Width) * GramTile.Size) + (i % GramTile.Width * GramTile.Width) + (j % GramTile.Width);
        return (_sum[entry] + _lost[entry]) / Count;
    }

    /// <summary>Number of a tile of the upper triangle, stored by columns of tiles.</summary>
    private static int Tile(int row, int column) => (column * (column + 1) / 2) + row;

    private void Pack(ReadOnlySpan<double> rows, ReadOnlySpan<double> targets)
    {
        int whole = Columns / GramTile.Width, rest = Columns % GramTile.Width, stride = BlockRows * GramTile.Width;
        fixed (double* source = rows, block = _block)
        {
            for (int r = 0; r < targets.Length; r++)
            {
                double* from = source + ((long)r * Columns), to = block + ((_filled + r) * GramTile.Width);
                for (int panel = 0; panel < whole; panel++, from += GramTile.Width, to += stride)
                    Vector512.Load(from).Store(to);
                for (int k = 0; k < rest; k++)
                    to[k] = from[k];
                to[rest] = targets[r];
            }
        }
    }

    private void FoldBlock()
    {
        if (_filled == 0)
            return;
        fixed (double* block = _block, sum = _sum, lost = _lost)
        {
            for (int column = 0; column < _panels; column++)
            {
                for (int row = 0; row <= column; row++)
                {
                    int entry = Tile(row, column) * GramTile.Size, stride = BlockRows * GramTile.Width;
                    GramTile.Add(block + (row * stride), block + (column * stride), _filled, sum + entry, lost + entry);
                }
            }
        }

        _filled = 0;
    }
}
