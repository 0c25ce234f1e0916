namespace ML.Thermo.Novelty;

/// <summary>Correlations of few rows, drawn towards none (O. Ledoit, M. Wolf, J. Multivariate Analysis 88 (2004) 365).</summary>
internal static class ShrunkCorrelations
{
    private const double LeastPivot = 1e-10;

    /// <summary>(1 − ρ) S + ρ m 1, m the mean of the diagonal of S; ρ = min(1, β²/δ²). No variance is below 1.</summary>
    /// <param name="rows">Columns of mean 0.</param>
    /// <param name="varies">Columns that do; the others get the variance 1 and no correlation.</param>
    public static (double[,] Matrix, double Shrinkage) Of(IReadOnlyList<double[]> rows, ReadOnlySpan<bool> varies)
    {
        int columns = varies.Length, n = rows.Count, active = 0;
        foreach (bool one in varies)
            active += one ? 1 : 0;
        double[,] s = new double[columns, columns];
        foreach (double[] row in rows)
        {
            for (int i = 0; i < columns; i++)
            {
                for (int j = 0; j <= i; j++)
                    s[i, j] += row[i] * row[j] / n;
            }
        }

        double trace = 0, squares = 0, fourth = 0;
        for (int i = 0; i < columns; i++)
        {
            trace += s[i, i];
            for (int j = 0; j <= i; j++)
            {
                s[j, i] = s[i, j];
                squares += (i == j ? 1 : 2) * s[i, j] * s[i, j];
            }
        }

        foreach (double[] row in rows)
        {
            double norm = row.Sum(x => x * x);
            fourth += norm * norm / n;
        }

        // Σ over rows of |x xᵀ − S|² / n = mean |x|⁴ − |S|².
        double mean = active == 0 ? 1 : trace / active, delta = squares - (active * mean * mean), beta = Math.Max((fourth - squares) / n, 0);
        double shrinkage = active < 2 || delta <= 0 ? 0 : Math.Min(beta / delta, 1);
        for (int i = 0; i < columns; i++)
        {
            for (int j = 0; j < columns; j++)
                s[i, j] = i != j ? (1 - shrinkage) * s[i, j] : Math.Max(((1 - shrinkage) * s[i, i]) + (shrinkage * mean), 1);
        }

        return (s, shrinkage);
    }

    /// <summary>L of S = L Lᵀ; a column that follows from those before it keeps a hundred-thousandth of its deviation.</summary>
    public static double[][] Factor(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        double[][] factor = [.. Enumerable.Range(0, n).Select(i => new double[i + 1])];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = matrix[i, j];
                for (int k = 0; k < j; k++)
                    sum -= factor[i][k] * factor[j][k];
                factor[i][j] = i == j ? Math.Sqrt(Math.Max(sum, LeastPivot * matrix[i, i])) : sum / factor[j][j];
            }
        }

        return factor;
    }
}
