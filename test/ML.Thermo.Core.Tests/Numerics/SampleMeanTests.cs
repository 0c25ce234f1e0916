using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Numerics;

internal sealed class SampleMeanTests
{
    // golden: NIST Statistical Reference Datasets, NumAcc4: certified mean 10000000.2, standard deviation 0.1.
    [Test]
    public void Mean_and_error_are_the_certified_ones_of_numbers_that_nearly_cancel()
    {
        double[] values = [10_000_000.2, .. Enumerable.Range(0, 1000).Select(i => i % 2 == 0 ? 10_000_000.1 : 10_000_000.3)];
        Estimate mean = SampleMean.Of(values);
        Assert.That(mean.Value, Is.EqualTo(10_000_000.2).Within(1e-8));
        Assert.That(mean.StandardError, Is.EqualTo(0.1 / Math.Sqrt(1001)).Within(1e-10));
    }

    [Test]
    public void One_number_has_no_known_error_and_none_has_no_mean()
    {
        Assert.That(SampleMean.Of([3.5]), Is.EqualTo(new Estimate(3.5, double.NaN)));
        Assert.That(() => SampleMean.Of([]), Throws.ArgumentException.With.Message.Contains("expected at least one"));
    }
}
