using System.Numerics.Tensors;

namespace ML.Thermo.Linear.Algebra;

/// <summary>
/// One-sided Jacobi rotations: J M has orthogonal rows, whose lengths are the singular values of M. Small singular values keep their
/// relative accuracy, which the eigenvalues of M Mᵀ would not. Source: Hestenes 1958; Demmel and Veselić 1992.
/// </summary>
internal static class RowOrthogonalization
{
    private const double Tolerance = 1e-15;
    private const int MostSweeps = 60;

    /// <summary>Replaces the rows of M by those of J M, and the companion vector y by J y.</summary>
    public static void Apply(double[][] rows, double[] companion)
    {
        double tolerance = Tolerance * Math.Sqrt(rows.Length == 0 ? 1 : rows[0].Length);
        bool turned = true;
        for (int sweep = 0; turned && sweep < MostSweeps; sweep++)
        {
            turned = false;
            for (int i = 0; i < rows.Length; i++)
            {
                for (int k = i + 1; k < rows.Length; k++)
                    turned |= Rotate(rows, companion, i, k, tolerance);
            }
        }
    }

    private static bool Rotate(double[][] rows, double[] companion, int i, int k, double tolerance)
    {
        double a = TensorPrimitives.SumOfSquares<double>(rows[i]), b = TensorPrimitives.SumOfSquares<double>(rows[k]);
        double product = TensorPrimitives.Dot<double>(rows[i], rows[k]);
        if (Math.Abs(product) <= tolerance * Math.Sqrt(a) * Math.Sqrt(b))
            return false;
        double zeta = (b - a) / (2 * product);
        double tan = Math.CopySign(1, zeta) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
        double cos = 1 / Math.Sqrt(1 + (tan * tan)), sin = cos * tan;
        double[] turned = new double[rows[i].Length], old = rows[i];
        TensorPrimitives.Multiply(rows[k], sin, turned);
        TensorPrimitives.Multiply(rows[k], cos, rows[k]);
        TensorPrimitives.MultiplyAdd(old, sin, rows[k], rows[k]);
        TensorPrimitives.Negate(turned, turned);
        TensorPrimitives.MultiplyAdd(old, cos, turned, turned);
        rows[i] = turned;
        (companion[i], companion[k]) = ((cos * companion[i]) - (sin * companion[k]), (sin * companion[i]) + (cos * companion[k]));
        return true;
    }
}
