using ML.Thermo.Initialization;
using ML.Thermo.Ising;
using ML.Thermo.Scans;

namespace ML.Thermo.Tests.Scans;

/// <summary>Golden numbers: an independent program.</summary>
public class A_scan_of_samples
{
    private static readonly ControlGrid s_three = ControlGrid.Of("x", [1, 2, 3]);

    [Test]
    public void Scores_likelihoods_by_windows_or_pools_them()
    {
        double[][] laws = [[.5, .3, .2], [.4, .3, .3], [.2, .3, .5]];
        int[][] outcomes = [[0, 0, 1, 2], [0, 1, 2, 2], [2, 2, 1, 0]];
        double[][][] samples = [.. outcomes.Select(group => group.Select(y => laws.Select(law => Math.Log(law[y])).ToArray()).ToArray())];
        Estimate[] window = [.. Scan.Likelihoods(s_three, samples, pooled: false).Splits.Select(split => split.Linear)];
        Estimate[] pooled = [.. Scan.Likelihoods(s_three, samples).Splits.Select(split => split.Linear)];
        Assert.That(Scan.Laws(s_three, laws).Splits.Select(split => split.Linear.Value), Is.EqualTo(new[] { 0.0155555556, 0.0583333333 }).Within(1e-10));
        Assert.That(window.Select(d => d.Value), Is.EqualTo(new[] { 0.019629629630, 0.059027777778 }).Within(1e-11));
        Assert.That(window.Select(d => d.StandardError), Is.EqualTo(new[] { 0.006581339327, 0.016100032110 }).Within(1e-11));
        Assert.That(pooled.Select(d => d.Value), Is.EqualTo(new[] { 0.017550505051, 0.061553030303 }).Within(1e-11));
        Assert.That(pooled.Select(d => d.StandardError), Is.EqualTo(new[] { 0.003950251592, 0.012047499191 }).Within(1e-11));
    }

    /// <summary>Every sample weighs (P + Q)/2 of the two laws over the mean of all three.</summary>
    [Test]
    public void Compares_any_two_laws_by_all_samples()
    {
        double[][] laws = [[.5, .3, .2], [.4, .3, .3], [.2, .3, .5]];
        int[] outcomes = [0, 0, 1, 2, 0, 1, 2, 2, 2, 2, 1, 0];
        double[][][] samples = [.. outcomes.Chunk(4).Select(group => group.Select(y => laws.Select(law => Math.Log(law[y])).ToArray()).ToArray())];
        ScanReport report = Scan.Likelihoods(s_three, samples, new ScanOptions { Pairs = true });
        foreach ((int i, int j) in new[] { (0, 1), (1, 2), (0, 2) })
        {
            double expected = outcomes.Average(y =>
            {
                double p = laws[i][y], q = laws[j][y], mixture = laws.Average(law => law[y]);
                return (p + q) / 2 / mixture * Math.Pow((p - q) / (p + q), 2);
            });
            Assert.That(report.Pairs[i][j], Is.EqualTo(expected).Within(1e-14));
            Assert.That(report.Pairs[j][i], Is.EqualTo(report.Pairs[i][j]));
        }

        Assert.That(report.Pairs[1][2], Is.EqualTo(report.Splits[1].Linear.Value).Within(1e-15));
        Assert.That(Scan.Likelihoods(s_three, samples, new ScanOptions { Pairs = true }, pooled: false).Pairs, Is.Empty);
    }

    [TestCase(new long[] { 12, 7, 1, 0 }, new long[] { 5, 9, 4, 2 }, 0.127375, 0.141800902044, 0)]
    [TestCase(new long[] { 3, 0, 1 }, new long[] { 1, 2, 0 }, 0.461805555556, double.NaN, 0.142857142857)]
    [TestCase(new long[] { 6, 2, 1 }, new long[] { 3, 9, 4 }, 0.171802662037, double.NaN, 0)]
    [TestCase(new long[] { 30, 20, 10 }, new long[] { 12, 25, 23 }, 0.096537978874, 0.058725291006, 0)]
    public void Counts_pairs(long[] left, long[] right, double value, double error, double unseen)
    {
        ScanSplit split = Scan.Counts(ControlGrid.Of("x", [1, 2]), [left, right], new ScanOptions { Permutations = 0 }).Splits.Single();
        Assert.That(split.Linear.Value, Is.EqualTo(value).Within(1e-11));
        if (!double.IsNaN(error))
            Assert.That(split.Linear.StandardError, Is.EqualTo(error).Within(1e-11));
        Assert.That(split.UnseenShare, Is.EqualTo(unseen).Within(1e-11));
    }

