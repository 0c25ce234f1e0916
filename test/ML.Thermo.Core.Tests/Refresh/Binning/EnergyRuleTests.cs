using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Refresh.Dependence;
using ML.Thermo.Refresh.Nulls;

namespace ML.Thermo.Tests.Refresh.Binning;

/// <summary>The rule of losses beside its definition: three scores of every row, sums of re-labelled rows, one after the other.</summary>
internal sealed class EnergyRuleTests
{
    private const int Enough = 50, Calibrating = 499, MostRows = 1024, Groups = 8;
    private const ulong Seed = 23;

    [TestCase(70, 40)]
    [TestCase(40, 70)]
    [TestCase(5, 5)]
    [TestCase(120, 30, true)]
    [TestCase(20, 20, true)]
    public void Every_row_has_its_loss_the_spacing_around_it_and_its_rank(int before, int after, bool hasTies = false)
    {
        double[] reference = Losses(before, 1, hasTies), window = Losses(after, 2, hasTies), pool = [.. reference.Concat(window).Order()];
        var pooled = PooledLosses.Of(Sample(reference), Sample(window), Seed);
        double[][] expected = Scores(pool);
        double[] distinct = [.. pool.Distinct()];
        Assert.That(pooled.Table, Is.EqualTo(distinct.SelectMany(loss => expected[Array.IndexOf(pool, loss)])).Within(1e-9));
        Assert.That(pooled.OfReference, Is.EqualTo(reference.Order().Select(loss => Array.IndexOf(distinct, loss))));
        Assert.That(pooled.OfWindow, Is.EqualTo(window.Order().Select(loss => Array.IndexOf(distinct, loss))));
    }

    [Test]
    public void Where_nothing_varies_every_score_is_zero() =>
        Assert.That(PooledLosses.Of(Sample([3, 3, 3]), Sample([3, 3]), Seed).Table, Is.EqualTo(new double[3]));

    [Test]
    public void Of_a_reference_of_more_than_sixteen_times_the_window_so_many_rows_are_chosen()
    {
        double[] reference = Losses(20_000, 3, false), window = Losses(100, 4, false);
        var pooled = PooledLosses.Of(Sample(reference), Sample(window), Seed);
        Assert.That(pooled.OfReference, Has.Length.EqualTo(1 << 14));
        Assert.That(pooled.OfWindow, Has.Length.EqualTo(100));

        // Row by row, with the chance (still to be chosen)/(still to come): every choice of so many rows is as likely.
        var random = new RandomStream(Seed, ulong.MaxValue);
        int left = reference.Length, missing = 1 << 14;
        double[] Cut(IEnumerable<double> losses) => [.. losses.Order().Select(loss => LossSample.Rounded(loss, 1 << 15))];
        double[] chosen = [.. Cut(reference).Where(_ => random.NextInteger(left--) < missing && missing-- > 0)];
        double[] distinct = [.. chosen.Concat(Cut(window)).Distinct().Order()];
        Assert.That(pooled.OfReference, Is.EqualTo(chosen.Select(loss => Array.BinarySearch(distinct, loss))));
        Assert.That(pooled.OfWindow, Is.EqualTo(Cut(window).Select(loss => Array.BinarySearch(distinct, loss))));
        var all = PooledLosses.Of(Sample(Losses(20_000, 3, false)), Sample(Losses(1250, 4, false)), Seed);
        Assert.That(all.OfReference, Has.Length.EqualTo(20_000), "sixteen times");
    }

    [TestCase(140, 60, 0.0)]
    [TestCase(140, 60, 0.5)]
    [TestCase(130, 190, 0.3)]
    [TestCase(100, 40, 0.2)] // at most a hundred rows: their shape counts too
    [TestCase(30, 40, 0.6)]
    [TestCase(100, 40, 0.4, true)]
    public void P_values_are_shares_of_the_relabellings_with_as_large_a_difference(int before, int after, double shift, bool hasTies = false)
    {
        double[] reference = Losses(before, 5, hasTies), window = [.. Losses(after, 6, hasTies).Select(loss => hasTies ? loss : loss * (1 + shift))];
        Check(reference, window, null, 300);
    }

