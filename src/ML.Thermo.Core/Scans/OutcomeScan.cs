using ML.Thermo.Initialization;
using ML.Thermo.Loops.Diversity;

namespace ML.Thermo.Scans;

/// <summary>The observer of discrete outcomes, by their counts at each value.</summary>
internal static class OutcomeScan
{
    public static ScanReport Run(
        ControlGrid grid, IReadOnlyList<long[]> counts, ScanOptions options, IProgress<double>? progress, CancellationToken cancellation)
    {
        var curves = new SplitCurves(grid, options.Window) { Unseen = new double[grid.Count - (2 * options.Window) + 1] };
        Scan.Each(curves.Count, options, cancellation, s => Fill(curves, s, counts, options));
        if (curves.Linear.Any(value => double.IsNaN(value.Value)))
            throw new UnusableDataException("All outcomes at a split are different, so none was seen twice: bin them, give likelihoods, or let a classifier "
                + "observe numeric columns.");
        curves.Freedom = Enumerable.Range(0, curves.Count).Min(s => Math.Min(
            Window(counts, curves.LeftOf(s) - options.Window + 1, options.Window).Sum(), Window(counts, curves.LeftOf(s) + 1, options.Window).Sum())) - 1;
        curves.LeftOut = (part, from, to) => LeftOut(curves, counts, options, part, from, to);
        double p = options.Permutations == 0 ? double.NaN : ChangeTest.PValue(counts, curves, options, progress, cancellation);
        ScanPoint[] points = [.. counts.Select((row, k) => new ScanPoint(grid.Values[k], row.Sum()) { Entropy = Entropy(row) })];
        return ScanAssembly.Report(grid, ScanObserver.Outcomes, curves, points, options, p);
    }

    /// <summary>Counts of the values of a window together.</summary>
    public static long[] Window(IReadOnlyList<long[]> counts, int start, int window)
    {
        if (window == 1)
            return counts[start];
        long[] sum = new long[counts[start].Length];
        for (int i = start; i < start + window; i++)
        {
            for (int y = 0; y < sum.Length; y++)
                sum[y] += counts[i][y];
        }

        return sum;
    }

    private static void Fill(SplitCurves curves, int s, IReadOnlyList<long[]> counts, ScanOptions options)
    {
        int left = curves.LeftOf(s), window = options.Window;
        long[] a = Window(counts, left - window + 1, window), b = Window(counts, left + 1, window);
        curves.Linear[s] = PairEstimate.WithError(a, b);
        curves.Unseen![s] = PairEstimate.Of(a, b).Unseen;
        double[] p = Shares(a), q = Shares(b);
        Distances plugIn = LawKernel.All(p, q);
        curves.TotalVariation[s] = new(plugIn.TotalVariation, double.NaN);
        curves.Hellinger[s] = new(plugIn.Hellinger, double.NaN);
        curves.JensenShannon[s] = new(plugIn.JensenShannon + MillerMadow(a, b), double.NaN);
        curves.Drivers[s] = LawScan.Drivers(p, q, options.Top);
        if (curves.Fits(s, 2 * window, counts.Count))
            curves.Doubled[s] = PairEstimate.Of(Window(counts, left - (2 * window) + 1, 2 * window), Window(counts, left + 1, 2 * window)).Value;
    }

    /// <summary>What Miller's and Madow's correction of entropies adds to the plug-in information.</summary>
    private static double MillerMadow(long[] a, long[] b)
    {
        double Correction(IEnumerable<long> counts) => (counts.Count(count => count > 0) - 1.0) / (2 * counts.Sum());
        return Correction(a.Zip(b, (x, y) => x + y)) - (Correction(a) / 2) - (Correction(b) / 2);
    }

    private static double[] Shares(long[] counts)
    {
        double all = counts.Sum();
        return [.. counts.Select(count => count / all)];
    }

    private static Estimate Entropy(long[] counts)
    {
        var diversity = new CategoryDiversity(counts);
        return new(diversity.MillerMadow, diversity.EntropyStandardError);
    }

    /// <summary>The curve without the samples of one tenth, to which each sample belongs by chance.</summary>
    private static double[] LeftOut(SplitCurves curves, IReadOnlyList<long[]> counts, ScanOptions options, int part, int from, int to)
    {
        int first = curves.LeftOf(from) - options.Window + 1, last = curves.LeftOf(to) + options.Window;
        long[][] rest = new long[counts.Count][];
        for (int k = first; k <= last; k++)
        {
            var chance = new RandomStream(options.Seed, SplitCurves.PartsStream + (ulong)k);
            rest[k] = [.. counts[k]];
            for (int y = 0; y < rest[k].Length; y++)
            {
                for (long i = 0; i < counts[k][y]; i++)
                    rest[k][y] -= chance.NextInteger(SplitCurves.Parts) == part ? 1 : 0;
            }
        }

        double[] curve = new double[to - from + 1];
        for (int s = from; s <= to; s++)
        {
            int left = curves.LeftOf(s);
            curve[s - from] = PairEstimate.Of(
                Window(rest, left - options.Window + 1, options.Window), Window(rest, left + 1, options.Window)).Value;
        }

        return curve;
    }
}