    [Test]
    public void Is_unbiased_by_pairs_where_the_plug_in_value_is_not()
    {
        double[] left = [.4, .3, .2, .1], right = [.25, .25, .25, .25];
        double sum = 0, plugIn = 0;
        const int Runs = 4000;
        for (int run = 0; run < Runs; run++)
        {
            var random = new RandomStream(11, (ulong)run);
            (long[] a, long[] b) = (Draw(left, 50, random), Draw(right, 50, random));
            sum += PairEstimate.Of(a, b).Value;
            plugIn += Distances.Between([.. a.Select(n => n / 50.0)], [.. b.Select(n => n / 50.0)]).Linear;
        }

        double exact = Distances.Between(left, right).Linear;
        Assert.That(sum / Runs, Is.EqualTo(exact).Within(0.003));
        Assert.That(plugIn / Runs, Is.GreaterThan(exact + 0.02));
    }

    [Test]
    public void Sees_a_shift_of_a_numeric_column_through_bins()
    {
        Estimate none = Shift(0, 1000, 1), one = Shift(1, 1000, 1);
        Assert.That(none.Value, Is.Zero.Within(4 * Math.Max(none.StandardError, 0.001)));
        Assert.That(one.Value, Is.EqualTo(0.204054).Within((4 * one.StandardError) + 0.005), "binning loses next to nothing");
    }

    [Test]
    public void Sees_a_shift_of_one_column_of_twenty_through_a_classifier()
    {
        Estimate found = Shift(1, 400, 20), none = Shift(0, 200, 20);
        Assert.That(found.Value, Is.LessThan(0.204054 + (3 * found.StandardError)), "a lower bound");
        Assert.That(found.Value, Is.GreaterThan(0.13));
        Assert.That(none.Value, Is.LessThan(0), "nothing found");
    }

    [Test]
    public void Covers_the_exact_curve_when_pooled_even_from_twenty_samples()
    {
        var grid = ControlGrid.Parse("T", "1..5:.1", GridScale.Linear);
        double[][] laws = [.. grid.Values.Select(EnumeratedLattice.Of(4).EnergyLaw)];
        double[] exact = [.. Scan.Laws(grid, laws).Splits.Select(split => split.Linear.Value)];
        int covered = 0, right = 0;
        const int Runs = 60;
        for (int run = 0; run < Runs; run++)
        {
            ScanReport report = Scan.Likelihoods(grid, Samples(laws, 20, (ulong)run));
            covered += report.Splits.Zip(exact, (split, d) => Math.Abs(split.Linear.Value - d) <= report.CriticalValue * split.Linear.StandardError)
                .All(isIn => isIn) ? 1 : 0;
            right += report.Transitions.Count == 1 && Math.Abs(report.Transitions[0].At.Value - 2.1445) < 0.1 ? 1 : 0;
        }

        Assert.That(covered / (double)Runs, Is.GreaterThan(0.9), "stated: at least 0.95 for normal errors; the audit has the sharp numbers");
        Assert.That(right, Is.EqualTo(Runs), "the peak in the right cell, every time");
    }

    [Test]
    public void Needs_sixty_times_fewer_samples_by_symmetry()
    {
        EnumeratedLattice lattice = EnumeratedLattice.Of(4);
        double[] a = lattice.EnergyLaw(2.1), b = lattice.EnergyLaw(2.2);
        double Variance(bool symmetric)
        {
            double left = 0, right = 0, square = 0;
            for (int y = 0; y < a.Length; y++)
            {
                double r = (a[y] - b[y]) / (a[y] + b[y]), ofLeft = symmetric ? r * r : r, ofRight = symmetric ? r * r : -r;
                left += a[y] * ofLeft;
                right += b[y] * ofRight;
                square += ((a[y] * ofLeft * ofLeft) + (b[y] * ofRight * ofRight)) / 2;
            }

            return square - (((left * left) + (right * right)) / 2); // within both sides, as the errors are made of
        }

        Assert.That(Math.Sqrt(Variance(false)), Is.EqualTo(0.07841).Within(1e-4));
        Assert.That(Math.Sqrt(Variance(true)), Is.EqualTo(0.009580).Within(1e-5));
        Assert.That(Variance(false) / Variance(true), Is.GreaterThan(60));
    }

    /// <summary>200 scans each of counts of five outcomes, 100 samples at each of 20 values: nothing changes, or all of it drifts steadily. The audit has
    /// thousands.</summary>
    [Test]
    public void Finds_no_peak_where_there_is_none([Values(0, 0.01)] double drift)
    {
        const int Scans = 200, Values = 20;
        var grid = ControlGrid.Of("x", [.. Enumerable.Range(0, Values).Select(k => (double)k)]);
        int peaks = 0;
        for (int scan = 0; scan < Scans; scan++)
        {
            var random = new RandomStream(23, (ulong)scan);
            long[][] counts = [.. Enumerable.Range(0, Values).Select(k => Draw([.3 - (drift * k), .25, .2, .15, .1 + (drift * k)], 100, random))];
            peaks += Scan.Counts(grid, counts, new ScanOptions { Permutations = 0 }).Transitions.Count > 0 ? 1 : 0;
        }

        Assert.That(peaks, Is.LessThanOrEqualTo((0.05 * Scans) + (3 * Math.Sqrt(0.05 * 0.95 * Scans))));
    }

