using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ML.Thermo.Onnx.Weights;

/// <summary>
/// The smaller Gram matrix G = A·Aᵀ of a block of weights, accumulated in double precision panel by panel, so that a layer of
/// any length needs no copy of itself. Only the lower triangle is filled.
/// </summary>
internal static class GramMatrix
{
    private const int Lanes = 4; // doubles in a Vector256; a register tile is four rows by two vectors
    private const int PanelColumns = 128;

    /// <summary>The lower triangle of G, row by row, <see cref="Panel.PaddedRows"/> apart; the padding is zero. What lies above the diagonal is not
    /// to be read.</summary>
    public static double[] Of(WeightMatrix weights, WeightMatrix.Block block)
    {
        int stride = Panel.PaddedRows(block);
        var gram = new double[checked(stride * stride)];
        Add(weights, block, gram);
        return gram;
    }

    /// <summary>Adds a block's G to what is there.</summary>
    /// <param name="weights">The layer.</param>
    /// <param name="block">A part of it.</param>
    /// <param name="gram">As <see cref="Of"/> returns it, or longer.</param>
    public static void Add(WeightMatrix weights, WeightMatrix.Block block, double[] gram)
    {
        int stride = Panel.PaddedRows(block);
        double[] panel = ArrayPool<double>.Shared.Rent(stride * Math.Min(PanelColumns, block.Columns));
        for (int first = 0; first < block.Columns; first += PanelColumns)
        {
            int count = Math.Min(PanelColumns, block.Columns - first);
            Panel.Pack(weights, block, first, count, panel);
            AddPanel(gram, panel, stride, count);
        }

        ArrayPool<double>.Shared.Return(panel);
    }

    /// <summary>G += A·Aᵀ for the packed columns, tile by tile of the lower triangle.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddPanel(double[] gram, double[] panel, int stride, int count)
    {
        int column = 0;
        for (; Vector512.IsHardwareAccelerated && column + Panel.Tile < stride; column += 2 * Panel.Tile)
            for (int row = column; row < stride; row += Panel.Tile)
                AddWideTile(gram, panel, stride, count, row, column);
        for (; column < stride; column += Panel.Tile)
            for (int row = column; row < stride; row += Lanes)
                AddTile(gram, panel, stride, count, row, column);
    }

