using ML.Thermo.Ising;
using ML.Thermo.Scans;

namespace ML.Thermo.Tests.Ising;

/// <summary>What learners find in configurations at T = 1, 1.1, …, 4, exactly. Golden numbers: an independent program.</summary>
public class A_learner_of_lattices
{
    private static readonly double[] s_temperatures = [.. Enumerable.Range(0, 31).Select(k => 1 + (k / 10.0))];
    private static readonly double[] s_cold = [.. s_temperatures.Where(t => t < 1.65)], s_hot = [.. s_temperatures.Where(t => t > 2.95)];

    /// <summary>Far from the transition, and as much of the cold as of the hot.</summary>
    private static readonly double[] s_without_middle =
        [.. Enumerable.Repeat(s_cold, s_hot.Length).SelectMany(t => t), .. Enumerable.Repeat(s_hot, s_cold.Length).SelectMany(t => t)];

    private static readonly double s_critical = InfiniteLattice.CriticalTemperature;

    [Test]
    public void Finds_plane_waves_by_principal_components_the_magnetisation_first()
    {
        double[,] shares = LatticeModes.Shares(s_temperatures);
        Assert.That(shares[0, 0], Is.EqualTo(0.6491282161).Within(1e-10));
        Assert.That(shares[1, 0], Is.EqualTo(0.0375657656).Within(1e-10));
        Assert.That(shares[1, 1], Is.EqualTo(0.0214067299).Within(1e-10));
        Assert.That(shares[2, 0], Is.EqualTo(shares[1, 1]).Within(1e-12), "the 4-torus is the 4-cube");
        Assert.That(shares[2, 1], Is.EqualTo(0.0151109228).Within(1e-10));
        Assert.That(shares[2, 2], Is.EqualTo(0.0117246507).Within(1e-10));
        Assert.That(shares.Cast<double>().Sum(), Is.EqualTo(1).Within(1e-12));
        Assert.That(shares[0, 0], Is.EqualTo(MeanSquare(4)).Within(1e-12));
        Assert.That(MeanSquare(6), Is.EqualTo(0.5581299613).Within(1e-10));
    }

    private static double MeanSquare(int size) =>
        s_temperatures.Average(t => EnumeratedLattice.Of(size).Mean(t, level => Math.Pow(level.Magnetisation / (double)(size * size), 2)));

    [Test]
    public void Sees_temperature_best_in_the_energy()
    {
        double Ratio(Func<LatticeLevel, double> observable) => LatticeModes.CorrelationRatio(EnumeratedLattice.Of(4), s_temperatures, observable);
        Assert.That(Ratio(level => Math.Abs(level.Magnetisation)), Is.EqualTo(0.4659369464).Within(1e-10));
        Assert.That(Ratio(level => Math.Pow(level.Magnetisation, 2)), Is.EqualTo(0.5313573407).Within(1e-10));
        Assert.That(Ratio(level => level.Energy), Is.EqualTo(0.5436755982).Within(1e-10));
        Assert.That(Ratio(level => level.Magnetisation), Is.Zero.Within(1e-14));
    }

    [TestCase(4, -8.1426668092, 0.5753369310, 0.4230850853, 0.8340252588, 2.27050878)]
    [TestCase(6, -10.5633973204, 0.3503189634, 0.2802654342, 0.8961711692, 2.29545093)]
    public void Thresholds_the_magnetisation(int size, double bias, double weight, double entropy, double accuracy, double crossing)
    {
        EnumeratedLattice lattice = EnumeratedLattice.Of(size);
        var layer = LatticeClassifier.Fit(lattice, s_temperatures, s_critical, level => Math.Abs(level.Magnetisation));
        Assert.That(layer.Bias, Is.EqualTo(bias).Within(1e-8));
        Assert.That(layer.Weight, Is.EqualTo(weight).Within(1e-9));
        Assert.That(layer.CrossEntropy, Is.EqualTo(entropy).Within(1e-9));
        Assert.That(layer.Accuracy, Is.EqualTo(accuracy).Within(1e-9));
        Assert.That(layer.Crossing(lattice), Is.EqualTo(crossing).Within(1e-7));
    }

