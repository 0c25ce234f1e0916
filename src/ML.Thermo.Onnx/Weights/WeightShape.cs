namespace ML.Thermo.Onnx.Weights;

/// <summary>
/// How the entries of a weight tensor form linear maps: <see cref="Groups"/> independent maps (block-diagonal), each with one
/// <see cref="Rows"/> × <see cref="Columns"/> matrix at each of <see cref="Positions"/> kernel positions. Entry (group g, row i,
/// column j, position p) lies at g·GroupStride + i·RowStride + j·ColumnStride + p·PositionStride.
/// </summary>
/// <remarks>
/// A dense layer has one position; the gates of a recurrent layer are groups, as are those of a grouped convolution.
/// Maturity: theorem (bookkeeping of indices).
/// </remarks>
public sealed record WeightShape
{
    private WeightShape(int groups, int rows, int columns, int positions)
    {
        if (groups < 1 || rows < 1 || columns < 1 || positions < 1)
            throw new ArgumentException($"Expected positive sizes, got {groups} groups of {rows} × {columns} weights at {positions} positions.");
        (Groups, Rows, Columns, Positions) = (groups, rows, columns, positions);
    }

    /// <summary>Output units of one group; ≥ 1.</summary>
    public int Rows { get; }

    /// <summary>Input units of one group; ≥ 1.</summary>
    public int Columns { get; }

    /// <summary>Kernel positions, 1 for a dense layer.</summary>
    public int Positions { get; }

    /// <summary>Independent maps, 1 for an ordinary layer.</summary>
    public int Groups { get; }

    /// <summary>Entries between two rows.</summary>
    public int RowStride { get; init; }

    /// <summary>Entries between two columns.</summary>
    public int ColumnStride { get; init; }

    /// <summary>Entries between two kernel positions.</summary>
    public int PositionStride { get; init; }

    /// <summary>Entries between two groups.</summary>
    public int GroupStride { get; init; }

    /// <summary>Number of weights.</summary>
    public long Count => (long)Groups * Rows * Columns * Positions;

    /// <summary>Index of the last entry plus one: how long the tensor must be.</summary>
    public long Extent => 1 + ((Groups - 1L) * GroupStride) + ((Rows - 1L) * RowStride)
        + ((Columns - 1L) * ColumnStride) + ((Positions - 1L) * PositionStride);

    /// <summary>A dense layer of contiguous weights.</summary>
    /// <param name="rows">Output units; ≥ 1.</param>
    /// <param name="columns">Input units; ≥ 1.</param>
    /// <param name="transposed">Whether the tensor is stored as [columns, rows], as MatMul and Gemm without transB have it.</param>
    /// <exception cref="ArgumentException">A size is not positive.</exception>
    public static WeightShape Dense(int rows, int columns, bool transposed = false) => new(1, rows, columns, 1)
    {
        RowStride = transposed ? 1 : columns,
        ColumnStride = transposed ? rows : 1,
    };

    /// <summary>Several dense maps one after another, as the gates [gates·rows, columns] of a recurrent layer.</summary>
    /// <param name="groups">Number of maps (gates × directions); ≥ 1.</param>
    /// <param name="rows">Output units of each; ≥ 1.</param>
    /// <param name="columns">Input units of each; ≥ 1.</param>
    /// <exception cref="ArgumentException">A size is not positive.</exception>
    public static WeightShape Stacked(int groups, int rows, int columns) => new(groups, rows, columns, 1)
    {
        RowStride = columns,
        ColumnStride = 1,
        GroupStride = checked(rows * columns),
    };

    /// <summary>A convolution kernel [O, I/groups, k₁, k₂, …].</summary>
    /// <param name="kernel">Sizes of the tensor; at least two.</param>
    /// <param name="groups">Groups of the convolution; divides O.</param>
    /// <exception cref="ArgumentException">A size is not positive, or the groups do not divide O.</exception>
    public static WeightShape Convolution(ReadOnlySpan<int> kernel, int groups = 1)
    {
        (int first, int second, int positions) = Kernel(kernel, groups);
        return new(groups, first, second, positions)
        {
            RowStride = second * positions,
            ColumnStride = positions,
            PositionStride = 1,
            GroupStride = first * second * positions,
        };
    }

    /// <summary>A transposed convolution's kernel [I, O/groups, k₁, k₂, …].</summary>
    /// <param name="kernel">Sizes of the tensor; at least two.</param>
    /// <param name="groups">Groups of the convolution; divides I.</param>
    /// <exception cref="ArgumentException">A size is not positive, or the groups do not divide I.</exception>
    public static WeightShape TransposedConvolution(ReadOnlySpan<int> kernel, int groups = 1)
    {
        (int first, int second, int positions) = Kernel(kernel, groups);
        return new(groups, second, first, positions)
        {
            RowStride = positions,
            ColumnStride = second * positions,
            PositionStride = 1,
            GroupStride = first * second * positions,
        };
    }

    private static (int First, int Second, int Positions) Kernel(ReadOnlySpan<int> kernel, int groups)
    {
        if (kernel.Length < 2 || groups < 1 || kernel[0] % groups != 0)
            throw new ArgumentException($"Expected a kernel [O, I/groups, …] whose first size {groups} groups divide, got [{string.Join(", ", kernel.ToArray())}].", nameof(kernel));
        int positions = 1;
        foreach (int size in kernel[2..])
            positions = checked(positions * size);
        _ = checked(kernel[0] * kernel[1] * positions);
        return (kernel[0] / groups, kernel[1], positions);
    }
}