    /// <summary>G[row … row+7, column … column+15] += Σₖ A[row …, k]·A[column …, k], in sixteen of the thirty-two wide registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWideTile(double[] gram, double[] panel, int stride, int count, int row, int column)
    {
        ref double left = ref panel[row * count], right = ref panel[column * count];
        nuint next = (nuint)(Panel.Tile * count);
        Vector512<double> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        Vector512<double> e0 = default, e1 = default, f0 = default, f1 = default, g0 = default, g1 = default, h0 = default, h1 = default;
        for (int k = 0; k < count; k++)
        {
            Vector512<double> x0 = Vector512.LoadUnsafe(ref right), x1 = Vector512.LoadUnsafe(ref right, next);
            Vector512<double> y = Vector512.Create(left);
            (a0, a1) = (Vector512.MultiplyAddEstimate(y, x0, a0), Vector512.MultiplyAddEstimate(y, x1, a1));
            y = Vector512.Create(Unsafe.Add(ref left, 1));
            (b0, b1) = (Vector512.MultiplyAddEstimate(y, x0, b0), Vector512.MultiplyAddEstimate(y, x1, b1));
            y = Vector512.Create(Unsafe.Add(ref left, 2));
            (c0, c1) = (Vector512.MultiplyAddEstimate(y, x0, c0), Vector512.MultiplyAddEstimate(y, x1, c1));
            y = Vector512.Create(Unsafe.Add(ref left, 3));
            (d0, d1) = (Vector512.MultiplyAddEstimate(y, x0, d0), Vector512.MultiplyAddEstimate(y, x1, d1));
            y = Vector512.Create(Unsafe.Add(ref left, 4));
            (e0, e1) = (Vector512.MultiplyAddEstimate(y, x0, e0), Vector512.MultiplyAddEstimate(y, x1, e1));
            y = Vector512.Create(Unsafe.Add(ref left, 5));
            (f0, f1) = (Vector512.MultiplyAddEstimate(y, x0, f0), Vector512.MultiplyAddEstimate(y, x1, f1));
            y = Vector512.Create(Unsafe.Add(ref left, 6));
            (g0, g1) = (Vector512.MultiplyAddEstimate(y, x0, g0), Vector512.MultiplyAddEstimate(y, x1, g1));
            y = Vector512.Create(Unsafe.Add(ref left, 7));
            (h0, h1) = (Vector512.MultiplyAddEstimate(y, x0, h0), Vector512.MultiplyAddEstimate(y, x1, h1));
            left = ref Unsafe.Add(ref left, Panel.Tile);
            right = ref Unsafe.Add(ref right, Panel.Tile);
        }

        ref double target = ref gram[(row * stride) + column];
        Add(ref target, a0, a1);
        Add(ref Unsafe.Add(ref target, stride), b0, b1);
        Add(ref Unsafe.Add(ref target, 2 * stride), c0, c1);
        Add(ref Unsafe.Add(ref target, 3 * stride), d0, d1);
        Add(ref Unsafe.Add(ref target, 4 * stride), e0, e1);
        Add(ref Unsafe.Add(ref target, 5 * stride), f0, f1);
        Add(ref Unsafe.Add(ref target, 6 * stride), g0, g1);
        Add(ref Unsafe.Add(ref target, 7 * stride), h0, h1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref double target, Vector512<double> x0, Vector512<double> x1)
    {
        (Vector512.LoadUnsafe(ref target) + x0).StoreUnsafe(ref target);
        (Vector512.LoadUnsafe(ref target, Panel.Tile) + x1).StoreUnsafe(ref target, Panel.Tile);
    }

    /// <summary>G[row … row+3, column … column+7] += Σₖ A[row …, k]·A[column …, k].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTile(double[] gram, double[] panel, int stride, int count, int row, int column)
    {
        ref double left = ref panel[(row / Panel.Tile * Panel.Tile * count) + (row % Panel.Tile)];
        ref double right = ref panel[column * count];
        Vector256<double> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        for (int k = 0; k < count; k++)
        {
            Vector256<double> x0 = Vector256.LoadUnsafe(ref right), x1 = Vector256.LoadUnsafe(ref right, Lanes);
            Vector256<double> y = Vector256.Create(left);
            (a0, a1) = (Vector256.MultiplyAddEstimate(y, x0, a0), Vector256.MultiplyAddEstimate(y, x1, a1));
            y = Vector256.Create(Unsafe.Add(ref left, 1));
            (b0, b1) = (Vector256.MultiplyAddEstimate(y, x0, b0), Vector256.MultiplyAddEstimate(y, x1, b1));
            y = Vector256.Create(Unsafe.Add(ref left, 2));
            (c0, c1) = (Vector256.MultiplyAddEstimate(y, x0, c0), Vector256.MultiplyAddEstimate(y, x1, c1));
            y = Vector256.Create(Unsafe.Add(ref left, 3));
            (d0, d1) = (Vector256.MultiplyAddEstimate(y, x0, d0), Vector256.MultiplyAddEstimate(y, x1, d1));
            left = ref Unsafe.Add(ref left, Panel.Tile);
            right = ref Unsafe.Add(ref right, Panel.Tile);
        }

        Add(ref gram[(row * stride) + column], a0, a1);
        Add(ref gram[((row + 1) * stride) + column], b0, b1);
        Add(ref gram[((row + 2) * stride) + column], c0, c1);
        Add(ref gram[((row + 3) * stride) + column], d0, d1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref double target, Vector256<double> x0, Vector256<double> x1)
    {
        (Vector256.LoadUnsafe(ref target) + x0).StoreUnsafe(ref target);
        (Vector256.LoadUnsafe(ref target, Lanes) + x1).StoreUnsafe(ref target, Lanes);
    }
}
