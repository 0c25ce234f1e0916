using ML.Thermo.Loops;

namespace ML.Thermo.Tests.Loops;

public class A_plan_for_a_loop
{
    private static readonly double[] Data = [0.5, 0.25, 0.15, 0.1];

    [Test]
    public void Without_a_temperature_asks_for_the_rows_of_chance_alone()
    {
        LoopPlan plan = ClosedLoop.Plan(new LoopPlanOptions { Rows = 1000, Retain = 0.95 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.CriticalRowsExact, Is.EqualTo(9.5504).Within(1e-4));
            Assert.That(plan.CriticalRows, Is.EqualTo(10));
            Assert.That(plan.TemperatureRule, Is.EqualTo(TemperatureRule.None));
            Assert.That(plan.Weight!.Value.Total, Is.EqualTo(FreshWeight.OfRatio(10.0 / 990)).Within(1e-15), "the other rows are generated");
        }
    }

    [Test]
    public void With_known_shares_iterates_them()
    {
        LoopPlan plan = ClosedLoop.Plan(new LoopPlanOptions { Rows = 10_000, Temperature = 0.8, Reference = Data, Retain = 0.9 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.TemperatureShare, Is.EqualTo(0.46606232).Within(1e-6));
            Assert.That(plan.CriticalRows, Is.EqualTo(4661));
            Assert.That(plan.FixedPoint!.Retention, Is.EqualTo(0.9).Within(1e-6));
        }
    }

    [Test]
    public void With_nothing_but_a_number_of_categories_takes_the_share_of_coexistence_and_never_that_of_stability()
    {
        LoopPlan plan = ClosedLoop.Plan(new LoopPlanOptions { Rows = 10_000, Temperature = 0.8, Classes = 10 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.CriticalShare, Is.EqualTo(0.2740032184).Within(1e-9));
            Assert.That(plan.TemperatureRule, Is.EqualTo(TemperatureRule.Coexistence));
            Assert.That(plan.UniformThresholds!.Value.Stability, Is.EqualTo(0.2).Within(1e-15));
        }
    }

    [Test]
    public void Of_a_balanced_reference_is_that_of_as_many_equal_categories() // by symmetry the loop would stay there at any share: the least chance ends it
    {
        LoopPlan plan = ClosedLoop.Plan(new LoopPlanOptions { Rows = 10_000, Temperature = 0.8, Reference = [.. Enumerable.Repeat(0.1, 10)], FreshAvailable = 2100 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.CriticalShare, Is.EqualTo(0.2740032184).Within(1e-9));
            Assert.That(plan.FixedPoint!.Retention, Is.EqualTo(1).Within(1e-9));
            Assert.That(plan.Available!.Value.Temperature, Is.EqualTo(1.470035912 / Math.Log(10)).Within(1e-8), "the collapsed state at 0.21");
            Assert.That(plan.Available.Value.Enough, Is.False);
        }
    }

    // golden: iteration from one favourite that has the mass of those tied with it, by an independent program; from the tie itself it finds 0.1244
    [TestCase(new[] { 0.3, 0.3, 0.3, 0.1 }, 0.8, 0.9, 0.220550656)]
    [TestCase(new[] { 0.4, 0.4, 0.2 }, 0.8, 0.95, 0.340613246)]
    [TestCase(new[] { 0.5, 0.5 }, 0.5, 0.9, 0.432302296)]
    [TestCase(new[] { 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1 }, 0.8, 0.5, 0.164333880)]
    public void Breaks_the_tie_of_favourites(double[] shares, double temperature, double retain, double share) =>
        Assert.That(CriticalShare.Of(shares, temperature, retain), Is.EqualTo(share).Within(2e-7));

    [Test]
    public void Takes_the_larger_of_its_two_needs()
    {
        LoopPlan few = ClosedLoop.Plan(new LoopPlanOptions { Rows = 30, Temperature = 0.99, Classes = 4, Retain = 0.95 });
        Assert.That(few.CriticalRowsExact, Is.EqualTo(few.ResamplingRows).And.GreaterThan(30 * few.TemperatureShare));
    }

    [Test]
    public void Says_what_the_rows_at_hand_achieve()
    {
        LoopPlan plan = ClosedLoop.Plan(new LoopPlanOptions { Rows = 1000, Temperature = 0.8, Reference = Data, FreshAvailable = 300 });
        AchievedRetention at = plan.Available!.Value;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(at.Temperature, Is.EqualTo(0.7504913679).Within(1e-9));
            Assert.That(at.Resampling, Is.EqualTo(ResamplingLaw.Stationary(1000, 300)));
            Assert.That(at.Enough, Is.False);
        }
    }

    [Test]
    public void Needs_no_fresh_rows_where_enough_of_them_accumulate()
    {
        LoopPlan plan = ClosedLoop.Plan(new LoopPlanOptions { Rows = 1000, Policy = RefillPolicy.Accumulate });
        Assert.That(plan.CriticalRows, Is.Zero);
        Assert.That(plan.Weight, Is.Null);
    }

    [Test]
    public void Says_where_no_number_of_fresh_rows_is_enough()
    {
        LoopPlan plan = ClosedLoop.Plan(new LoopPlanOptions { Rows = 10, Retain = 0.95 });
        Assert.That(plan.CriticalShare, Is.NaN);
        Assert.That(plan.CriticalRows, Is.Null);
    }

    [Test]
    public void Names_what_it_cannot_use()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => ClosedLoop.Plan(new LoopPlanOptions { Rows = 100, Temperature = 0.8 }), Throws.ArgumentException.With.Message.Contains("categories' shares"));
            Assert.That(() => ClosedLoop.Plan(new LoopPlanOptions { Rows = 1 }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("1 rows"));
            Assert.That(() => ClosedLoop.Plan(new LoopPlanOptions { Rows = 100, Temperature = 0.8, Classes = 1 }), Throws.ArgumentException.With.Message.Contains("1 category"));
            Assert.That(() => ClosedLoop.Plan(new LoopPlanOptions { Rows = 100, FreshAvailable = 200 }), Throws.ArgumentException.With.Message.Contains("200 fresh rows"));
            Assert.That(() => RefillPolicy.Parse("window:0"), Throws.ArgumentException.With.Message.Contains("window:0"));
        }
    }

    [TestCase("replace", 1)]
    [TestCase("Accumulate", int.MaxValue)]
    [TestCase("window:7", 7)]
    public void Reads_its_policy_from_text(string text, int window)
    {
        Assert.That(RefillPolicy.Parse(text).Window, Is.EqualTo(window));
        Assert.That(RefillPolicy.Parse(text).ToString(), Is.EqualTo(text.ToLowerInvariant()));
    }
}
