using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

    /// <summary>The lower triangle of G, row by row, <see cref="Panel.PaddedRows"/> apart; the padding is zero.</summary>
    public static double[] Of(WeightMatrix weights, WeightMatrix.Block block)
    {
        int stride = Panel.PaddedRows(block);
        var gram = new double[checked(stride * stride)];
        var panel = new double[stride * Math.Min(PanelColumns, block.Columns)];
        for (int first = 0; first < block.Columns; first += PanelColumns)
        {
            int count = Math.Min(PanelColumns, block.Columns - first);
            Panel.Pack(weights, block, first, count, panel);
            for (int column = 0; column < stride; column += Panel.Tile)
                for (int row = column; row < stride; row += Lanes)
                    AddTile(gram, panel, stride, count, row, column);
        }

        return gram;
    }

    /// <summary>G[row … row+3, column … column+7] += Σₖ A[row …, k]·A[column …, k].</summary>
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

    private static void Add(ref double target, Vector256<double> x0, Vector256<double> x1)
    {
        (Vector256.LoadUnsafe(ref target) + x0).StoreUnsafe(ref target);
        (Vector256.LoadUnsafe(ref target, Lanes) + x1).StoreUnsafe(ref target, Lanes);
    }
}
