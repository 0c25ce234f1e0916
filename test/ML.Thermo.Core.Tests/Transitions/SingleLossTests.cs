using ML.Thermo.Entropies;
using ML.Thermo.Numerics;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

/// <summary>What a Type II state makes of its losses, beside the definitions written out.</summary>
public sealed class SingleLossTests
{
    private static readonly double[] s_losses = [0.2, 1.1, 0.7, 2.9, 0.4, 1.6, 5.3, 0.9];

    [Test]
    public void Moments_of_single_losses_are_their_definitions()
    {
        LossMoments one = LossMoments.Of(s_losses);
        double mean = s_losses.Average(), second = s_losses.Sum(x => Math.Pow(x - mean, 2));
        Assert.That(one.Count, Is.EqualTo(8));
        Assert.That(one.Mean, Is.EqualTo(mean).Within(1e-14));
        Assert.That(one.Variance, Is.EqualTo(second / 7).Within(1e-13));
        Assert.That(one.Third, Is.EqualTo(s_losses.Average(x => Math.Pow(x - mean, 3))).Within(1e-12));
        Assert.That(one.Fourth, Is.EqualTo(s_losses.Average(x => Math.Pow(x - mean, 4))).Within(1e-12));
        Assert.That(one.Skewness, Is.EqualTo(one.Third / Math.Pow(second / 7, 1.5)).Within(1e-13));
        Assert.That(one.Kurtosis, Is.EqualTo(one.Fourth / Math.Pow(second / 7, 2)).Within(1e-13));
        var known = new LossMoments(8, 1, 2, 0, 20); // Var s² = (μ₄ − V²(n − 3)/(n − 1))/n
        Assert.That(known.VarianceError, Is.EqualTo(Math.Sqrt((20 - (4 * 5.0 / 7)) / 8)).Within(1e-13));
        Assert.That(LossMoments.Of([3, 3, 3]).VarianceError, Is.Zero);
    }

    [Test]
    public void The_state_is_that_of_a_mean_over_fresh_points()
    {
        const int M = 20;
        LossMoments one = LossMoments.Of(s_losses);
        State state = TypeIIState.FromMoments(one, M, TypeIIEntropy.CentralLimit);
        Assert.That(state.Kind, Is.EqualTo(StateKind.TypeII));
        Assert.That(state.Energy, Is.EqualTo(new Estimate(one.Mean, Math.Sqrt(one.Variance / 8))));
        Assert.That(state.Variance.Value, Is.EqualTo(one.Variance / M).Within(1e-14));
        Assert.That(state.Variance.StandardError, Is.EqualTo(one.VarianceError / M).Within(1e-13));
        Assert.That(state.ThirdCumulant, Is.EqualTo(one.Third / (M * M)).Within(1e-14));
        Assert.That(state.SampleSize, Is.EqualTo(8));
        Assert.That(state.Status, Is.EqualTo(Status.Defined));
        Assert.That(state.EnergyEntropyCovariance, Is.EqualTo(one.Third / (2 * 8 * one.Variance)).Within(1e-14)); // Cov(mean, ½ ln V)
    }

    [Test]
    public void The_entropy_of_a_mean_is_that_of_its_normal_law_less_what_its_skewness_takes()
    {
        const int M = 20;
        LossMoments one = LossMoments.Of(s_losses);
        double normal = 0.5 * Math.Log(2 * Math.PI * Math.E * one.Variance / M), skewed = Math.Pow(one.Skewness, 2) / (12 * M);
        EntropyEstimate limit = TypeIIState.FromMoments(one, M, TypeIIEntropy.CentralLimit).Entropy;
        EntropyEstimate edgeworth = TypeIIState.FromMoments(one, M, TypeIIEntropy.Edgeworth).Entropy;
        Assert.That((limit.Value, limit.Bias, limit.Method), Is.EqualTo((normal, skewed, EntropyMethod.CentralLimit)).Within(1e-13));
        Assert.That((edgeworth.Value, edgeworth.Bias, edgeworth.Method), Is.EqualTo((normal - skewed, 0.0, EntropyMethod.Edgeworth)).Within(1e-13));
        Assert.That(limit.StandardError, Is.EqualTo(0.5 * one.VarianceError / one.Variance).Within(1e-14));
        Assert.That(edgeworth.StandardError, Is.EqualTo(limit.StandardError));
    }

