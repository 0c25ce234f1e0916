using System.Globalization;
using ML.Thermo.Initialization;
using ML.Thermo.Ising;
using ML.Thermo.Scans;

namespace ML.Thermo.Audit.Scans;

/// <summary>Scans of systems whose law is known: false peaks, found jumps, bands, places, errors and p-values.</summary>
internal static class ScanPeaks
{
    private const int Values = 20, Samples = 100;
    private static readonly ControlGrid s_grid = ControlGrid.Of("x", Enumerable.Range(0, Values).Select(k => (double)k));
    private static readonly double[] s_law = [.3, .25, .2, .15, .1], s_other = [.1, .15, .2, .25, .3], s_third = [.1, .1, .1, .1, .6];

    public static IEnumerable<Finding> Run(bool isQuick) => [.. Counts(isQuick ? 200 : 1000), .. Jumps(isQuick ? 60 : 400), .. Powers(isQuick ? 60 : 400), .. Pooled(isQuick ? 60 : 500)];

    /// <summary>Counts without a transition: the same law throughout, and a steady drift.</summary>
    private static IEnumerable<Finding> Counts(int scans)
    {
        foreach (int window in new[] { 1, 3 })
        {
            foreach ((string name, Func<int, double[]> law) in new (string, Func<int, double[]>)[] { ("nothing changes", _ => s_law), ("steady drift", Drift) })
            {
                int peaks = 0, edges = 0, changes = 0;
                Parallel.For(0, scans, run =>
                {
                    var options = new ScanOptions { Window = window, Permutations = window == 1 && name[0] == 'n' ? 199 : 0, Threads = 1, Seed = (ulong)run };
                    ScanReport report = Scan.Counts(s_grid, Draw(law, (ulong)run), options);
                    Interlocked.Add(ref peaks, report.Transitions.Count > 0 ? 1 : 0);
                    Interlocked.Add(ref edges, report.Status.HasFlag(Status.AtEdge) ? 1 : 0);
                    Interlocked.Add(ref changes, report.ChangePValue <= 0.05 ? 1 : 0);
                });
                string at = $"{name}, 5 outcomes, {Samples} samples, L = {window}";
                yield return Finding.Rate("scan: a peak where there is none", at, peaks, scans, 0.05, exact: false);
                yield return Finding.Rate("scan: an edge where there is none", at, edges, scans, 0.05, exact: false);
                if (window == 1 && name[0] == 'n')
                    yield return Finding.Rate("scan: change test, level", at, changes, scans, 0.05, exact: true);
            }
        }
    }

    /// <summary>Two jumps: whether both are found, how far off, and how well the place's error tells.</summary>
    private static IEnumerable<Finding> Jumps(int scans)
    {
        foreach (int samples in new[] { Samples, 3 * Samples })
        {
            int both = 0, peaks = 0, near = 0;
            var heights = new Estimate[scans];
            var places = new List<Estimate>();
            Parallel.For(0, scans, run =>
            {
                long[][] counts = Draw(k => k < 7 ? s_law : k < 14 ? s_other : s_third, (ulong)run, samples);
                ScanReport report = Scan.Counts(s_grid, counts, new ScanOptions { Window = 3, Permutations = 0, Threads = 1, Seed = (ulong)run });
                bool Near(double place) => report.Transitions.Any(peak => Math.Abs(peak.At.Value - place) <= 1);
                Interlocked.Add(ref both, report.Transitions.Count > 1 ? 1 : 0);
                Interlocked.Add(ref peaks, report.Transitions.Count);
                Interlocked.Add(ref near, (Near(6.5) ? 1 : 0) + (Near(13.5) ? 1 : 0));
                heights[run] = report.Splits[9].Linear;
                lock (places)
                    places.AddRange(report.Transitions.Where(peak => peak.Split == 4).Select(peak => peak.At));
            });
            string at = $"two jumps, 5 outcomes, {samples} samples, L = 3";
            yield return Spread.Covered("scan: a peak is a jump, and within one cell of it", at, near, peaks, 0.99);
            yield return Spread.Covered("scan: both jumps are found", at, both, scans, samples == Samples ? 0.5 : 0.99);
            yield return Spread.Ratio("scan: error of D by pairs", $"across the second of {at}", heights);
            yield return Spread.Ratio("scan: error of a jump's place", at, [.. places.OrderBy(place => place.Value)]);
        }
    }

    /// <summary>How large a jump must be to be found: one jump, and one there and back. Of jumps of D = 0.2 and more both are to be found.</summary>
    private static IEnumerable<Finding> Powers(int scans)
    {
        foreach (double share in new[] { 0.75, 1, 1.25, 1.5 })
        {
            double[] moved = [.. s_law.Zip(s_other, (from, to) => from + (share * (to - from)))];
            double distance = Distances.Between(s_law, moved).Linear;
            int one = Found(scans, 1, 1, k => k < 10 ? s_law : moved), wide = Found(scans, 3, 1, k => k < 10 ? s_law : moved);
            int both = Found(scans, 3, 2, k => k is >= 7 and < 14 ? moved : s_law);
            string at = string.Create(CultureInfo.InvariantCulture, $"D = {distance:F3}, 5 outcomes, {Samples} samples");
            yield return Power("scan: one jump is found", $"{at}, L = 1", one);
            yield return Power("scan: one jump is found", $"{at}, L = 3", wide);
            yield return Power("scan: there and back, both found", $"{at}, L = 3", both, share > 1 ? 0.95 : 0);
        }

        Finding Power(string subject, string at, int hits, double least = 0)
        {
            double rate = (double)hits / scans;
            return new(subject, at, least > 0 ? "≥ 0.95" : "any", rate, Math.Sqrt(rate * (1 - rate) / scans), least, 1);
        }
    }

