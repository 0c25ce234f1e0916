using ML.Thermo.Ising;

namespace ML.Thermo.Tests.Ising;

/// <summary>Golden numbers: an independent program (enumeration, Kaufman's sum and Onsager's formulas).</summary>
public class A_lattice_without_sampling
{
    private static readonly double s_critical = InfiniteLattice.CriticalTemperature;

    [Test]
    public void Is_critical_where_Onsager_says() => Assert.That(s_critical, Is.EqualTo(2.269185314213).Within(1e-12));

    [TestCase(2, -1.7455645753, 0.72487145, 0.9113193779)]
    [TestCase(3, -0.8173095925, 0.40137958, 0)]
    public void Has_the_energy_and_capacity_of_the_infinite_one(double t, double u, double c, double m)
    {
        Assert.That(InfiniteLattice.Energy(t), Is.EqualTo(u).Within(1e-10));
        Assert.That(InfiniteLattice.HeatCapacity(t), Is.EqualTo(c).Within(1e-8));
        Assert.That(InfiniteLattice.Magnetisation(t), Is.EqualTo(m).Within(1e-10));
    }

    [Test]
    public void Has_a_logarithmic_singularity_in_the_infinite_limit()
    {
        Assert.That(InfiniteLattice.Magnetisation(2.2), Is.EqualTo(0.7847551314).Within(1e-10));
        Assert.That(InfiniteLattice.Energy(s_critical), Is.EqualTo(-Math.Sqrt(2)).Within(1e-12));
        Assert.That(InfiniteLattice.HeatCapacity(s_critical), Is.GreaterThan(10));
    }

    [TestCase(4, 0, -1.5656237876, 0.7832668259, 15.5219154588)]
    [TestCase(6, 0, -1.5168731246, 0.9965818189, 34.1115410550)]
    [TestCase(8, 2, -1.7456831703, 0.7141226029, 66.3445818792)]
    [TestCase(8, 0, -1.4915891074, 1.1455592399, 60.1417807891)]
    [TestCase(8, 2.5, -1.2223206433, 1.1004758894, 56.5993887604)]
    [TestCase(16, 2, -1.7455306690, 0.7255087677, 263.2962104340)]
    [TestCase(16, 0, -1.4530648528, 1.4987049594, 238.6422566351)]
    [TestCase(16, 2.5, -1.1313179844, 1.0649768829, 225.2288467559)]
    [TestCase(32, 2, -1.7455645270, 0.7248739782, 1051.1049876145)]
    [TestCase(32, 0, -1.4336584661, 1.8467675900, 952.6480795485)]
    [TestCase(32, 2.5, -1.1072916610, 0.8858125011, 900.4783077631)]
    [TestCase(64, 2, -1.7455645753, 0.7248714486, 4202.3405079789)]
    [TestCase(64, 0, -1.4239383898, 2.1922113931, 3808.6722834198)]
    [TestCase(64, 2.5, -1.1060829925, 0.8618550832, 3601.8742693788)]
    public void Obeys_Kaufmans_sum(int size, double t, double u, double c, double logZ)
    {
        var lattice = new ExactLattice(size);
        t = t == 0 ? s_critical : t;
        Assert.That(lattice.Energy(t), Is.EqualTo(u).Within(2e-10));
        Assert.That(lattice.HeatCapacity(t), Is.EqualTo(c).Within(2e-10));
        Assert.That(lattice.LogPartition(t), Is.EqualTo(logZ).Within(1e-9));
    }

    [TestCase(4)]
    [TestCase(6)]
    public void Agrees_between_the_sum_and_the_enumeration(int size)
    {
        var exact = new ExactLattice(size);
        EnumeratedLattice counted = EnumeratedLattice.Of(size);
        foreach (double t in new[] { 0.4, 1, 2, 2.269185314213, 3, 10 })
        {
            Assert.That(exact.LogPartition(t), Is.EqualTo(counted.LogPartition(t)).Within(1e-10 * counted.LogPartition(t)));
            Assert.That(exact.Energy(t), Is.EqualTo(counted.Mean(t, level => level.Energy) / (size * size)).Within(1e-10));
            Assert.That(exact.HeatCapacity(t), Is.EqualTo(counted.EnergyVariance(t) / (t * t * size * size)).Within(1e-9));
        }
    }

