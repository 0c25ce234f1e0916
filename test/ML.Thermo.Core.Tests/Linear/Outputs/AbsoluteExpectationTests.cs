using ML.Thermo.Linear.Outputs;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Linear.Outputs;

public sealed class AbsoluteExpectationTests
{
    [Test]
    public void One_uniform_parameter_gives_the_elementary_form()
    {
        Assert.That(AbsoluteExpectation.Mean(new OutputLaw(0.5, 0, [2])), Is.EqualTo((0.25 + 4) / 4).Within(1e-15));
        Assert.That(AbsoluteExpectation.Mean(new OutputLaw(-3, 0, [2])), Is.EqualTo(3));
    }

    [Test]
    public void Mixed_parameters_agree_with_quadrature(
        [Values(0, 0.8, -4)] double mean, [Values(0, 1e-4, 0.3, 5)] double deviation, [Values(1, 2, 3)] int count)
    {
        double[] halfWidths = [.. new[] { 1, 0.01, 1.9 }.Take(count)];
        var law = new OutputLaw(mean, deviation * deviation, halfWidths);
        Assert.That(AbsoluteExpectation.Mean(law), Is.EqualTo(Nested(mean, deviation, halfWidths)).Within(3e-11));
    }

    [Test]
    public void Cosine_series_and_corner_sum_agree_for_many_uniform_parameters([Values(0, 1.7, 6)] double mean, [Values(5, 9, 14)] int count)
    {
        double[] halfWidths = [.. Enumerable.Range(0, count).Select(k => 0.6 + (0.1 * k))];
        var law = new OutputLaw(mean, 0, halfWidths);
        (double expected, double error) = law.CornerSum(z => Math.Sign(z) * Math.Pow(z, count + 1) / Enumerable.Range(1, count + 1).Aggregate(1.0, (f, k) => f * k));
        Assert.That(AbsoluteExpectation.Mean(law), Is.EqualTo(expected).Within(1e-12 + (10 * error)));
    }

    [Test]
    public void Scales_that_ruin_corner_sums_do_no_harm()
    {
        // One wide parameter and narrow ones: the mean is that of the wide one, plus δ² = Σ b²/3 times its density 1/(2b) at the kink.
        double[] halfWidths = [1000, 1e-3, 2e-3, 1e-3, 5e-4];
        double narrow = halfWidths[1..].Sum(b => b * b) / 3;
        Assert.That(AbsoluteExpectation.Mean(new OutputLaw(3, 0, halfWidths)), Is.EqualTo(((9 + 1e6) / 2000) + (narrow / 2000)).Within(1e-7));
    }

    [Test]
    public void Covariance_of_folded_normals_agrees_with_quadrature(
        [Values(0, 0.6, -2.5)] double a, [Values(0, 0.601, 3)] double b, [Values(-0.999999, -0.95, -0.3, 0, 0.5, 0.89, 0.91, 0.9999)] double rho)
    {
        double q = Math.Sqrt(1 - (rho * rho));
        double expected = NormalExpectation.Of(
            z => Math.Abs(z + a) * q * AbsoluteExpectation.FoldedNormal(((rho * z) + b) / q), 0, 1, [-a, -b / (rho == 0 ? 1 : rho)]).Value
            - (AbsoluteExpectation.FoldedNormal(a) * AbsoluteExpectation.FoldedNormal(b));
        Assert.That(Covariance(a, b, rho), Is.EqualTo(expected).Within(1e-12));
    }

    [Test]
    public void Covariance_agrees_with_its_Hermite_series_for_moderate_correlations([Values(-0.6, 0.2, 0.7)] double rho)
    {
        const double A = 0.4, B = -1.1;
        double expected = 0, power = 1;
        for (int k = 1; k <= 100; k++)
        {
            power *= rho;
            expected += power * Coefficient(k, A) * Coefficient(k, B);
        }

        Assert.That(Covariance(A, B, rho), Is.EqualTo(expected).Within(1e-13));
    }

    [Test]
    public void Equal_and_opposite_outputs_give_the_closed_forms([Values(0, 0.3, -2)] double a, [Values(0.3, 1.5)] double b)
    {
        double product = AbsoluteExpectation.FoldedNormal(a) * AbsoluteExpectation.FoldedNormal(b);
        Assert.That(Covariance(a, b, 1), Is.EqualTo(OfEqual(a, b) - product).Within(1e-13));
        Assert.That(Covariance(a, b, -1), Is.EqualTo(OfEqual(a, -b) - product).Within(1e-13));
    }

    [Test]
    public void Centred_outputs_give_the_arc_sine_form([Values(-1, -0.92, -0.3, 0.5, 0.999, 1)] double rho) =>
        Assert.That(Covariance(0, 0, rho), Is.EqualTo(2 / Math.PI * (Math.Sqrt(1 - (rho * rho)) + (rho * Math.Asin(rho)) - 1)).Within(1e-14));

    private static double Covariance(double a, double b, double rho) =>
        AbsoluteExpectation.Covariance(a, b, AbsoluteExpectation.Slope(a), AbsoluteExpectation.Slope(b), rho);

    /// <summary>E|Z + a||Z + b| = (1 + ab)(1 − 2D) + 2(bφ(a) − aφ(b)), D = Φ(b) − Φ(a), for b ≥ a.</summary>
    private static double OfEqual(double first, double second)
    {
        (double a, double b) = (Math.Min(first, second), Math.Max(first, second));
        double d = SpecialFunctions.NormalDistribution(b) - SpecialFunctions.NormalDistribution(a);
        return ((1 + (a * b)) * (1 - (2 * d))) + (2 * ((b * SpecialFunctions.NormalDensity(a)) - (a * SpecialFunctions.NormalDensity(b))));
    }

    /// <summary>g⁽ᵏ⁾(t)/√k! with g⁽ᵏ⁾ = 2(−1)ᵏ He_(k−2)(t) φ(t), g′ = 2Φ − 1.</summary>
    private static double Coefficient(int k, double t)
    {
        if (k == 1)
            return AbsoluteExpectation.Slope(t);
        double below = 0, top = 1; // He_j/√j!
        for (int j = 0; j < k - 2; j++)
            (below, top) = (top, ((t * top) - (Math.Sqrt(j) * below)) / Math.Sqrt(j + 1));
        return (k % 2 == 0 ? 2 : -2) * top * SpecialFunctions.NormalDensity(t) / Math.Sqrt(k * (k - 1.0));
    }

    /// <summary>E|z| by integrating over one uniform parameter after the other.</summary>
    private static double Nested(double mean, double deviation, double[] halfWidths)
    {
        if (halfWidths.Length == 0)
            return deviation == 0 ? Math.Abs(mean) : deviation * AbsoluteExpectation.FoldedNormal(mean / deviation);
        double b = halfWidths[0];
        double[] corners = halfWidths[1..].Aggregate((double[])[-mean], (sums, width) => [.. sums.Select(sum => sum + width), .. sums.Select(sum => sum - width)]);
        double[] breaks = [.. corners.SelectMany(corner => new[] { -8, -3, -1, 0, 1, 3, 8 }.Select(k => corner + (k * deviation)))];
        return Quadrature.Integrate(u => Nested(mean + u, deviation, halfWidths[1..]), -b, b, breaks, 1e-12).Value / (2 * b);
    }
}
