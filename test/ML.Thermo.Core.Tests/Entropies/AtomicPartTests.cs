using ML.Thermo.Entropies;

namespace ML.Thermo.Tests.Entropies;

/// <summary>One value that a share of the energies holds, beside a density: h = H(p) + p h(εξ) + (1 − p) h(rest).</summary>
public sealed class AtomicPartTests
{
    private const double Resolution = 0.01;

    [TestCase(3)]
    [TestCase(150)]
    public void It_is_read_at_the_resolution_and_the_rest_by_its_neighbours(int atoms)
    {
        double[] rest = [.. Samples.Exponential(1, 400).Select(x => x + 1)], sample = [.. Enumerable.Repeat(0.2, atoms), .. rest];
        double n = sample.Length, p = atoms / n;
        EntropyEstimate density = new KozachenkoLeonenko().Estimate(default, rest), entropy = Estimate(sample);
        double noise = 0.5 * Math.Log(2 * Math.PI * Math.E * Resolution * Resolution);
        double expected = -(p * Math.Log(p)) - ((1 - p) * Math.Log(1 - p)) + (p * noise) + ((1 - p) * density.Value);
        Assert.That(entropy.Differential, Is.EqualTo(expected).Within(1e-11));
        Assert.That(entropy.Status, Is.EqualTo(Status.Atoms));
        Assert.That(entropy.Method, Is.EqualTo(EntropyMethod.FiniteResolution));
        Assert.That(entropy.Resolution, Is.EqualTo(Resolution));
        Assert.That(entropy.Bias, Is.EqualTo((1 - p) * density.Bias).Within(1e-15));

        // Whether a draw is the atom moves the entropy by the difference of both informations, and the mean energy by that of both means.
        double between = noise - Math.Log(p) - density.Value + Math.Log(1 - p), distance = 0.2 - rest.Average(), share = p * (1 - p) / n;
        double error = Math.Sqrt((share * between * between) + Math.Pow((1 - p) * density.StandardError, 2));
        Assert.That(entropy.StandardError, Is.EqualTo(error).Within(1e-12));
        Assert.That(entropy.EnergyCovariance, Is.EqualTo((share * between * distance) + (Math.Pow(1 - p, 2) * density.EnergyCovariance)).Within(1e-12));
    }

    [Test]
    public void It_stands_anywhere_in_the_sample()
    {
        double[] rest = Samples.Uniform(2, 300);
        Assert.That(Estimate([.. rest, 5, 5, 5, 5]).Status, Is.EqualTo(Status.Atoms));
        Assert.That(Estimate([.. rest, 5, 5, 5, 5]).Value, Is.EqualTo(Estimate([.. rest, -3, -3, -3, -3]).Value).Within(1e-12));
        Assert.That(Estimate([.. rest, 0.5, 0.5, 0.5, 0.5]).Value, Is.EqualTo(Estimate([.. rest, -3, -3, -3, -3]).Value).Within(1e-12));
    }

    [Test]
    public void Two_equal_energies_are_no_atom_and_many_atoms_are_none()
    {
        double[] rest = Samples.Uniform(3, 300);
        Assert.That(Estimate([.. rest, 5, 5]).Method, Is.EqualTo(EntropyMethod.KozachenkoLeonenko));
        Assert.That(AtomicPart.Of([1, 1, 1, .. rest.Select(x => x + 2).Order(), 9, 9, 9], new(), Resolution), Is.Null, "two atoms of one size");
        double[] nine = [.. Enumerable.Repeat(0.5, 18), .. rest.Select(x => x + 2).Order(), 9, 9];
        Assert.That(AtomicPart.Of(nine, new(), Resolution), Is.Not.Null, "18 of 20 that coincide");
        Assert.That(AtomicPart.Of([.. nine, 10, 10], new(), Resolution), Is.Null, "18 of 22");
    }

    [TestCase(20, true)]
    [TestCase(19, false)]
    public void The_rest_must_have_four_draws_for_each_neighbour_and_one_more(int rest, bool isRead)
    {
        double[] sorted = [.. Enumerable.Repeat(0.0, 30), .. Enumerable.Range(1, rest).Select(i => i + (0.1 * Math.Sin(i)))];
        Assert.That(AtomicPart.Of(sorted, new(4), Resolution) is not null, Is.EqualTo(isRead));
    }

    private static EntropyEstimate Estimate(double[] sample) =>
        new KozachenkoLeonenko { AtomEstimator = new FiniteResolution(Resolution) }.Estimate(default, sample);
}