    [Test]
    public void Beyond_1024_rows_they_are_put_into_blocks_at_random() => Check(Losses(2600, 7, false), Losses(2101, 8, false), null, 99);

    [TestCase(80, 64, 1.5)]
    [TestCase(300, 64, 2.0)]
    [TestCase(40, 64, 3.0)]
    public void Of_dependent_rows_the_true_differences_are_corrected(int before, int after, double factor)
    {
        var random = new RandomStream(24, 0);
        var series = new ScoreSeries(3);
        double[] last = new double[3];
        for (int i = 0; i < 1000; i++)
        {
            for (int j = 0; j < 3; j++)
                last[j] = (0.2 * (j + 1) * last[j]) + random.NextNormal();
            series.Add(last);
        }

        Check(Losses(before, 9, false), [.. Losses(after, 10, false).Select(loss => factor * loss)], DesignEffects.Of(series, after), 300);
    }

    private static void Check(double[] reference, double[] window, DesignEffects? dependence, int draws)
    {
        EnergyPValues found = EnergyRule.PValues(Sample(reference), Sample(window), dependence, draws, Seed);
        EnergyPValues expected = Defined(reference, window, dependence, draws);
        Assert.That((found.Any, found.Worse, found.Better), Is.EqualTo((expected.Any, expected.Worse, expected.Better)).Within(1e-12));
    }

    private static EnergyPValues Defined(double[] reference, double[] window, DesignEffects? dependence, int draws)
    {
        double[] pool = [.. reference.Concat(window).Order()];
        double[][] scores = Scores(pool);
        var random = new RandomStream(Seed, 0);
        int size = (Math.Min(reference.Length, window.Length) + MostRows - 1) / MostRows;
        double[][] Blocks(double[] losses)
        {
            int[] rows = [.. losses.Order().Select(loss => Array.IndexOf(pool, loss))];
            if (size > 1)
                Relabelling.Choose(rows, rows.Length, random);
            return [.. Enumerable.Range(0, rows.Length / size).Select(block => Enumerable.Range(0, 3).Select(j =>
                rows.Skip(block * size).Take(size).Sum(row => scores[row][j])).ToArray())];
        }

        double[][] before = Blocks(reference), after = Blocks(window);
        bool isSmaller = after.Length <= before.Length;
        double[][] all = isSmaller ? [.. after, .. before] : [.. before, .. after];
        int chosen = Math.Min(before.Length, after.Length), count = all.Length, sign = isSmaller ? 1 : -1;
        int[] group = Grouped([.. all.Select(row => row[2])]);
        bool isShapeSeen = dependence is null && reference.Length <= 100;

        // Standardised: a sum of n of N numbers, without replacement.
        double[] means = [.. Enumerable.Range(0, 3).Select(j => all.Average(row => row[j]))];
        double[] errors = [.. Enumerable.Range(0, 3).Select(j =>
            Math.Sqrt(all.Average(row => Math.Pow(row[j] - means[j], 2)) * chosen * (count - chosen) / (count - 1)))];
        double[] Differences(int[] rows) => [.. Enumerable.Range(0, 3).Select(j => rows.Sum(row => all[row][j] - means[j]) / errors[j])];
        double Shape(int[] rows) => Enumerable.Range(0, Groups).Sum(g =>
        {
            double share = rows.Length * (double)group.Count(own => own == g) / count;
            return share > 0 ? Math.Pow(rows.Count(row => group[row] == g) - share, 2) / share : 0;
        });

        int[] order = [.. Enumerable.Range(0, count)];
        int[] Next()
        {
            Relabelling.Choose(order, chosen, random);
            return order[..chosen];
        }

        double[] seen = [.. Differences(order[..chosen]).Select((z, j) => dependence?.Corrected(j, z) ?? z)];
        double shape = Shape(order[..chosen]);
        double[][] calibrating = [];
        if (isShapeSeen)
        {
            calibrating = [.. Enumerable.Range(0, Calibrating).Select(_ =>
            {
                int[] rows = Next();
                return new[] { Differences(rows).Max(Math.Abs), Shape(rows) };
            })];
        }

        double Any(double[] z, double ofShape) => isShapeSeen ? Surprise(calibrating, [z.Max(Math.Abs), ofShape]) : z.Max(Math.Abs);
        double Up(double[] z) => Math.Max(sign * z[0], sign * z[2]);
        double Down(double[] z) => Math.Max(-sign * z[0], -sign * z[2]);
        double[] observed = [Any(seen, shape), Up(seen), Down(seen)];
        int[] larger = new int[3], known = new int[3];
        for (int draw = 1; draw <= draws && known.Contains(0); draw++)
        {
            int[] rows = Next();
            double[] z = Differences(rows), values = [Any(z, Shape(rows)), Up(z), Down(z)];
            for (int k = 0; k < 3; k++)
            {
                if (known[k] == 0 && values[k] >= observed[k] - (1e-9 * Math.Abs(observed[k])) && ++larger[k] == Enough)
                    known[k] = draw;
            }
        }

        double PValue(int k) => known[k] > 0 ? (double)Enough / known[k] : (1.0 + larger[k]) / (1 + draws);
        return new(PValue(0), PValue(1), PValue(2));
    }

