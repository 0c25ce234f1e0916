using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Numerics;

/// <summary>Golden ratios of laws: Hosking, JRSS B 52 (1990), table 1.</summary>
public class Linear_moments
{
    /// <summary>Quantiles of a law at the centres of n equal shares stand for a large sample of it.</summary>
    private static LinearMoments Of(Func<double, double> quantile, int n = 200_000) =>
        LinearMoments.Of([.. Enumerable.Range(0, n).Select(i => quantile((i + 0.5) / n))]);

    [Test]
    public void Of_the_uniform_law_are_zero()
    {
        LinearMoments uniform = Of(u => (7 * u) - 3);
        Assert.That((uniform.Skewness, uniform.Kurtosis), Is.EqualTo((0.0, 0.0)).Within(1e-4));
    }

    [Test]
    public void Of_the_exponential_law_are_a_third_and_a_sixth()
    {
        LinearMoments exponential = Of(u => -Math.Log(1 - u));
        Assert.That(exponential.Skewness, Is.EqualTo(1 / 3.0).Within(1e-4));
        Assert.That(exponential.Kurtosis, Is.EqualTo(1 / 6.0).Within(1e-4));
        Assert.That(exponential.GammaShape, Is.EqualTo(1).Within(1e-3), "it is a gamma law of shape one");
        Assert.That(exponential.GammaKurtosis, Is.EqualTo(1 / 6.0).Within(1e-3));
    }

    [Test]
    public void Of_the_normal_law_have_kurtosis_30_atan_root2_over_pi_less_9()
    {
        LinearMoments normal = Of(u => MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, u));
        Assert.That(normal.Skewness, Is.Zero.Within(1e-6));
        Assert.That(normal.Kurtosis, Is.EqualTo((30 / Math.PI * Math.Atan(Math.Sqrt(2))) - 9).Within(1e-4));
        Assert.That(normal.GammaShape, Is.GreaterThan(1e6));
        Assert.That(normal.GammaKurtosis, Is.EqualTo(normal.Kurtosis).Within(1e-3));
    }

    [Test]
    public void Of_squared_normal_numbers_give_the_shape_one_half()
    {
        LinearMoments squared = Of(u => Math.Pow(MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, (1 + u) / 2), 2));
        Assert.That(squared.GammaShape, Is.EqualTo(0.5).Within(2e-3));
        Assert.That(squared.Kurtosis / squared.GammaKurtosis, Is.EqualTo(1).Within(0.01));
    }

    [Test]
    public void Make_the_error_of_a_variance_that_of_the_gamma_law_where_the_sample_lacks_its_tail()
    {
        // Var s²/V² of squared normal numbers: (κ − (n−3)/(n−1))/n with κ = 15
        const int n = 60;
        double[] own = new double[400], known = new double[400];
        for (int trial = 0; trial < own.Length; trial++)
        {
            var random = new RandomStream(131, (ulong)trial);
            double[] sample = [.. Enumerable.Range(0, n).Select(_ => Math.Pow(random.NextNormal(), 2))];
            double mean = sample.Average(), variance = sample.Sum(x => (x - mean) * (x - mean)) / (n - 1), fourth = sample.Average(x => Math.Pow(x - mean, 4));
            own[trial] = Math.Sqrt(SampleVarianceError.Own(n, variance, fourth));
            known[trial] = SampleVarianceError.Relative(sample, variance, fourth);
        }

        double exact = Math.Sqrt((15 - ((n - 3.0) / (n - 1))) / n);
        Assert.That(own.Order().ElementAt(200), Is.LessThan(0.8 * exact));
        Assert.That(known.Order().ElementAt(200), Is.EqualTo(exact).Within(0.1 * exact));
    }

    [Test]
    public void Leave_the_error_of_few_values_and_of_light_tails_as_it_is()
    {
        double[] coins = [.. Enumerable.Range(0, 100).Select(i => i % 10 == 0 ? 1.0 : 0)], even = [.. Enumerable.Range(0, 100).Select(i => i / 99.0)];
        foreach (double[] sample in new[] { coins, even })
        {
            double mean = sample.Average(), variance = sample.Sum(x => (x - mean) * (x - mean)) / 99, fourth = sample.Average(x => Math.Pow(x - mean, 4));
            double own = Math.Sqrt(SampleVarianceError.Own(100, variance, fourth));
            Assert.That(SampleVarianceError.Relative(sample, variance, fourth), Is.EqualTo(own).Within(0.02 * own));
        }
    }

    [Test]
    public void Are_no_guide_to_the_error_of_the_variance_of_losses_of_a_good_classifier_and_the_jackknife_is()
    {
        // One loss in ten uniform in [0, 1], the others near 0: κ = 16.284; the gamma law of that L-skewness has more than five times the variance of s²
        const int n = 300;
        double[] gamma = new double[400], jackknife = new double[400];
        for (int trial = 0; trial < gamma.Length; trial++)
        {
            var random = new RandomStream(137, (ulong)trial);
            double[] sample = [.. Enumerable.Range(0, n).Select(_ => (random.NextDouble() < 0.1 ? 1 : 1e-6) * random.NextDouble())];
            double mean = sample.Average(), variance = sample.Sum(x => (x - mean) * (x - mean)) / (n - 1), fourth = sample.Average(x => Math.Pow(x - mean, 4));
            gamma[trial] = SampleVarianceError.Relative(sample, variance, fourth);
            jackknife[trial] = SampleVarianceError.Jackknife(sample, variance, fourth);
        }

        double exact = Math.Sqrt((16.284 - ((n - 3.0) / (n - 1))) / n);
        Assert.That(gamma.Order().ElementAt(200), Is.GreaterThan(2 * exact));
        Assert.That(jackknife.Order().ElementAt(200), Is.EqualTo(exact).Within(0.1 * exact));
    }
}
