using ML.Thermo.Entropies;

namespace ML.Thermo.Tests.Entropies;

/// <summary>
/// Errors of the closures beside the influence function of a law on a grid: moving a little weight to one energy moves the closure's value, which is all
/// that these tests know of it. The variance of that over the law is n times the squared error, its covariance with the energy n times that with ⟨E⟩.
/// </summary>
public sealed class Errors_of_closures
{
    private const double Draws = 10_000;

    [TestCase("gaussian", 9, 1)]
    [TestCase("gaussian", 9, -1)]
    [TestCase("gamma", 9, 1)]
    [TestCase("gamma", 4, 1)]
    [TestCase("pearson", 9, 1)]
    [TestCase("pearson", 9, -1)]
    [TestCase("pearson", 25, 1)]
    public void Are_those_of_the_influence_of_single_draws_on_a_gamma_law(string closure, double shape, int side) =>
        Check(EntropyEstimators.Parse(closure), Law.Gamma(shape, side), 1e-3);

    [TestCase("gaussian")]
    [TestCase("gamma")]
    public void Of_two_moments_are_right_for_a_law_with_two_peaks(string closure)
    {
        double[] x = [.. Enumerable.Range(0, 801).Select(i => 0.01 * i)];
        Check(EntropyEstimators.Parse(closure), new Law(x, [.. x.Select(e => Math.Exp(-8 * (e - 2) * (e - 2)) + (0.4 * Math.Exp(-3 * (e - 5.5) * (e - 5.5))))]), 1e-3);
    }

    [Test]
    public void By_Edgeworth_take_skewness_and_kurtosis_as_known_to_that_of_a_normal_sample()
    {
        EnergyMoments moments = Law.Gamma(100, 1).Moments(Draws);
        double v = moments.Variance.Value, n = Draws;
        double bySkewness = Slope(third => moments with { ThirdCumulant = third * Math.Pow(v, 1.5) }, moments.Skewness);
        double byKurtosis = Slope(fourth => moments with { FourthCumulant = fourth * v * v }, moments.ExcessKurtosis);
        double byVariance = moments.Variance.StandardError / (2 * v);
        EntropyEstimate entropy = new EdgeworthClosure().Estimate(moments, []);
        double variance = (byVariance * byVariance) + (6 / n * bySkewness * bySkewness) + (24 / n * byKurtosis * byKurtosis); // 6/n, 24/n: Fisher 1930
        Assert.That(entropy.StandardError, Is.EqualTo(Math.Sqrt(variance)).Within(1e-6 * Math.Sqrt(variance)));
        // Cov(mean, ln V) = K₃/(nV); Cov(mean, g₁) = (K₄ − 3K₃²/2V)/(n V^1.5).
        double g1 = moments.Skewness, g2 = moments.ExcessKurtosis, withEnergy = Math.Sqrt(v) / n * ((g1 / 2) + (bySkewness * (g2 - (1.5 * g1 * g1))));
        Assert.That(entropy.EnergyCovariance, Is.EqualTo(withEnergy).Within(1e-6 * withEnergy));

        static double Slope(Func<double, EnergyMoments> at, double x) =>
            (new EdgeworthClosure().Estimate(at(x + 1e-5), []).Value - new EdgeworthClosure().Estimate(at(x - 1e-5), []).Value) / 2e-5;
    }

    [TestCase(0.4, 0.5, 1.4066635332)] // ½ ln 2πe − g₁²/12 − g₂²/48 − 7g₁⁴/48 + g₁²g₂/8 with the decimals of Comon 1994
    [TestCase(-0.4, 0.5, 1.4066635332)]
    [TestCase(0.3, -0.9, 1.3832572832)]
    public void By_Edgeworth_the_series_is_that_of_the_negentropy(double skewness, double kurtosis, double expected)
    {
        EnergyMoments moments = new(ML.Thermo.Estimate.Exact(3), ML.Thermo.Estimate.Exact(1), skewness, kurtosis);
        EntropyEstimate entropy = new EdgeworthClosure().Estimate(moments, []);
        Assert.That(entropy.Value, Is.EqualTo(expected).Within(1e-9));
        double last = expected - (1.4189385332046727 - (skewness * skewness / 12) - (kurtosis * kurtosis / 48));
        Assert.That(entropy.Bias, Is.EqualTo(Math.Abs(last)).Within(1e-9), "the last two terms");
        Assert.That(new EdgeworthClosure().Estimate(moments with { FourthCumulant = 1.01 }, []).Bias, Is.NaN, "out of range");
    }

    [TestCase(200)]
    [TestCase(1000)]
    public void The_bias_of_a_normal_law_is_what_it_misses_of_a_nearly_normal_one(double shape)
    {
        EnergyMoments gamma = new(ML.Thermo.Estimate.Exact(shape), ML.Thermo.Estimate.Exact(shape), 2 * shape, 6 * shape, 0);
        EntropyEstimate normal = new GaussianClosure().Estimate(gamma, []);
        double missed = normal.Value - new GammaClosure().Estimate(gamma, []).Value;
        Assert.That(normal.Bias, Is.EqualTo(missed).Within(5 * missed / shape));
    }

