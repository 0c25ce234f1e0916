using ML.Thermo.Initialization;

namespace ML.Thermo.Benchmarks;

/// <summary>Spearman's rank correlation with a bootstrap interval.</summary>
internal static class RankCorrelation
{
    /// <summary>Pearson's correlation of the ranks; ties share their mean rank.</summary>
    public static double Of(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        double[] x = Ranks(a), y = Ranks(b);
        double mean = (x.Length + 1) / 2.0;
        double xy = 0, xx = 0, yy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            xy += (x[i] - mean) * (y[i] - mean);
            xx += (x[i] - mean) * (x[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
        }

        return xy / Math.Sqrt(xx * yy);
    }

    /// <summary>The central 95 % of the correlation over 2000 resamples of the pairs.</summary>
    public static (double Low, double High) Interval(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        const int Resamples = 2000;
        double[] values = new double[Resamples];
        for (int r = 0; r < Resamples; r++)
        {
            var random = new RandomStream(95, (ulong)r);
            int[] rows = [.. a.Select(_ => (int)random.NextInteger(a.Count))];
            values[r] = Of([.. rows.Select(i => a[i])], [.. rows.Select(i => b[i])]);
        }

        Array.Sort(values);
        return (values[Resamples / 40], values[Resamples - 1 - (Resamples / 40)]);
    }

    private static double[] Ranks(IReadOnlyList<double> values)
    {
        int[] order = [.. Enumerable.Range(0, values.Count).OrderBy(i => values[i])];
        double[] ranks = new double[values.Count];
        for (int first = 0; first < order.Length;)
        {
            int last = first;
            while (last + 1 < order.Length && values[order[last + 1]] == values[order[first]])
                last++;
            for (int k = first; k <= last; k++)
                ranks[order[k]] = ((first + last) / 2.0) + 1;
            first = last + 1;
        }

        return ranks;
    }
}
