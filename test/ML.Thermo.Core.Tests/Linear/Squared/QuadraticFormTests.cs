using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Squared;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Linear.Squared;

public sealed class QuadraticFormTests
{
    // Imhof, Biometrika 48 (1961) 419; six digits recomputed independently.
    [TestCase(new[] { 1.0, 1, 1 }, 0.1, .945786)]
    [TestCase(new[] { 1.0, 1, 1 }, 0.7, .506438)]
    [TestCase(new[] { 1.0, 1, 1 }, 2, .123959)]
    [TestCase(new[] { 2.0, 2, 2 }, 0.2, .993547)]
    [TestCase(new[] { 2.0, 2, 2 }, 2, .399795)]
    [TestCase(new[] { 2.0, 2, 2 }, 6, .016103)]
    [TestCase(new[] { 2.0, 4, 6 }, 1, .966640)]
    [TestCase(new[] { 2.0, 4, 6 }, 3, .419555)]
    [TestCase(new[] { 2.0, 4, 6 }, 8, .008715)]
    public void Imhofs_central_forms(double[] degrees, double x, double exceedance) =>
        Assert.That(new QuadraticForm([.6, .3, .1], degrees).Exceedance(x), Is.EqualTo(exceedance).Within(6e-7));

    [TestCase(2, .993882)]
    [TestCase(10, .408658)]
    [TestCase(20, .022082)]
    public void Imhofs_noncentral_form(double x, double exceedance) =>
        Assert.That(new QuadraticForm([.7, .3], [6, 2], [6, 2]).Exceedance(x), Is.EqualTo(exceedance).Within(6e-7));

    [Test]
    public void Density_and_both_tails_of_a_noncentral_square_are_the_closed_form([Values(1e-4, 0.09, 4, 400)] double delta)
    {
        var form = new QuadraticForm([1], null, [delta]);
        double root = Math.Sqrt(delta);
        foreach (double x in new[] { 1e-6, 0.01, 0.5, 1, 1 + delta, 3 + delta, 20 + (2 * delta) })
        {
            double v = Math.Sqrt(x);
            double density = (SpecialFunctions.NormalDensity(v - root) + SpecialFunctions.NormalDensity(v + root)) / (2 * v);
            double upper = SpecialFunctions.NormalDistribution(root - v) + SpecialFunctions.NormalDistribution(-root - v);
            Assert.That(form.Density(x), Is.EqualTo(density).Within(1e-11 * density));
            Assert.That(form.Exceedance(x), Is.EqualTo(upper).Within(1e-11 * upper));
            Assert.That(form.Distribution(x), Is.EqualTo(1 - upper).Within(1e-11));
        }
    }

    [Test]
    public void Two_unequal_squares_have_the_density_with_a_Bessel_function([Values(0.9, 0.1, 1e-3)] double second)
    {
        // p(u) = exp(−u(1/a + 1/b)/4) I₀(u(1/b − 1/a)/4) / 2√(ab)
        var form = new QuadraticForm([1, second]);
        foreach (double u in new[] { 1e-3, 0.1, 1, 5, 30 })
        {
            double z = u * ((1 / second) - 1) / 4;
            double density = Math.Exp(z - (u * (1 + (1 / second)) / 4)) * ScaledBessel(z) / (2 * Math.Sqrt(second));
            Assert.That(form.Density(u), Is.EqualTo(density).Within(1e-10 * density));
        }
    }

    [Test]
    public void A_unit_however_small_or_large_shifts_the_entropy_by_its_logarithm([Values(1e-300, 1e-150, 1e-61, 1e61, 1e150, 1e300)] double unit)
    {
        EntropyEstimate one = new QuadraticForm([1, .3, .1], null, [.5, 2, 0]).Entropy();
        EntropyEstimate scaled = new QuadraticForm([unit, .3 * unit, .1 * unit], null, [.5, 2, 0]).Entropy();

        Assert.That(scaled.Value, Is.EqualTo(one.Value + Math.Log(unit)).Within(1e-9));
        Assert.That(scaled.Status, Is.EqualTo(Status.Defined));
    }

    [Test]
    public void Density_and_entropy_agree_with_Rubens_mixture_of_chi_squares()
    {
        double[] weights = [1.3, 0.4, 0.9], deltas = [0.5, 2, 0];
        var form = new QuadraticForm(weights, null, deltas);
        double[] mixture = RubensMixture(weights, deltas, 400);
        double Ruben(double u) => Enumerable.Range(0, mixture.Length).Sum(k =>
            mixture[k] * Math.Exp((((weights.Length / 2.0) + k - 1) * Math.Log(u / 0.8)) - (u / 0.8) - SpecialFunctions.LogGamma((weights.Length / 2.0) + k)) / 0.8);
        foreach (double u in new[] { 0.01, 0.3, 2, 6, 15 })
            Assert.That(form.Density(u), Is.EqualTo(Ruben(u)).Within(1e-11));
        double entropy = Quadrature.Integrate(v => v == 0 ? 0 : -2 * v * Ruben(v * v) * Math.Log(Ruben(v * v)), 0, 9, 1e-11);
        Assert.That(form.Entropy().Value, Is.EqualTo(entropy).Within(1e-9));
    }

