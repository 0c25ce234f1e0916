using ML.Thermo.Entropies;
using ML.Thermo.Tests.Entropies;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

/// <summary>The bootstrap-t of T and of the trained entropy: its invariances and limits. Its coverage is measured in the audit.</summary>
public sealed class ConfidenceIntervalTests
{
    private const double Quantile = 1.959963984540054;

    private static readonly double[] s_normal = [.. Samples.Normal(3, 400).Select(z => 1 + (0.3 * z))];

    // Quantiles of an exponential law.
    private static readonly double[] s_exponential = [.. Enumerable.Range(0, 60).Select(i => -Math.Log((i + 0.5) / 60))];

    [TestCase(3, 0)]
    [TestCase(0.01, 0)]
    [TestCase(1, 50)]
    [TestCase(20, -7)]
    public void Intervals_follow_the_unit_and_the_origin_of_the_loss(double unit, double origin)
    {
        Transition plain = Of(s_exponential), other = new(
            From(origin + (unit * 3), 2 + Math.Log(unit), unit * 0.04, 0.05), TypeIIState.FromLosses([.. s_exponential.Select(x => origin + (unit * x))], 60));
        Check(other.TemperatureConfidence!.Value, unit, 0, plain.TemperatureConfidence!.Value);
        Check(other.TrainedEntropyConfidence!.Value, 1, Math.Log(unit), plain.TrainedEntropyConfidence!.Value);

        static void Check(ConfidenceInterval interval, double factor, double shift, ConfidenceInterval of)
        {
            Assert.That(interval.Lower, Is.EqualTo((factor * of.Lower) + shift).Within(1e-7 * factor));
            Assert.That(interval.Upper, Is.EqualTo((factor * of.Upper) + shift).Within(1e-7 * factor));
            Assert.That(interval.Level, Is.EqualTo(0.95));
        }
    }

    [TestCase(0, 0)]
    [TestCase(0.08, 0)]
    [TestCase(0, 0.2)]
    public void Of_many_rows_of_a_normal_law_they_are_those_of_the_delta_method(double energyError, double entropyError)
    {
        // A quantile of 999 resamples is known to 0.085 errors: 4 of them are 17 % of 1.96.
        Transition t = new(From(3, 2, energyError, entropyError), TypeIIState.FromLosses(s_normal, 400));
        ConfidenceInterval temperature = t.TemperatureConfidence!.Value, entropy = t.TrainedEntropyConfidence!.Value;
        foreach ((ConfidenceInterval interval, Estimate estimate) in new[] { (temperature, t.Temperature), (entropy, Entropy(t)) })
        {
            Assert.That((interval.Upper - estimate.Value) / (Quantile * estimate.StandardError), Is.EqualTo(1).Within(0.17));
            Assert.That((estimate.Value - interval.Lower) / (Quantile * estimate.StandardError), Is.EqualTo(1).Within(0.17));
        }
    }

    [Test]
    public void Where_losses_have_a_long_tail_the_entropy_may_be_higher_rather_than_lower()
    {
        Transition t = Of(s_exponential);
        ConfidenceInterval entropy = t.TrainedEntropyConfidence!.Value;
        Assert.That(entropy.Contains(Entropy(t).Value));
        Assert.That(entropy.Upper - Entropy(t).Value, Is.GreaterThan(1.3 * (Entropy(t).Value - entropy.Lower)), "Hall 1988");
    }

    [Test]
    public void Where_rows_move_nothing_but_the_trained_entropy_temperature_and_entropy_have_one_interval()
    {
        // Every row loses the same: ΔE is exact. At ΔS far above its error, δT/T = δS₂/ΔS.
        double[] before = [.. s_exponential.Select(loss => loss + 2)];
        Transition t = new(From(3, 1e6, 0, 0) with { RowEnergies = before }, TypeIIState.FromLosses(s_exponential, 60));
        ConfidenceInterval temperature = t.TemperatureConfidence!.Value, entropy = t.TrainedEntropyConfidence!.Value;
        double scale = t.DeltaEntropy.Value / t.Temperature.Value;
        Assert.That((temperature.Upper - t.Temperature.Value) * scale, Is.EqualTo(entropy.Upper - Entropy(t).Value).Within(1e-4));
        Assert.That((temperature.Lower - t.Temperature.Value) * scale, Is.EqualTo(entropy.Lower - Entropy(t).Value).Within(1e-4));
    }

    [Test]
    public void Where_rows_move_nothing_but_the_energy_the_interval_is_that_of_a_mean()
    {
        // At ΔS = 10⁹ nothing moves T but ΔE; the losses' mean by the bootstrap-t over ΔS. Long right tail: the mean may be higher, ΔE and T lower.
        Transition t = new(From(30, 1e9, 0, 0), TypeIIState.FromLosses(s_exponential, 60));
        ConfidenceInterval temperature = t.TemperatureConfidence!.Value;
        double error = t.To.Energy.StandardError / t.DeltaEntropy.Value, below = (t.Temperature.Value - temperature.Lower) / error;
        double above = (temperature.Upper - t.Temperature.Value) / error;
        Assert.That((below + above) / (2 * Quantile), Is.EqualTo(1.05).Within(0.17), "Student's t of 59: 2.00 / 1.96");
        Assert.That(below, Is.GreaterThan(above));
    }

