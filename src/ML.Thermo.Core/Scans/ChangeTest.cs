using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Scans;

/// <summary>Does anything change at all? A permutation test of the values' labels with the largest D̂ as its statistic.</summary>
/// <remarks>p = (1 + #{D ≥ observed})/(1 + permutations): exact where samples are independent.</remarks>
[Maturity(Maturity.Theorem, "for independent samples, which are exchangeable where nothing changes")]
internal static class ChangeTest
{
    private const int ShuffledSamplesACell = 60;

    public static double PValue(
        IReadOnlyList<long[]> counts, SplitCurves curves, ScanOptions options, IProgress<double>? progress, CancellationToken cancellation)
    {
        double observed = Statistic(counts, curves);
        long[] totals = [.. counts.Select(row => row.Sum())], outcomes = new long[counts[0].Length];
        foreach (long[] row in counts)
        {
            for (int y = 0; y < row.Length; y++)
                outcomes[y] += row[y];
        }

        bool shuffle = totals.Sum() < (long)ShuffledSamplesACell * counts.Count * outcomes.Length;
        int reached = 0, done = 0;
        Scan.Each(options.Permutations, options, cancellation, permutation =>
        {
            var random = new RandomStream(options.Seed, (1UL << 32) + (ulong)permutation);
            long[][] table = shuffle ? Shuffled(totals, outcomes, random) : Drawn(totals, outcomes, random);
            if (!(Statistic(table, curves) < observed - (1e-12 * Math.Abs(observed)))) // NaN counts against a change
                Interlocked.Increment(ref reached);
            progress?.Report(Interlocked.Increment(ref done) / (double)options.Permutations);
        });
        return (1.0 + reached) / (1 + options.Permutations);
    }

    private static double Statistic(IReadOnlyList<long[]> counts, SplitCurves curves)
    {
        double most = double.NegativeInfinity;
        for (int s = 0; s < curves.Count; s++)
        {
            int left = curves.LeftOf(s);
            most = Math.Max(most, PairEstimate.Of(
                OutcomeScan.Window(counts, left - curves.Window + 1, curves.Window), OutcomeScan.Window(counts, left + 1, curves.Window)).Value);
        }

        return most;
    }

    /// <summary>Sample by sample: Fisher–Yates over the outcomes, dealt to the values in turn.</summary>
    private static long[][] Shuffled(long[] totals, long[] outcomes, RandomStream random)
    {
        int[] deck = new int[totals.Sum()];
        int next = 0;
        for (int y = 0; y < outcomes.Length; y++)
        {
            deck.AsSpan(next, (int)outcomes[y]).Fill(y);
            next += (int)outcomes[y];
        }

        long[][] table = new long[totals.Length][];
        int at = 0;
        for (int k = 0; k < totals.Length; k++)
        {
            table[k] = new long[outcomes.Length];
            for (long i = 0; i < totals[k]; i++, at++)
            {
                int other = at + (int)random.NextInteger(deck.Length - at);
                (deck[at], deck[other]) = (deck[other], deck[at]);
                table[k][deck[at]]++;
            }
        }

        return table;
    }

    /// <summary>Cell by cell: the law of a table with given margins.</summary>
    private static long[][] Drawn(long[] totals, long[] outcomes, RandomStream random)
    {
        long[] left = [.. outcomes];
        long[][] table = new long[totals.Length][];
        for (int k = 0; k < totals.Length; k++)
        {
            table[k] = new long[outcomes.Length];
            long draws = totals[k], all = left.Sum();
            for (int y = 0; y < outcomes.Length; y++)
            {
                long count = Hypergeometric(draws, left[y], all, random.NextDouble());
                table[k][y] = count;
                draws -= count;
                all -= left[y];
                left[y] -= count;
            }
        }

        return table;
    }

    /// <summary>How many of so many draws are marked: by inversion, outwards from the likeliest number.</summary>
    private static long Hypergeometric(long draws, long marked, long all, double u)
    {
        long low = Math.Max(0, draws - (all - marked)), high = Math.Min(draws, marked);
        if (low == high)
            return low;
        long mode = Math.Clamp((long)((draws + 1.0) * (marked + 1.0) / (all + 2.0)), low, high), down = mode, up = mode;
        double atMode = Math.Exp(
            SpecialFunctions.LogChoose(marked, mode) + SpecialFunctions.LogChoose(all - marked, draws - mode) - SpecialFunctions.LogChoose(all, draws));
        double below = atMode, above = atMode;
        u -= atMode;
        while (u > 0 && (down > low || up < high))
        {
            if (up < high)
            {
                above *= (marked - up) * (double)(draws - up) / ((up + 1.0) * (all - marked - draws + up + 1.0));
                up++;
                if ((u -= above) <= 0)
                    return up;
            }

            if (down > low)
            {
                below *= down * (double)(all - marked - draws + down) / ((marked - down + 1.0) * (draws - down + 1.0));
                down--;
                if ((u -= below) <= 0)
                    return down;
            }

            if (above + below < 1e-300)
                break;
        }

        return mode;
    }
}