    [Test]
    public void Entropy_of_equal_weights_is_that_of_the_gamma_law([Values(1, 2, 7, 1000, 100_000)] int degrees)
    {
        double exact = SpecialFunctions.GammaEntropy(degrees / 2.0, 6);
        Assert.That(new QuadraticForm([3], [degrees]).Entropy().Value, Is.EqualTo(exact));
        EntropyEstimate byQuadrature = new QuadraticForm([3, 3 * (1 + 1e-14)], [degrees / 2.0, degrees / 2.0]).Entropy();
        Assert.That(byQuadrature.Status, Is.EqualTo(Status.Defined));
        Assert.That(byQuadrature.Value, Is.EqualTo(exact).Within(1e-9));
    }

    [Test]
    public void Entropy_of_a_noncentral_square_agrees_with_direct_quadrature([Values(1e-6, 0.3, 1, 9, 100)] double delta)
    {
        double root = Math.Sqrt(delta);
        double Integrand(double v) // over v = √E, folded normal density f(v); p(E) = f/2v
        {
            double f = SpecialFunctions.NormalDensity(v - root) + SpecialFunctions.NormalDensity(v + root);
            return f > 0 && v > 0 ? -f * Math.Log(f / (2 * v)) : 0;
        }

        double entropy = Enumerable.Range(0, 40).Sum(k => Quadrature.Integrate(Integrand, k * (root + 10) / 40, (k + 1) * (root + 10) / 40));
        Assert.That(new QuadraticForm([1], null, [delta]).Entropy().Value, Is.EqualTo(entropy).Within(2e-9));
    }

    [Test]
    public void A_vanishing_weight_adds_nothing_and_a_narrow_form_becomes_normal()
    {
        Assert.That(new QuadraticForm([1, 1e-12]).Entropy().Value, Is.EqualTo(new QuadraticForm([1]).Entropy().Value).Within(2e-6));
        var narrow = new QuadraticForm([1e-3, 1e-9, 2e-6], null, [1e12, 3e10, 0.5]);
        double normal = 0.5 * Math.Log(2 * Math.PI * Math.E * narrow.Variance);
        Assert.That(narrow.Entropy().Value, Is.EqualTo(normal).Within(1e-10));
    }

    [Test]
    public void A_square_blurred_by_a_nearly_normal_term_keeps_its_exact_entropy()
    {
        // χ²₁ + N(0, 0.2²): the second term is 10⁻⁶ χ²₁(10¹⁰) = 10⁴ + 0.2 z + 10⁻⁶(z² − 1) + …
        var form = new QuadraticForm([1, 1e-6], null, [0, 1e10]);
        double Blurred(double x) => Quadrature.Integrate(
            v => 2 * SpecialFunctions.NormalDensity(v) * SpecialFunctions.NormalDensity((x - (v * v)) / 0.2) / 0.2, Math.Max(0, Math.Sqrt(Math.Max(0, x - 2))), Math.Sqrt(Math.Max(0, x) + 2));
        double entropy = Enumerable.Range(0, 60).Sum(k => Quadrature.Integrate(
            x => -Blurred(x) * Math.Log(Math.Max(Blurred(x), 1e-300)), -1.5 + (k * 0.75), -1.5 + ((k + 1) * 0.75), 1e-8));
        Assert.That(form.Entropy().Value, Is.EqualTo(entropy).Within(2e-6));
    }

    [TestCase(1e3)]
    [TestCase(1e6)]
    [TestCase(1e12)]
    public void Fifty_terms_of_any_condition_number_have_a_normalised_density(double condition)
    {
        double[] weights = [.. Enumerable.Range(0, 50).Select(j => Math.Pow(condition, -j / 49.0))];
        var form = new QuadraticForm(weights, null, [.. weights.Select((_, j) => (double)(j % 5))]);
        Assert.That(form.Entropy().Status, Is.EqualTo(Status.Defined));
        double a = form.Mean - Math.Sqrt(form.Variance), b = form.Mean + (2 * Math.Sqrt(form.Variance));
        Assert.That(Quadrature.Integrate(form.Density, a, b), Is.EqualTo(form.Distribution(b) - form.Distribution(a)).Within(1e-9));
    }

    [Test]
    public void Cumulants_of_a_noncentral_chi_square()
    {
        var form = new QuadraticForm([2], [3], [1.5], 10);
        Assert.That(form.Mean, Is.EqualTo(10 + (2 * 4.5)).Within(1e-12));
        Assert.That(form.Variance, Is.EqualTo(2 * 4 * (3 + 3.0)).Within(1e-12));
        Assert.That(form.Cumulant(3), Is.EqualTo(8 * 8 * (3 + 4.5)).Within(1e-12));
        Assert.That(form.Cumulant(4), Is.EqualTo(48 * 16 * (3 + 6.0)).Within(1e-12));
    }

