using ML.Thermo.Initialization;
using ML.Thermo.Novelty;

namespace ML.Thermo.Tests.Novelty;

/// <summary>Levels that hold whatever the law: by counting, and by seeded repetition.</summary>
public sealed class CalibrationTests
{
    [Test]
    public void A_p_value_counts_the_calibration_rows_that_are_as_strange()
    {
        ConformalCalibration rank = new([3, 1, 2, 2]);
        Assert.That(new[] { 0.5, 1, 2, 2.5, 3, 4 }.Select(rank.PValue), Is.EqualTo(new[] { 1, 1, 0.8, 0.4, 0.4, 0.2 }).Within(1e-15));
        Assert.That(rank.PValue(double.NaN), Is.EqualTo(rank.LeastPValue));
    }

    [TestCase(0.01, 99)]
    [TestCase(0.05, 19)]
    [TestCase(0.5, 1)]
    [TestCase(0.03, 33)]
    public void A_level_needs_so_many_rows(double level, int rows)
    {
        Assert.That(ConformalCalibration.RowsNeeded(level), Is.EqualTo(rows));
        Assert.That(new ConformalCalibration(Enumerable.Range(0, rows).Select(i => (double)i)).LeastPValue, Is.LessThanOrEqualTo(level + 1e-12));
    }

    [Test]
    public void Of_rows_in_any_order_each_has_each_rank_as_often()
    {
        // All ways to leave one of seven different numbers out: its p-values are 1/7, …, 7/7, once each.
        double[] all = [5, 3, 8, 1, 9, 2, 7];
        double[] ranks = [.. all.Select(x => new ConformalCalibration(all.Where(y => y != x)).PValue(x))];
        Assert.That(ranks.Order(), Is.EqualTo(Enumerable.Range(1, 7).Select(k => k / 7.0)).Within(1e-12));
    }

    [Test]
    public void Windows_of_the_reference_alarm_at_the_level()
    {
        const int Runs = 400;
        const double Level = 0.1;
        int alarms = 0;
        for (ulong run = 0; run < Runs; run++)
        {
            RandomStream random = new(7, run);
            // A skewed and heavy law: exchangeability is all that the level needs.
            double[][] rows = [.. Enumerable.Range(0, 50).Select(_ => new[] { Math.Exp(random.NextNormal()), 1 / random.NextDouble() })];
            alarms += new WindowCalibration(rows[10..], 100).PValue(rows[..10], run) <= Level ? 1 : 0;
        }

        double error = Math.Sqrt(Level * (1 - Level) / Runs);
        Assert.That(alarms / (double)Runs, Is.LessThanOrEqualTo(Level + (4 * error)).And.GreaterThan(Level - (4 * error) - 0.02));
    }

    [Test]
    public void A_window_of_small_moves_to_one_side_is_seen_and_one_wild_row_is_not()
    {
        const int Wild = 60;
        RandomStream random = new(3, 0);
        double[][] known = [.. Enumerable.Range(0, 200).Select(_ => new[] { random.NextNormal(), random.NextNormal() })];
        WindowCalibration windows = new(known, 4);
        double[][] moved = [.. Enumerable.Range(0, 20).Select(_ => new[] { random.NextNormal() + 1.5, random.NextNormal() })];
        Assert.That(windows.PValue(moved, 1), Is.EqualTo(1.0 / (1 + WindowCalibration.Draws)), "the least");
        int alarms = Enumerable.Range(0, Wild).Count(run => windows.PValue(
            [.. Enumerable.Range(0, 20).Select(i => i == 0 ? [1e9, 0] : new[] { random.NextNormal(), random.NextNormal() })], (ulong)run) <= 0.01);
        Assert.That(alarms, Is.LessThan(Wild / 6), "a row of a billion deviations moves the mean of twenty by 4/20");
        Assert.That(windows.PValue([[double.NaN, 0], [double.PositiveInfinity, 1]], 1), Is.LessThan(0.02), "numbers that are none lie at the radius");
    }

    [Test]
    public void Arguments_that_make_no_sense_are_named()
    {
        Assert.That(() => new ConformalCalibration([]), Throws.InstanceOf<UnusableDataException>());
        Assert.That(() => new ConformalCalibration([1, double.NaN]), Throws.InstanceOf<UnusableDataException>());
        Assert.That(() => ConformalCalibration.RowsNeeded(0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("0 is no rate"));
        Assert.That(() => new WindowCalibration([[1]], 0), Throws.InstanceOf<UnusableDataException>());
        Assert.That(() => new WindowCalibration([[1]], 1).PValue([], 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
