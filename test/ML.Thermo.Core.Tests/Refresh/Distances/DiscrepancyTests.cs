using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Refresh.Distances;
using ML.Thermo.Refresh.Nulls;

namespace ML.Thermo.Tests.Refresh.Distances;

/// <summary>Two-sample tests beside their definitions, pair after pair and path after path.</summary>
internal sealed class DiscrepancyTests
{
    [TestCase(5, 4, 1, 0.0)]
    [TestCase(7, 12, 3, 0.8)]
    [TestCase(2, 2, 2, 0.3)]
    public void The_discrepancy_is_that_of_all_pairs_ranked_among_divisions(int n, int m, int columns, double shift)
    {
        const int Divisions = 150;
        const ulong Seed = 4;
        double[] all = new double[(n + m) * columns];
        new RandomStream(81, (ulong)n).FillNormal(all);
        for (int i = n * columns; i < all.Length; i++)
            all[i] += shift;
        int rows = n + m;
        double Distance(int a, int b) => Math.Sqrt(Enumerable.Range(0, columns).Sum(j => Math.Pow(all[(a * columns) + j] - all[(b * columns) + j], 2)));
        double[] distances = [.. Enumerable.Range(0, rows).SelectMany(a => Enumerable.Range(0, a).Select(b => Distance(a, b))).Order()];
        double h = distances[distances.Length / 2];
        double Mean(int[] first, int[] second) =>
            first.SelectMany(a => second.Where(b => b != a).Select(b => Math.Exp(-Math.Pow(Distance(a, b), 2) / (2 * h * h)))).Average();
        double Of(int[] inside)
        {
            int[] outside = [.. Enumerable.Range(0, rows).Except(inside)];
            return Mean(inside, inside) + Mean(outside, outside) - (2 * Mean(inside, outside));
        }

        double observed = Of([.. Enumerable.Range(0, n)]);
        int larger = Enumerable.Range(0, Divisions).Count(i =>
        {
            int[] order = [.. Enumerable.Range(0, rows)];
            Relabelling.Choose(order, n, new RandomStream(Seed, (ulong)i));
            return Of(order[..n]) >= observed - 1e-11;
        });
        var found = MaximumMeanDiscrepancy.Test(all.AsSpan(0, n * columns), all.AsSpan(n * columns), columns, Divisions, Seed);
        Assert.That(found.Statistic, Is.EqualTo(observed).Within(1e-12));
        Assert.That(found.Bandwidth, Is.EqualTo(h).Within(1e-12));
        Assert.That(found.PValue, Is.EqualTo((1.0 + larger) / (1 + Divisions)).Within(1e-12));
    }

