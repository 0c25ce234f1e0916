using ML.Thermo.Initialization;

namespace ML.Thermo.Refresh.Binning;

/// <summary>
/// The losses of a reference and of a window, pooled, with three scores that know nothing of who brought which loss: the loss, the
/// logarithm of the spacing around it (−ln p up to a constant) and its rank. All have mean zero and variance one over the pool.
/// </summary>
/// <remarks>Rows with one loss have one score: all is done once for each different loss, and sums go over the rows one by one.</remarks>
internal sealed class PooledLosses
{
    /// <summary>Number of scores.</summary>
    public const int Scores = 3;

    /// <summary>Most rows of a reference that a window of n rows is compared with: 16 n, at least <see cref="LossSample.ExactRows"/>.</summary>
    private const int ReferencePerWindow = 16;

    private PooledLosses(double[] table, int[] ofReference, int[] ofWindow) => (Table, OfReference, OfWindow) = (table, ofReference, ofWindow);

    /// <summary>The scores of each different loss, ascending, <see cref="Scores"/> numbers each.</summary>
    public double[] Table { get; }

    /// <summary>Which loss each of the reference's rows has, ascending.</summary>
    public int[] OfReference { get; }

    /// <summary>Which loss each of the window's rows has, ascending.</summary>
    public int[] OfWindow { get; }

    /// <param name="reference">At least one row.</param>
    /// <param name="window">At least one row.</param>
    /// <param name="seed">Of the choice of rows from a reference that is much larger than the window.</param>
    public static PooledLosses Of(LossSample reference, LossSample window, ulong seed)
    {
        long most = Math.Max(ReferencePerWindow * window.Count, LossSample.ExactRows);
        ReadOnlySpan<long> before = reference.Count <= most ? reference.Counts : Chosen(reference, (int)most, seed), after = window.Counts;
        int ofReference = (int)ScoreShifts.Rows(before), pooled = ofReference + (int)window.Count;
        double[] values = new double[reference.Values.Length + window.Values.Length];
        int[] first = new int[values.Length], second = new int[values.Length]; // rows of each
        int last = -1;
        for (int a = 0, b = 0; a < before.Length || b < after.Length;)
        {
            bool isReference = b == after.Length || (a < before.Length && reference.Values[a] <= window.Values[b]);
            int rows = (int)(isReference ? before[a] : after[b]);
            double value = LossSample.Rounded(isReference ? reference.Values[a++] : window.Values[b++], pooled);
            if (rows == 0)
                continue;
            if (last < 0 || value != values[last])
                values[++last] = value;
            (isReference ? first : second)[last] += rows;
        }

        int different = last + 1;
        int[] ends = new int[different];
        for (int k = 0; k < different; k++)
            ends[k] = (k == 0 ? 0 : ends[k - 1]) + first[k] + second[k];
        double[] table = Standardized(Raw(values.AsSpan(0, different), ends), ends);
        return new PooledLosses(table, Rows(first.AsSpan(0, different), ofReference), Rows(second.AsSpan(0, different), pooled - ofReference));
    }

    /// <summary>Of each loss, how many rows have it: so many rows in all, chosen at random without regard to their losses.</summary>
    private static long[] Chosen(LossSample sample, int rows, ulong seed)
    {
        var random = new RandomStream(seed, ulong.MaxValue);
        ReadOnlySpan<long> counts = sample.Counts;
        long[] chosen = new long[counts.Length];
        long left = sample.Count;
        int missing = rows;
        for (int k = 0; k < counts.Length; k++)
        {
            for (long i = 0; i < counts[k]; i++, left--)
            {
                if (random.NextInteger(left) >= missing)
                    continue;
                chosen[k]++;
                missing--;
            }
        }

        return chosen;
    }

    private static int[] Rows(ReadOnlySpan<int> counts, int all)
    {
        int[] rows = new int[all];
        int at = 0;
        for (int k = 0; k < counts.Length; k++)
        {
            rows.AsSpan(at, counts[k]).Fill(k);
            at += counts[k];
        }

        return rows;
    }

    /// <summary>
    /// The loss, ln of the distance that 2√M neighbours span (Vasicek's spacings; equal losses get the least distance), and the rank, of which equal losses
    /// share the mean.
    /// </summary>
    /// <param name="values">Different losses, ascending.</param>
    /// <param name="ends">Rows up to and with each.</param>
    private static double[] Raw(ReadOnlySpan<double> values, int[] ends)
    {
        int rows = ends[^1], m = Math.Max((int)Math.Sqrt(rows), 1), low = 0, high = 0;
        double middle = values[Holder(ends, (int)(3L * rows / 4))] - values[Holder(ends, rows / 4)];
        double least = 1e-6 * (middle > 0 ? middle : values[^1] - values[0]);
        double[] table = new double[values.Length * Scores];
        for (int k = 0; k < values.Length; k++)
        {
            int start = k == 0 ? 0 : ends[k - 1], centre = (start + ends[k] - 1) / 2;
            int left = Math.Max(centre - m, 0), right = Math.Min(centre + m, rows - 1);
            while (ends[low] <= left)
                low++;
            while (ends[high] <= right)
                high++;
            table[Scores * k] = values[k];
            table[(Scores * k) + 1] = least > 0 ? Math.Log(Math.Max(values[high] - values[low], least) / (right - left)) : 0;
            table[(Scores * k) + 2] = 0.5 * (start + ends[k] - 1);
        }

        return table;
    }

    /// <summary>The loss that a row has, by its place among all.</summary>
    private static int Holder(int[] ends, int row)
    {
        int found = Array.BinarySearch(ends, row + 1);
        return found < 0 ? ~found : found;
    }

    /// <summary>Mean zero, variance one over the rows; all zero where nothing varies.</summary>
    private static double[] Standardized(double[] table, int[] ends)
    {
        double rows = ends[^1], a = 0, b = 0, c = 0, aa = 0, bb = 0, cc = 0;
        for (int row = 0, k = 0; k < ends.Length; k++)
        {
            for (; row < ends[k]; row++)
            {
                a += table[Scores * k];
                b += table[(Scores * k) + 1];
                c += table[(Scores * k) + 2];
            }
        }

        (a, b, c) = (a / rows, b / rows, c / rows);
        for (int row = 0, k = 0; k < ends.Length; k++)
        {
            double da = table[Scores * k] - a, db = table[(Scores * k) + 1] - b, dc = table[(Scores * k) + 2] - c;
            (da, db, dc) = (da * da, db * db, dc * dc);
            for (; row < ends[k]; row++)
            {
                aa += da;
                bb += db;
                cc += dc;
            }
        }

        ReadOnlySpan<double> means = [a, b, c], squares = [aa, bb, cc];
        for (int j = 0; j < Scores; j++)
        {
            double deviation = Math.Sqrt(squares[j] / rows);
            for (int i = j; i < table.Length; i += Scores)
                table[i] = deviation > 1e-12 * Math.Abs(means[j]) ? (table[i] - means[j]) / deviation : 0;
        }

        return table;
    }
}