    [FsCheck.NUnit.Property(MaxTest = 40)]
    public void Scaling_and_shifting_a_form_scales_and_shifts_its_law(ushort a, ushort b, ushort c, ushort d)
    {
        double[] weights = [0.01 + (a % 100), 0.01 + (b % 100)], deltas = [c % 20, d % 7];
        double scale = 1 + (a % 9), shift = b - 1000.0;
        var form = new QuadraticForm(weights, null, deltas);
        var moved = new QuadraticForm([.. weights.Select(w => w * scale)], null, deltas, shift);
        Assert.That(moved.Entropy().Value, Is.EqualTo(form.Entropy().Value + Math.Log(scale)).Within(1e-9));
        double x = form.Mean * (0.2 + (c % 3));
        Assert.That(moved.Distribution((x * scale) + shift), Is.EqualTo(form.Distribution(x)).Within(1e-9));
    }

    [FsCheck.NUnit.Property(MaxTest = 100)]
    public void Weights_and_noncentralities_of_any_size_have_an_entropy_and_a_density_that_is_the_slope_of_the_distribution(uint seed)
    {
        // Weights over up to 14 decades, non-centralities over up to 28.
        var random = new RandomStream(seed, 0);
        int terms = 1 + (int)random.NextInteger(seed % 10 == 0 ? 40 : 6);
        double decades = 14 * random.NextDouble(), spread = 14 * random.NextDouble();
        double[] weights = [.. Enumerable.Range(0, terms).Select(_ => Math.Pow(10, -decades * random.NextDouble()))];
        double[] deltas = [.. weights.Select(_ => random.NextDouble() < 0.4 ? 0 : Math.Pow(10, spread * ((2 * random.NextDouble()) - 1)))];
        double[] degrees = [.. weights.Select(_ => random.NextDouble() < 0.7 ? 1.0 : 1 + random.NextInteger(30))];
        var form = new QuadraticForm(weights, degrees, deltas);
        EntropyEstimate entropy = form.Entropy();
        Assert.That(entropy.Status, Is.EqualTo(Status.Defined));
        Assert.That(entropy.Value, Is.LessThan(0.5 * Math.Log(2 * Math.PI * Math.E * form.Variance) + 1e-9)); // the normal law has the most

        double deviation = Math.Sqrt(form.Variance), x = form.Mean + (deviation * random.NextDouble());
        double step = 1e-3 * deviation, slope = (form.Distribution(x + step) - form.Distribution(x - step)) / (2 * step);
        Assert.That(form.Density(x), Is.EqualTo(slope).Within(1e-5 / deviation));
    }

    [Test]
    public void Outside_its_range_a_form_is_refused_or_has_no_weight()
    {
        Assert.That(() => new QuadraticForm([0, 0]), Throws.ArgumentException.With.Message.Contains("No weight is positive"));
        Assert.That(() => new QuadraticForm([1, -2]), Throws.ArgumentException.With.Message.Contains("Term 2 has weight -2"));
        Assert.That(() => new QuadraticForm([1], [1, 1]), Throws.ArgumentException);
        var form = new QuadraticForm([1], null, null, 5);
        Assert.That((form.Density(5), form.Distribution(4), form.Exceedance(5)), Is.EqualTo((0.0, 0.0, 1.0)));
        Assert.That((form.Density(double.PositiveInfinity), form.Exceedance(double.PositiveInfinity)), Is.EqualTo((0.0, 0.0)));
    }

    [Test]
    public void Entropy_stops_when_it_is_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.That(() => new QuadraticForm([1, 2]).Entropy(source.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>e^−z I₀(z), by its integral over the half circle.</summary>
    private static double ScaledBessel(double z)
    {
        const int Points = 2000;
        return Enumerable.Range(0, Points).Average(k => Math.Exp(z * (Math.Cos(Math.PI * (k + 0.5) / Points) - 1)));
    }

    /// <summary>Weights of chi-squares of d + 2k degrees at scale min λ: Ruben, Ann. Math. Stat. 33 (1962) 542.</summary>
    private static double[] RubensMixture(double[] weights, double[] deltas, int terms)
    {
        double beta = weights.Min();
        double[] a = new double[terms], g = new double[terms];
        a[0] = Math.Exp(-deltas.Sum() / 2) * weights.Aggregate(1.0, (product, w) => product * Math.Sqrt(beta / w));
        for (int k = 1; k < terms; k++)
        {
            g[k] = weights.Zip(deltas, (w, delta) => Math.Pow(1 - (beta / w), k) + (k * beta * delta / w * Math.Pow(1 - (beta / w), k - 1))).Sum();
            a[k] = Enumerable.Range(1, k).Sum(r => g[r] * a[k - r]) / (2 * k);
        }

        return a;
    }
}
