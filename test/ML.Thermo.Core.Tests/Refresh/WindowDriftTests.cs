using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Refresh;

/// <summary>What is concluded from the p-values and shifts of a window: the stated rule, at the ends of every share of the rate.</summary>
internal sealed class WindowDriftTests
{
    // A rate of 5 %: with labels losses and inputs have 2.5 % each; of the inputs' part broken ones have 15 %.
    private const double Rate = 0.05, Above = 1 + 1e-9, Least = 0.1;

    [TestCase(0.001, double.NaN, DriftRule.Energy)]
    [TestCase(0.001, 0.5, DriftRule.Energy)]
    [TestCase(double.NaN, 0.5, DriftRule.LabelFree)]
    [TestCase(double.NaN, double.NaN, DriftRule.None)]
    public void Labels_decide_where_there_are_enough_of_them_else_the_inputs(double ofEnergy, double labelFree, DriftRule expected)
    {
        WindowDrift drift = Made(Energy(ofEnergy, effect: 0.7, energy: 3), labelFree: labelFree, labelFreeEffect: 0.3);
        Assert.That(drift.Rule, Is.EqualTo(expected));
        Assert.That(drift.PValue, Is.EqualTo(expected == DriftRule.Energy ? 0.001 : labelFree));
        Assert.That(drift.Effect, Is.EqualTo(expected == DriftRule.Energy ? 0.7 : expected == DriftRule.LabelFree ? 0.3 : double.NaN));
        Assert.That(drift.Decisive, Is.SameAs(expected == DriftRule.LabelFree ? drift.SelfEnergy : drift.Energy));
        Assert.That(drift.Dependence, Is.SameAs(expected == DriftRule.Energy ? drift.LossDependence : drift.InputDependence));
        Assert.That(drift.Status, Is.EqualTo(expected == DriftRule.None ? Status.SmallSample : Status.Defined));
        Assert.That(drift.ToString(), Does.StartWith($"77 rows, {expected}: ").And.Contains("p ").And.EndsWith(": keep"));
    }

    [Test]
    public void Without_an_energy_nothing_is_decided_by_it()
    {
        WindowDrift drift = Made(null, labelFree: 0.5);
        Assert.That(
            (drift.Rule, drift.PValue, drift.Direction, drift.Drift, drift.Refresh), Is.EqualTo((DriftRule.LabelFree, 0.5, DriftDirection.None, false, false)));
    }

    [TestCase(Rate / 2, 1, Least, true)]
    [TestCase(Rate / 2 * Above, 1, Least, false)]
    [TestCase(Rate, double.NaN, Least, true)] // no inputs: the losses have all of it
    [TestCase(Rate * Above, double.NaN, Least, false)]
    [TestCase(0.001, 1, Least / Above, false)]
    public void Losses_have_changed_at_half_of_the_rate_or_all_of_it_where_nothing_else_is_watched(double p, double labelFree, double effect, bool expected)
    {
        WindowDrift drift = Made(Energy(p, worse: 1, better: 1, effect: effect), labelFree: labelFree);
        Assert.That(drift.Drift, Is.EqualTo(expected));
        Assert.That(drift.Direction, Is.EqualTo(expected ? DriftDirection.Other : DriftDirection.None));
        Assert.That(drift.Cause, Is.EqualTo(expected ? DriftCause.LossChanged : DriftCause.None));
        Assert.That(drift.Refresh, Is.False, "losses are not higher");
    }

    [TestCase(0.85 * Rate, Least, false, true)]
    [TestCase(0.85 * Rate * Above, Least, false, false)]
    [TestCase(0.85 * Rate / 2, Least, true, true)]
    [TestCase(0.85 * Rate / 2 * Above, Least, true, false)]
    [TestCase(0.001, Least / Above, false, false)]
    public void Inputs_have_moved_at_what_broken_ones_leave_of_their_part(double moved, double effect, bool hasLabels, bool expected)
    {
        WindowDrift drift = Made(hasLabels ? Energy(0.9) : null, labelFree: 0.5, moved: moved, labelFreeEffect: effect, quality: 1);
        Assert.That(drift.Drift, Is.EqualTo(expected));
        Assert.That(drift.Cause, Is.EqualTo(expected ? DriftCause.InputsMoved : DriftCause.None));
    }

    [TestCase(0.15 * Rate, 0.5, false, true)]
    [TestCase(0.15 * Rate * Above, 0.5, false, false)]
    [TestCase(0.15 * Rate / 2, 0.5, true, true)]
    [TestCase(0.15 * Rate / 2 * Above, 0.5, true, false)]
    [TestCase(Rate, double.NaN, false, true)] // only wholeness is watched
    [TestCase(Rate * Above, double.NaN, false, false)]
    public void Inputs_are_broken_at_fifteen_percent_of_their_part(double quality, double moved, bool hasLabels, bool expected)
    {
        WindowDrift drift = Made(hasLabels ? Energy(0.9) : null, labelFree: 0.5, moved: moved, quality: quality, labelFreeEffect: 0);
        Assert.That(drift.Drift, Is.EqualTo(expected));
        Assert.That(drift.Refresh, Is.False, "broken inputs are no reason to train again");
        Assert.That(drift.Cause, Is.EqualTo(expected ? DriftCause.InputsMoved : DriftCause.None), "no input has a fault");
        WindowDrift faulty = Made(
            hasLabels ? Energy(0.9) : null, labelFree: 0.5, moved: moved, quality: quality, labelFreeEffect: 0, faults: [InputFault.None, InputFault.Missing]);
        Assert.That(faulty.Cause, Is.EqualTo(expected ? DriftCause.BrokenInput : DriftCause.None));
    }

