using System.Numerics.Tensors;
using ML.Thermo.Data;

namespace ML.Thermo.Linear.Algebra;

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
        double[][] triangle = Of(data.Features.Span, d, data.Targets.Span);
        double residual = triangle[d][d] * triangle[d][d];
        return QuadraticFactor.FromTriangle([.. triangle.Take(d).Select(column => column[..d])], triangle[d][..d], residual);
    }

    /// <summary>The columns of R: as long as there are columns, with the inner products of the data's columns.</summary>
    /// <param name="features">n × d, row-major.</param>
    /// <param name="columns">d.</param>
    /// <param name="targets">n targets as one more column, or none.</param>
    public static double[][] Of(ReadOnlySpan<double> features, int columns, ReadOnlySpan<double> targets = default)
    {
        int width = targets.IsEmpty ? columns : columns + 1;
        double[][] triangle = [.. Enumerable.Range(0, width).Select(_ => new double[width])]; // column j
        double[][] block = [.. Enumerable.Range(0, width).Select(_ => new double[BlockRows + 1])]; // below one row of the triangle
        for (; !features.IsEmpty; features = features[Math.Min(features.Length, BlockRows * columns)..])
        {
            int rows = Math.Min(BlockRows, features.Length / columns);
            for (int i = 0; i < rows * columns; i++)
                block[i % columns][(i / columns) + 1] = features[i];
            if (!targets.IsEmpty)
            {
                targets[..rows].CopyTo(block[columns].AsSpan(1));
                targets = targets[rows..];
            }

            for (int k = 0; k < width; k++)
                Eliminate(triangle, block, k, rows + 1);
        }

        return triangle;
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
