using MathNet.Numerics;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Dependence;

namespace ML.Thermo.Tests.Refresh.Dependence;

/// <summary>Design effects beside the variance of block means, counted block by block over all the rows.</summary>
internal sealed class ScoreSeriesTests
{
    private const int Width = 2;

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(37)]
    [TestCase(64)]
    [TestCase(200)]
    public void A_design_effect_is_the_variance_of_block_means_over_that_of_a_row(int count)
    {
        double[][] rows = Rows(count, 1);
        ScoreSeries series = Series(rows);
        Assert.That((series.Rows, series.Width), Is.EqualTo(((long)count, Width)));
        int usable = Enumerable.Range(0, 20).Count(level => count >> level >= 4);
        foreach (double window in new[] { 0.5, 1, 2, 3, 4, 5, 8, 11, 16, 1e6 })
        {
            (double[] effects, double blocks) = series.At(window);
            double level = Math.Min(Math.Log2(Math.Max(window, 1)), Math.Max(usable, 1) - 1);
            int low = (int)level, high = Math.Min(low + 1, Math.Max(usable, 1) - 1);
            for (int j = 0; j < Width; j++)
            {
                double expected = Effect(rows, low, j) + ((level - low) * (Effect(rows, high, j) - Effect(rows, low, j)));
                Assert.That(effects[j], Is.EqualTo(Math.Max(expected, 1)).Within(1e-9), $"{window} rows, score {j}");
            }

            Assert.That(blocks, Is.EqualTo(Math.Min(count / Math.Max(window, 1), count >> low)).Within(1e-12));
        }
    }

    [TestCase(200, 1)]
    [TestCase(200, 5)]
    [TestCase(200, 16)]
    [TestCase(63, 2)]
    [TestCase(64, 8)]
    public void The_largest_effect_is_that_of_all_blocks_of_at_least_so_many_rows_of_which_there_are_eight(int count, int window)
    {
        double[][] rows = Rows(count, 2);
        ScoreSeries series = Series(rows);
        for (int j = 0; j < Width; j++)
        {
            double expected = series.At(window).Effects[j];
            for (int level = 1; count >> level >= 8; level++)
                expected = 1 << level >= window ? Math.Max(expected, Effect(rows, level, j)) : expected;
            Assert.That(series.Largest(window, j), Is.EqualTo(expected).Within(1e-9));
        }
    }

    [Test]
    public void What_is_not_known_stands_for_the_mean_so_far()
    {
        double[] values = [2, double.NaN, 5, 1, double.NaN, double.NaN, 7, 3], filled = [.. values];
        for (int i = 0; i < filled.Length; i++)
            filled[i] = double.IsNaN(filled[i]) ? filled[..i].Average() : filled[i];
        ScoreSeries known = Series([.. filled.Select(value => new[] { value, -value })]);
        ScoreSeries unknown = Series([.. values.Select(value => new[] { value, -value })]);
        Assert.That(unknown.At(2).Effects, Is.EqualTo(known.At(2).Effects).Within(1e-12));
        Assert.That(known.At(2).Effects[0], Is.EqualTo(Math.Max(1, Effect([.. filled.Select(value => new[] { value })], 1, 0))).Within(1e-12));
    }

    [Test]
    public void Where_nothing_varies_the_effect_is_one()
    {
        ScoreSeries series = Series([.. Enumerable.Repeat(new[] { 3.0, 0.0 }, 40)]);
        Assert.That(series.At(4).Effects, Is.EqualTo(new[] { 1.0, 1.0 }));
        Assert.That(series.IsDependent([(0, 5), (0, 1)]), Is.False);
        Assert.That((new ScoreSeries(1).Rows, new ScoreSeries(1).IsDependent([(0, 1)])), Is.EqualTo((0L, false)));
    }

    [Test]
    public void Rows_depend_where_neither_chi_square_nor_chance_meetings_make_the_variance([Range(1, 40)] int seed)
    {
        // Weak dependence, near the threshold in either way; the second score has few rows that carry it.
        var random = new RandomStream(91, (ulong)seed);
        double last = 0;
        double[][] rows = [.. Enumerable.Range(0, 96).Select(_ =>
        {
            last = (0.35 * last) + random.NextNormal();
            return new[] { last, random.NextDouble() < 0.1 || (last > 1.6) ? 1.0 : 0 };
        })];
        (double Least, double Most)[] ranges = [(-9, 9), (0, 1)];
        Assert.That(Series(rows).IsDependent(ranges), Is.EqualTo(IsDependent(rows, ranges)));
    }

    private static bool IsDependent(double[][] rows, (double Least, double Most)[] ranges)
    {
        int usable = Enumerable.Range(0, 20).Count(level => rows.Length >> level >= 4), tests = Width * (usable - 1);
        for (int level = 1; level < usable; level++)
        {
            int blocks = rows.Length >> level;
            for (int j = 0; j < Width; j++)
            {
                double effect = Effect(rows, level, j), mean = rows.Average(row => row[j]);
                double variance = rows.Sum(row => (row[j] - mean) * (row[j] - mean)) / (rows.Length - 1);
                double far = Math.Max(ranges[j].Most - mean, mean - ranges[j].Least), carriers = Math.Clamp(variance * rows.Length / far / far, 1, rows.Length);
                double pairs = carriers * Math.Max(carriers - 1, 0.5) / 2 / blocks;
                if (effect <= 1)
                    continue;
                double byChi = SpecialFunctions.GammaUpperRegularized((blocks - 1) / 2.0, (blocks - 1) * effect / 2);
                double byMeetings = SpecialFunctions.GammaLowerRegularized(pairs + ((effect - 1) * carriers / 2), pairs);
                if (byChi * tests <= 0.01 && byMeetings * tests <= 0.01)
                    return true;
            }
        }

        return false;
    }

    /// <summary>2ˡ·Var(mean of 2ˡ rows)/Var(row), both about the mean of all rows.</summary>
    private static double Effect(double[][] rows, int level, int score)
    {
        int size = 1 << level, blocks = rows.Length >> level;
        double mean = rows.Average(row => row[score]);
        double[] means = [.. Enumerable.Range(0, blocks).Select(block => rows.Skip(block * size).Take(size).Average(row => row[score]))];
        double variance = rows.Sum(row => (row[score] - mean) * (row[score] - mean)) / Math.Max(rows.Length - 1, 1);
        return variance > 0 ? size * means.Sum(of => (of - mean) * (of - mean)) / Math.Max(blocks - 1, 1) / variance : 1;
    }

    private static ScoreSeries Series(double[][] rows)
    {
        var series = new ScoreSeries(Width);
        foreach (double[] row in rows)
            series.Add(row);
        return series;
    }

    private static double[][] Rows(int count, ulong seed)
    {
        var random = new RandomStream(90, seed);
        double last = 0;
        return [.. Enumerable.Range(0, count).Select(_ => new[] { last = (0.6 * last) + random.NextNormal(), 3 + random.NextDouble() })];
    }
}
