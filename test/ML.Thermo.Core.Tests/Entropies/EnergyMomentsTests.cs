using ML.Thermo.Entropies;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Entropies;

public class Moments_of_a_sample
{
    [Test]
    public void Are_Fishers_k_statistics()
    {
        // golden: scipy.stats.kstat of orders 1-4, exact in fractions for (1, 2, 4, 8, 16)
        EnergyMoments moments = EnergyMoments.FromSample([4, 1, 16, 2, 8]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(moments.Mean.Value, Is.EqualTo(6.2).Within(1e-14));
            Assert.That(moments.Variance.Value, Is.EqualTo(37.2).Within(1e-13));
            Assert.That(moments.ThirdCumulant, Is.EqualTo(300.7).Within(1e-11));
            Assert.That(moments.FourthCumulant, Is.EqualTo(1804.2).Within(1e-10));
            Assert.That(moments.Mean.StandardError, Is.EqualTo(Math.Sqrt(37.2 / 5)).Within(1e-14));
            Assert.That(moments.Variance.StandardError, Is.EqualTo(Math.Sqrt((1804.2 / 5) + (2 * 37.2 * 37.2 / 4))).Within(1e-12));
        }
    }

    [Test]
    public void Keep_their_digits_at_a_large_offset()
    {
        const double offset = 1e9;
        double[] sample = new double[100_003];
        new RandomStream(1, 0).FillNormal(sample);
        for (int i = 0; i < sample.Length; i++)
            sample[i] = Math.Round(sample[i] * 1024) / 1024; // exact after the shift
        EnergyMoments plain = EnergyMoments.FromSample(sample), shifted = EnergyMoments.FromSample([.. sample.Select(x => x + offset)]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(shifted.Mean.Value - offset, Is.EqualTo(plain.Mean.Value).Within(2e-7));
            Assert.That(shifted.Variance.Value, Is.EqualTo(plain.Variance.Value).Within(1e-12));
            Assert.That(shifted.ThirdCumulant, Is.EqualTo(plain.ThirdCumulant).Within(1e-12));
            Assert.That(shifted.FourthCumulant, Is.EqualTo(plain.FourthCumulant).Within(1e-11));
        }
    }

    [Test]
    public void Have_the_standard_errors_that_repeated_samples_show()
    {
        const int repeats = 2000, n = 400;
        double[] sample = new double[n], means = new double[repeats], variances = new double[repeats];
        double meanError = 0, varianceError = 0;
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            new RandomStream(2, (ulong)repeat).FillUniform(sample);
            for (int i = 0; i < n; i++)
                sample[i] = -Math.Log(sample[i]); // exponential: kurtosis 6
            EnergyMoments moments = EnergyMoments.FromSample(sample);
            (means[repeat], variances[repeat]) = (moments.Mean.Value, moments.Variance.Value);
            meanError += moments.Mean.StandardError / repeats;
            varianceError += moments.Variance.StandardError / repeats;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(means.Average(), Is.EqualTo(1).Within(4 / Math.Sqrt(n * (double)repeats)));
            Assert.That(variances.Average(), Is.EqualTo(1).Within(4 * Math.Sqrt(8.0 / n / repeats)));
            Assert.That(meanError, Is.EqualTo(Math.Sqrt(EnergyMoments.FromSample(means).Variance.Value)).Within(7).Percent);
            Assert.That(varianceError, Is.EqualTo(Math.Sqrt(EnergyMoments.FromSample(variances).Variance.Value)).Within(12).Percent);
        }
    }

    [Test]
    public void That_is_too_small_for_a_moment_leave_it_undefined()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(EnergyMoments.FromSample([3]).Variance.Value, Is.NaN);
            Assert.That(EnergyMoments.FromSample([3]).Status, Is.EqualTo(Status.Undefined));
            Assert.That(EnergyMoments.FromSample([3, 4]).ThirdCumulant, Is.NaN);
            Assert.That(EnergyMoments.FromSample([3, 4, 7]).FourthCumulant, Is.NaN);
            Assert.That(EnergyMoments.FromSample([3, double.NaN, 7]).Status, Is.EqualTo(Status.Undefined));
            Assert.That(() => EnergyMoments.FromSample([]), Throws.ArgumentException);
        }
    }

    [Test]
    public void Without_spread_are_a_point_state() =>
        Assert.That(EnergyMoments.FromSample([2.1, 2.1, 2.1, 2.1]).Status, Is.EqualTo(Status.PointState));

    [Test]
    public void With_a_kurtosis_that_ruins_the_variance_are_heavy_tailed()
    {
        double[] sample = new double[1000];
        new RandomStream(3, 0).FillNormal(sample);
        double[] heavy = [.. sample.Select(z => Math.Exp(2 * z))], exponential = [.. sample.Select(z => z * z)];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(EnergyMoments.FromSample(heavy).Status, Is.EqualTo(Status.HeavyTail));
            Assert.That(EnergyMoments.FromSample(exponential).Status, Is.EqualTo(Status.Defined));
            Assert.That(EnergyMoments.FromSample(sample).Status, Is.EqualTo(Status.Defined));
        }
    }
}
