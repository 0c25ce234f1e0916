using ML.Thermo.Audit;
using ML.Thermo.Audit.Chains;
using ML.Thermo.Audit.Curvature;
using ML.Thermo.Audit.Entropies;
using ML.Thermo.Audit.Explanations;
using ML.Thermo.Audit.Ising;
using ML.Thermo.Audit.Refresh;
using ML.Thermo.Audit.Scans;
using ML.Thermo.Audit.Transitions;
using ML.Thermo.Curvature;
using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests;

[TestFixture]
internal sealed class StatedErrorsTests
{
    private static IEnumerable<TestCaseData> Audits()
    {
        yield return Audit("intervals", () => TrainedLosses.Intervals(isQuick: true));
        yield return Audit("heavy tails", () => TrainedLosses.HeavyTails(isQuick: true));
        yield return Audit("held-out rows", () => HeldOutRows.Run(isQuick: true));
        yield return Audit("entropies", () => EntropyErrors.Run(isQuick: true));
        yield return Audit("scans", () => ScanPeaks.Run(isQuick: true));
        yield return Audit("numbers of scans", () => ScanNumbers.Run(isQuick: true));
        yield return Audit("lattices", () => LatticeErrors.Run(isQuick: true));
        yield return Audit("estimated accuracy", () => AccuracyEstimates.Run(isQuick: true));
        yield return Audit("explanations", () => ExplanationErrors.Run(isQuick: true));
        yield return Audit("closures", () => EntropyErrors.Closures(isQuick: true));
        yield return Audit("heavy means", () => EntropyErrors.HeavyMeans(isQuick: true));
        yield return Audit("curvature", () => ProbeErrors.Run(isQuick: true));
        yield return Audit("gate of a chain", () => ChainErrors.Gate(isQuick: true));
    }

    /// <summary>A function, because some experiments begin when they are asked for: to list the tests must not run them.</summary>
    private static TestCaseData Audit(string name, Func<IEnumerable<Finding>> run) => new TestCaseData(run).SetArgDisplayNames(name);

    [TestCaseSource(nameof(Audits))]
    public void The_quick_audit_finds_every_statement_true(object run)
    {
        Finding[] all = [.. ((Func<IEnumerable<Finding>>)run)()];
        Assert.That(all, Is.Not.Empty);
        Assert.That(all.Where(finding => !finding.Holds).Select(finding => finding.ToString()), Is.Empty);
    }

    [Test]
    public void Losses_that_are_rounding_alone_are_a_point_state()
    {
        double[] x = [.. Enumerable.Range(0, 40).Select(i => i / 10.0)];
        var line = new LinearSystem(new LabelledData(x, x.Select(value => Math.Round(0.7 * value, 2)).ToArray()), Energy.MeanSquared, Normal(1, 1));
        var rows = new LabelledData(new[] { 0.15, 0.25, 3.15, 3.35 }, new[] { 0.105, 0.175, 2.205, 2.345 });
        double root = Math.Sqrt(1.5);
        var level = new LinearSystem(new LabelledData(new[] { -root, 0, root }, new[] { 0.1, 0.2, 0.3 }), Energy.MeanSquared, Normal(1, 1));
        foreach (Transition training in new[] { line.Train(rows), level.Train() })
        {
            Assert.That(training.Status.HasFlag(Status.PointState | Status.Undefined));
            Assert.That(training.Temperature.Value, Is.NaN);
            Assert.That(training.To.Entropy.Value, Is.EqualTo(double.NegativeInfinity));
        }
    }

    [Test]
    public void Nearly_dependent_columns_count_their_energy_from_the_ground_state_that_is_shown()
    {
        var data = new LabelledData(
            new[] { 1, 1.00000001, 2, 2, 3, 3.00000002, 4, 4.00000001, 5, 4.99999999, 6, 6.00000003 }, new[] { 1.0, 0, 2, 1, 3, 0 });
        var system = new LinearSystem(data, Energy.MeanSquared, Normal(1, 2));
        Transition training = system.Train();
        double excess = training.From.Energy.Value - system.GroundState.Energy;
        Assert.That(training.FluctuationTemperature.Value, Is.EqualTo(training.From.Variance.Value / excess).Within(1e-9));
        Assert.That(training.EffectiveDegreesOfFreedom.Value, Is.EqualTo(1.0179).Within(1e-4)); // golden: exact rationals
    }

