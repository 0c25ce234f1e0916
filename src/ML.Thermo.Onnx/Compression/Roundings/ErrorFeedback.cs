using System.Numerics.Tensors;

namespace ML.Thermo.Onnx.Compression.Roundings;

/// <summary>
/// Rounds the columns of a matrix one after another, and lets the later ones make up for the errors of the earlier ones, as far as the inputs go together.
/// </summary>
/// <remarks>
/// <para>An output's squared error is e·H·eᵀ, e its row's errors and H the second moments of the inputs. With H = (U + 1)·D·(U + 1)ᵀ, U strictly upper
/// triangular, it is Σ D_k (e_k + Σ_{j &lt; k} e_j U_jk)², so column k is rounded at w_k + Σ_{j &lt; k} e_j U_jk. Columns of large inputs go first.</para>
/// <para>Prior art: GPTQ (Frantar et al. 2022) and LDLQ (Chee et al. 2023), which are the same; optimal brain surgeon (Hassibi and Stork 1993).</para>
/// </remarks>
internal sealed class ErrorFeedback
{
    private readonly int[] _order;
    private readonly float[][] _weights; // for the k-th column in order, U_jk for j < k

    private ErrorFeedback(int[] order, float[][] weights) => (_order, _weights) = (order, weights);

    /// <summary>Of second moments, in which a share of what is off the diagonal is left out: few rows know less of how inputs go together than of how large
    /// they are.</summary>
    public static ErrorFeedback Of(float[] moments, double share)
    {
        int n = (int)Math.Sqrt(moments.Length);
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => moments[(i * n) + i])];
        double mean = Enumerable.Range(0, n).Average(i => (double)moments[(i * n) + i]), damp = Math.Max(1e-3 * mean, 1e-30);
        double[][] rows = [.. order.Select((of, i) => order.Select((with, j) =>
            i == j ? moments[(of * n) + of] + damp : (1 - share) * moments[(of * n) + with]).ToArray())];
        // rows[j][m] becomes U_jm √D_m for m ≥ j: Cholesky's factor from the last column on.
        float[][] weights = new float[n][];
        for (int k = n - 1; k >= 0; k--)
        {
            ReadOnlySpan<double> own = rows[k].AsSpan(k + 1);
            double root = Math.Sqrt(Math.Max(rows[k][k] - TensorPrimitives.Dot(own, own), damp * 1e-3));
            rows[k][k] = root;
            weights[k] = new float[k];
            for (int j = 0; j < k; j++)
            {
                rows[j][k] = (rows[j][k] - TensorPrimitives.Dot<double>(rows[j].AsSpan(k + 1), own)) / root;
                weights[k][j] = (float)(rows[j][k] / root);
            }
        }

        return new(order, weights);
    }

    /// <summary>Levels for one output's weights, in their own order.</summary>
    /// <param name="weights">The weights of the columns.</param>
    /// <param name="nearest">The level nearest to a number.</param>
    /// <param name="scale">The size of a level.</param>
    /// <param name="levels">Receives them.</param>
    public void Round(ReadOnlySpan<float> weights, Func<float, float, float> nearest, float scale, Span<sbyte> levels)
    {
        float[] errors = new float[_order.Length];
        for (int k = 0; k < errors.Length; k++)
        {
            int column = _order[k];
            float level = nearest(weights[column] + TensorPrimitives.Dot<float>(errors.AsSpan(0, k), _weights[k]), scale);
            errors[k] = weights[column] - (level * scale);
            levels[column] = (sbyte)level;
        }
    }
}
