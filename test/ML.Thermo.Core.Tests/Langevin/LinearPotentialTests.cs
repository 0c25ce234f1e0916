using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Initialization;
using ML.Thermo.Langevin;
using ML.Thermo.Linear;

namespace ML.Thermo.Tests.Langevin;

public sealed class LinearPotentialTests
{
    private const int N = 300, D = 3;

    private static readonly string[] Kinds = ["mse", "mae", "ce", "softmax"];

    [TestCaseSource(nameof(Kinds))]
    public void The_gradient_is_the_slope_of_the_energy_and_the_Laplacian_its_curvature(string kind)
    {
        LinearPotential potential = Potential(kind, l2: 0.3, batchRows: 64);
        double[] place = [.. Enumerable.Range(0, potential.Dimension).Select(i => 0.3 * Math.Sin(i + 1))], gradient = new double[place.Length], beside = new double[place.Length];
        PotentialReading reading = potential.Read(place, gradient);
        double laplacian = 0, step = kind == "mae" ? 1e-3 : 0.02;
        for (int i = 0; i < place.Length; i++)
        {
            double above = At(i, step), slopeAbove = beside[i], below = At(i, -step), slopeBelow = beside[i];
            Assert.That(gradient[i], Is.EqualTo((above - below) / (2 * step)).Within(kind == "mae" ? 0.02 : 1e-3), $"parameter {i}");
            laplacian += (slopeAbove - slopeBelow) / (2 * step);
        }

        Assert.That(reading.Laplacian, kind == "mae" ? Is.NaN : Is.EqualTo(laplacian).Within(2e-3 * laplacian));

        double At(int i, double change)
        {
            double[] moved = [.. place];
            moved[i] += change;
            return potential.Read(moved, beside).Energy;
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public void Minibatches_average_to_the_gradient_and_reduce_their_variance_by_the_last_reading(string kind)
    {
        double[] gradient = new double[Potential(kind).Dimension], place = [.. gradient.Select((_, i) => 0.2 + (0.1 * i))];
        double[] spreads = new double[2];
        foreach (bool reduces in new[] { false, true })
        {
            LinearPotential potential = Potential(kind, l2: 0.1, batchRows: 77, reduces);
            double[] near = [.. place.Select(x => x + 0.01)], whole = new double[place.Length], sum = new double[place.Length];
            potential.Read(place, gradient);
            for (int batch = 0; batch < potential.Batches; batch++)
            {
                potential.Gradient(near, batch, gradient);
                for (int j = 0; j < sum.Length; j++)
                    sum[j] += gradient[j] / potential.Batches;
            }

            for (int batch = 0; batch < potential.Batches; batch++)
            {
                potential.Gradient(near, batch, gradient);
                spreads[reduces ? 1 : 0] += gradient.Zip(sum, (g, mean) => (g - mean) * (g - mean)).Sum();
            }

            potential.Read(near, whole);
            Assert.That(sum, Is.EqualTo(whole).Within(2e-6).Or.EqualTo(whole).Within(1e-5).Percent);
        }

        Assert.That(spreads[1], Is.LessThan((kind == "mae" ? 0.1 : 1e-3) * spreads[0]), "noise that is left");
    }

    [Test]
    public void The_energy_scale_is_what_the_targets_spread_amounts_to()
    {
        double[] y = Data("mse").Targets;
        double mean = y.Average();
        Assert.That(Potential("mse").EnergyScale(), Is.EqualTo(y.Average(t => (t - mean) * (t - mean))).Within(1e-6));
        Assert.That(Potential("mae").EnergyScale(), Is.EqualTo(y.Average(t => Math.Abs(t - mean))).Within(1e-6));
        Assert.That(Potential("ce").EnergyScale(), Is.EqualTo(1).Within(1e-6));
        Assert.That(Potential("softmax").EnergyScale(), Is.EqualTo(1).Within(1e-6));
    }

    [Test]
    public void Sparse_rows_are_dense_rows_and_weights_are_copies()
    {
        var dense = new TrainingRows.Builder(20);
        var sparse = new TrainingRows.Builder(20);
        var copies = new TrainingRows.Builder(20);
        var random = new RandomStream(5, 0);
        for (int i = 0; i < 50; i++)
        {
            int[] slots = [i % 7, 8 + (i % 11)];
            float[] values = [(float)random.NextNormal(), (float)random.NextNormal()], all = new float[20];
            (all[slots[0]], all[slots[1]]) = (values[0], values[1]);
            float target = i % 3;
            dense.Add(all, default, target, 1 + (i % 2));
            sparse.Add(values, slots, target, 1 + (i % 2));
            copies.Add(all, default, target, 1);
            if (i % 2 == 1)
                copies.Add(all, default, target, 1);
        }

        double[] place = [.. Enumerable.Range(0, 21).Select(i => Math.Cos(i))];
        double[][] gradients = [new double[21], new double[21], new double[21]];
        PotentialReading[] readings = [.. new[] { dense, sparse, copies }.Select((rows, k) => LinearPotential.Of(rows.ToRows(1), Energy.MeanSquared).Read(place, gradients[k]))];
        for (int k = 1; k < 3; k++)
        {
            Assert.That(readings[k].Energy, Is.EqualTo(readings[0].Energy).Within(1e-6));
            Assert.That(readings[k].Laplacian, Is.EqualTo(readings[0].Laplacian).Within(1e-5));
            Assert.That(gradients[k], Is.EqualTo(gradients[0]).Within(1e-6));
        }
    }

    [TestCase("mse")]
    [TestCase("ce")]
    [TestCase("mae")]
    public void Without_heat_the_chain_ends_in_the_ground_state(string kind)
    {
        (double[] x, double[] y) = Data(kind);
        var system = new LinearSystem(new LabelledData(x, y).WithIntercept(), Energy.Parse(kind), ParameterLaw.Same(InitializationLaw.Normal(0, 1), D + 1));
        LinearPotential potential = Potential(kind, batchRows: 32);
        bool hasKinks = kind == "mae";
        LangevinRun run = LangevinSampler.Run(potential, new double[D + 1], new LangevinOptions
        {
            StepSize = potential.SuggestStepSize() * (hasKinks ? 0.02 : 1),
            Epochs = hasKinks ? 1000 : 300,
        });
        Assert.That(run.Epochs[^1].Energy, Is.EqualTo(system.GroundState.Energy).Within(hasKinks ? 1e-3 : 1e-6));
        Assert.That(run.Last, Is.EqualTo(system.GroundState.Parameters).Within(hasKinks ? 0.03 : 1e-4));
    }

    [TestCase("mse", 2)]
    [TestCase("ce", 2)]
    [TestCase("softmax", 4)]
    public void Chains_over_data_are_Boltzmann_ensembles_about_a_regular_minimum(string kind, double expected)
    {
        LinearPotential potential = Potential(kind, batchRows: 60);
        Equilibrium measured = LangevinSampler.Run(potential, new double[potential.Dimension], new LangevinOptions
        {
            StepSize = potential.SuggestStepSize(),
            Bath = Bath.Constant(1e-3),
            Epochs = 12_000,
            WarmUp = 0.1,
        }).Equilibrium;
        Estimate lambda = measured.LearningCoefficient.Value;
        Assert.That(lambda.Value, Is.EqualTo(expected).Within((4 * lambda.StandardError) + (0.02 * expected)), "anharmonic at order T besides");
        Assert.That(lambda.StandardError, Is.LessThan(0.05 * expected));
        Assert.That(measured.EquipartitionTemperature.Value, Is.EqualTo(1e-3).Within(4 * measured.EquipartitionTemperature.StandardError + 2e-5));
        Assert.That(measured.ConfigurationalTemperature.Value, Is.EqualTo(1e-3).Within(4 * measured.ConfigurationalTemperature.StandardError + 2e-5));
        Assert.That(measured.Status, Is.EqualTo(Status.Defined));
    }

    [Test]
    public void Plain_minibatches_heat_the_chain_above_its_bath()
    {
        LinearPotential potential = Potential("mse", batchRows: 4, reducesVariance: false);
        Equilibrium measured = LangevinSampler.Run(potential, new double[D + 1], new LangevinOptions
        {
            StepSize = potential.SuggestStepSize(),
            Bath = Bath.Constant(1e-3),
            Epochs = 1000,
        }).Equilibrium;
        Assert.That(measured.IsReached, "it is stationary");
        Assert.That(measured.EquipartitionTemperature.Value, Is.GreaterThan(2e-3), "but hot");
        Assert.That(measured.Status.HasFlag(Status.OutOfRange));
    }

    [Test]
    public void Rows_that_cannot_be_used_are_refused_in_words()
    {
        Assert.That(() => new TrainingRows.Builder(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        var rows = new TrainingRows.Builder(1);
        Assert.That(() => rows.ToRows(1), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("no training rows"));
        Assert.That(() => rows.Add([1], default, 0, -1), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("-1"));
        rows.Add([1], default, 7, 0);
        Assert.That(() => rows.ToRows(1), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("weight 0"));
        rows.Add([1], default, 7, 1);
        Assert.That(() => LinearPotential.Of(rows.ToRows(1), Energy.CrossEntropy), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("0 or 1"));
        Assert.That(() => LinearPotential.Softmax(rows.ToRows(1), 3), Throws.InstanceOf<UnusableDataException>().With.Message.Contains("0 … 2"));
    }

    private static LinearPotential Potential(string kind, double l2 = 0, int batchRows = int.MaxValue, bool reducesVariance = true)
    {
        (double[] x, double[] y) = Data(kind);
        var rows = new TrainingRows.Builder(D);
        for (int i = 0; i < N; i++)
            rows.Add([.. x.Skip(i * D).Take(D).Select(value => (float)value)], default, (float)y[i], 1);
        return kind == "softmax"
            ? LinearPotential.Softmax(rows.ToRows(3), 3, l2, batchRows, reducesVariance)
            : LinearPotential.Of(rows.ToRows(3), Energy.Parse(kind), l2, batchRows, reducesVariance);
    }

    /// <summary>Three normal features, and a target that depends on them with noise; exact in single precision.</summary>
    private static (double[] Features, double[] Targets) Data(string kind)
    {
        var random = new RandomStream(11, 0);
        double[] x = [.. Enumerable.Range(0, N * D).Select(_ => (double)(float)random.NextNormal())];
        double[] y = [.. Enumerable.Range(0, N).Select(i =>
        {
            double z = 0.5 + x[i * D] - (0.5 * x[(i * D) + 1]) + random.NextNormal();
            return kind switch { "ce" => z > 0.5 ? 1.0 : 0, "softmax" => z > 1 ? 2.0 : z > 0 ? 1 : 0, _ => (double)(float)z };
        })];
        return (x, y);
    }
}