    [TestCase(4, -21.516269, 1.497580, 2.32373297)]
    [TestCase(6, -34.611306, 1.103169, 2.26498325)]
    public void Finds_the_critical_temperature_without_being_told_it(int size, double bias, double weight, double crossing)
    {
        EnumeratedLattice lattice = EnumeratedLattice.Of(size);
        var layer = LatticeClassifier.Fit(lattice, s_without_middle, s_critical, level => Math.Abs(level.Magnetisation));
        Assert.That(layer.Bias, Is.EqualTo(bias).Within(1e-5));
        Assert.That(layer.Weight, Is.EqualTo(weight).Within(1e-6));
        Assert.That(layer.Crossing(lattice), Is.EqualTo(crossing).Within(1e-7));
    }

    [TestCase(4, 0.4050130056, 0.4039924903, 0.8340252588, 0.4067102505)]
    [TestCase(6, 0.2539092147, 0.2515592285, 0.8989897438, 0.2592172949)]
    public void Does_better_with_the_energy_and_never_better_than_its_posterior(int size, double energy, double best, double accuracy, double bestOfSize)
    {
        EnumeratedLattice lattice = EnumeratedLattice.Of(size);
        (double bestEntropy, double bestAccuracy) = LatticeClassifier.Best(lattice, s_temperatures, s_critical, level => level.Energy);
        Assert.That(LatticeClassifier.Fit(lattice, s_temperatures, s_critical, level => -level.Energy).CrossEntropy, Is.EqualTo(energy).Within(1e-9));
        Assert.That(bestEntropy, Is.EqualTo(best).Within(1e-9));
        Assert.That(bestAccuracy, Is.EqualTo(accuracy).Within(1e-9));
        double ofSize = LatticeClassifier.Best(lattice, s_temperatures, s_critical, level => Math.Abs(level.Magnetisation)).CrossEntropy;
        Assert.That(ofSize, Is.EqualTo(bestOfSize).Within(1e-9));
    }

    [Test]
    public void Learns_nothing_from_raw_spins_with_one_layer()
    {
        var layer = LatticeClassifier.Fit(EnumeratedLattice.Of(4), s_temperatures, s_critical, level => level.Magnetisation);
        Assert.That(layer.Weight, Is.Zero.Within(1e-10));
        Assert.That(layer.CrossEntropy, Is.EqualTo(0.6800829048).Within(1e-10));
    }

    [TestCase(4, 0.30302723, 3.55064606, 3.68620250, 0.4069698272)]
    [TestCase(6, 0.33220289, 3.78087395, 4.27401458, 0.2610868054)]
    public void Builds_the_size_of_the_magnetisation_out_of_two_opposed_thresholds(int size, double scale, double a, double threshold, double entropy)
    {
        EnumeratedLattice lattice = EnumeratedLattice.Of(size);
        double Entropy(double k, double slope, double d) => LatticeClassifier.Entropy(
            lattice, s_temperatures, s_critical, level => (k * (Math.Cosh(slope * level.Magnetisation / lattice.Spins) - 1)) - d);
        Assert.That(Entropy(scale, a, threshold), Is.EqualTo(entropy).Within(1e-9));
        Assert.That(Entropy(scale * 1.01, a, threshold), Is.GreaterThan(entropy), "an optimum");
        Assert.That(Entropy(scale, a, threshold * 0.99), Is.GreaterThan(entropy), "an optimum");
    }

    [TestCase(4, 2.176649, 2.131, 2.494171, 2.140)]
    [TestCase(6, 5.727970, 2.221, 6.991557, 2.233)]
    public void Bounds_the_Fisher_information_by_that_of_an_order_parameter(int size, double least, double at, double most, double mostAt)
    {
        EnumeratedLattice lattice = EnumeratedLattice.Of(size);
        double Information(double t, Func<LatticeLevel, double> of)
        {
            double mean = lattice.Mean(t, of), energy = lattice.Mean(t, level => level.Energy);
            double slope = (lattice.Mean(t, level => of(level) * level.Energy) - (mean * energy)) / (t * t);
            return ScalarObservable.Information(slope, lattice.Mean(t, level => Math.Pow(of(level) - mean, 2)));
        }

        Assert.That(Information(at, level => Math.Abs(level.Magnetisation)), Is.EqualTo(least).Within(2e-6));
        Assert.That(Information(mostAt, level => level.Energy), Is.EqualTo(most).Within(2e-5));
        if (size == 4)
            Assert.That(Information(2, level => (-3 * level.Energy) + 7), Is.EqualTo(2.4221306288).Within(1e-9), "any linear function of the energy");
    }
}
