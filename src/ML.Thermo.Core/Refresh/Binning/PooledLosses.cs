using ML.Thermo.Initialization;

namespace ML.Thermo.Refresh.Binning;

/// <summary>
/// The losses of a reference and of a window, pooled, with three scores that know nothing of who brought which loss: the loss, the
/// logarithm of the spacing around it (−ln p up to a constant) and its rank. All have mean zero and variance one over the pool.
/// </summary>
internal sealed class PooledLosses
{
    /// <summary>Number of scores.</summary>
    public const int Scores = 3;

    /// <summary>Most rows of a reference that a window of n rows is compared with: 16 n, at least <see cref="LossSample.ExactRows"/>.</summary>
    private const int ReferencePerWindow = 16;

    private PooledLosses(double[][] ofReference, double[][] ofWindow) => (OfReference, OfWindow) = (ofReference, ofWindow);

    /// <summary>Scores of the reference's rows, one array a score.</summary>
    public double[][] OfReference { get; }

    /// <summary>Scores of the window's rows.</summary>
    public double[][] OfWindow { get; }

    /// <param name="reference">At least one row.</param>
    /// <param name="window">At least one row.</param>
    /// <param name="seed">Of the choice of rows from a reference that is much larger than the window.</param>
    public static PooledLosses Of(LossSample reference, LossSample window, ulong seed)
    {
        long most = Math.Max(ReferencePerWindow * window.Count, LossSample.ExactRows);
        double[] before = reference.Count <= most ? Rows(reference) : Chosen(reference, (int)most, seed), after = Rows(window);
        int pooled = before.Length + after.Length;
        double[] values = new double[pooled];
        int[] from = new int[pooled];
        for (int i = 0; i < pooled; i++)
        {
            values[i] = LossSample.Rounded(i < before.Length ? before[i] : after[i - before.Length], pooled);
            from[i] = i;
        }

        Array.Sort(values, from);
        double[][] scores = [Standardized([.. values]), Standardized(Spacings(values)), Standardized(Ranks(values))];
        double[][] ofReference = [.. scores.Select(_ => new double[before.Length])], ofWindow = [.. scores.Select(_ => new double[after.Length])];
        for (int i = 0; i < pooled; i++)
        {
            bool isReference = from[i] < before.Length;
            for (int j = 0; j < Scores; j++)
                (isReference ? ofReference[j] : ofWindow[j])[isReference ? from[i] : from[i] - before.Length] = scores[j][i];
        }

        return new PooledLosses(ofReference, ofWindow);
    }

    private static double[] Rows(LossSample sample)
    {
        double[] rows = new double[sample.Count];
        int at = 0;
        for (int k = 0; k < sample.Values.Length; k++)
        {
            rows.AsSpan(at, (int)sample.Counts[k]).Fill(sample.Values[k]);
            at += (int)sample.Counts[k];
        }

        return rows;
    }

    /// <summary>So many of the sample's rows, chosen at random without regard to their losses.</summary>
    private static double[] Chosen(LossSample sample, int rows, ulong seed)
    {
        var random = new RandomStream(seed, ulong.MaxValue);
        double[] chosen = new double[rows];
        long left = sample.Count;
        int taken = 0;
        for (int k = 0; k < sample.Values.Length; k++)
        {
            for (long i = 0; i < sample.Counts[k]; i++, left--)
            {
                if (random.NextInteger(left) < rows - taken)
                    chosen[taken++] = sample.Values[k];
            }
        }

        return chosen;
    }

    /// <summary>ln of the distance that 2√M neighbours span (Vasicek's spacings); equal losses get the least distance.</summary>
    private static double[] Spacings(double[] sorted)
    {
        int rows = sorted.Length, m = Math.Max((int)Math.Sqrt(rows), 1);
        double middle = sorted[(3 * rows) / 4] - sorted[rows / 4];
        double least = 1e-6 * (middle > 0 ? middle : sorted[^1] - sorted[0]);
        double[] spacings = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            int end = i;
            while (end + 1 < rows && sorted[end + 1] == sorted[i])
                end++;
            int centre = (i + end) / 2, low = Math.Max(centre - m, 0), high = Math.Min(centre + m, rows - 1);
            double log = least > 0 ? Math.Log(Math.Max(sorted[high] - sorted[low], least) / (high - low)) : 0;
            for (; i < end; i++)
                spacings[i] = log;
            spacings[end] = log;
        }

        return spacings;
    }

    /// <summary>Ranks; equal losses share their mean rank.</summary>
    private static double[] Ranks(double[] sorted)
    {
        double[] ranks = new double[sorted.Length];
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end] == sorted[start]; end++)
            {
            }

            ranks.AsSpan(start, end - start).Fill(0.5 * (start + end - 1));
        }

        return ranks;
    }

    /// <summary>Mean zero, variance one; all zero where nothing varies.</summary>
    private static double[] Standardized(double[] scores)
    {
        double mean = scores.Average(), squares = 0;
        foreach (double score in scores)
            squares += (score - mean) * (score - mean);
        double deviation = Math.Sqrt(squares / scores.Length);
        for (int i = 0; i < scores.Length; i++)
            scores[i] = deviation > 1e-12 * Math.Abs(mean) ? (scores[i] - mean) / deviation : 0;
        return scores;
    }
}
