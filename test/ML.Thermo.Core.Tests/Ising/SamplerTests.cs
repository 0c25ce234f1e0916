using ML.Thermo.Initialization;
using ML.Thermo.Ising;

namespace ML.Thermo.Tests.Ising;

public class A_sampler_of_lattices
{
    [Test]
    public void Agrees_with_exact_lattices_within_its_errors()
    {
        List<(string Name, Estimate Got, double Exact)> numbers = [];
        foreach (int size in new[] { 8, 16, 32 })
        {
            var exact = new ExactLattice(size);
            foreach (double t in new[] { 2, 2.1, InfiniteLattice.CriticalTemperature, 2.4, 2.5 })
            {
                LatticeMeasurement sampled = LatticeMeasurement.Run(size, t, 2000, new RandomStream(19, (ulong)((size * 100) + (t * 10))));
                numbers.Add(($"u, L = {size}, T = {t}", sampled.Energy, exact.Energy(t)));
                numbers.Add(($"c, L = {size}, T = {t}", sampled.HeatCapacity, exact.HeatCapacity(t)));
            }
        }

        foreach (double t in new[] { 2, 2.5, 3 })
        {
            EnumeratedLattice counted = EnumeratedLattice.Of(6);
            LatticeMeasurement sampled = LatticeMeasurement.Run(6, t, 4000, new RandomStream(20, (ulong)(t * 10)));
            numbers.Add(($"|m|, T = {t}", sampled.Magnetisation, counted.Mean(t, level => Math.Abs(level.Magnetisation)) / 36));
            numbers.Add(($"m², T = {t}", sampled.SquaredMagnetisation, counted.Mean(t, level => Math.Pow(level.Magnetisation, 2)) / 1296));
            numbers.Add(($"U4, T = {t}", sampled.Binder, counted.Binder(t)));
            numbers.Add(($"χ, T = {t}", sampled.Susceptibility, counted.Susceptibility(t)));
        }

        foreach ((string name, Estimate got, double exact) in numbers)
            Assert.That(got.Value, Is.EqualTo(exact).Within(4 * got.StandardError), name);
        Assert.That(numbers, Has.Count.GreaterThanOrEqualTo(30));
        Assert.That(numbers.Average(n => Math.Abs(n.Got.Value - n.Exact) < n.Got.StandardError ? 1 : 0), Is.GreaterThan(0.6), "two thirds within one error");
    }

    [Test]
    public void Flips_spins_one_by_one_to_the_same_energies()
    {
        const double Temperature = 2.5;
        var sampler = new MetropolisSampler(6, Temperature, new RandomStream(3, 0));
        double sum = 0;
        const int Sweeps = 20_000, Forgotten = 500;
        for (int i = 0; i < Forgotten + Sweeps; i++)
        {
            sampler.Sweep();
            sum += i < Forgotten ? 0 : Math.Pow(sampler.Magnetisation / 36.0, 2);
        }

        Assert.That(sum / Sweeps, Is.EqualTo(0.5286207511).Within(0.012), "m² of the exact table");
    }

    [Test]
    public void Draws_the_same_for_the_same_stream_and_keeps_its_magnetisation()
    {
        var first = new WolffSampler(8, 2.3, new RandomStream(5, 7));
        var second = new WolffSampler(8, 2.3, new RandomStream(5, 7));
        for (int i = 0; i < 500; i++)
            Assert.That(first.Flip(), Is.EqualTo(second.Flip()));
        Assert.That(first.Spins.SequenceEqual(second.Spins), Is.True);
        int sum = 0;
        foreach (sbyte spin in first.Spins)
            sum += spin;
        Assert.That(first.Magnetisation, Is.EqualTo(sum));
    }
}
