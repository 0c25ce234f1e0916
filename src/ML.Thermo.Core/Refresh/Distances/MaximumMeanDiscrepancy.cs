using System.Numerics.Tensors;
using ML.Thermo.Initialization;

namespace ML.Thermo.Refresh.Distances;

/// <summary>
/// Two-sample test for vectors: MMD² = ⟨k(x, x′)⟩ + ⟨k(y, y′)⟩ − 2⟨k(x, y)⟩ over distinct pairs, k(x, y) = exp(−|x − y|²/(2h²)), ranked
/// among random divisions of the pooled rows.</summary>
/// <param name="Statistic">The unbiased estimate of MMD²; may be negative.</param>
/// <param name="PValue">(1 + divisions at least as large)/(1 + divisions): exact for every size.</param>
/// <param name="Bandwidth">h, the median distance of the pooled rows.</param>
/// <remarks>
/// <para>Columns are taken as they are: standardise them first where their units differ. Memory and time grow with the square of the rows.</para></remarks>
[Maturity(Maturity.Theorem, "Gretton et al. 2012")]
public readonly record struct MaximumMeanDiscrepancy(double Statistic, double PValue, double Bandwidth)
{
    /// <summary>Most rows of both samples together.</summary>
    public const int MostRows = 8192;

    /// <summary>The test.</summary>
    /// <param name="reference">Rows one after the other.</param>
    /// <param name="current">Rows one after the other.</param>
    /// <param name="columns">Numbers a row.</param>
    /// <param name="permutations">Random divisions, at least 1.</param>
    /// <param name="seed">Division i depends on seed and i only.</param>
    /// <param name="cancellation">Stops between divisions.</param>
    /// <exception cref="ArgumentException">A sample is no whole number of rows, has fewer than two, or both have more than <see cref="MostRows"/>.</exception>
    public static MaximumMeanDiscrepancy Test(
        ReadOnlySpan<double> reference, ReadOnlySpan<double> current, int columns, int permutations = 999, ulong seed = 1,
            CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(permutations);
        int n = reference.Length / columns, m = current.Length / columns, rows = n + m;
        if (reference.Length % columns != 0 || current.Length % columns != 0 || n < 2 || m < 2 || rows > MostRows)
            throw new ArgumentException($"{reference.Length} and {current.Length} numbers in rows of {columns}: expected whole rows, at least 2 a sample " +
                $"and at most {MostRows} together; take a random part of larger samples.", nameof(reference));
        (double[] kernel, double bandwidth) = Kernel([.. reference, .. current], columns, rows);
        bool[] inReference = new bool[rows];
        inReference.AsSpan(0, n).Fill(true);
        double observed = Of(kernel, inReference, n), margin = 1e-12 * Math.Max(1, Math.Abs(observed));
        int larger = 0;
        int[] order = new int[rows];
        for (int i = 0; i < permutations; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Divide(order, inReference, n, new RandomStream(seed, (ulong)i));
            larger += Of(kernel, inReference, n) >= observed - margin ? 1 : 0;
        }

        return new(observed, (1.0 + larger) / (1 + permutations), bandwidth);
    }

    private static (double[] Kernel, double Bandwidth) Kernel(double[] pooled, int columns, int rows)
    {
        double[] kernel = new double[rows * rows];
        double[] distances = new double[rows * (rows - 1) / 2];
        int next = 0;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double distance = TensorPrimitives.Distance<double>(pooled.AsSpan(i * columns, columns), pooled.AsSpan(j * columns, columns));
                kernel[(i * rows) + j] = kernel[(j * rows) + i] = distances[next++] = distance;
            }
        }

        Array.Sort(distances);
        double median = distances[distances.Length / 2], bandwidth = median > 0 ? median : 1;
        for (int i = 0; i < kernel.Length; i++)
            kernel[i] = Math.Exp(-0.5 * (kernel[i] / bandwidth) * (kernel[i] / bandwidth));
        for (int i = 0; i < rows; i++)
            kernel[(i * rows) + i] = 0; // a row is no pair with itself
        return (kernel, bandwidth);
    }

    private static double Of(double[] kernel, bool[] inReference, int n)
    {
        int rows = inReference.Length, m = rows - n;
        double[] member = [.. inReference.Select(inside => inside ? 1.0 : 0)];
        double within = 0, across = 0, total = 0;
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<double> row = kernel.AsSpan(i * rows, rows);
            double toReference = TensorPrimitives.Dot(row, member), all = TensorPrimitives.Sum(row);
            total += all;
            if (inReference[i])
                (within, across) = (within + toReference, across + all - toReference);
        }

        return (within / ((double)n * (n - 1))) + ((total - within - (2 * across)) / ((double)m * (m - 1))) - (2 * across / ((double)n * m));
    }

    private static void Divide(int[] order, bool[] inReference, int n, RandomStream random)
    {
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        inReference.AsSpan().Clear();
        for (int i = 0; i < n; i++)
        {
            int j = i + (int)random.NextInteger(order.Length - i);
            (order[i], order[j]) = (order[j], order[i]);
            inReference[order[i]] = true;
        }
    }
}
