namespace ML.Thermo.Onnx.Weights;

/// <summary>A view of weights where they lie (nothing is copied): entries of single or double precision and the shape of their maps.</summary>
/// <remarks>Maturity: theorem (a view).</remarks>
public readonly ref struct WeightMatrix
{
    private readonly ReadOnlySpan<float> _single;
    private readonly ReadOnlySpan<double> _double;

    /// <summary>Views single-precision weights.</summary>
    /// <param name="entries">The tensor; at least <see cref="WeightShape.Extent"/> long.</param>
    /// <param name="shape">How the entries form linear maps.</param>
    /// <exception cref="ArgumentNullException">The shape is null.</exception>
    /// <exception cref="ArgumentException">The tensor is too short for the shape.</exception>
    public WeightMatrix(ReadOnlySpan<float> entries, WeightShape shape)
    {
        Check(entries.Length, shape);
        _single = entries;
        Shape = shape;
    }

    /// <summary>Views double-precision weights.</summary>
    /// <param name="entries">The tensor; at least <see cref="WeightShape.Extent"/> long.</param>
    /// <param name="shape">How the entries form linear maps.</param>
    /// <exception cref="ArgumentNullException">The shape is null.</exception>
    /// <exception cref="ArgumentException">The tensor is too short for the shape.</exception>
    public WeightMatrix(ReadOnlySpan<double> entries, WeightShape shape)
    {
        Check(entries.Length, shape);
        _double = entries;
        Shape = shape;
    }

    /// <summary>How the entries form linear maps.</summary>
    public WeightShape Shape { get; }

    /// <summary>Spacing of the entries' number format relative to their size: 2⁻²³ for single precision, 2⁻⁵² for double.</summary>
    public double EntryPrecision => IsSingle ? Math.ScaleB(1, -23) : Math.ScaleB(1, -52);

    internal bool IsSingle => _double.IsEmpty;

    internal ReadOnlySpan<float> Single => _single;

    internal ReadOnlySpan<double> Double => _double;

    /// <summary>The matrices whose spectra together are the spectrum: for each group the rows × (columns·positions) matrix, or
    /// for each group and kernel position the rows × columns matrix; each laid so that it has at least as many columns as rows.</summary>
    internal static Block[] Blocks(WeightShape shape, bool perPosition)
    {
        int[] rows = Offsets(shape.Rows, shape.RowStride);
        int[] columns = Offsets(shape.Columns, shape.ColumnStride);
        int[] positions = Offsets(shape.Positions, shape.PositionStride);
        int[] groups = Offsets(shape.Groups, shape.GroupStride);
        if (!perPosition)
        {
            columns = [.. from column in columns from position in positions select column + position];
            positions = [0];
        }

        (int[] rowOffsets, int[] columnOffsets) = rows.Length <= columns.Length ? (rows, columns) : (columns, rows);
        return [.. from start in groups from position in positions select new Block(start + position, rowOffsets, columnOffsets)];
    }

    /// <summary>All entries once, in any order: where they lie if they lie together, else a copy.</summary>
    internal ReadOnlySpan<T> Gather<T>(ReadOnlySpan<T> entries)
    {
        if (Shape.Extent == Shape.Count)
            return entries[..(int)Shape.Count];
        var gathered = new T[Shape.Count];
        int next = 0;
        foreach (Block block in Blocks(Shape, perPosition: false))
            foreach (int column in block.ColumnOffsets)
                foreach (int row in block.RowOffsets)
                    gathered[next++] = entries[block.Start + column + row];
        return gathered;
    }

    private static int[] Offsets(int count, int stride) => [.. Enumerable.Range(0, count).Select(i => i * stride)];

    private static void Check(int length, WeightShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (length < shape.Extent)
            throw new ArgumentException($"{length} weights are too few: {shape.Groups} × {shape.Rows} × {shape.Columns} × {shape.Positions} weights reach up to {shape.Extent}.");
    }

    /// <summary>One matrix inside a tensor: entry (i, k) lies at Start + RowOffsets[i] + ColumnOffsets[k]; no more rows than columns.</summary>
    internal sealed record Block(int Start, int[] RowOffsets, int[] ColumnOffsets)
    {
        public int Rows => RowOffsets.Length;

        public int Columns => ColumnOffsets.Length;
    }
}
