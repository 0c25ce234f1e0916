using MathNet.Numerics.LinearAlgebra;

namespace ML.Thermo.Scans;

/// <summary>Trains on rows of both sides of a split and says, for other rows, how probable it is that they come from the left.</summary>
/// <param name="rows">Rows to train on.</param>
/// <param name="isLeft">Their sides.</param>
/// <param name="others">Rows to judge.</param>
/// <param name="cancellation">Stops the training.</param>
/// <returns>A probability for each of the other rows. Both sides are to have equal weight.</returns>
public delegate double[] SideClassifier(
    IReadOnlyList<double[]> rows, IReadOnlyList<bool> isLeft, IReadOnlyList<double[]> others, CancellationToken cancellation);

/// <summary>The built-in observer of vectors: logistic regression on standardised columns with the penalty ½|w|².</summary>
internal static class LogisticSides
{
    private const int MostSteps = 50;

    public static double[] Judge(
        IReadOnlyList<double[]> rows, IReadOnlyList<bool> isLeft, IReadOnlyList<double[]> others, CancellationToken cancellation)
    {
        int width = rows[0].Length;
        double[] means = new double[width], scales = new double[width];
        for (int j = 0; j < width; j++)
        {
            means[j] = rows.Average(row => row[j]);
            double sd = Math.Sqrt(rows.Average(row => (row[j] - means[j]) * (row[j] - means[j])));
            scales[j] = sd > 1e-12 * (1 + Math.Abs(means[j])) ? 1 / sd : 0; // a constant column says nothing
        }

        Matrix<double> x = Matrix<double>.Build.Dense(rows.Count, width + 1, (i, j) => j == width ? 1 : (rows[i][j] - means[j]) * scales[j]);
        Vector<double> w = Fit(x, isLeft, cancellation);
        return [.. others.Select(row =>
        {
            double z = w[width];
            for (int j = 0; j < width; j++)
                z += w[j] * (row[j] - means[j]) * scales[j];
            return 1 / (1 + Math.Exp(-z));
        })];
    }

    /// <summary>Newton's method on Σ weight·loss + ½|w|², the intercept free.</summary>
    private static Vector<double> Fit(Matrix<double> x, IReadOnlyList<bool> isLeft, CancellationToken cancellation)
    {
        int n = x.RowCount, d = x.ColumnCount, lefts = isLeft.Count(left => left);
        double leftWeight = n / (2.0 * lefts), rightWeight = n / (2.0 * (n - lefts));
        Vector<double> w = Vector<double>.Build.Dense(d);
        for (int step = 0; step < MostSteps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            Vector<double> z = x * w, gradient = w.Clone();
            gradient[d - 1] = 0;
            Matrix<double> scaled = x.Clone();
            var residual = Vector<double>.Build.Dense(n);
            for (int i = 0; i < n; i++)
            {
                double p = 1 / (1 + Math.Exp(-z[i])), weight = isLeft[i] ? leftWeight : rightWeight;
                residual[i] = weight * (p - (isLeft[i] ? 1 : 0));
                double root = Math.Sqrt(weight * Math.Max(p * (1 - p), 1e-12));
                for (int j = 0; j < d; j++)
                    scaled[i, j] *= root;
            }

            gradient += x.TransposeThisAndMultiply(residual);
            Matrix<double> hessian = scaled.TransposeThisAndMultiply(scaled);
            for (int j = 0; j < d - 1; j++)
                hessian[j, j] += 1;
            Vector<double> change = hessian.Cholesky().Solve(gradient);
            double size = change.L2Norm();
            w -= size > 5 ? change * (5 / size) : change;
            if (size < 1e-9 * (1 + w.L2Norm()))
                break;
        }

        return w;
    }
}
