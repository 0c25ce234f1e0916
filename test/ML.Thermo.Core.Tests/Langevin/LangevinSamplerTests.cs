using ML.Thermo.Langevin;

namespace ML.Thermo.Tests.Langevin;

/// <summary>Chains in wells whose stationary law is known in closed form.</summary>
public sealed class LangevinSamplerTests
{
    private const double A = 2, Step = 0.1, T = 0.5;

    private static LangevinOptions Options => new() { StepSize = Step, Bath = Bath.Constant(T), Epochs = 4000, WarmUp = 0.1 };

    /// <summary>Golden: stationary variance of Euler steps in a x²/2, T/(a(1 − ηa/2)) = 0.2777…, effective temperature 0.5555…</summary>
    [Test]
    public void Plain_steps_overheat_a_quadratic_well_by_the_known_amount()
    {
        const int Count = 200;
        Equilibrium measured = LangevinSampler.Run(Wells.Harmonic(A, Count), new double[Count], Options with { IsCorrected = false }).Equilibrium;
        Estimate variance = new(measured.Energy.Value * 2 / (A * Count), measured.Energy.StandardError * 2 / (A * Count));
        Assert.That(variance.Value, Is.EqualTo(0.27777777777777779).Within(4 * variance.StandardError));
        Assert.That(variance.StandardError, Is.LessThan((0.2778 - 0.25) / 16), "the test can tell the overheated chain from the true one");
        Assert.That(measured.ConfigurationalTemperature.Value, Is.EqualTo(0.5555555555555556).Within(4 * measured.ConfigurationalTemperature.StandardError));
        Assert.That(measured.EquipartitionTemperature.Value, Is.EqualTo(0.5555555555555556).Within(4 * measured.EquipartitionTemperature.StandardError));
        Assert.That(measured.IsReached, "stationary, though not at the bath's temperature");
        Assert.That(measured.Status.HasFlag(Status.OutOfRange), "which it says");
    }

    [TestCase(0.1)]
    [TestCase(0.5)]
    [TestCase(0.9)] // ηa = 1.8, close to where the steps become unstable
    public void Corrected_steps_have_the_Boltzmann_variance_of_a_quadratic_well_whatever_their_length(double step)
    {
        const int Count = 200;
        Equilibrium measured = LangevinSampler.Run(Wells.Harmonic(A, Count), new double[Count], Options with { StepSize = step }).Equilibrium;
        Estimate variance = new(measured.Energy.Value * 2 / (A * Count), measured.Energy.StandardError * 2 / (A * Count));
        Assert.That(variance.Value, Is.EqualTo(T / A).Within(4 * variance.StandardError));
        Assert.That(variance.StandardError, Is.LessThan(0.002));
        Assert.That(measured.ConfigurationalTemperature.Value, Is.EqualTo(T).Within(4 * measured.ConfigurationalTemperature.StandardError));
        Assert.That(measured.EquipartitionTemperature.Value, Is.EqualTo(T).Within(4 * measured.EquipartitionTemperature.StandardError));
        Assert.That(measured.Drift.Value, Is.Zero.Within(4 * measured.Drift.StandardError));
        Assert.That(measured.Drift.StandardError, Is.LessThan(0.03 * measured.Virial.Value));
        Assert.That(measured.Status, Is.EqualTo(Status.Defined));
    }

    [Test]
    public void Heat_capacity_and_learning_coefficient_of_a_regular_minimum_are_half_its_parameters()
    {
        const int Count = 6;
        Equilibrium measured = LangevinSampler.Run(Wells.Harmonic(A, Count), new double[Count], Options with { Epochs = 40_000 }).Equilibrium;
        Estimate lambda = measured.LearningCoefficient.Value;
        Assert.That(measured.GroundEnergy, Is.Zero.Within(1e-3 * T));
        Assert.That(lambda.Value, Is.EqualTo(3).Within(4 * lambda.StandardError));
        Assert.That(lambda.StandardError, Is.LessThan(0.1));
        Assert.That(measured.HeatCapacity.Value, Is.EqualTo(3).Within(4 * measured.HeatCapacity.StandardError));
        Assert.That(measured.LearningCoefficient.Status, Is.EqualTo(Status.Defined));
    }

