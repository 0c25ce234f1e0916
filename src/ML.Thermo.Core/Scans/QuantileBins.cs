namespace ML.Thermo.Scans;

/// <summary>Bins of a numeric column between quantiles of all its values: next to nothing of a distance is lost, and binning only lowers it.</summary>
internal static class QuantileBins
{
    /// <summary>Bins for n samples on the smaller side of a window: clamp(round(2 n^(2/5)), 4, 64).</summary>
    public static int Count(long samples) => (int)Math.Clamp(Math.Round(2 * Math.Pow(samples, 0.4)), 4, 64);

    /// <summary>Counts in bins.</summary>
    /// <param name="values">Finite numbers at each value of the grid.</param>
    /// <param name="window">L.</param>
    public static long[][] Of(IReadOnlyList<double[]> values, int window)
    {
        long least = Enumerable.Range(0, values.Count - window + 1).Min(start => Enumerable.Range(start, window).Sum(k => (long)values[k].Length));
        double[] sorted = [.. values.SelectMany(column => column)];
        Array.Sort(sorted);
        int bins = Count(least);
        double[] edges = [.. Enumerable.Range(1, bins - 1).Select(i => sorted[(int)((long)i * sorted.Length / bins)]).Distinct()];
        return [.. values.Select(column => Counts(column, edges))];
    }

    private static long[] Counts(double[] column, double[] edges)
    {
        long[] counts = new long[edges.Length + 1];
        foreach (double value in column)
        {
            int place = Array.BinarySearch(edges, value);
            counts[place < 0 ? ~place : place + 1]++; // an edge belongs to the bin that it opens
        }

        return counts;
    }
}
