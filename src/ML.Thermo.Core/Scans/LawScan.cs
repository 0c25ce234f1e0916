using System.Numerics.Tensors;

namespace ML.Thermo.Scans;

/// <summary>The exact observer: laws over outcomes, for one system or for fixed inputs whose joint law with the outcome is compared.</summary>
internal static class LawScan
{
    /// <summary>Laws of one system: every distance is exact.</summary>
    public static ScanReport Run(ControlGrid grid, IReadOnlyList<double[]> laws, ScanOptions options, CancellationToken cancellation)
    {
        var curves = new SplitCurves(grid, options.Window);
        Scan.Each(curves.Count, options, cancellation, s =>
        {
            int left = curves.LeftOf(s);
            (double[] a, double[] b) = (Window(laws, left, options.Window, -1), Window(laws, left + 1, options.Window, 1));
            curves.Set(s, LawKernel.All(a, b), default);
            curves.Drivers[s] = Drivers(a, b, options.Top);
            if (curves.Fits(s, 2 * options.Window, grid.Count))
                curves.Doubled[s] = LawKernel.Linear(Window(laws, left, 2 * options.Window, -1), Window(laws, left + 1, 2 * options.Window, 1));
        });
        for (int k = 0; k + 1 < grid.Count; k++)
            curves.Neighbours[k] = options.Window == 1 ? curves.Hellinger[k] : Estimate.Exact(LawKernel.All(laws[k], laws[k + 1]).Hellinger);
        curves.Pairs = PairTable.Of(grid, laws, options, cancellation);
        ScanPoint[] points = [.. laws.Select((law, k) => new ScanPoint(grid.Values[k], 0) { Entropy = Estimate.Exact(LawKernel.Entropy(law)) })];
        return ScanAssembly.Report(grid, ScanObserver.Exact, curves, points, options, double.NaN);
    }

    /// <summary>The mean of the laws of a window.</summary>
    public static double[] Window(IReadOnlyList<double[]> laws, int start, int window, int direction)
    {
        if (window == 1)
            return laws[start];
        double[] mean = new double[laws[start].Length];
        for (int i = 0; i < window; i++)
            TensorPrimitives.Add(mean, laws[start + (direction * i)], mean);
        TensorPrimitives.Divide(mean, window, mean);
        return mean;
    }

    /// <summary>The outcomes that contribute most.</summary>
    public static IReadOnlyList<ScanDriver> Drivers(ReadOnlySpan<double> left, ReadOnlySpan<double> right, int top)
    {
        if (top == 0)
            return [];
        var best = new PriorityQueue<int, (double, int)>();
        double least = 0;
        for (int y = 0; y < left.Length; y++)
        {
            double difference = left[y] - right[y];
            if (difference * difference <= 2 * least * (left[y] + right[y]))
                continue; // most outcomes, which cost no division
            double share = Share(left[y], right[y]);
            best.Enqueue(y, (share, -y));
            if (best.Count > top)
                best.Dequeue();
            if (best.Count == top && best.TryPeek(out _, out (double Share, int) lowest))
                least = lowest.Share;
        }

        var drivers = new ScanDriver[best.Count];
        for (int i = drivers.Length - 1; i >= 0; i--)
        {
            int y = best.Dequeue();
            drivers[i] = new(y, left[y], right[y], Share(left[y], right[y]));
        }

        return drivers;

        static double Share(double p, double q) => p + q > 0 ? (p - q) * (p - q) / (p + q) / 2 : 0;
    }
}
