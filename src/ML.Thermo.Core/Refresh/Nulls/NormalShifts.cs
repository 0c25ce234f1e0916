using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Refresh.Nulls;

/// <summary>
/// Normal shifts g·Q/√n, Q the standardised scores of n rows and g normal: they have the correlation of the scores without a matrix of it.
/// </summary>
/// <remarks>Each column is summed in the order of the rows whatever the machine's vectors, so a draw depends on seed and number alone.</remarks>
internal sealed class NormalShifts
{
    private const int Draws = 4, Columns = RowSums.Panel, Vectors = Columns / 8; // eight sums stay in registers while the rows go by

    private readonly double[] _panels; // as those of RowSums
    private readonly int _rows, _width;
    private readonly ulong _seed;

    /// <param name="scores">Row after row; every column has mean zero and variance one.</param>
    /// <param name="width">Scores a row.</param>
    /// <param name="seed">Of the draws.</param>
    public NormalShifts(double[] scores, int width, ulong seed)
    {
        (_rows, _width, _seed) = (scores.Length / width, width, seed);
        _panels = new double[RowSums.Panels(width) * _rows * Columns];
        for (int row = 0; row < _rows; row++)
        {
            for (int j = 0; j < width; j++)
                _panels[RowSums.Place(row, j, _rows)] = scores[(row * width) + j];
        }
    }

    /// <summary>What draws 0, 1, … give.</summary>
    /// <param name="count">How many draws.</param>
    /// <param name="statistic">Takes the shifts of a draw, which it does not keep.</param>
    public T[] Of<T>(int count, Func<double[], T> statistic)
    {
        var found = new T[count];
        int padded = RowSums.Panels(_width) * Columns;
        Parallel.For(0, (count + Draws - 1) / Draws, Processors.All, Room, (group, _, room) =>
        {
            for (int d = 0; d < Draws; d++)
                new RandomStream(_seed, (ulong)((group * Draws) + d)).FillNormal(room.Weights.AsSpan(d * _rows, _rows));
            TensorPrimitives.Divide(room.Weights, Math.Sqrt(_rows), room.Weights);
            for (int panel = 0; panel * Columns < _width; panel++)
                Add(panel, room.Weights, room.Sums, padded);
            for (int d = 0; d < Draws && (group * Draws) + d < count; d++)
                found[(group * Draws) + d] = statistic(room.Sums.AsSpan(d * padded, _width).ToArray());
            return room;
        }, _ => { });
        return found;

        (double[] Weights, double[] Sums) Room() => (new double[Draws * _rows], new double[Draws * padded]);
    }

    private void Add(int panel, double[] weights, double[] sums, int padded)
    {
        ref double table = ref MemoryMarshal.GetArrayDataReference(_panels), weight = ref MemoryMarshal.GetArrayDataReference(weights);
        nuint at = (nuint)(panel * _rows * Columns), rows = (nuint)_rows;
        Vector512<double> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        for (nuint row = 0; row < rows; row++, at += Columns)
        {
            Vector512<double> first = Vector512.LoadUnsafe(ref table, at), second = Vector512.LoadUnsafe(ref table, at + 8);
            Vector512<double> by = Vector512.Create(Unsafe.Add(ref weight, row));
            a0 = Vector512.MultiplyAddEstimate(first, by, a0);
            a1 = Vector512.MultiplyAddEstimate(second, by, a1);
            by = Vector512.Create(Unsafe.Add(ref weight, rows + row));
            b0 = Vector512.MultiplyAddEstimate(first, by, b0);
            b1 = Vector512.MultiplyAddEstimate(second, by, b1);
            by = Vector512.Create(Unsafe.Add(ref weight, (2 * rows) + row));
            c0 = Vector512.MultiplyAddEstimate(first, by, c0);
            c1 = Vector512.MultiplyAddEstimate(second, by, c1);
            by = Vector512.Create(Unsafe.Add(ref weight, (3 * rows) + row));
            d0 = Vector512.MultiplyAddEstimate(first, by, d0);
            d1 = Vector512.MultiplyAddEstimate(second, by, d1);
        }

        ReadOnlySpan<Vector512<double>> found = [a0, a1, b0, b1, c0, c1, d0, d1];
        for (int k = 0; k < found.Length; k++)
            found[k].CopyTo(sums, (k / Vectors * padded) + (panel * Columns) + (k % Vectors * 8));
    }
}
