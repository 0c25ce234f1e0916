using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Linear.Outputs;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Linear;

public sealed class LinearLossesTests
{
    private static readonly LabelledData Rows = new(
        new double[] { 1, 2, 2, -1, 0.5, 3, -1, 1, 2, 2 }, new double[] { 1, 0, 1, 1, 0 });

    private static LinearSystem System(Energy energy) => new(Rows, energy, ParameterLaw.Same(InitializationLaw.Normal(0, 1), 2));

    [TestCaseSource(typeof(Energy), nameof(Energy.All))]
    public void Every_energy_has_its_linear_loss(Energy energy) => Assert.That(LinearLosses.Of(energy).Energy, Is.SameAs(energy));

    [Test]
    public void A_loss_that_no_linear_model_knows_is_refused() // it was once computed as if it were the cross-entropy
    {
        var cubic = new Cubic();
        Assert.That(() => LinearLosses.Of(cubic), Throws.TypeOf<ThermoException>().With.Message.Contains("'cubic'").And.Message.Contains("mse, mae, ce"));
        Assert.That(() => System(cubic), Throws.TypeOf<ThermoException>().With.Message.Contains("'cubic'"));
    }

    [Test]
    public void A_loss_of_one_output_has_no_classes() => Assert.That(
        () => LinearLosses.Of(Energy.MeanSquared).ClassEnsemble(new LinearSample(Rows), 3, System(Energy.MeanSquared).Law),
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("one output"));

    [Test]
    public void Moments_do_for_the_squared_error_and_not_for_others()
    {
        var rows = new LinearSample(Rows);
        var moments = new LinearSample(rows.Moments);
        ParameterLaw law = System(Energy.MeanSquared).Law;
        LinearLoss squared = LinearLosses.Of(Energy.MeanSquared);
        Assert.That(squared.Solve(moments).Parameters, Is.EqualTo(squared.Solve(rows).Parameters).Within(1e-12));
        Assert.That(squared.Ensemble(moments, law).Mean, Is.EqualTo(squared.Ensemble(rows, law).Mean));
        foreach (LinearLoss loss in LinearLosses.All.Where(loss => loss.NeedsRows))
            Assert.That(() => loss.Solve(moments), Throws.InvalidOperationException.With.Message.Contains("expected the rows"));
    }

    [Test]
    public void The_exact_slope_of_the_squared_error_is_the_difference_of_its_means()
    {
        var sample = new LinearSample(Rows);
        LinearLoss squared = LinearLosses.Of(Energy.MeanSquared);
        ParameterLaw law = System(Energy.MeanSquared).Law;
        double step = 1e-4, above = squared.Ensemble(sample, law.Scale(Math.Exp(step))).Mean.Value, below = squared.Ensemble(sample, law.Scale(Math.Exp(-step))).Mean.Value;
        Assert.That(squared.EnergySlope(sample, law), Is.EqualTo((above - below) / (2 * step)).Within(1e-6));
    }

    [Test]
    public void Only_a_loss_with_a_kink_has_no_curvature() =>
        Assert.That(LinearLosses.All.Where(loss => !loss.HasCurvature).Select(loss => loss.Energy), Is.EqualTo(new[] { Energy.MeanAbsolute }));

    [TestCaseSource(typeof(Energy), nameof(Energy.All))]
    public void No_curvature_exceeds_its_bound(Energy energy)
    {
        double[] curvatures = [.. Enumerable.Range(-400, 801).Select(z => energy.Curvature(z / 20.0, 0))];
        if (double.IsNaN(energy.CurvatureBound))
            Assert.That(curvatures, Has.All.Zero);
        else
            Assert.That(curvatures.Max(), Is.EqualTo(energy.CurvatureBound).Within(1e-15)); // the bound is reached
    }

    [Test]
    public void Training_at_the_trained_resolution_pairs_the_two_entropies()
    {
        LinearSystem system = System(Energy.MeanSquared);
        Transition resolved = system.Train(options: new TransitionOptions { AtTrainedResolution = true });
        State trained = system.TypeII();
        double resolution = Math.Sqrt(trained.Variance.Value);
        State untrained = system.TypeI(new TransitionOptions { Entropy = new FiniteResolution(resolution) });
        Assert.That(resolved.From, Is.EqualTo(untrained));
        Assert.That(resolved.To.Entropy.Resolution, Is.EqualTo(resolution));
        Assert.That(resolved.DeltaEntropy.Value, Is.EqualTo(untrained.Entropy.Value).Within(1e-12)); // the trained state is a point at its own resolution
    }

    [Test]
    public void A_trained_state_without_noise_has_no_resolution()
    {
        var exact = new LinearSystem(new LabelledData(new double[] { 1, 2, 3 }, new double[] { 2, 4, 6 }), Energy.MeanSquared, ParameterLaw.Same(InitializationLaw.Normal(0, 1), 1));
        Assert.That(() => exact.Train(options: new TransitionOptions { AtTrainedResolution = true }), Throws.TypeOf<ThermoException>().With.Message.Contains("resolution"));
    }

    [Test]
    public void The_middle_of_the_scales_is_the_initialisation_itself()
    {
        LinearSystem system = System(Energy.MeanSquared);
        Transition training = system.Train();
        IReadOnlyList<ScaledTransition> scales = system.OverScales(training.To);
        Assert.That(scales, Has.Count.EqualTo(33));
        Assert.That((scales[0].Factor, scales[16].Factor, scales[^1].Factor), Is.EqualTo((1.0 / 16, 1.0, 16.0)));
        Assert.That(scales[16].Transition.From.Energy, Is.EqualTo(training.From.Energy));
        Assert.That(scales.Select(scale => scale.Transition.From.Energy.Value), Is.Ordered);
    }

    private sealed class Cubic() : Energy("cubic")
    {
        public override double CurvatureBound => double.PositiveInfinity;

        public override double Loss(double output, double target) => Math.Pow(Math.Abs(output - target), 3);

        public override double Slope(double output, double target) => 3 * (output - target) * Math.Abs(output - target);

        public override double Curvature(double output, double target) => 6 * Math.Abs(output - target);
    }
}