    private static double Surprise(double[][] calibrating, double[] statistics) => Enumerable.Range(0, 2).Max(s =>
    {
        double[] values = [.. calibrating.Select(draw => draw[s]).Order()];
        int atLeast = values.Count(value => value >= statistics[s]), tail = values.Length / 10;
        double log = Math.Log((1.0 + values.Length) / (1 + atLeast));
        if (atLeast == 0)
            log += (statistics[s] - values[^1]) / (values[^tail..].Average() - values[^tail]);
        return log + Math.Log(s == 0 ? 0.75 : 0.25);
    });

    /// <summary>Eighths of the axis of ranks; equal ranks share the group of their middle.</summary>
    private static int[] Grouped(double[] ranks) => [.. ranks.Select(rank =>
    {
        int below = ranks.Count(other => other < rank), equal = ranks.Count(other => other == rank);
        return (int)(Groups * (below + (0.5 * equal)) / ranks.Length);
    })];

    /// <summary>Of each of the ascending losses: itself, ln of the spacing that 2√N neighbours span, its rank; with mean zero and variance one.</summary>
    private static double[][] Scores(double[] pool)
    {
        int n = pool.Length, m = (int)Math.Sqrt(n);
        double middle = pool[3 * n / 4] - pool[n / 4], least = 1e-6 * (middle > 0 ? middle : pool[^1] - pool[0]);
        double[][] raw = [.. pool.Select(loss =>
        {
            int start = Array.IndexOf(pool, loss), last = Array.LastIndexOf(pool, loss), centre = (start + last) / 2;
            int low = Math.Max(centre - m, 0), high = Math.Min(centre + m, n - 1);
            return new[] { loss, Math.Log(Math.Max(pool[high] - pool[low], least) / (high - low)), 0.5 * (start + last) };
        })];
        for (int j = 0; j < 3; j++)
        {
            double mean = raw.Average(row => row[j]), deviation = Math.Sqrt(raw.Average(row => Math.Pow(row[j] - mean, 2)));
            foreach (double[] row in raw)
                row[j] = (row[j] - mean) / deviation;
        }

        return raw;
    }

    private static LossSample Sample(double[] losses)
    {
        var sample = new LossSample();
        foreach (double loss in losses)
            sample.Add(loss);
        return sample;
    }

    private static double[] Losses(int count, ulong stream, bool hasTies)
    {
        double[] losses = new double[count];
        new RandomStream(22, stream).FillNormal(losses);
        return [.. losses.Select(z => hasTies ? Math.Floor(3 * Math.Abs(z)) : Math.Abs(z))];
    }
}