    [TestCase(Rate, 1, DriftDirection.Worse)]
    [TestCase(Rate * Above, 1, DriftDirection.Other)]
    [TestCase(1, Rate, DriftDirection.Better)]
    [TestCase(1, Rate * Above, DriftDirection.Other)]
    [TestCase(0.01, 0.01, DriftDirection.Worse)]
    [TestCase(0.02, 0.01, DriftDirection.Better)]
    [TestCase(double.NaN, double.NaN, DriftDirection.Other)]
    public void The_smaller_of_two_one_sided_p_values_says_which_way(double worse, double better, DriftDirection expected)
    {
        WindowDrift drift = Made(Energy(0.001, worse, better), labelFree: 1);
        Assert.That(drift.Direction, Is.EqualTo(expected));
        Assert.That(drift.Cause, Is.EqualTo(expected == DriftDirection.Worse ? DriftCause.LossRose : DriftCause.LossChanged));
        WindowDrift moved = Made(Energy(0.001, worse, better), labelFree: 0.001, moved: 0.001, labelFreeEffect: 1);
        Assert.That(moved.Cause, Is.EqualTo(expected == DriftDirection.Worse ? DriftCause.InputsMovedAndLossRose : DriftCause.InputsMoved));
    }

    [TestCase(false, 0.9, Rate, Least, true)]
    [TestCase(false, 0.001, Rate * Above, Least, false)]
    [TestCase(false, 0.9, 0.001, Least / Above, false)]
    [TestCase(true, Rate, 0.9, Least, true)]
    [TestCase(true, Rate * Above, 0.001, Least, false)]
    [TestCase(false, Rate, double.NaN, Least, true)] // a reference of the first format knows no direction
    [TestCase(false, Rate * Above, double.NaN, Least, false)]
    public void With_labels_a_refresh_is_asked_for_where_losses_rose_or_changed_at_all(bool bothWays, double p, double worse, double effect, bool expected)
    {
        WindowDrift drift = Made(Energy(p, worse, 1, effect), labelFree: 0.001, moved: 0.001, labelFreeEffect: 3, bothWays: bothWays);
        Assert.That(drift.Refresh, Is.EqualTo(expected));
        Assert.That(drift.ToString(), Does.EndWith(expected ? ": refresh" : ": keep"));
    }

    [TestCase(Rate, Least, true)]
    [TestCase(Rate * Above, Least, false)]
    [TestCase(0.001, Least / Above, false)]
    public void Without_labels_where_inputs_moved(double moved, double effect, bool expected) =>
        Assert.That(Made(null, labelFree: 0.2, moved: moved, labelFreeEffect: effect).Refresh, Is.EqualTo(expected));

    [Test]
    public void The_status_says_what_stands_against_the_numbers()
    {
        Assert.That(Made(Energy(0.5), selection: 0.01).Status, Is.EqualTo(Status.LabelsSelected));
        Assert.That(Made(Energy(0.5), selection: 0.01 * Above).Status, Is.EqualTo(Status.Defined));
        Assert.That(Made(Energy(0.5), losses: new(3, false)).Status, Is.EqualTo(Status.RowsDepend));
        Assert.That(Made(Energy(0.5), inputs: new(3, false)).Status, Is.EqualTo(Status.Defined), "the losses decide");
        Assert.That(Made(null, labelFree: 0.4, inputs: new(3, false)).Status, Is.EqualTo(Status.RowsDepend));
        Assert.That(Made(Energy(0.5, energy: 0)).Status, Is.EqualTo(Status.Undefined), "that of the transition");
        Assert.That(Made(Energy(0.5, energy: 3)).ToString(), Does.Contain("T "));
    }

    [Test]
    public void Inputs_are_listed_by_p_value_then_by_shift()
    {
        InputDrift Input(string name, double p, double shift) => new(new DriftInput(name), 0.1, shift, default, 0, 0, p, p, InputFault.None);
        WindowDrift drift = Made(null, list: [Input("c", 0.2, 9), Input("a", 0.1, 1), Input("b", 0.2, 8), Input("d", 0.1, 2)]);
        Assert.That(drift.InputsBySurprise.Select(input => input.Input.Name), Is.EqualTo(["d", "a", "c", "b"]));
    }

    private static EnergyDrift Energy(double p, double worse = 0.5, double better = 0.5, double effect = 1, double energy = double.NaN) =>
        new(double.IsNaN(energy) ? null : TypeIIDrift.Between(State(1), State(1 + energy)), 0, p, worse, better, effect, [], default(BinDistances));

    private static State State(double energy) => TypeIIState.GaussianResiduals(energy, 10);

    private static WindowDrift Made(
        EnergyDrift? energy, double labelFree = double.NaN, double moved = double.NaN, double quality = double.NaN, double labelFreeEffect = double.NaN,
        bool bothWays = false, double selection = 1, RowDependence? losses = null, RowDependence? inputs = null, InputFault[]? faults = null,
        InputDrift[]? list = null) => new()
        {
            Rows = 77,
            Labelled = 66,
            Energy = energy,
            SelfEnergy = energy is null ? null : Energy(double.NaN),
            Inputs = list ?? [.. (faults ?? [InputFault.None]).Select(fault => new InputDrift(new("x"), 0, 0, default, 0, 0, 1, 1, fault))],
            LabelFreePValue = labelFree,
            LabelFreeEffect = labelFreeEffect,
            FalseAlarmRate = Rate,
            LeastEffect = Least,
            QualityPValue = quality,
            MovedPValue = moved,
            BothWays = bothWays,
            SelectionPValue = selection,
            LossDependence = losses ?? new(1, true),
            InputDependence = inputs ?? new(1, true),
        };
}
