using ML.Thermo.Initialization;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Numerics;

public sealed class JackknifeTests
{
    [Test]
    public void Of_a_mean_it_gives_the_standard_error_of_the_mean()
    {
        double[] sample = [3, 1, 4, 1, 5, 9, 2, 6];
        Estimate mean = Jackknife.Of([.. sample.Select(x => new[] { x })], means => means[0]);

        double average = sample.Average();
        Assert.That(mean.Value, Is.EqualTo(average).Within(1e-14));
        Assert.That(mean.StandardError, Is.EqualTo(Math.Sqrt(sample.Sum(x => (x - average) * (x - average)) / (8 * 7))).Within(1e-14));
    }

    [Test]
    public void Of_a_ratio_it_covers_the_truth_and_knows_its_own_size()
    {
        // 400 ratios of means of correlated normal numbers with true ratio 2: their spread is what the jackknife says on average.
        const int Repeats = 400, Batches = 8;
        var random = new RandomStream(3, 0);
        var estimates = new Estimate[Repeats];
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            var batches = new double[Batches][];
            for (int batch = 0; batch < Batches; batch++)
            {
                double shared = random.NextNormal();
                batches[batch] = [4 + (0.2 * shared) + (0.1 * random.NextNormal()), 2 + (0.2 * shared)];
            }

            estimates[repeat] = Jackknife.Of(batches, means => means[0] / means[1]);
        }

        double centre = estimates.Average(estimate => estimate.Value);
        double spread = Math.Sqrt(estimates.Sum(estimate => Math.Pow(estimate.Value - centre, 2)) / (Repeats - 1));
        double stated = Math.Sqrt(estimates.Average(estimate => estimate.StandardError * estimate.StandardError));
        Assert.That(centre, Is.EqualTo(2).Within(4 * spread / Math.Sqrt(Repeats)));
        Assert.That(stated, Is.EqualTo(spread).Within(4 * spread / Math.Sqrt(2 * Repeats) * 2));
    }
}
