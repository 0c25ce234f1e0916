using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace ML.Thermo.Linear.Algebra;

/// <summary>XᵀDX with a weight a row: the Hessian of every loss of a linear model.</summary>
internal static class WeightedGram
{
    /// <summary>Σᵢ dᵢ xᵢxᵢᵀ.</summary>
    /// <param name="features">n × d, row-major.</param>
    /// <param name="weights">n weights.</param>
    public static Matrix<double> Of(ReadOnlySpan<double> features, ReadOnlySpan<double> weights)
    {
        int columns = features.Length / weights.Length;
        double[] sums = new double[columns * columns];
        for (int i = 0; i < weights.Length; i++)
        {
            ReadOnlySpan<double> x = features.Slice(i * columns, columns);
            for (int j = 0; j < columns; j++)
            {
                Span<double> upTo = sums.AsSpan(j * columns, j + 1);
                TensorPrimitives.MultiplyAdd(x[..(j + 1)], weights[i] * x[j], upTo, upTo);
            }
        }

        return Matrix<double>.Build.Dense(columns, columns, (j, k) => sums[(Math.Max(j, k) * columns) + Math.Min(j, k)]);
    }
}