    [Test]
    public void The_gamma_entropy_has_the_error_of_mean_and_variance_together()
    {
        const int M = 20;
        LossMoments one = LossMoments.Of(s_losses);
        EntropyEstimate entropy = TypeIIState.FromMoments(one, M, TypeIIEntropy.Gamma).Entropy;
        double Of(double mean, double variance) => SpecialFunctions.GammaEntropy(mean * mean * M / variance, variance / (M * mean));
        double byMean = (Of(one.Mean + 1e-5, one.Variance) - Of(one.Mean - 1e-5, one.Variance)) / 2e-5;
        double byVariance = (Of(one.Mean, one.Variance + 1e-5) - Of(one.Mean, one.Variance - 1e-5)) / 2e-5;
        double ofMean = one.Variance / 8, both = one.Third / 8, ofVariance = one.VarianceError * one.VarianceError;
        double error = Math.Sqrt((byMean * byMean * ofMean) + (2 * byMean * byVariance * both) + (byVariance * byVariance * ofVariance));
        Assert.That(entropy.Value, Is.EqualTo(Of(one.Mean, one.Variance)).Within(1e-12));
        Assert.That(entropy.StandardError, Is.EqualTo(error).Within(1e-5 * error));
        Assert.That(entropy.EnergyCovariance, Is.EqualTo((byMean * ofMean) + (byVariance * both)).Within(1e-6));
        Assert.That(entropy.Method, Is.EqualTo(EntropyMethod.Gamma));
        foreach (double mean in new[] { 0.0, -1 })
        {
            EntropyEstimate none = TypeIIState.FromMoments(one with { Mean = mean }, M, TypeIIEntropy.Gamma).Entropy;
            Assert.That((double.IsNaN(none.Value), none.Status), Is.EqualTo((true, Status.OutOfRange)));
        }
    }