    /// <summary>Generalised equipartition: in ½Σ|wᵢ|^pᵢ a term holds T/pᵢ, so λ = Σ1/pᵢ, and ⟨wᵢ ∂E/∂wᵢ⟩ = T for every coordinate.</summary>
    [Test]
    public void Wells_of_any_power_share_the_energy_by_their_power()
    {
        double[] powers = [2, 3, 4, 6];
        double[] p = [.. Enumerable.Repeat(powers, 60).SelectMany(x => x)];
        var wells = new Wells([.. p.Select(_ => 0.5)], p);
        LangevinRun run = LangevinSampler.Run(wells, new double[p.Length], Options with { StepSize = 0.02, Epochs = 20_000, GroundEnergy = 0 });
        Estimate equipartition = run.Equilibrium.EquipartitionTemperature, lambda = run.Equilibrium.LearningCoefficient.Value;
        double expected = 60 * powers.Sum(x => 1 / x);
        Assert.That(equipartition.Value, Is.EqualTo(T).Within(4 * equipartition.StandardError));
        Assert.That(lambda.Value, Is.EqualTo(expected).Within((4 * lambda.StandardError) + (2e-3 * expected)), "second order in the step besides");
        Assert.That(lambda.StandardError, Is.LessThan(0.01 * expected));
        for (int k = 0; k < powers.Length; k++)
        {
            double[] energies = [.. wells.Places.Skip(2000).Where((_, i) => i % 100 == 0)
                .Select(place => Enumerable.Range(0, 60).Average(i => 0.5 * Math.Pow(Math.Abs(place[(i * powers.Length) + k]), powers[k])))];
            double error = Math.Sqrt(energies.Sum(e => Math.Pow(e - energies.Average(), 2))) / energies.Length;
            Assert.That(energies.Average(), Is.EqualTo(T / powers[k]).Within((4 * error) + (3e-3 * T)), $"p = {powers[k]}");
        }
    }

    /// <summary>Golden: Jarzynski's ⟨e^(−W/T)⟩ = √(k₀/k₁) = 1/2 and ⟨W⟩ = 1.5 for the quench k₀ = 1 → k₁ = 4 at T = 1; ΔF = 0.6931471806.</summary>
    [Test]
    public void The_work_of_a_quench_gives_the_free_energy()
    {
        const int Count = 500, Memory = 40;
        var wells = Wells.Harmonic(1, Count);
        LangevinSampler.Run(wells, new double[Count], Options with { StepSize = 0.5, Bath = Bath.Constant(1), Epochs = 4000 });
        double[] work = [.. wells.Places.Skip(400).Where((_, i) => i % Memory == 0).SelectMany(place => place).Select(x => 1.5 * x * x)];
        double[] weights = [.. work.Select(w => Math.Exp(-w))];
        Assert.That(work.Average(), Is.EqualTo(1.5).Within(4 * 1.5 * Math.Sqrt(2.0 / work.Length)));
        double deviation = Math.Sqrt(weights.Average(w => w * w) - 0.25);
        Assert.That(-Math.Log(weights.Average()), Is.EqualTo(0.6931471805599453).Within(4 * deviation / Math.Sqrt(weights.Length) / 0.5));
    }

    /// <summary>At T = 0 with noisy minibatches: Yaida's ⟨θ·g⟩ = (η/2)⟨|g|²⟩, which needs no Boltzmann law.</summary>
    [Test]
    public void Stochastic_descent_keeps_the_fluctuation_dissipation_relation()
    {
        const int Count = 50;
        var noisy = new Wells([.. Enumerable.Repeat(1.0, Count)], [.. Enumerable.Repeat(2.0, Count)], batchShift: 0.3);
        Equilibrium measured = LangevinSampler.Run(noisy, new double[Count], Options with { Bath = Bath.Zero, Epochs = 8000 }).Equilibrium;
        Assert.That(measured.IsReached);
        Assert.That(measured.Virial.Value, Is.EqualTo(measured.Dissipation.Value).Within(4 * measured.Drift.StandardError));
        Assert.That(measured.Dissipation.Value, Is.GreaterThan(0.1));
        Assert.That(measured.HeatCapacity.Value, Is.NaN);
        Assert.That(measured.LearningCoefficient.Value.Value, Is.NaN);
    }

