using ML.Thermo.Loops.Guard;

namespace ML.Thermo.Tests.Loops.Guard;

public class A_guard_of_four_generations
{
    private static readonly CategoryTable Table = CategoryTable.OfCounts([[80, 50, 40, 20, 10], [95, 52, 34, 13, 6], [108, 53, 28, 8, 3], [121, 50, 22, 5, 2]]);

    [Test]
    public void Sees_diversity_go()
    {
        GuardFinding finding = LoopGuard.Judge(Table, new LoopGuardOptions { Draws = 9999 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(finding.Generations.Select(generation => generation.GiniSimpson.Value), Is.EqualTo(new[] { 0.728643216, 0.676130653, 0.619849246, 0.561457286 }).Within(1e-9));
            Assert.That(finding.Drift.PValue, Is.LessThanOrEqualTo(0.001));
            Assert.That(finding.Verdict, Is.EqualTo(LoopVerdict.Freezing));
            Assert.That(finding.Drift.Band, Has.Count.EqualTo(3));
            Assert.That(finding.Generations[^1].GiniSimpson.Value, Is.LessThan(finding.Drift.Band[^1].Low));
        }
    }

    [Test]
    public void Finds_the_temperature_of_a_loop_without_fresh_rows()
    {
        LoopFit fit = Fit(0);
        Assert.That(fit.Temperature.Value, Is.EqualTo(0.775820160).Within(1e-7));
        Assert.That(fit.Temperature.StandardError, Is.EqualTo(0.042853).Within(1e-6));
        Assert.That(2 * fit.LogLikelihoodGain, Is.EqualTo(18.274748).Within(1e-6));
        Assert.That(fit.Status, Is.EqualTo(GuardStatus.Defined));
    }

    [TestCase(0.1, 0.720782889)]
    [TestCase(0.2, 0.667993221)]
    public void Finds_a_colder_one_with_known_fresh_rows(double share, double temperature) =>
        Assert.That(Fit(share).Temperature.Value, Is.EqualTo(temperature).Within(1e-7));

    [Test]
    public void Says_that_temperature_and_share_trade_off()
    {
        LoopFit fit = Fit(null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fit.Temperature.Value, Is.EqualTo(0.71877).Within(1e-5));
            Assert.That(fit.FreshShare.Value, Is.EqualTo(0.10377).Within(1e-5));
            Assert.That(fit.Profile.Single(point => point.FreshShare == 0).LogLikelihood, Is.EqualTo(-0.352).Within(5e-4));
            Assert.That(fit.Status, Is.EqualTo(GuardStatus.FlatProfile));
            Assert.That(fit.FreshShareInterval.Low, Is.Zero);
        }
    }

    [Test]
    public void Does_not_mind_the_order_or_the_names_of_categories()
    {
        var named = CategoryTable.Of([.. Table.Generations.Select(counts => counts.Select((count, i) => ($"c{(i * 3) % 5}", count)).ToDictionary(pair => pair.Item1, pair => pair.count))]);
        GuardFinding a = LoopGuard.Judge(Table), b = LoopGuard.Judge(named);
        Assert.That(b.Fit!.Temperature.Value, Is.EqualTo(a.Fit!.Temperature.Value).Within(1e-9));
        Assert.That(b.Verdict, Is.EqualTo(a.Verdict));
    }

    [Test]
    public void Fits_no_temperature_to_a_subsample()
    {
        GuardFinding finding = LoopGuard.Judge(Table, new LoopGuardOptions { Subsampled = true });
        Assert.That(finding.Fit, Is.Null);
        Assert.That(finding.Forecast, Is.Null);
        Assert.That(finding.Status, Is.EqualTo(GuardStatus.Subsampled));
    }

    private static LoopFit Fit(double? share) => LoopGuard.Judge(Table, new LoopGuardOptions { FreshShare = share }).Fit!;
}

public class A_guard
{
    [Test]
    public void Counts_rows_that_no_loop_of_these_data_makes()
    {
        GuardFinding finding = LoopGuard.Judge(CategoryTable.OfCounts([[80, 50, 40, 0], [75, 52, 40, 3], [70, 50, 45, 5]]));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(finding.Status.HasFlag(GuardStatus.Novelty), Is.True);
            Assert.That(finding.Fit!.NovelRows, Is.EqualTo(3), "the five of the last generation have a parent");
            Assert.That(finding.Generations[1].NewCategories, Is.EqualTo(1));
        }
    }

    [Test]
    public void Of_equal_categories_has_no_temperature()
    {
        GuardFinding finding = LoopGuard.Judge(CategoryTable.OfCounts([[50, 50], [50, 50]]), new LoopGuardOptions { FreshShare = 0 });
        Assert.That(finding.Status, Is.EqualTo(GuardStatus.NoTemperature));
        Assert.That(finding.Forecast, Is.Null);
    }

    [Test]
    public void Refuses_what_is_no_history_of_a_loop()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => CategoryTable.OfCounts([[5, 5]]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("1 generation"));
            Assert.That(() => CategoryTable.OfCounts([[5, 0], [5, 0]]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("one category"));
            Assert.That(() => CategoryTable.OfCounts([[1, 1, 1], [1, 1, 1]]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("as an id is"));
            Assert.That(() => CategoryTable.OfCounts([[5, 3], [0, 0]]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("Generation 1 has 0 rows"));
            Assert.That(() => CategoryTable.OfCounts([[5, -3], [2, 2]]), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("-3"));
            Assert.That(() => LoopGuard.Judge(CategoryTable.OfCounts([[5, 3], [2, 2]]), new LoopGuardOptions { FreshShare = 1.5 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("1.5"));
            Assert.That(() => LoopGuard.Judge(CategoryTable.OfCounts([[5, 3], [2, 2]]), new LoopGuardOptions { Draws = 10 }), Throws.ArgumentException.With.Message.Contains("10 draws"));
        }
    }
}
