using System.Runtime.InteropServices;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Weights;

/// <summary>A view of weights where they lie (nothing is copied): entries of single or double precision and the layout of their linear maps.</summary>
public readonly ref struct WeightMatrix
{
    private readonly ReadOnlySpan<float> _single;
    private readonly ReadOnlySpan<double> _double;

    /// <summary>Views single-precision weights.</summary>
    /// <param name="entries">The tensor; long enough for the layout's last entry.</param>
    /// <param name="layout">How the entries form linear maps: block-diagonal over groups, one matrix a kernel position.</param>
    /// <exception cref="ArgumentNullException">The layout is null.</exception>
    /// <exception cref="ArgumentException">The tensor is too short for the layout, or the layout has a size below 1 or a negative stride.</exception>
    public WeightMatrix(ReadOnlySpan<float> entries, WeightLayout layout)
    {
        Check(entries.Length, layout);
        _single = entries;
        Layout = layout;
    }

    /// <summary>Views double-precision weights.</summary>
    /// <param name="entries">The tensor; long enough for the layout's last entry.</param>
    /// <param name="layout">How the entries form linear maps: block-diagonal over groups, one matrix a kernel position.</param>
    /// <exception cref="ArgumentNullException">The layout is null.</exception>
    /// <exception cref="ArgumentException">The tensor is too short for the layout, or the layout has a size below 1 or a negative stride.</exception>
    public WeightMatrix(ReadOnlySpan<double> entries, WeightLayout layout)
    {
        Check(entries.Length, layout);
        _double = entries;
        Layout = layout;
    }

    /// <summary>Views a layer's weight: where it lies in the file if it is stored as 32- or 64-bit floats, else as the layer reads it.</summary>
    /// <param name="weight">A parameter with a layout; its model must not be disposed while the view is used.</param>
    /// <exception cref="ArgumentNullException">The parameter is null.</exception>
    /// <exception cref="ThermoException">It has no layout, or its numbers cannot be read or worked out.</exception>
    public static WeightMatrix Of(ParameterTensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        WeightLayout layout = weight.Layout ?? throw new ThermoException($"{weight} is not seen as matrices: expected the weight of a layer whose "
            + "layout is known.");
        if (weight.Stored is { IsContiguous: true, ByteLength: > int.MaxValue } large)
            throw new ThermoException($"{large} takes {large.ByteLength} bytes, more than {int.MaxValue}: weights of this size are not analysed.");
        return weight.Stored switch
        {
            { ElementType: ElementType.Float, IsContiguous: true } stored =>
                new(MemoryMarshal.Cast<byte, float>(stored.Bytes), layout) { Stored = stored },
            { ElementType: ElementType.Double, IsContiguous: true } stored =>
                new(MemoryMarshal.Cast<byte, double>(stored.Bytes), layout) { Stored = stored },
            { ElementType: ElementType.Float or ElementType.Float16 or ElementType.BFloat16 } stored => new(stored.ToArray<float>(), layout),
            _ => new(weight.ToDoubles(), layout),
        };
    }

    /// <summary>How the entries form linear maps.</summary>
    public WeightLayout Layout { get; }

    /// <summary>Spacing of the entries' number format relative to their size: 2⁻²³ for single precision, 2⁻⁵² for double.</summary>
    public double EntryPrecision => IsSingle ? Math.ScaleB(1, -23) : Math.ScaleB(1, -52);

    internal bool IsSingle => _double.IsEmpty;

    internal ReadOnlySpan<float> Single => _single;

    internal ReadOnlySpan<double> Double => _double;

    /// <summary>The tensor of a file whose bytes these entries are; null for entries from elsewhere.</summary>
    internal OnnxTensor? Stored { get; private init; }

    /// <summary>Whether no number lies between the entries.</summary>
    internal bool LieTogether => Extent(Layout) == Layout.Count;

    /// <summary>The matrices whose spectra together are the spectrum: for each group the rows × (columns·positions) matrix, or
    /// for each group and kernel position the rows × columns matrix; each laid so that it has at least as many columns as rows.</summary>
    internal static Block[] Blocks(WeightLayout layout, bool perPosition)
    {
        int[] rows = Offsets(layout.Rows, layout.RowStride);
        int[] columns = Offsets(layout.Columns, layout.ColumnStride);
        int[] positions = Offsets(layout.Positions, layout.PositionStride);
        int[] groups = Offsets(layout.Groups, layout.GroupStride);
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
        if (LieTogether)
            return entries[..(int)Layout.Count];
        var gathered = new T[Layout.Count];
        int next = 0;
        foreach (Block block in Blocks(Layout, perPosition: false))
            foreach (int column in block.ColumnOffsets)
                foreach (int row in block.RowOffsets)
                    gathered[next++] = entries[block.Start + column + row];
        return gathered;
    }

    private static int[] Offsets(int count, long stride) => [.. Enumerable.Range(0, count).Select(i => (int)(i * stride))];

    /// <summary>Index of the last entry plus one; in floating point, which no stride overflows.</summary>
    private static double Extent(WeightLayout layout) => 1 + ((layout.Groups - 1.0) * layout.GroupStride) + ((layout.Rows - 1.0) * layout.RowStride)
        + ((layout.Columns - 1.0) * layout.ColumnStride) + ((layout.Positions - 1.0) * layout.PositionStride);

    private static void Check(int length, WeightLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (Math.Min(Math.Min(layout.Rows, layout.Columns), Math.Min(layout.Positions, layout.Groups)) < 1)
            throw new ArgumentException($"Expected sizes of at least 1, got {layout}.", nameof(layout));
        if (Math.Min(Math.Min(layout.RowStride, layout.ColumnStride), Math.Min(layout.PositionStride, layout.GroupStride)) < 0)
            throw new ArgumentException($"Expected strides of at least 0, got {layout}.", nameof(layout));
        if (length < Extent(layout))
            throw new ArgumentException($"{length} weights are too few: the last one of {layout} is number {Extent(layout)}.", nameof(length));
    }

    /// <summary>One matrix inside a tensor: entry (i, k) lies at Start + RowOffsets[i] + ColumnOffsets[k]; no more rows than columns.</summary>
    internal sealed record Block(int Start, int[] RowOffsets, int[] ColumnOffsets)
    {
        public int Rows => RowOffsets.Length;

        public int Columns => ColumnOffsets.Length;
    }
}
