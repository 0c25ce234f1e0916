using ML.Thermo.Entropies;

namespace ML.Thermo.Tests.Entropies;

public class Spacing_entropy
{
    private static EntropyEstimate Entropy(int window, SpacingForm form, double[] sample) => new VasicekEntropy(window, form).Estimate(default, sample);

    // golden: SciPy 1.10's differential_entropy (the Vasicek rows are those of its tests, checked there against R's vsgoftest)
    [TestCase(SpacingForm.Vasicek, 0, 0, 1.342551187000946)]
    [TestCase(SpacingForm.Vasicek, 0, 1, 1.122044177725947)]
    [TestCase(SpacingForm.Vasicek, 0, 8, 1.349401487550325)]
    [TestCase(SpacingForm.Vasicek, 1, 0, 1.341825903922332)]
    [TestCase(SpacingForm.Vasicek, 2, 0, 1.293774601883585)]
    [TestCase(SpacingForm.VanEs, 0, 0, 1.3097597747674774)]
    [TestCase(SpacingForm.VanEs, 2, 0, 1.222332634805933)]
    [TestCase(SpacingForm.Ebrahimi, 0, 0, 1.4109365075693834)]
    [TestCase(SpacingForm.Ebrahimi, 2, 0, 1.3621599224520227)]
    [TestCase(SpacingForm.Correa, 0, 0, 1.4111414753759366)]
    [TestCase(SpacingForm.Correa, 2, 0, 1.3546842371926902)]
    public void Agrees_with_SciPy(SpacingForm form, int row, int window, double expected) =>
        Assert.That(Entropy(window, form, NumpyNormals.Rows[row]).Value, Is.EqualTo(expected).Within(1e-12));

    // golden: SciPy's tests, root mean square error and standard deviation at n = 50, m = 7 (two decimals hold)
    [TestCase(SpacingForm.Vasicek, "normal", 0.198, 0.109)]
    [TestCase(SpacingForm.VanEs, "normal", 0.212, 0.110)]
    [TestCase(SpacingForm.Correa, "normal", 0.135, 0.112)]
    [TestCase(SpacingForm.Ebrahimi, "normal", 0.128, 0.109)]
    [TestCase(SpacingForm.Vasicek, "exponential", 0.194, 0.148)]
    [TestCase(SpacingForm.VanEs, "exponential", 0.179, 0.149)]
    [TestCase(SpacingForm.Correa, "exponential", 0.155, 0.152)]
    [TestCase(SpacingForm.Ebrahimi, "exponential", 0.151, 0.148)]
    public void Has_the_published_error(SpacingForm form, string law, double rootMeanSquare, double deviation)
    {
        const int repeats = 4000;
        double[] errors = new double[repeats];
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            (double[] sample, double exact) = Samples.Of(law, (ulong)repeat, 50);
            errors[repeat] = Entropy(7, form, sample).Value - exact;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Math.Sqrt(errors.Average(e => e * e)), Is.EqualTo(rootMeanSquare).Within(0.008));
            Assert.That(Math.Sqrt(EnergyMoments.FromSample(errors).Variance.Value), Is.EqualTo(deviation).Within(0.006));
        }
    }

    [TestCase(50, 7)]
    [TestCase(300, 3)]
    public void By_Vasicek_states_the_bias_that_uniform_samples_show(int n, int window)
    {
        const int repeats = 2000;
        double[] values = [.. Enumerable.Range(0, repeats).Select(repeat => Entropy(window, SpacingForm.Vasicek, Samples.Uniform((ulong)repeat, n)).Value)];
        EnergyMoments moments = EnergyMoments.FromSample(values);
        double[] stated = [.. Enumerable.Range(0, 50).Select(repeat => Entropy(window, SpacingForm.Vasicek, Samples.Uniform((ulong)repeat, n)).Bias)];
        Assert.That(stated.Min(), Is.GreaterThan(-moments.Mean.Value - (4 * moments.Mean.StandardError))); // and what gaps would cost comes on top
        Assert.That(stated.Average(), Is.LessThan(-2 * moments.Mean.Value));
    }

    [Test]
    public void Of_coinciding_energies_is_minus_infinity([Values] SpacingForm form)
    {
        EntropyEstimate entropy = Entropy(1, form, [1, 1, 1, 1, 1, 2, 3, 4]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entropy.Value, Is.EqualTo(double.NegativeInfinity));
            Assert.That(entropy.Status, Is.EqualTo(Status.Atoms));
            Assert.That(Entropy(1, form, [1, 1, 1, 1]).Status, Is.EqualTo(Status.PointState));
            Assert.That(Entropy(1, form, [1, 2, 3, double.NaN]).Status, Is.EqualTo(Status.Undefined));
        }
    }

    [Test]
    public void Needs_more_energies_than_two_windows()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => Entropy(4, SpacingForm.Vasicek, [1, 2, 3, 4, 5, 6, 7, 8]), Throws.ArgumentException.With.Message.Contains("at least 9 energies, got 8"));
            Assert.That(() => new VasicekEntropy(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }
}