    [Test]
    public void Where_rows_move_both_entropies_alike_their_difference_hardly_moves()
    {
        double[] before = [.. s_normal.Select(loss => loss + 2)];
        double mean = s_normal.Average(), variance = s_normal.Average(loss => (loss - mean) * (loss - mean));
        double[] shares = [.. s_normal.Select(loss => 5 * (1 + (0.5 * (((loss - mean) * (loss - mean) / variance) - 1))))]; // u = g: both as ½ ln V
        State trained = TypeIIState.FromLosses(s_normal, 400), untrained = From(3, 2, 0, 0) with { RowEnergies = before };
        double Width(State from) => new Transition(from, trained).TemperatureConfidence is { } interval ? interval.Upper - interval.Lower : double.NaN;
        double one = Width(untrained), both = Width(untrained with { Variance = Estimate.Exact(5), RowVariances = shares });
        Assert.That(both, Is.Positive.And.LessThan(0.15 * one));
        Assert.That(Width(untrained with { RowVariances = [.. shares.Select(share => 10 - share)] }), Is.EqualTo(2 * one).Within(0.35 * one), "against each other");
    }

    [Test]
    public void The_error_of_the_untrained_entropy_widens_them_as_normal_noise()
    {
        double Width(double error)
        {
            ConfidenceInterval interval = new Transition(From(3, 4, 0, error), TypeIIState.FromLosses(s_normal, 400)).TemperatureConfidence!.Value;
            return interval.Upper - interval.Lower;
        }

        Transition exact = new(From(3, 4, 0, 0), TypeIIState.FromLosses(s_normal, 400));
        double t = exact.Temperature.Value, s = exact.DeltaEntropy.Value;
        Assert.That(Width(0.3) / (2 * Quantile), Is.EqualTo(Math.Sqrt(Math.Pow(exact.Temperature.StandardError, 2) + Math.Pow(0.3 * t / s, 2))).Within(17).Percent);
    }

    [Test]
    public void There_are_none_without_a_temperature_without_rows_or_with_rows_too_few_or_too_many()
    {
        Assert.That(Interval([0.5, 1, 1.7, 2.6]), Is.Null);
        Assert.That(Interval([0.5, 1, 1.7, 2.6, 4.5]), Is.Not.Null);
        Assert.That(Interval([.. Enumerable.Range(0, 201_006).Select(i => (double)(i % 1000))]), Is.Null);
        State trained = TypeIIState.FromLosses(s_exponential, 60);
        Assert.That(new Transition(From(3, 2, 0, 0), trained with { RowEnergies = null }).TemperatureConfidence, Is.Null);
        Assert.That(new Transition(From(3, Entropy(trained).Value, 0, 0), trained).TrainedEntropyConfidence, Is.Null, "no temperature");
        Assert.That(new Transition(From(3, 2, 0, double.NaN), trained).TemperatureConfidence, Is.Null, "an error that nobody knows");
        Assert.That(new Transition(From(3, 2, 0, 0), TypeIIState.FromLosses(s_exponential, 60, TypeIIEntropy.Gamma)).TemperatureConfidence, Is.Null);
        Assert.That(new Transition(From(3, 2, 0, 0), TypeIIState.FromLosses(s_exponential, 60, TypeIIEntropy.Edgeworth)).TemperatureConfidence, Is.Not.Null);
    }

    [Test]
    public void An_interval_holds_its_ends_and_what_lies_between()
    {
        ConfidenceInterval interval = new(-1, 2, 0.95);
        Assert.That(new[] { -1.001, -1, 0.5, 2, 2.001, double.NaN }.Select(interval.Contains), Is.EqualTo([false, true, true, true, false, false]));
    }

    private static ConfidenceInterval? Interval(double[] losses) => new Transition(From(9, 20, 0, 0), TypeIIState.FromLosses(losses, losses.Length)).TemperatureConfidence;

    private static Transition Of(double[] losses) => new(From(3, 2, 0.04, 0.05), TypeIIState.FromLosses(losses, losses.Length));

    private static Estimate Entropy(Transition t) => Entropy(t.To);

    private static Estimate Entropy(State state) => new(state.Entropy.Value, state.Entropy.StandardError);

    private static State From(double energy, double entropy, double energyError, double entropyError) => new()
    {
        Kind = StateKind.TypeI,
        Energy = new(energy, energyError),
        Variance = Estimate.Exact(2),
        Entropy = new(entropy, entropyError, EntropyMethod.Exact),
    };
}
