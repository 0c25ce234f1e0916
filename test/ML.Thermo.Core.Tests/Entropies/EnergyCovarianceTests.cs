using ML.Thermo.Entropies;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Entropies;

/// <summary>
/// The covariance of an entropy with the mean energy: of the closures beside a jackknife, which knows their values alone; of the estimators that sort, beside
/// their definition, the covariance of a draw's energy with its logarithm over the number of draws.
/// </summary>
public sealed class EnergyCovarianceTests
{
    [TestCase("gaussian", 0.4)]
    [TestCase("gamma", 0.4)]
    [TestCase("pearson", 0.4)]
    [TestCase("pearson", -0.4)]
    [TestCase("edgeworth", 0.06)]
    [TestCase("edgeworth", -0.06)]
    public void Of_a_closure_is_what_leaving_draws_out_shows(string name, double bend)
    {
        IEntropyEstimator closure = EntropyEstimators.Parse(name);
        // A law whose higher moments are about those of its skewness: normal quantiles, bent.
        const int N = 1200;
        double[] sample = [.. Samples.Normal(11, N / 2).SelectMany(z => new[] { z, -z }).Select(z => z + (bend * 0.5 * z * z))];
        double sum = sample.Sum();
        double floor = sample.Min() - 1;
        EntropyEstimate Of(double[] draws) => closure.Estimate(EnergyMoments.FromSample(draws, floor), []);
        double[] entropies = [.. sample.Select((_, i) => Of([.. sample.Where((_, j) => j != i)]).Value)], means = [.. sample.Select(x => (sum - x) / (N - 1))];
        double jackknife = (N - 1) * Covariance(entropies, means);
        Assert.That(Of(sample).EnergyCovariance, Is.EqualTo(jackknife).Within(0.15 * Math.Abs(jackknife)));
        Assert.That(Math.Abs(jackknife), Is.GreaterThan(1e-6));
        EnergyMoments exact = EnergyMoments.FromSample(sample, floor) with { Mean = Estimate.Exact(sum / N) };
        Assert.That(closure.Estimate(exact, []).EnergyCovariance, Is.Zero, "an exact mean varies with nothing");
    }

    [Test]
    public void Of_nearest_neighbours_is_that_of_the_distances()
    {
        const int N = 75, K = 3;
        double[] sample = Samples.Exponential(5, N);
        double[] logs = [.. sample.Select(x => Math.Log(sample.Select(y => Math.Abs(y - x)).Order().ElementAt(K)))];
        EntropyEstimate entropy = new KozachenkoLeonenko(K).Estimate(default, sample);
        Assert.That(entropy.EnergyCovariance, Is.EqualTo(Covariance(logs, sample) * N / (N - 1) / N).Within(1e-12));
        Assert.That(entropy.Bias, Is.EqualTo((K + 1) / (2.0 * N)).Within(1e-15));
        Assert.That(entropy.StandardError, Is.EqualTo(Math.Sqrt(((Covariance(logs, logs) * N / (N - 1)) + (0.74 / (K + 0.4))) / N)).Within(1e-12));
        Assert.That(entropy.Status, Is.EqualTo(Status.Defined), "25 draws a neighbour");
        Assert.That(new KozachenkoLeonenko(K).Estimate(default, sample.AsSpan(1)).Status, Is.EqualTo(Status.SmallSample));
    }

    [TestCase(SpacingForm.Vasicek)]
    [TestCase(SpacingForm.VanEs)]
    public void Of_spacings_is_that_of_their_logarithms(SpacingForm form)
    {
        const int N = 300, M = 6;
        double[] x = [.. Samples.Exponential(7, N).Order()];
        int terms = form == SpacingForm.VanEs ? N - M : N;
        double[] logs = [.. Enumerable.Range(0, terms).Select(i => form == SpacingForm.VanEs
            ? Math.Log((N + 1.0) / M * (x[i + M] - x[i])) : Math.Log(N / (2.0 * M) * (x[Math.Min(i + M, N - 1)] - x[Math.Max(i - M, 0)])))];
        EntropyEstimate entropy = new VasicekEntropy(M, form).Estimate(default, x);
        Assert.That(entropy.EnergyCovariance, Is.EqualTo(Covariance(logs, x[..terms]) / terms).Within(1e-12));
        Assert.That(entropy.StandardError, Is.EqualTo(Math.Sqrt(Covariance(logs, logs) / terms)).Within(1e-12));
        Assert.That(entropy.Status, Is.EqualTo(Status.Defined));
        Assert.That(new VasicekEntropy(M, form).Estimate(default, x.AsSpan(1)).Status, Is.EqualTo(Status.SmallSample));
    }

