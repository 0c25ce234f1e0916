using FsCheck;
using FsCheck.Fluent;
using ML.Thermo.Entropies;
using ML.Thermo.Numerics;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

[TestFixture]
public class LogarithmicMeanTests
{
    // golden: (v′ − v)/ln(v′/v) by hand, confirmed by simulated drift of Gaussian residuals; mpmath for the near-equal and extreme pairs
    [TestCase(0.04, 0.16, 0.0865617025, 1e-10)]
    [TestCase(2.16666666666666667, 0.541666666666666667, 1.17218972, 5e-9)]
    [TestCase(1, 1.0000001, 1.0000000499999992, 1e-15)]
    [TestCase(1, 1.01, 1.0049917080713053, 1e-15)]
    [TestCase(1e-300, 1e300, 7.2382413650541975e296, 1e282)]
    [TestCase(3, 3, 3, 1e-15)]
    [TestCase(0, 5, 0, 0)]
    [TestCase(0, 0, 0, 0)]
    public void It_matches_known_values(double a, double b, double expected, double tolerance)
    {
        Assert.That(LogarithmicMean.Of(a, b), Is.EqualTo(expected).Within(tolerance));
        Assert.That(LogarithmicMean.Of(b, a), Is.EqualTo(expected).Within(tolerance));
    }

    [Test]
    public void It_lies_between_the_geometric_and_the_arithmetic_mean_and_scales()
    {
        Gen<(double A, double B)> pairs =
            from a in Gen.Choose(-6000, 6000)
            from b in Gen.Choose(-6000, 6000)
            from near in Gen.Choose(0, 1)
            select (Math.Pow(10, a / 1000.0), near == 1 ? Math.Pow(10, a / 1000.0) * (1 + (b * 1e-9)) : Math.Pow(10, b / 1000.0));
        Prop.ForAll(pairs.ToArbitrary(), pair =>
        {
            double mean = LogarithmicMean.Of(pair.A, pair.B);
            return mean >= Math.Sqrt(pair.A * pair.B) * (1 - 1e-14)
                && mean <= (pair.A + pair.B) / 2 * (1 + 1e-14)
                && Math.Abs(LogarithmicMean.Of(3 * pair.A, 3 * pair.B) - (3 * mean)) <= 1e-14 * mean * 3;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(20240404, 1));
    }

    /// <summary>Two states with the same random U at scales r₁, r₂ have the logarithmic mean as temperature, whatever the law of U.</summary>
    [TestCase(1.5)]
    [TestCase(0.5)]
    [TestCase(20)]
    public void It_is_the_temperature_between_two_scales_of_one_law(double shape)
    {
        State AtScale(double scale) => new()
        {
            Kind = StateKind.TypeII,
            Energy = Estimate.Exact(shape * scale),
            Variance = Estimate.Exact(shape * scale * scale),
            Entropy = new EntropyEstimate(SpecialFunctions.GammaEntropy(shape, scale), 0, EntropyMethod.Exact),
            GroundEnergy = 0,
        };
        var transition = new Transition(AtScale(0.9), AtScale(0.2));
        Assert.That(transition.Temperature.Value, Is.EqualTo(LogarithmicMean.Of(0.9 * shape, 0.2 * shape)).Within(1e-12));
        Assert.That(transition.DeltaEntropy.Value, Is.EqualTo(Math.Log(4.5)).Within(1e-13));
    }

    [TestCase(-1, 1)]
    [TestCase(1, -1e-9)]
    [TestCase(double.NaN, 1)]
    [TestCase(1, double.PositiveInfinity)]
    public void An_excess_energy_is_never_negative(double a, double b) =>
        Assert.That(() => LogarithmicMean.Of(a, b), Throws.TypeOf<ArgumentOutOfRangeException>());
}
