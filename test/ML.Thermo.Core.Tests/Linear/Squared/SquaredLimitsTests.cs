using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear.Squared;

namespace ML.Thermo.Tests.Linear.Squared;

public sealed class SquaredLimitsTests
{
    private static readonly SecondMoments D2 = SecondMoments.Of(LinearExamples.D2);

    // golden: ratio of the exact temperature to the asymptote, independent quadrature
    [TestCase(10, 1.0182, 5e-5)]
    [TestCase(100, 1.00019, 5e-6)]
    public void A_wide_initialisation_approaches_its_asymptote(double deviation, double ratio, double tolerance)
    {
        SquaredEnsemble ensemble = Isotropic(deviation);
        double exact = (ensemble.Moments.Mean.Value - ensemble.Floor) / (ensemble.ExactEntropy()!.Value.Value - SquaredExamples.TrainedEntropyOfD2);
        LimitingTransition limit = SquaredLimits.Wide(D2, deviation, SquaredExamples.TrainedEntropyOfD2);
        Assert.That(exact / limit.Temperature, Is.EqualTo(ratio).Within(tolerance));
    }

    [Test]
    public void A_narrow_initialisation_has_normal_energies()
    {
        foreach (double deviation in new[] { 1e-2, 1e-4, 1e-8 })
        {
            SquaredEnsemble ensemble = Isotropic(deviation);
            Assert.That(SquaredLimits.NarrowEntropy(ensemble), Is.EqualTo(ensemble.ExactEntropy()!.Value.Value).Within(Math.Max(deviation * deviation, 1e-9)));
        }
    }

    [Test]
    public void The_entropies_cross_at_the_pole()
    {
        // golden: σ* ≈ 0.0032818 on D2 in the normal approximation
        double pole = SquaredLimits.PoleScale(D2, ParameterLaw.Same(InitializationLaw.Normal(0, 1), 2), SquaredExamples.TrainedEntropyOfD2);
        Assert.That(pole, Is.EqualTo(0.0032818).Within(5e-8));
        Assert.That(Isotropic(pole).ExactEntropy()!.Value.Value, Is.EqualTo(SquaredExamples.TrainedEntropyOfD2).Within(1e-5));
    }

    [Test]
    public void Many_rows_cool_a_system_slowly()
    {
        LimitingTransition limit = SquaredLimits.ManyRows(3, 1_000_000);
        Assert.That(limit.Temperature, Is.EqualTo(2 * 3 / Math.Log(1e6)).Within(1e-12));
        Assert.That(() => SquaredLimits.ManyRows(3, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Rows_in_proportion_to_dimensions_give_a_finite_temperature()
    {
        LimitingTransition limit = SquaredLimits.Proportional(ratio: 2, deviation: 1, signal: 1, noise: 0.25);
        Assert.That(limit.DeltaEnergy, Is.EqualTo(2.125));
        Assert.That(limit.Temperature, Is.EqualTo(0.6630).Within(5e-5)); // golden: predicted 0.6630, simulated 0.6654 at d = 800
        Assert.That(() => SquaredLimits.Proportional(1, 1, 1, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Generated_systems_come_near_the_proportional_limit()
    {
        const int Columns = 150, Rows = 300;
        var random = new RandomStream(11, 0);
        double[] features = new double[Rows * Columns], direction = new double[Columns], targets = new double[Rows];
        random.FillNormal(features);
        random.FillNormal(direction);
        double length = Math.Sqrt(direction.Sum(x => x * x));
        for (int i = 0; i < Rows; i++)
        {
            targets[i] = 0.5 * random.NextNormal();
            for (int j = 0; j < Columns; j++)
                targets[i] += features[(i * Columns) + j] * direction[j] / length;
        }

        var data = new LabelledData(features, targets);
        var ensemble = new SquaredEnsemble(SecondMoments.Of(data), ParameterLaw.Same(InitializationLaw.Normal(0, 1 / Math.Sqrt(Columns)), Columns));
        GroundState ground = LeastSquares.Solve(data);
        double[] losses = [.. Enumerable.Range(0, Rows).Select(i => Math.Pow(targets[i] - data.Row(i).ToArray().Zip(ground.Parameters, (x, w) => x * w).Sum(), 2))];
        double variance = losses.Sum(l => (l - losses.Average()) * (l - losses.Average())) / (Rows - 1.0) / Rows;
        double trained = 0.5 * Math.Log(2 * Math.PI * Math.E * variance);
        double temperature = (ensemble.Moments.Mean.Value - ground.Energy) / (ensemble.ExactEntropy()!.Value.Value - trained);
        Assert.That(temperature, Is.EqualTo(0.6630).Within(0.05)); // one system of finite size: fluctuations of order 1/√d
    }

    private static SquaredEnsemble Isotropic(double deviation) => new(D2, ParameterLaw.Same(InitializationLaw.Normal(0, deviation), 2));
}