    [Test]
    public void Equal_rows_have_no_discrepancy_and_samples_that_are_no_rows_are_refused()
    {
        var same = MaximumMeanDiscrepancy.Test([3, 3, 3], [3, 3], 1, 20);
        Assert.That((same.Statistic, same.PValue, same.Bandwidth), Is.EqualTo((0.0, 1.0, 1.0)).Within(1e-12));
        (int First, int Second, int Columns)[] refused = [(3, 4, 2), (4, 3, 2), (2, 4, 2), (4, 2, 2), (4097, 4096, 1)];
        foreach ((int first, int second, int columns) in refused)
            Assert.That(
                () => MaximumMeanDiscrepancy.Test(new double[first], new double[second], columns, 1),
                Throws.ArgumentException.With.Message.Contains("whole rows"));
        Assert.That(() => MaximumMeanDiscrepancy.Test([1, 2], [1, 2], 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => MaximumMeanDiscrepancy.Test([1, 2], [1, 2], 1, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.That(() => MaximumMeanDiscrepancy.Test([1, 2], [1, 2], 1, 9, 1, stopped.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase(3, 5)]
    [TestCase(4, 4)]
    [TestCase(6, 2)]
    public void The_Kolmogorov_Smirnov_test_is_exact_over_all_orders_of_distinct_numbers(int n, int m)
    {
        // Every choice of n places among n + m is as likely: the p-value of D is the share of choices with one as large.
        var statistics = new List<double>();
        for (int mask = 0; mask < 1 << (n + m); mask++)
        {
            if (int.PopCount(mask) != n)
                continue;
            double[] first = [.. Enumerable.Range(0, n + m).Where(i => (mask >> i & 1) == 1).Select(i => (double)i)];
            double[] second = [.. Enumerable.Range(0, n + m).Where(i => (mask >> i & 1) == 0).Select(i => (double)i)];
            double farthest = Enumerable.Range(0, n + m).Max(x => Math.Abs((first.Count(y => y <= x) / (double)n) - (second.Count(y => y <= x) / (double)m)));
            statistics.Add(farthest);
            (double d, _) = SampleDistances.KolmogorovSmirnov(first, second);
            Assert.That(d, Is.EqualTo(farthest).Within(1e-12));
        }

        for (int mask = 0; mask < 1 << (n + m); mask++)
        {
            if (int.PopCount(mask) != n)
                continue;
            double[] first = [.. Enumerable.Range(0, n + m).Where(i => (mask >> i & 1) == 1).Select(i => (double)i)];
            double[] second = [.. Enumerable.Range(0, n + m).Where(i => (mask >> i & 1) == 0).Select(i => (double)i)];
            (double d, double p) = SampleDistances.KolmogorovSmirnov(first, second);
            Assert.That(p, Is.EqualTo(statistics.Count(other => other >= d - 1e-12) / (double)statistics.Count).Within(1e-12));
        }
    }

    [Test]
    public void Above_four_million_pairs_the_p_value_is_that_of_smirnov_s_limit()
    {
        double[] first = [.. Enumerable.Range(0, 2001).Select(i => (double)i)];
        foreach (double shift in new[] { 0.5, 60.5, 100.5 })
        {
            double[] second = [.. Enumerable.Range(0, 2000).Select(i => i + shift)];
            (double d, double p) = SampleDistances.KolmogorovSmirnov(first, second);
            double z = d * Math.Sqrt(2001.0 * 2000 / 4001), sum = 0;
            for (int k = 1; k <= 100; k++)
                sum += 2 * Math.Pow(-1, k - 1) * Math.Exp(-2 * k * k * z * z);
            Assert.That(p, Is.EqualTo(z < 0.2 ? 1 : sum).Within(1e-12), $"z = {z}");
        }
    }

    [Test]
    public void Equal_samples_are_at_distance_zero_and_what_is_no_sample_is_refused()
    {
        Assert.That(SampleDistances.KolmogorovSmirnov([1, 2, 2], [2, 1, 2]), Is.EqualTo((0.0, 1.0)));
        Assert.That(SampleDistances.Wasserstein([1, 2, 2], [2, 1, 2]), Is.Zero);
        Assert.That(SampleDistances.Wasserstein([0, 0], [3]), Is.EqualTo(3).Within(1e-15));
        Assert.That(SampleDistances.Wasserstein([5], [1, 3]), Is.EqualTo(3).Within(1e-15));
        Assert.That(
            () => SampleDistances.Wasserstein([], [1]), Throws.ArgumentException.With.Message.Contains("empty").And.Property("ParamName").EqualTo("reference"));
        Assert.That(() => SampleDistances.KolmogorovSmirnov([1], []), Throws.ArgumentException.With.Property("ParamName").EqualTo("current"));
        Assert.That(() => SampleDistances.KolmogorovSmirnov([1], [2, double.NaN]), Throws.ArgumentException.With.Message.Contains("NaN"));
    }

    [Test]
    public void Distances_of_counts_between_edges_are_areas_under_straight_lines()
    {
        // F − G at the edges 0, 1, 3: 0.3, −0.1, 0.2; trapezes of |·| between them, where the sign changes two triangles.
        var found = BinDistances.Of([5, 1, 3, 1], [2, 5, 0, 3], [0.0, 1, 3]);
        double first = (0.3 * 0.3 + 0.1 * 0.1) / (2 * 0.4) * 1, second = (0.1 * 0.1 + 0.2 * 0.2) / (2 * 0.3) * 2;
        Assert.That(found.Wasserstein, Is.EqualTo(first + second).Within(1e-14));
        Assert.That(found.KolmogorovSmirnov, Is.EqualTo(0.3).Within(1e-14));
        Assert.That(BinDistances.Of([5, 1, 4], [2, 2, 6], [0.0, 2]).Wasserstein, Is.EqualTo(0.5 * (0.3 + 0.2) * 2).Within(1e-14));
        // An empty bin counts as half a row in PSI, and one that is empty on both sides not at all.
        var empty = BinDistances.Of([4, 0, 6], [5, 0, 0]);
        Assert.That(empty.PopulationStability, Is.EqualTo((0.6 * Math.Log(1 / 0.4)) + ((0.1 - 0.6) * Math.Log(0.1 / 0.6))).Within(1e-14));
        Assert.That(empty.ChiSquare, Is.EqualTo(5.0).Within(1e-13));
        Assert.That(empty.ChiSquarePValue, Is.EqualTo(BinDistances.ChiSquareTail(5, 1)).Within(1e-14));
        Assert.That(BinDistances.Of([4, 0], [5, 0]).ChiSquarePValue, Is.NaN, "one bin");
        Assert.That(BinDistances.Of([0, 0], [5, 0]).TotalVariation, Is.NaN);
        Assert.That(() => BinDistances.Of([1, 1, 1], [1, 1, 1], [0.5]), Throws.ArgumentException.With.Message.Contains("1 edges"));
        Assert.That(() => BinDistances.GoodnessOfFit([1], [1]), Throws.ArgumentException);
        Assert.That(() => BinDistances.GoodnessOfFit([1, 1], [1, 1, 1]), Throws.ArgumentException);
        Assert.That(BinDistances.GoodnessOfFit([5, 0], [4, 1]), Is.EqualTo((double.PositiveInfinity, 0.0)));
        Assert.That(BinDistances.GoodnessOfFit([5, 0], [4, 0]), Is.EqualTo((0.0, 1.0)));
        Assert.That(BinDistances.GoodnessOfFit([3, 1], [2, 2]).ChiSquare, Is.EqualTo((1.0 / 3) + 1).Within(1e-14));
    }
}
