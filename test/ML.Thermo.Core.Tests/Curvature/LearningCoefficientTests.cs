using ML.Thermo.Curvature;
using ML.Thermo.Initialization;

namespace ML.Thermo.Tests.Curvature;

[TestFixture]
public class LearningCoefficientTests
{
    /// <summary>Excess energies ½Σz², d = 6: λ = 3 whatever the offset and the scale; the stated error is the spread over seeds.</summary>
    [Test]
    public void The_standard_error_is_the_spread_over_seeds_and_offset_and_scale_do_not_matter()
    {
        const int Seeds = 300, N = 1000;
        var values = new Estimate[Seeds];
        for (int seed = 0; seed < Seeds; seed++)
        {
            double[] energies = Excess((ulong)seed, N, 6);
            values[seed] = LearningCoefficient.FromFluctuations(energies, 0).Value;
            if (seed == 0)
            {
                double[] moved = [.. energies.Select(e => 100 + (7 * e))];
                Assert.That(LearningCoefficient.FromFluctuations(moved, 100).Value.Value, Is.EqualTo(values[0].Value).Within(1e-10));
            }
        }

        double mean = values.Average(v => v.Value), spread = Math.Sqrt(values.Sum(v => Math.Pow(v.Value - mean, 2)) / (Seeds - 1));
        Assert.That(mean, Is.EqualTo(3).Within((4 * spread / Math.Sqrt(Seeds)) + (20.0 / N)), "bias of a ratio, O(1/N)");
        Assert.That(values.Average(v => v.StandardError), Is.EqualTo(spread).Within((4 * spread / Math.Sqrt(2 * Seeds)) + (0.02 * spread)));
    }

    [Test]
    public void At_a_known_temperature_the_mean_alone_tells()
    {
        double[] energies = Excess(3, 5000, 4);
        LearningCoefficient lambda = LearningCoefficient.FromBath(energies, 0, 1);
        Assert.That(lambda.Value.Value, Is.EqualTo(2).Within(4 * lambda.Value.StandardError));
        Assert.That(lambda.Value.StandardError, Is.EqualTo(Math.Sqrt(2.0 / 5000)).Within(0.002), "Var = λθ²");
    }

    [Test]
    public void Doubtful_samples_are_marked()
    {
        LearningCoefficient flat = LearningCoefficient.FromFluctuations([1, 1, 1], 0);
        Assert.That(flat.Value.Value, Is.NaN);
        Assert.That(flat.Status, Is.EqualTo(Status.PointState | Status.Undefined | Status.SmallSample));
        Assert.That(LearningCoefficient.FromBath([1, 1], 0, 1).Status, Is.EqualTo(flat.Status));

        LearningCoefficient below = LearningCoefficient.FromBath(Excess(1, 200, 2), 50, 1);
        Assert.That(below.Status, Is.EqualTo(Status.OutOfRange));
        Assert.That(below.Value.Value, Is.Negative, "said, not clamped");

        double[] heavy = [.. Excess(1, 200, 2), 1e6];
        Assert.That(LearningCoefficient.FromFluctuations(heavy, 0).Status, Is.EqualTo(Status.HeavyTail));
    }

    [Test]
    public void Bad_input_is_named()
    {
        Assert.That(() => LearningCoefficient.FromFluctuations([1], 0), Throws.ArgumentException);
        Assert.That(() => LearningCoefficient.FromFluctuations([1, double.NaN], 0), Throws.TypeOf<UnusableDataException>().With.Message.Contains("number 2"));
        Assert.That(() => LearningCoefficient.FromFluctuations([1, 2], double.NaN), Throws.TypeOf<UnusableDataException>());
        Assert.That(() => LearningCoefficient.FromBath([1, 2], 0, 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => ConfigurationalTemperature.FromDraws([1, 2], [1]), Throws.ArgumentException);
        Assert.That(() => ConfigurationalTemperature.FromDraws([1], [1]), Throws.ArgumentException);
        Assert.That(ConfigurationalTemperature.FromDraws([1, 2], [1, -1]).Value, Is.NaN);
    }

    private static double[] Excess(ulong seed, int n, int d)
    {
        double[] energies = new double[n];
        for (int i = 0; i < n; i++)
        {
            var random = new RandomStream(seed, (ulong)i);
            for (int j = 0; j < d; j++)
                energies[i] += 0.5 * Math.Pow(random.NextNormal(), 2);
        }

        return energies;
    }
}
