using ML.Thermo.Entropies;

namespace ML.Thermo.Tests.Entropies;

public class Finite_resolution_entropy
{
    // golden: quadrature of the mixture's entropy with mpmath, 30 digits
    [TestCase(new double[] { 0, 1 }, 1, 0.111421482184736)]
    [TestCase(new double[] { 0, 1 }, 0.5, 0.336830820346832)]
    [TestCase(new double[] { 0, 1 }, 0.25, 0.632720193736867)]
    [TestCase(new double[] { 0, 1 }, 0.1, 0.693146317393984)]
    [TestCase(new double[] { 0, 3, 4 }, 1, 0.593136627813673)]
    [TestCase(new double[] { 0, 0, 0, 5 }, 0.7, 0.561890739721572)]
    public void Of_atoms_is_the_information_in_a_noisy_reading(double[] atoms, double resolution, double expected)
    {
        double[] sample = [.. Enumerable.Range(0, 48_000).Select(i => atoms[i % atoms.Length])];
        EntropyEstimate entropy = new FiniteResolution(resolution).Estimate(default, sample);
        Assert.That(entropy.Value, Is.EqualTo(expected).Within(2e-5)); // the correction for 48,000 draws
    }

    [Test]
    public void Of_levels_far_apart_is_the_logarithm_of_their_number()
    {
        double[] sample = [.. Enumerable.Range(0, 70_000).Select(i => 1e6 * (i % 7))];
        Assert.That(new FiniteResolution(1e-3).Estimate(default, sample).Value, Is.EqualTo(Math.Log(7)).Within(1e-4));
    }

    [TestCase(0.1)]
    [TestCase(0.5)]
    [TestCase(3)]
    public void Of_a_normal_law_reaches_its_upper_bound(double resolution)
    {
        EntropyEstimate entropy = new FiniteResolution(resolution).Estimate(default, Samples.Normal(4, 20_000));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entropy.Value, Is.EqualTo(FiniteResolution.UpperBound(1, resolution)).Within(4 * entropy.StandardError));
            Assert.That(entropy.StandardError, Is.GreaterThan(0).And.LessThan(0.01));
            Assert.That(entropy.Resolution, Is.EqualTo(resolution));
            Assert.That(entropy.Differential, Is.EqualTo(entropy.Value + (0.5 * Math.Log(2 * Math.PI * Math.E * resolution * resolution))).Within(1e-14));
        }
    }

    [TestCase("normal", 0.1)]
    [TestCase("normal", 0.3)]
    [TestCase("exponential", 0.1)]
    public void Has_the_error_that_it_states_and_no_bias(string law, double resolution)
    {
        const int repeats = 200, n = 400;
        double exact = new FiniteResolution(resolution).Estimate(default, Samples.Of(law, 12345, 100_000).Sample).Value;
        double[] values = new double[repeats];
        double stated = 0;
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            EntropyEstimate entropy = new FiniteResolution(resolution).Estimate(default, Samples.Of(law, (ulong)repeat, n).Sample);
            values[repeat] = entropy.Value;
            stated += entropy.StandardError / repeats;
        }

        double seen = Math.Sqrt(EnergyMoments.FromSample(values).Variance.Value);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(values.Average(), Is.EqualTo(exact).Within(0.0064 + (4 * seen / Math.Sqrt(repeats)))); // 0.0064: two errors of 'exact'
            Assert.That(stated, Is.EqualTo(seen).Within(4 * 100 / Math.Sqrt(2 * repeats)).Percent);
        }
    }

    [Test]
    public void Of_a_point_is_zero()
    {
        EntropyEstimate entropy = new FiniteResolution(0.2).Estimate(default, [3, 3, 3]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entropy.Value, Is.Zero);
            Assert.That(entropy.Status, Is.EqualTo(Status.PointState));
            Assert.That(entropy.Differential, Is.EqualTo(Samples.NormalEntropy + Math.Log(0.2)).Within(1e-14));
        }
    }

    [Test]
    public void Finer_than_the_sample_is_owned_up_to()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(new FiniteResolution(1e-5).Estimate(default, Samples.Normal(1, 500)).Status, Is.EqualTo(Status.SmallSample));
            Assert.That(new FiniteResolution(0.1).Estimate(default, Samples.Normal(1, 500)).Status, Is.EqualTo(Status.Defined));
            Assert.That(new FiniteResolution().Estimate(default, Samples.ChiSquare(1, 500)).Status, Is.EqualTo(Status.Defined));
        }
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(double.PositiveInfinity)]
    public void Refuses_a_resolution_that_is_none(double resolution) =>
        Assert.That(() => new FiniteResolution(resolution), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("above zero"));

    [Test]
    public void Of_energies_that_are_not_numbers_is_undefined() =>
        Assert.That(new FiniteResolution(1).Estimate(default, [1, double.NaN]).Status, Is.EqualTo(Status.Undefined));
}
