using ML.Thermo.Entropies;
using ML.Thermo.Numerics;

namespace ML.Thermo.Tests.Entropies;

public class Kozachenko_Leonenko_entropy
{
    private static EntropyEstimate Entropy(int k, double[] sample) => new KozachenkoLeonenko(k).Estimate(default, sample);

    [Test]
    public void Of_five_points_is_the_hand_computed_value()
    {
        // golden: ψ(5) − ψ(1) + ln 2 + mean ln(1, 1, 2, 4, 5) = 3.514256405, by hand
        EntropyEstimate entropy = Entropy(1, [7, 0, 12, 3, 1]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entropy.Value, Is.EqualTo(25.0 / 12 + Math.Log(2) + (Math.Log(40) / 5)).Within(1e-14));
            Assert.That(entropy.Method, Is.EqualTo(EntropyMethod.KozachenkoLeonenko));
            Assert.That(entropy.Status, Is.EqualTo(Status.SmallSample));
        }
    }

    // golden: NPEET's formula (maximum norm, without its added noise) on the first row, computed with numpy
    [TestCase(1, 1.4966441062)]
    [TestCase(3, 1.3385379263)]
    [TestCase(5, 1.4361421958)]
    public void Agrees_with_NPEET(int k, double expected) =>
        Assert.That(Entropy(k, NumpyNormals.Rows[0]).Value, Is.EqualTo(expected).Within(1e-10));

    [TestCase("normal", 4)]
    [TestCase("normal", 1)]
    [TestCase("uniform", 4)]
    [TestCase("exponential", 4)]
    [TestCase("chi-square", 4)]
    [TestCase("chi-square", 10)]
    public void Has_the_error_and_the_bias_that_it_states(string law, int k)
    {
        const int repeats = 600, n = 500;
        double[] errors = new double[repeats];
        double stated = 0, bias = 0;
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            (double[] sample, double exact) = Samples.Of(law, (ulong)repeat, n);
            EntropyEstimate entropy = Entropy(k, sample);
            errors[repeat] = entropy.Value - exact;
            (stated, bias) = (stated + (entropy.StandardError / repeats), entropy.Bias);
        }

        double seen = Math.Sqrt(EnergyMoments.FromSample(errors).Variance.Value);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(errors.Average(), Is.EqualTo(0).Within(bias + (4 * seen / Math.Sqrt(repeats))));
            Assert.That(stated, Is.EqualTo(seen).Within(4 * 100 / Math.Sqrt(2 * repeats)).Percent);
        }
    }

    [TestCase("normal", 0.010)]
    [TestCase("chi-square", 0.018)]
    public void Of_ten_thousand_draws_is_as_sure_as_theory_says(string law, double error)
    {
        // golden: independent simulation, k = 4: sd 0.010 (normal) and 0.018 (chi-square with one degree, singular at zero)
        (double[] sample, double exact) = Samples.Of(law, 99, 10_000);
        EntropyEstimate entropy = Entropy(4, sample);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entropy.Value, Is.EqualTo(exact).Within(4 * error));
            Assert.That(entropy.StandardError, Is.EqualTo(error).Within(7).Percent);
            Assert.That(entropy.Status, Is.EqualTo(Status.Defined));
        }
    }

    [TestCase(1)]
    [TestCase(4)]
    [TestCase(40)]
    public void Takes_distances_to_the_kth_neighbour(int k)
    {
        foreach (int n in new[] { k + 1, k + 2, (2 * k) + 1, 57, 64, 65 }.Where(n => n > k))
        {
            double[] sample = Samples.Exponential((ulong)n, n);
            double mean = sample.Average(x => Math.Log(sample.Select(y => Math.Abs(y - x)).Order().ElementAt(k)));
            double expected = SpecialFunctions.Digamma(n) - SpecialFunctions.Digamma(k) + Math.Log(2) + mean;
            Assert.That(Entropy(k, sample).Value, Is.EqualTo(expected).Within(1e-12));
        }
    }

    [Test]
    public void Leaves_the_sample_as_it_was()
    {
        double[] sample = [5, 1, 9, 2, 7, 3];
        Entropy(2, sample);
        Assert.That(sample, Is.EqualTo([5.0, 1, 9, 2, 7, 3]));
    }

    [Test]
    public void Of_a_point_is_minus_infinity() =>
        Assert.That(Entropy(4, [3, 3, 3, 3, 3, 3]), Is.EqualTo(new EntropyEstimate(double.NegativeInfinity, 0, EntropyMethod.KozachenkoLeonenko, Status.PointState)));

    [Test]
    public void Gives_way_to_the_finite_resolution_where_units_have_died()
    {
        double[] sample = Samples.Normal(5, 2000);
        sample.AsSpan(0, 5).Fill(10); // five draws of one value among two thousand
        AssertAtoms(sample);
    }

    [Test]
    public void Gives_way_to_the_finite_resolution_on_a_resampled_sample()
    {
        double[] sample = Samples.Normal(6, 1000);
        int[] picks = [.. Samples.Uniform(7, 1000).Select(u => (int)(1000 * u))];
        AssertAtoms([.. picks.Select(i => sample[i])]);
    }

    [Test]
    public void Works_on_losses_in_single_precision_as_long_as_few_coincide()
    {
        double[] sample = Samples.Normal(8, 10_000), rounded = [.. sample.Select(x => (double)(float)x)];
        EntropyEstimate exact = Entropy(4, sample), single = Entropy(4, rounded);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(single.Status, Is.EqualTo(Status.Defined));
            Assert.That(single.Value, Is.EqualTo(exact.Value).Within(1e-3));
        }
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    [TestCase(double.NegativeInfinity)]
    public void Of_energies_that_are_not_numbers_is_undefined(double energy)
    {
        EntropyEstimate entropy = Entropy(1, [1, 2, 4, energy]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entropy.Value, Is.NaN);
            Assert.That(entropy.Status, Is.EqualTo(Status.Undefined));
        }
    }

    [Test]
    public void Needs_more_energies_than_neighbours()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => Entropy(4, [1, 2, 3, 4]), Throws.ArgumentException.With.Message.Contains("at least 5 energies, got 4"));
            Assert.That(() => new KozachenkoLeonenko(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    private static void AssertAtoms(double[] sample)
    {
        EntropyEstimate entropy = Entropy(4, sample), resolved = new FiniteResolution().Estimate(default, sample);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entropy.Status, Is.EqualTo(Status.Atoms));
            Assert.That(entropy.Method, Is.EqualTo(EntropyMethod.FiniteResolution));
            Assert.That(entropy.Value, Is.EqualTo(resolved.Value));
            Assert.That(entropy.Resolution, Is.EqualTo(resolved.Resolution).And.GreaterThan(0));
        }
    }
}