    [TestCase(4, 2.43895)]
    [TestCase(6, 2.38971)]
    [TestCase(8, 2.36198)]
    [TestCase(16, 2.31751)]
    [TestCase(32, 2.29393)]
    public void Is_most_capacious_above_the_critical_temperature(int size, double t) =>
        Assert.That(new ExactLattice(size).PeakTemperature(), Is.EqualTo(t).Within(6e-6));

    [TestCase(3)]
    [TestCase(0)]
    public void Needs_an_even_size(int size) => Assert.That(() => new ExactLattice(size), Throws.ArgumentException.With.Message.Contains($"L = {size}"));

    [Test]
    public void Needs_a_temperature() => Assert.That(() => new ExactLattice(4).Energy(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
}

/// <summary>Golden numbers: an independent program.</summary>
public class A_lattice_of_which_all_states_are_counted
{
    [Test]
    public void Has_every_bond_twice_when_two_wide() =>
        Assert.That(EnumeratedLattice.Of(2).EnergyLevels(), Is.EqualTo(new[] { (-8, 2L), (0, 12L), (8, 2L) }));

    [Test]
    public void Has_the_degeneracies_of_four_by_four()
    {
        IReadOnlyList<(int Energy, long States)> levels = EnumeratedLattice.Of(4).EnergyLevels();
        Assert.That(levels.Select(level => level.States).Take(8), Is.EqualTo(new[] { 2L, 32, 64, 424, 1728, 6688, 13568, 20524 }));
        Assert.That(levels[0].Energy, Is.EqualTo(-32));
        Assert.That(levels[7].Energy, Is.Zero);
        Assert.That(levels.Sum(level => level.States), Is.EqualTo(1 << 16));
    }

    [Test]
    public void Has_the_degeneracies_of_six_by_six()
    {
        long[] half = [2, 72, 144, 1620, 6048, 35148, 159840, 804078, 3846576, 17569080, 71789328, 260434986, 808871328, 2122173684, 4616013408,
            8196905106, 11674988208, 13172279424];
        IReadOnlyList<(int Energy, long States)> levels = EnumeratedLattice.Of(6).EnergyLevels();
        Assert.That(levels.Select(level => level.States), Is.EqualTo(half.Concat(half.Reverse().Skip(1))));
        Assert.That(levels.Sum(level => level.States), Is.EqualTo(1L << 36));
    }

    [TestCase(4, 2, 0.9189432674, 0.8689216816, 0.6448107912, 0.1957196235)]
    [TestCase(4, 0, 0.8438604448, 0.7613589086, 0.6171993184, 0.3473208323)]
    [TestCase(4, 2.5, 0.7647123932, 0.6548257569, 0.5815276591, 0.4482605606)]
    [TestCase(4, 3, 0.6012913260, 0.4509881408, 0.4805406601, 0.4769967044)]
    [TestCase(6, 2, 0.9130939241, 0.8499052318, 0.6503165911, 0.2909649149)]
    [TestCase(6, 0, 0.8049765584, 0.6933165911, 0.6143562391, 0.7191373589)]
    [TestCase(6, 2.5, 0.6774137638, 0.5286207511, 0.5540074165, 1.0041313506)]
    [TestCase(6, 3, 0.4489254083, 0.2713742142, 0.3758917191, 0.8380823040)]
    public void Has_the_moments_of_the_magnetisation(int size, double t, double m, double square, double binder, double susceptibility)
    {
        EnumeratedLattice lattice = EnumeratedLattice.Of(size);
        t = t == 0 ? InfiniteLattice.CriticalTemperature : t;
        Assert.That(lattice.Mean(t, level => Math.Abs(level.Magnetisation)) / lattice.Spins, Is.EqualTo(m).Within(1e-10));
        Assert.That(lattice.Mean(t, level => Math.Pow(level.Magnetisation, 2)) / Math.Pow(lattice.Spins, 2), Is.EqualTo(square).Within(1e-10));
        Assert.That(lattice.Binder(t), Is.EqualTo(binder).Within(1e-10));
        Assert.That(lattice.Susceptibility(t), Is.EqualTo(susceptibility).Within(1e-9));
    }

    [TestCase(2, 4, 2.09869285)]
    [TestCase(4, 6, 2.22287630)]
    public void Crosses_Binders_cumulant_of_another_size(int small, int large, double t)
    {
        double low = 1.5, high = 2.6;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = EnumeratedLattice.Of(large).Binder(middle) > EnumeratedLattice.Of(small).Binder(middle) ? (middle, high) : (low, middle);
        }

        Assert.That(low, Is.EqualTo(t).Within(1e-7));
    }
}