    [Test]
    public void Gives_equal_numbers_on_any_number_of_threads()
    {
        var grid = ControlGrid.Parse("T", "1..5:.5", GridScale.Linear);
        double[][] laws = [.. grid.Values.Select(EnumeratedLattice.Of(4).EnergyLaw)];
        double[][][] samples = Samples(laws, 30, 4);
        long[][] counts = [.. laws.Select((law, k) => Draw(law, 100, new RandomStream(3, (ulong)k)))];
        string[] texts = [.. new[] { 1, 2, 8 }.Select(threads =>
        {
            var options = new ScanOptions { Threads = threads, Permutations = 99 };
            ScanReport likelihoods = Scan.Likelihoods(grid, samples, options), outcomes = Scan.Counts(grid, counts, options);
            return string.Join(';', likelihoods.Splits.Concat(outcomes.Splits).Select(split => $"{split.Linear.Value:R} {split.Linear.StandardError:R}"))
                + $"{likelihoods.Length.Value:R} {outcomes.ChangePValue:R}";
        })];
        Assert.That(texts.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Tells_whether_anything_changes_at_all()
    {
        var grid = ControlGrid.Of("x", [1, 2, 3, 4]);
        long[][] same = [[50, 50], [48, 52], [53, 47], [50, 50]], changed = [[50, 50], [50, 50], [80, 20], [80, 20]];
        Assert.That(Scan.Counts(grid, same).ChangePValue, Is.GreaterThan(0.2));
        Assert.That(Scan.Counts(grid, changed).ChangePValue, Is.EqualTo(0.001));
        long[][] large = [.. changed.Select(row => row.Select(n => n * 1000).ToArray())];
        Assert.That(Scan.Counts(grid, large).ChangePValue, Is.EqualTo(0.001), "tables drawn cell by cell");
    }

    [Test]
    public void Refuses_samples_that_say_nothing()
    {
        Assert.That(
            () => Scan.Counts(ControlGrid.Of("x", [1, 2]), [[1, 1, 0, 0], [0, 0, 1, 1]]),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("none was seen twice"));
        Assert.That(() => Scan.Counts(ControlGrid.Of("x", [1, 2]), [[1, 0], [0, 4]]), Throws.TypeOf<UnusableDataException>().With.Message.Contains("1 sam"));
        Assert.That(
            () => Scan.Likelihoods(s_three, [[[0.1, -1, -1], [-1, -1, -1]], [[-1, -1, -1]], []]),
            Throws.TypeOf<UnusableDataException>().With.Message.Contains("ln P = 0.1"));
    }

    [Test]
    public void Stops_when_asked_to()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.That(
            () => Scan.Counts(ControlGrid.Of("x", [1, 2]), [[5, 5], [5, 5]], cancellation: cancelled.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Measures_what_one_number_tells()
    {
        var random = new RandomStream(2, 2);
        double[][] samples = [.. Enumerable.Range(0, 3).Select(k => Enumerable.Range(0, 4000).Select(_ => (0.5 * k) + random.NextNormal()).ToArray())];
        foreach (Estimate information in ScalarObservable.Information(ControlGrid.Of("x", [0, 0.5, 1]), samples))
            Assert.That(information.Value, Is.EqualTo(1).Within(4 * information.StandardError), "a normal law that moves by one a unit");
    }

    private static Estimate Shift(double shift, int rows, int columns)
    {
        var random = new RandomStream(17, (ulong)rows);
        double[] Row(double by) => [.. Enumerable.Range(0, columns).Select(j => random.NextNormal() + (j == 0 ? by : 0))];
        double[][] Side(double by) => [.. Enumerable.Range(0, rows).Select(_ => Row(by))];
        return Scan.Values(ControlGrid.Of("x", [1, 2]), [Side(0), Side(shift)], new ScanOptions { Permutations = 0 }).Splits[0].Linear;
    }

    private static long[] Draw(double[] law, int count, RandomStream random)
    {
        long[] counts = new long[law.Length];
        for (int i = 0; i < count; i++)
            counts[Outcome(law, random)]++;
        return counts;
    }

    private static double[][][] Samples(double[][] laws, int count, ulong seed) => [.. laws.Select((law, k) =>
    {
        var random = new RandomStream(seed, (ulong)k);
        return Enumerable.Range(0, count).Select(_ => Outcome(law, random)).Select(y => laws.Select(other => Math.Log(other[y])).ToArray()).ToArray();
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
