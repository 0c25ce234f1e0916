using ML.Thermo.Initialization;
using ML.Thermo.Linear.Squared;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Numerics;

/// <summary>Every law answers alike: its moments, distribution function and entropy are those of its density.</summary>
internal sealed class DistributionTests
{
    private static IEnumerable<TestCaseData> Laws =>
    [
        Law("normal", InitializationLaw.Normal(1.5, 0.25), -2, 5),
        Law("uniform", InitializationLaw.Uniform(-3, 1), -3, 1),
        Law("narrow uniform", InitializationLaw.Uniform(2, 2.001), 2, 2.001),
        Law("quadratic form", new QuadraticForm([2, 0.5, 0.1], [3, 4, 3], [0, 1.5, 0.2], 1), 1, 120),
        Law("gamma", new QuadraticForm([0.5], [8], [0]), 0, 80),
    ];

    [TestCaseSource(nameof(Laws))]
    public void Its_numbers_are_those_of_its_density(IDistribution law, double low, double high)
    {
        double Integral(Func<double, double> f) => Quadrature.Integrate(f, low, high, 1e-10);
        double middle = law.Mean + (0.3 * Math.Sqrt(law.Variance));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Integral(law.Density), Is.EqualTo(1).Within(1e-8));
            Assert.That(Integral(x => x * law.Density(x)), Is.EqualTo(law.Mean).Within(1e-8 * Math.Max(1, Math.Abs(law.Mean))));
            Assert.That(Integral(x => Math.Pow(x - law.Mean, 2) * law.Density(x)), Is.EqualTo(law.Variance).Within(1e-7 * law.Variance));
            Assert.That(Integral(x => law.Density(x) is var p and > 0 ? -p * Math.Log(p) : 0), Is.EqualTo(law.DifferentialEntropy()).Within(1e-7));
            Assert.That(Quadrature.Integrate(law.Density, low, middle, 1e-10), Is.EqualTo(law.Distribution(middle)).Within(1e-8));
            Assert.That((law.Distribution(low), law.Density(high + (high - low))), Is.EqualTo((0, 0)).Within(1e-9));
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_point_has_all_its_weight_in_one_place(bool isNormal)
    {
        InitializationLaw law = isNormal ? InitializationLaw.Normal(2, 0) : InitializationLaw.Constant(2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((law.Mean, law.Variance), Is.EqualTo((2.0, 0.0)));
            Assert.That((law.Distribution(1.999), law.Distribution(2)), Is.EqualTo((0.0, 1.0)));
            Assert.That((law.Density(1.999), law.Density(2)), Is.EqualTo((0.0, double.PositiveInfinity)));
            Assert.That(law.DifferentialEntropy(), Is.EqualTo(double.NegativeInfinity));
        }
    }

    private static TestCaseData Law(string name, IDistribution law, double low, double high) => new TestCaseData(law, low, high).SetArgDisplayNames(name);
}