    [Test]
    public void A_resolution_that_draws_do_not_resolve_is_read_off_the_exact_law_or_refused()
    {
        var options = new TransitionOptions { AtTrainedResolution = true };
        var wide = new LinearSystem(One, Energy.MeanSquared, Normal(100, 1));
        State exact = wide.TypeI(), resolved = wide.Train(null, options).From;
        Assert.That(exact.Entropy.Value, Is.EqualTo(10.9106).Within(1e-3)); // golden: quadrature
        Assert.That(resolved.Entropy.Differential, Is.EqualTo(exact.Entropy.Value).Within(0.02));
        Assert.That(resolved.Entropy.StandardError, Is.GreaterThan(0).And.LessThan(0.02));

        var absolute = new LinearSystem(Two, Energy.MeanAbsolute, Normal(1000, 2));
        Transition refused = absolute.Train(null, options);
        Assert.That(refused.Temperature.Value, Is.NaN);
        Assert.That(refused.Status.HasFlag(Status.SmallSample | Status.Undefined));
    }

    [Test]
    public void The_differential_temperature_at_a_fine_resolution_is_that_of_the_exact_law()
    {
        var system = new LinearSystem(Two, Energy.MeanSquared, Normal(1, 2));
        TransitionOptions fine = new TransitionOptions { AtTrainedResolution = true }.For(system.TypeII());
        Assert.That(system.DifferentialTemperature(fine).Value, Is.EqualTo(4.7988714).Within(1e-4)); // golden: quadrature
    }

    [TestCase("mae")]
    [TestCase("ce")]
    public void The_entropy_of_a_closure_is_that_of_the_moments_that_are_shown(string energy)
    {
        var data = energy == "ce" ? new LabelledData(Two.Features, new[] { 1.0, 1, 0, 1, 1, 0 }) : Two;
        State state = new LinearSystem(data, Energy.Parse(energy), Normal(1, 2)).TypeI(new() { Entropy = new PearsonClosure() });
        EntropyEstimate shown = new PearsonClosure().Estimate(new EnergyMoments(state.Energy, state.Variance, state.ThirdCumulant), []);
        Assert.That(state.Entropy.Value, Is.EqualTo(shown.Value).Within(1e-12));
        Assert.That(state.Entropy.StandardError, Is.GreaterThan(0).And.LessThan(0.1));
    }

    [Test]
    public void An_entropy_difference_lost_in_rounding_gives_no_temperature()
    {
        State before = State(StateKind.TypeI, 10, 0, 1.979123485015545), after = State(StateKind.TypeII, 1, 0, 1.979123485015539);
        Transition lost = new(before, after), seen = new(before, after with { Entropy = before.Entropy with { Value = before.Entropy.Value - 1e-12 } });
        Assert.That(lost.Status, Is.EqualTo(Status.Undefined));
        Assert.That(lost.Temperature.Value, Is.NaN);
        Assert.That(seen.Temperature.Value, Is.EqualTo(9e12).Within(1e10));
    }

    [Test]
    public void Moments_that_a_few_energies_carry_state_no_error()
    {
        double[] energies = [.. Enumerable.Range(0, 200).Select(i => i == 0 ? 500.0 : i % 7)];
        EnergyMoments moments = EnergyMoments.FromSample(energies), known = moments.WithKnownErrors();
        Assert.That(moments.Status, Is.EqualTo(Status.HeavyTail));
        Assert.That(known.Mean, Is.EqualTo(moments.Mean with { StandardError = double.NaN }));
        Assert.That(known.Variance, Is.EqualTo(moments.Variance with { StandardError = double.NaN }));
        EnergyMoments usual = EnergyMoments.FromSample(energies.AsSpan(1));
        Assert.That(usual.WithKnownErrors(), Is.EqualTo(usual));
    }