    [Test]
    public void Gaussian_residuals_have_the_moments_of_a_gamma_law()
    {
        State state = TypeIIState.GaussianResiduals(0.5, 8); // shape m/2, scale 2v/m
        Assert.That(state.Energy, Is.EqualTo(Estimate.Exact(0.5)));
        Assert.That(state.Variance, Is.EqualTo(Estimate.Exact(4 * 0.125 * 0.125)));
        Assert.That(state.ThirdCumulant, Is.EqualTo(2 * 4 * Math.Pow(0.125, 3)).Within(1e-16));
        Assert.That((state.Kind, state.GroundEnergy, state.Entropy.Method), Is.EqualTo((StateKind.TypeII, 0.0, EntropyMethod.Exact)));
        Assert.That(() => TypeIIState.GaussianResiduals(0, 8), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => TypeIIState.GaussianResiduals(1, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_trained_state_read_at_its_own_noise_has_entropy_zero_and_half_its_variances_error()
    {
        State trained = TypeIIState.FromLosses(s_losses, 20), untrained = TypeIIState.GaussianResiduals(0.9, 6);
        State read = TypeIIState.AtOwnResolution(trained, untrained);
        double share = untrained.Variance.Value / (untrained.Variance.Value + trained.Variance.Value);
        Assert.That(read.Entropy.Value, Is.Zero);
        Assert.That(read.Entropy.Resolution, Is.EqualTo(Math.Sqrt(trained.Variance.Value)).Within(1e-15));
        Assert.That(read.Entropy.Method, Is.EqualTo(EntropyMethod.FiniteResolution));
        Assert.That(read.Entropy.StandardError, Is.EqualTo(0.5 * share * trained.Variance.StandardError / trained.Variance.Value).Within(1e-14));
        Assert.That(read.EnergyEntropyCovariance, Is.EqualTo(share * trained.EnergyEntropyCovariance).Within(1e-16));
        Assert.That(read.Energy, Is.EqualTo(trained.Energy));
        State point = TypeIIState.FromLosses([1, 1, 1], 3);
        Assert.That(() => TypeIIState.AtOwnResolution(point, untrained), Throws.ArgumentException.With.Message.Contains("is 0"));
    }

    [TestCase(1.0)]
    [TestCase(1e6)]
    public void Equal_losses_are_a_point_and_two_that_differ_are_not(double level)
    {
        double[] losses = [level, level, level, level];
        State point = TypeIIState.FromLosses(losses, 4);
        Assert.That(point.Status, Is.EqualTo(Status.PointState));
        Assert.That((point.Entropy.Value, point.Entropy.StandardError, point.Variance), Is.EqualTo((double.NegativeInfinity, 0.0, Estimate.Exact(0))));
        losses[2] *= 1 + 1e-12;
        Assert.That(TypeIIState.FromLosses(losses, 4).Variance.Value, Is.GreaterThan(0));
        losses[2] = level * (1 + (2.0 / (1L << 52))); // the last bits
        Assert.That(TypeIIState.FromLosses(losses, 4).Status, Is.EqualTo(Status.PointState));
    }

    [TestCase(99, Status.SmallSample)]
    [TestCase(100, Status.Defined)]
    public void Fewer_than_a_hundred_losses_are_a_small_sample(int count, Status expected) =>
        Assert.That(TypeIIState.FromLosses([.. Enumerable.Range(0, count).Select(i => (double)(i % 10))], count).Status, Is.EqualTo(expected));

    [TestCase(3, Status.SmallSample)]
    [TestCase(4, Status.Defined)]
    public void Moments_of_fewer_than_four_losses_are_a_small_sample(int count, Status expected) =>
        Assert.That(TypeIIState.FromMoments(new(count, 1, 1, 0, 3), 10, TypeIIEntropy.CentralLimit).Status, Is.EqualTo(expected));

    [TestCase(19, 100, Status.Defined)]
    [TestCase(20, 5.1, Status.HeavyTail)]
    [TestCase(20, 5, Status.Defined)]
    public void A_kurtosis_above_a_quarter_of_the_losses_is_a_heavy_tail(int count, double kurtosis, Status expected) =>
        Assert.That(TypeIIState.FromMoments(new(count, 1, 1, 0, kurtosis), 10, TypeIIEntropy.CentralLimit).Status, Is.EqualTo(expected));

    [TestCase(1000, 0.40, Status.Defined)]
    [TestCase(1000, 0.48, Status.HeavyTail)]
    [TestCase(999, 0.48, Status.Defined)]
    public void The_largest_twentieth_of_a_thousand_losses_tells_a_heavy_tail(int count, double exponent, Status expected)
    {
        // Quantiles of P(loss − least > x) ∝ x^(−1/γ); Hill's mean of logarithms above the threshold is γ Σ ln((k + 1)/i)/k = 0.96 γ or so at k = 50.
        double[] losses = [.. Enumerable.Range(1, count).Select(i => i == count ? 0 : Math.Pow((double)i / count, -exponent)).Select(x => x + 3)];
        Assert.That(TypeIIState.FromLosses(losses, count).Status, Is.EqualTo(expected));
    }

    [Test]
    public void Block_means_are_what_the_nearest_neighbours_see()
    {
        double[] losses = [.. Enumerable.Range(0, 602).Select(i => Math.Pow(Math.Sin(1 + (i * 0.7)), 2) + (i * 1e-4))];
        EntropyEstimate expected = new KozachenkoLeonenko().Estimate(default, [.. Enumerable.Range(0, 200).Select(b => losses.Skip(3 * b).Take(3).Average())]);
        State state = TypeIIState.FromLosses(losses, 3, TypeIIEntropy.KozachenkoLeonenko);
        Assert.That(state.Entropy.Value, Is.EqualTo(expected.Value).Within(1e-9));
        Assert.That(state.Entropy.StandardError, Is.EqualTo(expected.StandardError).Within(1e-9));
        Assert.That(() => TypeIIState.FromLosses(losses.AsSpan(0, 599), 3, TypeIIEntropy.KozachenkoLeonenko), Throws.TypeOf<UnusableDataException>());
        Assert.That(
            () => TypeIIState.FromMoments(LossMoments.Of(losses), 3, TypeIIEntropy.KozachenkoLeonenko),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("needs the losses themselves"));
    }
}
