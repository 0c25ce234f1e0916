using MathNet.Numerics;

namespace ML.Thermo.Refresh.Binning;

/// <summary>Distances between two sets of counts in the same bins: reference p, current q.</summary>
/// <param name="PopulationStability">PSI = Σ (q − p) ln(q/p), nats; an empty bin counts as half a row, as PSI has no value there.</param>
/// <param name="JensenShannon">½ KL(p‖m) + ½ KL(q‖m), m = ½(p + q): nats, 0 … ln 2 (its root is the metric).</param>
/// <param name="Hellinger">√(½ Σ (√p − √q)²), 0 … 1.</param>
/// <param name="TotalVariation">½ Σ |p − q|, 0 … 1.</param>
/// <param name="KolmogorovSmirnov">Largest difference of the two distribution functions at the edges, 0 … 1; NaN for categories.</param>
/// <param name="Wasserstein">∫ |F − G| between the first and the last edge, by trapezes, units of the channel; NaN for categories.</param>
/// <param name="ChiSquare">Σ of (observed − expected)²/expected over both samples, expected from the pooled counts.</param>
/// <param name="ChiSquarePValue">Of χ² with one degree of freedom less than there are bins with a count; NaN for one bin.</param>
/// <remarks>Source: Pearson 1900, Lin 1991; the two-sample χ² counts the reference's own noise too.</remarks>
[Maturity(Maturity.Theorem, "definitions")]
public readonly record struct BinDistances(
    double PopulationStability,
    double JensenShannon,
    double Hellinger,
    double TotalVariation,
    double KolmogorovSmirnov,
    double Wasserstein,
    double ChiSquare,
    double ChiSquarePValue)
{
    /// <summary>The distances.</summary>
    /// <param name="reference">Counts ≥ 0 by bin.</param>
    /// <param name="current">Counts ≥ 0 in the same bins.</param>
    /// <param name="edges">Upper edges of all bins but the last, ascending; empty where the bins have no order.</param>
    /// <returns>All NaN where a sample is empty.</returns>
    /// <exception cref="ArgumentException">The numbers of bins differ, or a count is negative.</exception>
    public static BinDistances Of(ReadOnlySpan<long> reference, ReadOnlySpan<long> current, ReadOnlySpan<double> edges = default)
    {
        if (reference.Length != current.Length || (edges.Length > 0 && edges.Length != reference.Length - 1))
            throw new ArgumentException($"{reference.Length} and {current.Length} bins with {edges.Length} edges: expected as many bins, and one edge " +
                "less or none.", nameof(current));
        double n = Total(reference), m = Total(current);
        if (n == 0 || m == 0)
            return new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        double psi = 0, divergence = 0, hellinger = 0, variation = 0, chi = 0, gap = 0, largest = 0, area = 0;
        int filled = 0;
        for (int k = 0; k < reference.Length; k++)
        {
            double r = reference[k], c = current[k], p = r / n, q = c / m, middle = 0.5 * (p + q);
            if (r + c == 0)
                continue;
            filled++;
            double p0 = r > 0 ? p : 0.5 / n, q0 = c > 0 ? q : 0.5 / m;
            psi += (q0 - p0) * Math.Log(q0 / p0);
            divergence += 0.5 * ((p > 0 ? p * Math.Log(p / middle) : 0) + (q > 0 ? q * Math.Log(q / middle) : 0));
            hellinger += 0.5 * (Math.Sqrt(p) - Math.Sqrt(q)) * (Math.Sqrt(p) - Math.Sqrt(q));
            variation += 0.5 * Math.Abs(p - q);
            chi += n * m * (p - q) * (p - q) / (r + c);
        }

        for (int k = 0; k < edges.Length; k++)
        {
            double before = gap;
            gap += (reference[k] / n) - (current[k] / m);
            largest = Math.Max(largest, Math.Abs(gap));
            if (k > 0)
                area += Between(before, gap) * (edges[k] - edges[k - 1]);
        }

        bool ordered = edges.Length > 0;
        return new(
            psi, Math.Max(divergence, 0), Math.Sqrt(hellinger), variation, ordered ? largest : double.NaN, ordered ? area : double.NaN,
            chi, filled > 1 ? ChiSquareTail(chi, filled - 1) : double.NaN);
    }

    /// <summary>Pearson's χ² of one sample against shares taken as exact, as those of a reference far larger than the sample.</summary>
    /// <param name="expected">Counts that give the shares.</param>
    /// <param name="observed">Counts of the sample.</param>
    /// <returns>Statistic and p-value; infinite and 0 where a count lies in a bin that none was expected in.</returns>
    public static (double ChiSquare, double PValue) GoodnessOfFit(ReadOnlySpan<long> expected, ReadOnlySpan<long> observed)
    {
        if (expected.Length != observed.Length || expected.Length < 2)
            throw new ArgumentException($"{expected.Length} and {observed.Length} bins: expected as many, at least two.", nameof(observed));
        double n = Total(expected), m = Total(observed), chi = 0;
        for (int k = 0; k < expected.Length; k++)
        {
            double share = expected[k] / n * m, difference = observed[k] - share;
            chi += difference == 0 ? 0 : difference * difference / share;
        }

        return (chi, ChiSquareTail(chi, expected.Length - 1));
    }

    /// <summary>P(χ²_d &gt; x).</summary>
    internal static double ChiSquareTail(double x, int degrees) =>
        double.IsPositiveInfinity(x) ? 0 : x <= 0 ? 1 : SpecialFunctions.GammaUpperRegularized(0.5 * degrees, 0.5 * x);

    /// <summary>Mean of |d| on a line from a to b.</summary>
    private static double Between(double a, double b) =>
        a * b >= 0 ? 0.5 * Math.Abs(a + b) : 0.5 * ((a * a) + (b * b)) / (Math.Abs(a) + Math.Abs(b));

    private static double Total(ReadOnlySpan<long> counts)
    {
        double total = 0;
        foreach (long count in counts)
            total += count >= 0 ? count : throw new ArgumentException($"A count is {count}: expected numbers ≥ 0.", nameof(counts));
        return total;
    }
}