    [TestCase(0.49, 1, true)]
    [TestCase(0.5, 0, false)]
    [TestCase(0.1, 1.001, false)]
    [TestCase(-0.49, -1, true)]
    public void The_bias_of_a_normal_law_is_stated_near_it_alone(double skewness, double kurtosis, bool isStated)
    {
        EnergyMoments moments = new(ML.Thermo.Estimate.Exact(0), ML.Thermo.Estimate.Exact(4), 8 * skewness, 16 * kurtosis);
        Assert.That(new GaussianClosure().Estimate(moments, []).Bias, isStated ? Is.EqualTo((skewness * skewness / 12) + (kurtosis * kurtosis / 48)).Within(1e-12) : Is.NaN);
    }

    [Test]
    public void Of_a_law_that_is_all_but_symmetric_pass_into_those_of_a_symmetric_one()
    {
        // The series in g₁ takes over from the closed form at g₁ = 0.01.
        EntropyEstimate above = OfSkewness(0.010001), below = OfSkewness(0.009999), symmetric = OfSkewness(0);
        Assert.That(below.StandardError, Is.EqualTo(above.StandardError).Within(1e-6 * above.StandardError));
        Assert.That(below.EnergyCovariance / 0.009999, Is.EqualTo(above.EnergyCovariance / 0.010001).Within(1e-3 * above.EnergyCovariance / 0.01));
        Assert.That((symmetric.StandardError, symmetric.EnergyCovariance), Is.EqualTo((Math.Sqrt(0.5 / Draws), 0.0)).Within(1e-12), "of ½ ln V");

        static EntropyEstimate OfSkewness(double g) => new PearsonClosure().Estimate(new(new(1, Math.Sqrt(1 / Draws)), new(1, Math.Sqrt(2 / Draws)), g), []);
    }

    [Test]
    public void Without_a_third_cumulant_mean_and_variance_are_taken_as_independent()
    {
        EnergyMoments moments = new(new(3, 0.02), new(1.5, 0.03), Floor: 1);
        double byMean = Slope(x => moments with { Mean = new(x, 0.02) }, 3), byVariance = Slope(x => moments with { Variance = new(x, 0.03) }, 1.5);
        Assert.That(new GammaClosure().Estimate(moments, []).StandardError, Is.EqualTo(Math.Sqrt(Math.Pow(0.02 * byMean, 2) + Math.Pow(0.03 * byVariance, 2))).Within(1e-9));
        Assert.That(new GammaClosure().Estimate(moments, []).EnergyCovariance, Is.NaN, "it is not known");

        static double Slope(Func<double, EnergyMoments> at, double x) =>
            (new GammaClosure().Estimate(at(x + 1e-5), []).Value - new GammaClosure().Estimate(at(x - 1e-5), []).Value) / 2e-5;
    }

    private static void Check(IEntropyEstimator closure, Law law, double tolerance)
    {
        EntropyEstimate estimate = closure.Estimate(law.Moments(Draws), []);
        (double variance, double withEnergy) = law.Influence(changed => closure.Estimate(changed.Moments(Draws), []).Value);
        Assert.That(estimate.StandardError, Is.EqualTo(Math.Sqrt(variance / Draws)).Within(100 * tolerance).Percent);
        Assert.That(estimate.EnergyCovariance, Is.EqualTo(withEnergy / Draws).Within(Math.Abs(tolerance * withEnergy / Draws)));
    }

    /// <summary>Weights on a grid of energies, with floor 0.</summary>
    private sealed record Law(double[] Energies, double[] Weights)
    {
        public static Law Gamma(double shape, int side)
        {
            double[] x = [.. Enumerable.Range(1, 600).Select(i => i * (shape + (10 * Math.Sqrt(shape)) + 10) / 600)];
            double[] weights = [.. x.Select(e => Math.Exp(((shape - 1) * Math.Log(e / shape)) - e + shape))];
            return side > 0 ? new(x, weights) : new([.. x.Select(e => 3 * shape - e)], weights);
        }

        /// <summary>Moments with the errors that independent draws give them.</summary>
        public EnergyMoments Moments(double draws)
        {
            double sum = Weights.Sum(), mean = Energies.Zip(Weights, (x, w) => x * w).Sum() / sum;
            double Central(int power) => Energies.Zip(Weights, (x, w) => Math.Pow(x - mean, power) * w).Sum() / sum;
            double v = Central(2), fourth = Central(4);
            return new(new(mean, Math.Sqrt(v / draws)), new(v, Math.Sqrt((fourth - (v * v)) / draws)), Central(3), fourth - (3 * v * v), 0);
        }

        /// <summary>Variance of the influence function of a functional, and its covariance with the energy.</summary>
        public (double Variance, double WithEnergy) Influence(Func<Law, double> of)
        {
            double sum = Weights.Sum(), step = 1e-6 * sum;
            double[] influence = [.. Energies.Select((_, i) => (of(Moved(i, step)) - of(Moved(i, -step))) / (2 * step) * sum)];
            double mean = Mean(influence), energy = Mean(Energies);
            return (Mean([.. influence.Select(f => (f - mean) * (f - mean))]), Mean([.. influence.Zip(Energies, (f, x) => (f - mean) * (x - energy))]));

            double Mean(double[] values) => values.Zip(Weights, (x, w) => x * w).Sum() / sum;
        }

        private Law Moved(int at, double by)
        {
            double[] weights = [.. Weights];
            weights[at] += by;
            return this with { Weights = weights };
        }
    }
}