    [Test]
    public void A_chain_that_is_still_falling_is_not_in_equilibrium()
    {
        double[] start = [.. Enumerable.Repeat(50.0, 4)];
        LangevinOptions options = Options with { StepSize = 0.002, Epochs = 500, WarmUp = 0.2 };
        Assert.That(LangevinSampler.Run(Wells.Harmonic(A, 4), start, options).Equilibrium.Status.HasFlag(Status.NotInEquilibrium));
        options = options with { Bath = Bath.Zero };
        Assert.That(LangevinSampler.Run(Wells.Harmonic(A, 4), start, options).Equilibrium.IsReached, Is.False, "nor at T = 0");
    }

    [Test]
    public void The_gate_passes_stationary_chains_of_many_seeds()
    {
        int refused = Enumerable.Range(1, 100).Count(seed =>
            !LangevinSampler.Run(Wells.Harmonic(A, 5), new double[5], Options with { Seed = (ulong)seed, Epochs = 2000 }).Equilibrium.IsReached);
        Assert.That(refused, Is.LessThanOrEqualTo(1));
    }

    [Test]
    public void Annealing_cools_over_the_warm_up_and_stays()
    {
        LangevinRun run = LangevinSampler.Run(
            Wells.Harmonic(A, 100), new double[100], Options with { Bath = Bath.Annealed(8, T), Epochs = 1000, WarmUp = 0.5 });
        Assert.That(run.Epochs[1].BathTemperature, Is.EqualTo(8));
        Assert.That(run.Epochs[250].BathTemperature, Is.EqualTo(2).Within(0.05), "half way, geometrically");
        Assert.That(run.Epochs.Skip(501).Select(epoch => epoch.BathTemperature), Is.All.EqualTo(T));
        Assert.That(run.Epochs[100].Energy, Is.GreaterThan(2 * run.Epochs[900].Energy));
        Assert.That(Bath.Annealed(4, 0).At(0.25), Is.EqualTo(3), "to zero in a straight line");
    }

    [Test]
    public void A_chain_is_its_seed()
    {
        LangevinRun Run(ulong seed) => LangevinSampler.Run(Wells.Harmonic(A, 3), new double[3], Options with { Seed = seed, Epochs = 50 });
        LangevinRun first = Run(7), again = Run(7);
        Assert.That(again.Last, Is.EqualTo(first.Last));
        Assert.That(again.Epochs, Is.EqualTo(first.Epochs));
        Assert.That(Run(8).Last, Is.Not.EqualTo(first.Last));
    }

    [Test]
    public void An_observer_sees_every_epoch_and_can_stop_the_chain()
    {
        var seen = new List<TrainingEpoch>();
        LangevinRun run = LangevinSampler.Run(Wells.Harmonic(A, 3), new double[3], Options with { Epochs = 50, Observer = seen.Add });
        Assert.That(seen, Is.EqualTo(run.Epochs));
        Assert.That(seen.Select(epoch => epoch.Epoch), Is.EqualTo(Enumerable.Range(0, 51)));
        using var source = new CancellationTokenSource();
        LangevinOptions options = Options with
        {
            Cancellation = source.Token,
            Observer = epoch =>
            {
                if (epoch.Epoch == 3)
                    source.Cancel();
                Assert.That(epoch.Epoch, Is.LessThan(4));
            },
        };
        Assert.That(() => LangevinSampler.Run(Wells.Harmonic(A, 3), new double[3], options), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Steps_too_long_for_the_well_and_options_out_of_range_are_refused_in_words()
    {
        Wells well = Wells.Harmonic(A, 1);
        Assert.That(() => LangevinSampler.Run(well, [1], Options with { StepSize = 1.5 }), Throws.InstanceOf<ThermoException>().With.Message.Contains("1.5"));
        Assert.That(() => LangevinSampler.Run(well, [1], Options with { StepSize = 0 }), Throws.InstanceOf<ThermoException>());
        Assert.That(() => LangevinSampler.Run(well, [1], Options with { Epochs = 0 }), Throws.InstanceOf<ThermoException>());
        Assert.That(() => LangevinSampler.Run(well, [1], Options with { WarmUp = 1 }), Throws.InstanceOf<ThermoException>());
        Assert.That(() => LangevinSampler.Run(well, [1], Options with { Bath = Bath.Constant(-1) }), Throws.InstanceOf<ThermoException>());
        Assert.That(() => LangevinSampler.Run(well, [1, 2], Options), Throws.ArgumentException);
    }
}
