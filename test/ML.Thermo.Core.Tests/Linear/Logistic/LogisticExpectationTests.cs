using ML.Thermo.Linear.Logistic;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Linear.Logistic;

public sealed class LogisticExpectationTests
{
    // Golden: independent quadrature, 12 digits.
    [TestCase(0, .1, 0.694395623241)]
    [TestCase(0, .5, 0.723492801066)]
    [TestCase(0, 1, 0.806059183347)]
    [TestCase(0, 2, 1.067714388051)]
    [TestCase(0, 5, 2.120547414683)]
    [TestCase(1, .5, 1.337550287911)]
    [TestCase(1, 1, 1.406856283088)]
    [TestCase(1, 3, 1.951097668447)]
    [TestCase(-2, 4, 0.929044886926)]
    public void Mean_softplus_of_a_normal_output_has_twelve_digits(double mean, double deviation, double expected) =>
        Assert.That(LogisticExpectation.Softplus(mean, deviation), Is.EqualTo(expected).Within(1e-12));

    [Test]
    public void Mean_softplus_agrees_with_its_series_in_the_normal_tail(
        [Values(0, 0.7, -3, 12)] double mean, [Values(0.4, 1, 3, 10, 200)] double deviation) =>
        Assert.That(LogisticExpectation.Softplus(mean, deviation), Is.EqualTo(Series(mean, deviation)).Within(1e-12 * (1 + deviation)));

    [Test]
    public void Mean_softplus_agrees_with_adaptive_quadrature(
        [Values(0, -1.3, 30, -45)] double mean, [Values(0, 1e-3, 0.05, 1, 7, 1000)] double deviation)
    {
        double expected = NormalExpectation.Of(z => Math.Max(z, 0) + SpecialFunctions.LogOnePlus(Math.Exp(-Math.Abs(z))), mean, deviation * deviation, [0]).Value;
        Assert.That(LogisticExpectation.Softplus(mean, deviation), Is.EqualTo(expected).Within(2e-14 * (1 + Math.Abs(mean) + deviation)));
    }

    [Test]
    public void Uniform_parameters_agree_with_corner_sums_of_Fermi_Dirac_functions(
        [Values(0, 0.6, -7)] double mean, [Values(1, 2, 3)] int count, [Values(0.5, 3, 25)] double scale)
    {
        double[] halfWidths = [.. new[] { 1, 0.7, 1.9 }.Take(count).Select(b => b * scale)];
        var law = new OutputLaw(mean, 0, halfWidths);
        (double expected, double error) = law.CornerSum(z => FermiDirac.Function(count + 1, z));
        Assert.That(LogisticExpectation.Softplus(law), Is.EqualTo(expected).Within(1e-12 + (10 * error)));
    }

    [Test]
    public void Many_uniform_parameters_approach_the_normal_law()
    {
        double[] halfWidths = [.. Enumerable.Repeat(Math.Sqrt(3.0 / 2000) * 2, 2000)];
        Assert.That(LogisticExpectation.Softplus(new OutputLaw(0.5, 0, halfWidths)), Is.EqualTo(LogisticExpectation.Softplus(0.5, 2)).Within(1e-4));
    }

    [Test]
    public void Hermite_coefficients_agree_with_quadrature([Values(0, 0.8, -6)] double mean, [Values(0.3, 2, 15)] double deviation)
    {
        double[] coefficients = new double[48];
        LogisticExpectation.HermiteCoefficients(mean, deviation, coefficients);
        foreach (int k in (int[])[1, 2, 3, 4, 7, 20, 47])
        {
            double expected = NormalExpectation.Of(x => Softplus(mean + (deviation * x)) * Hermite(k, x), 0, 1, [-mean / deviation]).Value;
            Assert.That(coefficients[k - 1], Is.EqualTo(expected).Within(1e-11 * (1 + deviation)), $"degree {k}");
        }
    }

    // The asymptotic expansions are documented with these errors and must keep them.
    [TestCase(0.1, 1e-9)]
    [TestCase(0.5, 1e-5)]
    [TestCase(1, 2e-3)]
    public void The_narrow_expansion_has_its_stated_error(double deviation, double error)
    {
        foreach (double mean in (double[])[0, 0.5, -2])
        {
            var law = new OutputLaw(mean, deviation * deviation, []);
            Assert.That(LogisticExpectation.Narrow(law), Is.EqualTo(LogisticExpectation.Softplus(law)).Within(error));
        }
    }

    [Test]
    public void The_narrow_expansion_holds_for_uniform_parameters()
    {
        var law = new OutputLaw(0.4, 0.02, [0.1, 0.15]);
        Assert.That(LogisticExpectation.Narrow(law), Is.EqualTo(LogisticExpectation.Softplus(law)).Within(2e-9));
    }

    [TestCase(4, 2e-3)]
    [TestCase(20, 1e-5)]
    [TestCase(200, 1e-10)]
    public void The_wide_expansion_has_its_stated_error(double deviation, double error)
    {
        foreach (double mean in (double[])[0, 0.5, -2])
        {
            var law = new OutputLaw(mean, deviation * deviation, []);
            Assert.That(LogisticExpectation.Wide(law), Is.EqualTo(LogisticExpectation.Softplus(law)).Within(error));
        }
    }

    /// <summary>L = s[φ(t) + tΦ(t)] + Σ ((−1)^(k+1)/k) e^(k²s²/2) [e^(−kμ)Φ(t − ks) + e^(kμ)Φ(−t − ks)], the alternating tail averaged twelve times.</summary>
    private static double Series(double mean, double s)
    {
        const int Terms = 200, Averages = 12;
        double t = mean / s, sum = s * (SpecialFunctions.NormalDensity(t) + (t * SpecialFunctions.NormalDistribution(t)));
        double[] partial = new double[Terms];
        for (int k = 1; k <= Terms; k++)
        {
            double scale = k * (double)k * s * s / 2;
            double term = Math.Exp(scale - (k * mean) + SpecialFunctions.LogNormalDistribution(t - (k * s)))
                + Math.Exp(scale + (k * mean) + SpecialFunctions.LogNormalDistribution(-t - (k * s)));
            partial[k - 1] = sum += (k % 2 == 1 ? term : -term) / k;
        }

        for (int pass = 0; pass < Averages; pass++)
        {
            for (int k = 0; k < Terms - 1 - pass; k++)
                partial[k] = (partial[k] + partial[k + 1]) / 2;
        }

        return partial[Terms - 1 - Averages];
    }

    private static double Softplus(double z) => Math.Max(z, 0) + SpecialFunctions.LogOnePlus(Math.Exp(-Math.Abs(z)));

    /// <summary>Heₖ(x)/√k!.</summary>
    private static double Hermite(int degree, double x)
    {
        double below = 0, top = 1;
        for (int k = 0; k < degree; k++)
            (below, top) = (top, ((x * top) - (Math.Sqrt(k) * below)) / Math.Sqrt(k + 1));
        return top;
    }
}
