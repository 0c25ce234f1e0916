using ML.Thermo.Entropies;
using ML.Thermo.Numerics;
using ML.Thermo.Tests.Numerics;

namespace ML.Thermo.Tests.Entropies;

public class Quadrature_of_a_density
{
    private static EntropyEstimate Entropy(DensityQuadrature density, double mean, double variance) =>
        density.Estimate(new EnergyMoments(ML.Thermo.Estimate.Exact(mean), ML.Thermo.Estimate.Exact(variance)), []);

    [TestCase(0, 1)]
    [TestCase(1e6, 1e-8)]
    [TestCase(-3, 1e12)]
    public void Of_a_normal_law_is_half_the_logarithm_of_its_variance(double mean, double variance)
    {
        double sd = Math.Sqrt(variance);
        EntropyEstimate entropy = Entropy(new DensityQuadrature(u => SpecialFunctions.NormalDensity((u - mean) / sd) / sd), mean, variance);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entropy.Value, Is.EqualTo(Samples.NormalEntropy + Math.Log(sd)).Within(1e-7 * Math.Max(1e-5, Math.Abs(mean) / sd / 1e10)));
            Assert.That(entropy.StandardError, Is.Zero);
            Assert.That(entropy.Method, Is.EqualTo(EntropyMethod.Exact));
            Assert.That(entropy.Status, Is.EqualTo(Status.Defined));
        }
    }

    [TestCase(0, 0.5, 2, 0.783757110473934)] // golden: H(½, 2), mpmath; singular at its floor
    [TestCase(0.74, 0.5, 2, 0.783757110473934)]
    [TestCase(0, 0.5, 2e-6, 0.783757110473934 - 13.815510557964274)]
    [TestCase(-5, 1, 1, 1)]
    [TestCase(0.1, 3, 2 * 0.04 / 6, -2.46990960)]
    [TestCase(2, 400, 0.1, double.NaN)]
    public void Of_a_gamma_law_on_any_floor_is_its_closed_form(double floor, double shape, double scale, double golden)
    {
        double Density(double u)
        {
            double x = (u - floor) / scale;
            return x <= 0 ? 0 : IncompleteGamma.Term(shape, x) * shape / x / scale;
        }

        double tolerance = floor == 0 ? 5e-9 : 2e-7; // away from zero, digits of E − E₀ are lost at the edge
        EntropyEstimate entropy = Entropy(new DensityQuadrature(Density, floor), floor + (shape * scale), shape * scale * scale);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entropy.Value, Is.EqualTo(double.IsNaN(golden) ? SpecialFunctions.GammaEntropy(shape, scale) : golden).Within(tolerance));
            Assert.That(entropy.Bias, Is.LessThan(tolerance));
        }
    }

    [Test]
    public void Heeds_a_ceiling_and_breaks()
    {
        // U(0, 1) squared up to ¼, then a flat piece: p = 1/(2√u) on (0, ¼), 2/3 on (¼, 1)
        var density = new DensityQuadrature(u => u < 0.25 ? 0.5 / Math.Sqrt(u) : 2.0 / 3, 0, 1, 0.25);
        double exact = ((0.5 * Math.Log(2)) + (0.5 * (Math.Log(0.5) - 1))) + (0.5 * Math.Log(1.5)); // ∫ ln(2√u) du/(2√u) = ∫₀^½ ln 2v dv
        Assert.That(Entropy(density, 0.35, 0.1).Value, Is.EqualTo(exact).Within(1e-10));
    }

    [Test]
    public void That_does_not_integrate_to_one_is_not_an_entropy() =>
        Assert.That(Entropy(new DensityQuadrature(u => SpecialFunctions.NormalDensity(u) * 1.01), 0, 1).Status, Is.EqualTo(Status.NotConverged));

    [Test]
    public void Without_moments_or_range_is_refused()
    {
        var density = new DensityQuadrature(SpecialFunctions.NormalDensity);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Entropy(density, double.NaN, 1).Status, Is.EqualTo(Status.Undefined));
            Assert.That(Entropy(density, 1, 0).Status, Is.EqualTo(Status.PointState));
            Assert.That(() => new DensityQuadrature(SpecialFunctions.NormalDensity, 2, 1), Throws.ArgumentException.With.Message.Contains("[2, 1]"));
        }
    }
}
