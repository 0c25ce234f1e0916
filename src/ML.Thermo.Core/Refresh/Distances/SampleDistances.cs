namespace ML.Thermo.Refresh.Distances;

/// <summary>Distances between two samples of numbers, without bins.</summary>
/// <remarks>Source: Smirnov 1939 (statistic and limit), Hodges 1957 (lattice paths), Vallender 1974 (W₁).</remarks>
[Maturity(Maturity.Theorem, "definitions")]
public static class SampleDistances
{
    private const long MostLatticePoints = 4_000_000;

    /// <summary>Two-sample Kolmogorov–Smirnov: the largest difference of the two distribution functions, and its two-sided p-value.</summary>
    /// <param name="reference">At least one number, no NaN.</param>
    /// <param name="current">At least one number, no NaN.</param>
    /// <returns>D in [0, 1] and its p-value: exact by counting lattice paths up to n·m = 4·10⁶ (conservative with ties), above that Smirnov's limit.</returns>
    /// <exception cref="ArgumentException">A sample is empty or holds NaN.</exception>
    public static (double Statistic, double PValue) KolmogorovSmirnov(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        double[] x = Sorted(reference, nameof(reference)), y = Sorted(current, nameof(current));
        long n = x.Length, m = y.Length, largest = 0;
        for (int i = 0, j = 0; i < x.Length && j < y.Length;)
        {
            double at = Math.Min(x[i], y[j]);
            while (i < x.Length && x[i] == at)
                i++;
            while (j < y.Length && y[j] == at)
                j++;
            largest = Math.Max(largest, Math.Abs((i * m) - (j * n)));
        }

        double statistic = (double)largest / (n * m);
        return (statistic, n * m <= MostLatticePoints ? PathTail(n, m, largest) : Limit(statistic * Math.Sqrt((double)n * m / (n + m))));
    }

    /// <summary>W₁ = ∫ |F − G|: the mean distance that probability must be moved, in units of the numbers.</summary>
    /// <param name="reference">At least one number, no NaN.</param>
    /// <param name="current">At least one number, no NaN.</param>
    /// <exception cref="ArgumentException">A sample is empty or holds NaN.</exception>
    public static double Wasserstein(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        double[] x = Sorted(reference, nameof(reference)), y = Sorted(current, nameof(current));
        double last = Math.Min(x[0], y[0]), area = 0;
        for (int i = 0, j = 0; i < x.Length || j < y.Length;)
        {
            double next = j == y.Length || (i < x.Length && x[i] <= y[j]) ? x[i] : y[j];
            area += Math.Abs(((double)i / x.Length) - ((double)j / y.Length)) * (next - last);
            last = next;
            while (i < x.Length && x[i] == next)
                i++;
            while (j < y.Length && y[j] == next)
                j++;
        }

        return area;
    }

    /// <summary>Share of monotone lattice paths from (0, 0) to (n, m) that reach |i·m − j·n| ≥ d somewhere.</summary>
    private static double PathTail(long n, long m, long d)
    {
        if (d == 0)
            return 1;

        // tail[j]: probability that a random path through (i, j) has been at or beyond d already.
        double[] tail = new double[m + 1];
        for (long i = 0; i <= n; i++)
        {
            for (long j = 0; j <= m; j++)
            {
                double fromBelow = i > 0 ? tail[j] : 0, fromLeft = j > 0 ? tail[j - 1] : 0;
                tail[j] = Math.Abs((i * m) - (j * n)) >= d ? 1
                    : i + j == 0 ? 0
                    : ((i * fromBelow) + (j * fromLeft)) / (i + j); // the last step of a random path to (i, j) is one of i + j alike
            }
        }

        return tail[m];
    }

    private static double Limit(double z)
    {
        double sum = 0;
        for (int k = 1; k <= 100; k++)
            sum += (k % 2 == 1 ? 2 : -2) * Math.Exp(-2 * k * k * z * z);
        return Math.Clamp(z < 0.2 ? 1 : sum, 0, 1);
    }

    private static double[] Sorted(ReadOnlySpan<double> sample, string name)
    {
        if (sample.IsEmpty)
            throw new ArgumentException("Expected at least one number, got an empty sample.", name);
        double[] sorted = sample.ToArray();
        Array.Sort(sorted);
        return double.IsNaN(sorted[0]) ? throw new ArgumentException("The sample holds NaN: expected numbers.", name) : sorted;
    }
}
