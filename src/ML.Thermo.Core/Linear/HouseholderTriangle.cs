using System.Numerics.Tensors;

namespace ML.Thermo.Linear;

/// <summary>
/// The triangle R of [X y] = Q R by Householder reflections over blocks of rows, each stacked under the triangle so far: the
/// condition number is not squared as in moments, and memory stays O(d²).
/// </summary>
internal static class HouseholderTriangle
{
    private const int BlockRows = 256;

    /// <summary>|y − X w|² as a factor: R's feature columns, Qᵀy and what is left of y.</summary>
    public static QuadraticFactor Of(LabelledData data)
    {
        int d = data.Columns;
        double[][] triangle = [.. Enumerable.Range(0, d + 1).Select(_ => new double[d + 1])]; // column j, d + 1 rows
        double[][] block = [.. Enumerable.Range(0, d + 1).Select(_ => new double[BlockRows + 1])]; // below one row of the triangle
        for (int start = 0; start < data.Rows; start += BlockRows)
        {
            int rows = Math.Min(BlockRows, data.Rows - start);
            Load(data, start, rows, block);
            for (int k = 0; k <= d; k++)
                Eliminate(triangle, block, k, rows + 1);
        }

        double residual = triangle[d][d] * triangle[d][d];
        return QuadraticFactor.FromTriangle([.. triangle.Take(d).Select(column => column[..d])], triangle[d][..d], residual);
    }

    private static void Load(LabelledData data, int start, int rows, double[][] block)
    {
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<double> row = data.Row(start + r);
            for (int j = 0; j < row.Length; j++)
                block[j][r + 1] = row[j];
            block[row.Length][r + 1] = data.Targets.Span[start + r];
        }
    }

    /// <summary>Reflects row k of the triangle and the block so that column k of the block vanishes.</summary>
    private static void Eliminate(double[][] triangle, double[][] block, int k, int length)
    {
        Span<double> mirror = block[k].AsSpan(0, length);
        mirror[0] = triangle[k][k];
        double norm = TensorPrimitives.Norm<double>(mirror), diagonal = mirror[0] > 0 ? -norm : norm;
        if (norm == 0)
            return;
        mirror[0] -= diagonal;
        triangle[k][k] = diagonal;
        for (int j = k + 1; j < block.Length; j++)
        {
            Span<double> column = block[j].AsSpan(0, length);
            column[0] = triangle[j][k];
            QuadraticFactor.Reflect(mirror, column, -mirror[0] * diagonal);
            triangle[j][k] = column[0];
        }
    }
}
