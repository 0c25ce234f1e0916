using ML.Thermo.Loops;

namespace ML.Thermo.Tests.Loops;

public class Thresholds_of_equal_categories
{
    private static readonly double[] Temperatures = [0.5, 0.7, 0.8, 0.9, 0.95];

    [TestCase(2, 0.5, 0.3, 0.2, 0.1, 0.05)]
    [TestCase(3, 0.5147186258, 0.3109974298, 0.2079386729, 0.1042421237, 0.0521841955)]
    [TestCase(10, 0.625, 0.3997913323, 0.2740032184, 0.1404913782, 0.0710738339)]
    [TestCase(100, 0.8340301047, 0.6169902002, 0.4544184360, 0.2498107675, 0.1307082692)]
    [TestCase(1000, 0.9405444933, 0.7865886374, 0.6252336746, 0.3732423507, 0.2037651984)]
    [TestCase(50000, 0.9911351068, 0.9298927665, 0.8180663277, 0.5575701465, 0.3284819966)]
    public void Of_coexistence_have_the_reference_values(int classes, params double[] expected) =>
        Assert.That(Temperatures.Select(temperature => LoopThresholds.Coexistence(classes, temperature)), Is.EqualTo(expected).Within(1e-9));

    [Test]
    public void Of_coexistence_are_closed_at_temperature_one_half()
    {
        foreach (double classes in new[] { 2.0, 2.5, 3, 17, 1e6 })
            Assert.That(LoopThresholds.Coexistence(classes, 0.5), Is.EqualTo(classes / Math.Pow(1 + Math.Sqrt(classes - 1), 2)).Within(1e-12));
    }

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public bool Of_coexistence_are_never_below_those_of_stability(FsCheck.PositiveInt classes, byte temperature)
    {
        double t = (temperature + 1) / 257.0;
        double share = LoopThresholds.Coexistence(classes.Get + 1, t);
        return share >= LoopThresholds.Stability(t) - 1e-15 && share <= 1;
    }

    [Test]
    public void Of_coexistence_bound_the_share_of_every_collapsed_state()
    {
        double most = LoopThresholds.Coexistence(10, 0.8);
        double[] shares = [.. Enumerable.Range(0, 2000).Select(i => LoopThresholds.CollapsedShare(10, 0.8, Math.Exp(i * 0.005)))];
        Assert.That(shares.Max(), Is.EqualTo(most).Within(1e-6).And.LessThanOrEqualTo(most));
        Assert.That(LoopThresholds.CollapsedShare(10, 0.8, 1), Is.EqualTo(0.2).Within(1e-15));
    }

    [Test]
    public void Are_states_of_the_loop() // the share of odds r is one at which the map keeps them
    {
        const double odds = 7;
        double share = LoopThresholds.CollapsedShare(5, 0.7, odds), sum = odds + 4;
        double[] law = [odds / sum, 1 / sum, 1 / sum, 1 / sum, 1 / sum];
        Assert.That(new CategoricalLoop([0.2, 0.2, 0.2, 0.2, 0.2], 0.7, share).After(law, 1), Is.EqualTo(law).Within(1e-14));
    }

    [Test]
    public void Are_zero_for_a_sampler_that_is_not_cold()
    {
        Assert.That(LoopThresholds.Coexistence(10, 1), Is.Zero);
        Assert.That(LoopThresholds.Coexistence(10, 1.5), Is.Zero);
        Assert.That(LoopThresholds.Stability(1.5), Is.Zero);
    }

    [Test]
    public void Need_two_categories() =>
        Assert.That(() => LoopThresholds.Coexistence(1, 0.5), Throws.InstanceOf<ArgumentException>().With.Message.Contains("1 categories"));
}

public class The_critical_share
{
    private static readonly double[] Data = [0.5, 0.25, 0.15, 0.1];

    [TestCase(0.8, 0.46606232, 0.60716895, 0.87177002)]
    [TestCase(0.95, 0.16299423, 0.25454336, 0.59836479)]
    [TestCase(1.2, 0.03402681, 0.10859538, 0.32553165)]
    public void Has_the_reference_values(double temperature, double nine, double nineteen, double ninetyNine)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(CriticalShare.Of(Data, temperature, 0.9), Is.EqualTo(nine).Within(1e-6));
            Assert.That(CriticalShare.Of(Data, temperature, 0.95), Is.EqualTo(nineteen).Within(1e-6));
            Assert.That(CriticalShare.Of(Data, temperature, 0.99), Is.EqualTo(ninetyNine).Within(1e-6));
        }
    }

    [Test]
    public void Is_zero_for_a_sampler_that_changes_nothing() => Assert.That(CriticalShare.Of(Data, 1, 0.99), Is.Zero);

    [Test]
    public void Of_one_category_is_refused() =>
        Assert.That(() => CriticalShare.Of([1, 0], 0.8, 0.9), Throws.ArgumentException.With.Message.Contains("no entropy"));
}
