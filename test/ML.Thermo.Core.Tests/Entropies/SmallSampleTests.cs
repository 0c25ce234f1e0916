using ML.Thermo.Entropies;

namespace ML.Thermo.Tests.Entropies;

/// <summary>What a mutant could change unseen in samples of a few energies.</summary>
public sealed class Entropies_of_few_energies
{
    [TestCase(0)]
    [TestCase(9)]
    [TestCase(18)]
    public void By_neighbours_see_a_tie_wherever_it_lies(int at)
    {
        double[] energies = [.. Enumerable.Range(0, 20).Select(i => i * (1 + (0.01 * i)))];
        Assert.That(new KozachenkoLeonenko().Estimate(default, energies).Status.HasFlag(Status.Atoms), Is.False);
        energies[at + 1] = energies[at];
        Assert.That(new KozachenkoLeonenko().Estimate(default, energies).Status.HasFlag(Status.Atoms), Is.True, "one in twenty is more than one in a hundred");
    }

    [Test]
    public void By_spacings_take_the_widest_window_below_half_of_four()
    {
        double[] energies = [0.3, 1, 2.5, 2.9];
        Assert.That(new VasicekEntropy().Estimate(default, energies).Value, Is.EqualTo(new VasicekEntropy(1).Estimate(default, energies).Value));
    }
}