    [Test]
    public void Vasiceks_bias_is_that_of_a_uniform_law_and_twice_what_half_the_window_changes()
    {
        const int N = 120, M = 8;
        double[] x = [.. Samples.ChiSquare(9, N).Order()];
        double Uniform(int m) => Math.Log(N / (2.0 * m)) - SpecialFunctions.Digamma(N + 1) + ((1 - (2.0 * m / N)) * SpecialFunctions.Digamma(2 * m))
            + (2.0 / N * Enumerable.Range(1, m).Sum(i => SpecialFunctions.Digamma(i + m - 1)));
        double Value(int m) => Enumerable.Range(0, N).Average(i => Math.Log(N / (2.0 * m) * (x[Math.Min(i + m, N - 1)] - x[Math.Max(i - m, 0)])));
        double expected = Math.Abs(Uniform(M)) + (2 * Math.Abs(Value(M) - Uniform(M) - Value(M / 2) + Uniform(M / 2)));
        Assert.That(new VasicekEntropy(M).Estimate(default, x).Bias, Is.EqualTo(expected).Within(1e-11));
        Assert.That(new VasicekEntropy(1).Estimate(default, x).Bias, Is.NaN, "no half of one");
        Assert.That(new VasicekEntropy(M, SpacingForm.Correa).Estimate(default, x).Bias, Is.NaN);
    }

    [Test]
    public void A_histogram_counts_bins_of_two_quartiles_over_the_cube_root()
    {
        const int N = 200;
        double[] x = [.. Samples.Exponential(13, N).Order()];
        double Quantile(double level) => x[(int)(level * (N - 1))] + (((level * (N - 1)) % 1) * (x[(int)(level * (N - 1)) + 1] - x[(int)(level * (N - 1))]));
        double width = 2 * (Quantile(0.75) - Quantile(0.25)) / Math.Cbrt(N);
        (double entropy, double[] logs, int rare) = ByBins(width, x[0]);
        EntropyEstimate estimate = new HistogramEntropy().Estimate(default, x);
        Assert.That(estimate.Value, Is.EqualTo(entropy).Within(1e-12));
        Assert.That(estimate.StandardError, Is.EqualTo(Math.Sqrt(Covariance(logs, logs) / N)).Within(1e-12));
        Assert.That(estimate.EnergyCovariance, Is.EqualTo(-Covariance(logs, x) / (N - 1)).Within(1e-12));
        double bias = Math.Abs(ByBins(2 * width, x[0]).Entropy - entropy) + Math.Abs(ByBins(width, x[0] - (width / 2)).Entropy - entropy) + ((double)rare / N);
        Assert.That(estimate.Bias, Is.EqualTo(bias).Within(1e-12));
        Assert.That(estimate.Status, Is.EqualTo(Status.Defined));
        Assert.That(new HistogramEntropy().Estimate(default, x.AsSpan(0, 99)).Status, Is.EqualTo(Status.SmallSample));
        Assert.That(new HistogramEntropy().Estimate(default, x.AsSpan(0, 100)).Status, Is.EqualTo(Status.Defined));

        (double Entropy, double[] Logs, int Rare) ByBins(double wide, double origin)
        {
            ILookup<double, double> bins = x.ToLookup(energy => Math.Floor((energy - origin) / wide));
            double[] shares = [.. x.Select(energy => Math.Log(bins[Math.Floor((energy - origin) / wide)].Count() / (double)N))];
            return (-shares.Average() + ((bins.Count - 1) / (2.0 * N)) + Math.Log(wide), shares, bins.Where(bin => bin.Count() <= 2).Sum(bin => bin.Count()));
        }
    }

    [Test]
    public void At_finite_resolution_it_is_that_of_the_information_in_a_reading()
    {
        // By direct sums: density p(x) = ⟨φ(x − xⱼ)⟩, the information of draw i is ∫ φ(x − xᵢ) (−ln p(x)) dx.
        const double Resolution = 0.3;
        const int N = 60;
        double[] sample = Samples.Exponential(3, N);
        double Kernel(double z) => Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
        double[] information = [.. sample.Select(x => Enumerable.Range(-160, 321).Select(step => step / 20.0).Sum(
            z => -Kernel(z) * Math.Log(sample.Average(y => Kernel(z + ((x - y) / Resolution)))) / 20))];
        EntropyEstimate entropy = new FiniteResolution(Resolution).Estimate(default, sample);
        Assert.That(entropy.StandardError, Is.EqualTo(Math.Sqrt(Covariance(information, information) / (N - 1))).Within(1e-9));
        Assert.That(entropy.EnergyCovariance, Is.EqualTo(Covariance(information, sample) / (N - 1)).Within(1e-9));
    }

    private static double Covariance(double[] x, double[] y)
    {
        double ofX = x.Average(), ofY = y.Average();
        return x.Zip(y, (a, b) => (a - ofX) * (b - ofY)).Average();
    }
}
