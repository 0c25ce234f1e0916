using ML.Thermo.Data;
using ML.Thermo.Energies;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Linear;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Linear;

public sealed class LinearSystemTests
{
    [TestCase("mse")]
    [TestCase("mae")]
    [TestCase("ce")]
    public void Every_closure_answers_for_every_energy_and_says_its_error(string energy)
    {
        LinearSystem system = System(energy);
        State drawn = system.TypeI(new TransitionOptions { Entropy = new KozachenkoLeonenko(), Draws = 20_000 });
        foreach (IEntropyEstimator closure in new IEntropyEstimator[] { new GaussianClosure(), new GammaClosure(), new PearsonClosure() })
        {
            State state = system.TypeI(new TransitionOptions { Entropy = closure, Draws = 20_000 });
            bool exact = state.SampleSize == 0;

            Assert.That(state.Entropy.Method, Is.EqualTo(closure.Method));
            Assert.That(state.Entropy.Value, Is.EqualTo(drawn.Entropy.Value).Within(0.5)); // closures are up to half a nat off at d = 2
            Assert.That(state.Entropy.StandardError, exact ? Is.NaN : Is.GreaterThan(0).And.LessThan(0.1)); // of exact moments its own error is left, and unknown
        }
    }

    [Test]
    public void A_closure_on_the_third_cumulant_takes_it_from_draws_where_it_has_no_closed_form()
    {
        Assert.That(System("mse").TypeI(new TransitionOptions { Entropy = new PearsonClosure() }).SampleSize, Is.Zero);
        Assert.That(System("mae").TypeI(new TransitionOptions { Entropy = new PearsonClosure() }).SampleSize, Is.EqualTo(4096));
    }

    [Test]
    public void Training_losses_of_an_interpolating_model_are_a_point_state_that_keeps_what_the_ground_state_said()
    {
        var wide = new LabelledData(new[] { 1.0, 2, 3, 4, 5, 7 }, new[] { 1.0, -2 });
        State trained = new LinearSystem(wide, Energy.MeanSquared, ParameterLaw.Same(InitializationLaw.Normal(0, 1), 3)).TypeII();

        Assert.That(trained.Status, Is.EqualTo(Status.PointState | Status.Interpolation | Status.RankDeficient));
        Assert.That((trained.Energy.Value, trained.Entropy.Value), Is.EqualTo((0.0, double.NegativeInfinity)));
    }

    [Test]
    public void Separable_classes_have_no_trained_state_not_one_of_loss_zero()
    {
        var apart = new LabelledData(new[] { -2.0, -1, 1, 2 }, new[] { 0.0, 0, 1, 1 });
        var wrongSide = new LabelledData(new[] { -1.0, 1 }, new[] { 1.0, 0 });
        Transition training = new LinearSystem(apart, Energy.Parse("ce"), ParameterLaw.Same(InitializationLaw.Normal(0, 1), 1)).Train(wrongSide);

        Assert.That(training.To.Energy.Value, Is.NaN);
        Assert.That(training.To.Entropy.Value, Is.NaN);
        Assert.That(training.DeltaEnergy.IsDefined || training.Temperature.IsDefined || training.Beta.IsDefined, Is.False);
        Assert.That(training.Status, Is.EqualTo(Status.Separable | Status.Undefined));
    }

    private static LinearSystem System(string energy) =>
        new(energy == "ce" ? LinearExamples.D3 : LinearExamples.D2, Energy.Parse(energy), ParameterLaw.Same(InitializationLaw.Normal(0, 1), 2));
}