    [Test]
    public void Probes_of_two_laws_under_one_seed_are_independent()
    {
        // zᵀHz = 2 z₁z₂ has mean zero under both laws; the signs of both agree where they share their random numbers.
        double sum = 0;
        for (ulong seed = 1; seed <= 400; seed++)
        {
            double Trace(ProbeLaw law) => HessianProbe.ByGradients(
                (ReadOnlySpan<double> w, Span<double> gradient) => (gradient[0], gradient[1]) = (w[1], w[0]), [0, 0], new() { Draws = 4, Seed = seed, Law = law }).Trace.Value;
            sum += Math.Sign(Trace(ProbeLaw.Normal)) * Trace(ProbeLaw.Rademacher);
        }

        Assert.That(sum / 400, Is.EqualTo(0).Within(4 * 1 / Math.Sqrt(400))); // each term has sd 1
    }

    [Test]
    public void Energies_that_training_does_not_release_are_flagged()
    {
        State before = State(StateKind.TypeI, 1, 0, 0);
        Assert.That(new Transition(before, State(StateKind.TypeII, 0.9, 0.1, -2)).Status, Is.EqualTo(Status.EnergyUnresolved));
        Assert.That(new Transition(before, State(StateKind.TypeII, 2, 0.1, -2)).Status, Is.EqualTo(Status.EnergyRises | Status.Negative));
        Assert.That(new Transition(before, State(StateKind.TypeII, 2, 0.1, 2)).Status, Is.EqualTo(Status.EnergyRises | Status.Reversed));
        Assert.That(new Transition(before, State(StateKind.TypeII, 0.1, 0.1, -2)).Status, Is.EqualTo(Status.Defined));
    }

    [Test]
    public void Held_out_rows_carry_both_states_and_their_difference_is_paired()
    {
        var random = new RandomStream(5, 0);
        LabelledData Draw(int count) => new(
            Enumerable.Range(0, count * 2).Select(_ => random.NextNormal()).ToArray(), Enumerable.Range(0, count).Select(_ => 6 * random.NextNormal()).ToArray());
        LabelledData fresh = Draw(120);
        var system = new LinearSystem(Draw(280), Energy.MeanSquared, Normal(1, 2)); // noise: nothing to learn
        Transition training = system.Train(fresh);
        double unpaired = Math.Sqrt(Math.Pow(training.To.Energy.StandardError, 2) + training.From.RowEnergies!.Sum(e => Math.Pow(e - training.From.Energy.Value, 2)) / 119 / 120);
        Assert.That(training.From.Energy, Is.EqualTo(Estimate.Exact(training.From.Energy.Value)));
        Assert.That(training.From.Energy.Value, Is.EqualTo(training.From.RowEnergies!.Average()).Within(1e-9));
        Assert.That(training.DeltaEnergy.StandardError, Is.LessThan(unpaired / 3));
        Assert.That(training.From.GroundEnergy, Is.LessThan(system.On(fresh).TypeII(fresh).Energy.Value));
    }

    private static LabelledData One => new(new[] { -2, -1, 0.5, 1, 2.5 }, new[] { -3, -1, 1, 1.5, 4 });

    private static LabelledData Two => new(new double[] { 1, 0, 0, 1, 1, 1, -1, 1, 2, 1, 1, -1 }, new[] { 1, 2, 2.5, 1.5, 3.5, -1 });

    private static ParameterLaw Normal(double deviation, int count) => ParameterLaw.Same(InitializationLaw.Normal(0, deviation), count);

    private static State State(StateKind kind, double energy, double error, double entropy) => new()
    {
        Kind = kind,
        Energy = new Estimate(energy, error),
        Variance = Estimate.Exact(1),
        Entropy = new EntropyEstimate(entropy, 0, EntropyMethod.Exact),
    };
}
