using System.Numerics;
using System.Runtime.CompilerServices;

namespace ML.Thermo.Onnx.Weights;

/// <summary>
/// Some columns of a block copied to double precision in the order in which the kernels read them: tiles of eight rows, in
/// each tile column after column, the last tile filled up with zeros.
/// </summary>
internal static class Panel
{
    /// <summary>Rows of a tile.</summary>
    public const int Tile = 8;

    /// <summary>m rounded up to whole tiles.</summary>
    public static int PaddedRows(WeightMatrix.Block block) => (block.Rows + Tile - 1) / Tile * Tile;

    /// <summary>Copies columns first … first + count − 1: entry (i, k) goes to panel[(i/8)·8·count + 8(k − first) + i mod 8].</summary>
    public static void Pack(WeightMatrix weights, WeightMatrix.Block block, int first, int count, Span<double> panel)
    {
        ReadOnlySpan<int> columns = block.ColumnOffsets.AsSpan(first, count);
        if (weights.IsSingle)
            Pack(weights.Single[block.Start..], block.RowOffsets, columns, panel);
        else
            Pack(weights.Double[block.Start..], block.RowOffsets, columns, panel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack<T>(ReadOnlySpan<T> entries, ReadOnlySpan<int> rows, ReadOnlySpan<int> columns, Span<double> panel)
        where T : INumberBase<T>
    {
        int next = 0;
        for (; rows.Length >= Tile; rows = rows[Tile..])
        {
            (int r0, int r1, int r2, int r3) = (rows[0], rows[1], rows[2], rows[3]);
            (int r4, int r5, int r6, int r7) = (rows[4], rows[5], rows[6], rows[7]);
            foreach (int column in columns)
            {
                ReadOnlySpan<T> from = entries[column..];
                Span<double> to = panel.Slice(next, Tile);
                to[0] = double.CreateTruncating(from[r0]);
                to[1] = double.CreateTruncating(from[r1]);
                to[2] = double.CreateTruncating(from[r2]);
                to[3] = double.CreateTruncating(from[r3]);
                to[4] = double.CreateTruncating(from[r4]);
                to[5] = double.CreateTruncating(from[r5]);
                to[6] = double.CreateTruncating(from[r6]);
                to[7] = double.CreateTruncating(from[r7]);
                next += Tile;
            }
        }

        if (rows.IsEmpty)
            return;
        foreach (int column in columns)
        {
            Span<double> to = panel.Slice(next, Tile);
            to.Clear();
            for (int r = 0; r < rows.Length; r++)
                to[r] = double.CreateTruncating(entries[column + rows[r]]);
            next += Tile;
        }
    }
}
