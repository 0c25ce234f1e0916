namespace ML.Thermo.Onnx.Layers;

/// <summary>
/// How a weight tensor is seen as matrices of outputs × inputs: <see cref="Groups"/> × <see cref="Positions"/> of them, each of
/// <see cref="Rows"/> × <see cref="Columns"/>, found in the tensor by strides.</summary>
/// <param name="Rows">Outputs of one group; &gt; 0.</param>
/// <param name="Columns">Inputs of one group; &gt; 0.</param>
/// <param name="Positions">Kernel positions of a convolution; 1 elsewhere.</param>
/// <param name="Groups">Groups of a convolution, gates and directions of a recurrent layer, matrices of a stack; 1 elsewhere.</param>
/// <param name="RowStride">Elements from one row to the next.</param>
/// <param name="ColumnStride">Elements from one column to the next.</param>
/// <param name="PositionStride">Elements from one kernel position to the next.</param>
/// <param name="GroupStride">Elements from one group to the next.</param>
[Maturity(Maturity.Theorem, "the layout that the ONNX operators define")]
public sealed record WeightLayout(
    int Rows, int Columns, int Positions, int Groups, long RowStride, long ColumnStride, long PositionStride, long GroupStride)
{
    /// <summary>Terms that one output sums over: columns · positions.</summary>
    public long FanIn => (long)Columns * Positions;

    /// <summary>Terms that one input takes part in: rows · positions.</summary>
    public long FanOut => (long)Rows * Positions;

    /// <summary>Number of elements seen.</summary>
    public long Count => FanIn * Rows * Groups;

    /// <summary>The matrix of one group and kernel position.</summary>
    /// <param name="weights">The tensor's elements, <see cref="Count"/> of them, in row-major order.</param>
    /// <param name="group">0 … <see cref="Groups"/> − 1.</param>
    /// <param name="position">0 … <see cref="Positions"/> − 1.</param>
    public double[,] Matrix(ReadOnlySpan<double> weights, int group, int position)
    {
        Check(weights, group);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Positions);
        double[,] matrix = new double[Rows, Columns];
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
                matrix[row, column] = weights[Index(group, position, row, column)];
        }

        return matrix;
    }

    /// <summary>All kernel positions of one group side by side: rows × (columns · positions), position fastest.</summary>
    /// <param name="weights">The tensor's elements, <see cref="Count"/> of them, in row-major order.</param>
    /// <param name="group">0 … <see cref="Groups"/> − 1.</param>
    public double[,] Unfolded(ReadOnlySpan<double> weights, int group)
    {
        Check(weights, group);
        double[,] matrix = new double[Rows, Columns * Positions];
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                for (int position = 0; position < Positions; position++)
                    matrix[row, (column * Positions) + position] = weights[Index(group, position, row, column)];
            }
        }

        return matrix;
    }

    private int Index(int group, int position, int row, int column) =>
        (int)((group * GroupStride) + (position * PositionStride) + (row * RowStride) + (column * ColumnStride));

    private void Check(ReadOnlySpan<double> weights, int group)
    {
        if (weights.Length != Count)
            throw new ArgumentException($"{weights.Length} weights for a layout of {Count}: {this}.", nameof(weights));
        ArgumentOutOfRangeException.ThrowIfNegative(group);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(group, Groups);
    }
}