    private static int Found(int scans, int window, int jumps, Func<int, double[]> law)
    {
        int found = 0;
        Parallel.For(0, scans, run =>
        {
            ScanReport report = Scan.Counts(s_grid, Draw(law, (ulong)run), new ScanOptions { Window = window, Permutations = 0, Threads = 1, Seed = (ulong)run });
            Interlocked.Add(ref found, report.Transitions.Count == jumps ? 1 : 0);
        });
        return found;
    }

    /// <summary>Samples with likelihoods: the 4 × 4 lattice over temperature, and a normal law that moves by equal steps.</summary>
    private static IEnumerable<Finding> Pooled(int scans)
    {
        var grid = ControlGrid.Parse("T", "1..5:.1", GridScale.Linear);
        double[][] laws = [.. grid.Values.Select(EnumeratedLattice.Of(4).EnergyLaw)];
        double[] exact = [.. Scan.Laws(grid, laws).Splits.Select(split => split.Linear.Value)];
        foreach (int samples in new[] { 20, 100 })
        {
            int covered = 0, right = 0;
            var places = new Estimate[scans];
            var heights = new Estimate[scans];
            var lengths = new Estimate[scans];
            Parallel.For(0, scans, run =>
            {
                ScanReport report = Scan.Likelihoods(grid, Lattices(laws, samples, (ulong)run), new ScanOptions { Threads = 1, Seed = (ulong)run });
                bool isIn = report.Splits.Zip(exact, (split, d) => Math.Abs(split.Linear.Value - d) <= report.CriticalValue * split.Linear.StandardError)
                    .All(holds => holds);
                Interlocked.Add(ref covered, isIn ? 1 : 0);
                Interlocked.Add(ref right, report.Transitions.Count == 1 && Math.Abs(report.Transitions[0].At.Value - 2.1445) < 0.1 ? 1 : 0);
                places[run] = report.Transitions.Count > 0 ? report.Transitions[0].At : new(double.NaN, double.NaN);
                (heights[run], lengths[run]) = (report.Splits[11].Linear, report.Length);
            });
            string at = string.Create(CultureInfo.InvariantCulture, $"4 × 4 Ising, 41 temperatures, {samples} samples");
            yield return Spread.Covered("scan: pooled band covers everywhere", at, covered, scans, 0.95);
            yield return Spread.Covered("scan: one peak, in its cell", at, right, scans, 0.99);
            yield return Spread.Ratio("scan: error of pooled D at the peak", at, heights);
            yield return Spread.Ratio("scan: error of a peak's place", at, [.. places.Where(place => place.IsDefined)]);
            yield return Spread.Ratio("scan: error of the length", at, lengths);
        }

        var steps = ControlGrid.Of("x", Enumerable.Range(0, 31).Select(k => 0.3 * k));
        foreach (int samples in new[] { 20, 50 })
        {
            int pooled = 0, windows = 0;
            Parallel.For(0, scans, run =>
            {
                double[][][] logs = Normals(steps, samples, (ulong)run);
                var options = new ScanOptions { Threads = 1, Seed = (ulong)run };
                Interlocked.Add(ref pooled, Scan.Likelihoods(steps, logs, options).Transitions.Count > 0 ? 1 : 0);
                Interlocked.Add(ref windows, Scan.Likelihoods(steps, logs, options, pooled: false).Transitions.Count > 0 ? 1 : 0);
            });
            const string False = "scan: a peak where there is none";
            yield return Finding.Rate(False, $"normal law, equal steps, pooled, {samples} samples", pooled, scans, 0.05, exact: false);
            yield return Finding.Rate(False, $"normal law, equal steps, windows, {samples} samples", windows, scans, 0.05, exact: false);
        }
    }

    private static double[] Drift(int k) => [.. s_law.Zip(s_other, (a, b) => a + ((b - a) * k / (Values - 1.0)))];

    private static long[][] Draw(Func<int, double[]> law, ulong seed, int samples = Samples) => [.. Enumerable.Range(0, Values).Select(k =>
    {
        var random = new RandomStream(seed, (ulong)k);
        double[] shares = law(k);
        long[] counts = new long[shares.Length];
        for (int i = 0; i < samples; i++)
            counts[Outcome(shares, random)]++;
        return counts;
    })];

    private static double[][][] Lattices(double[][] laws, int samples, ulong seed) => [.. laws.Select((law, k) =>
    {
        var random = new RandomStream(seed, (ulong)k);
        return Enumerable.Range(0, samples).Select(_ => Outcome(law, random)).Select(y => laws.Select(other => Math.Log(other[y])).ToArray()).ToArray();
    })];

    private static double[][][] Normals(ControlGrid grid, int samples, ulong seed) => [.. grid.Values.Select((mean, k) =>
    {
        var random = new RandomStream(seed, (ulong)k);
        return Enumerable.Range(0, samples).Select(_ => mean + random.NextNormal())
            .Select(y => grid.Values.Select(other => (-0.5 * (y - other) * (y - other)) - 0.9189385332046727).ToArray()).ToArray();
    })];

    private static int Outcome(double[] law, RandomStream random)
    {
        double u = random.NextDouble();
        int y = 0;
        while (y < law.Length - 1 && (u -= law[y]) > 0)
            y++;
        return y;
    }
}
