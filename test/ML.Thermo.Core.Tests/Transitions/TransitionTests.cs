using FsCheck;
using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

public sealed class TransitionTests
{
    [Test]
    public void Temperature_is_energy_released_per_nat()
    {
        Transition t = new(Made(StateKind.TypeI, 3, 1, 2), Made(StateKind.TypeII, 1, 0.1, -2));

        Assert.Multiple(() =>
        {
            Assert.That(t.Temperature.Value, Is.EqualTo(0.5));
            Assert.That(t.Beta.Value, Is.EqualTo(2));
            Assert.That(t.Status, Is.EqualTo(Status.Defined));
            Assert.That(new[] { t.FreeEnergyDifference(0), t.FreeEnergyDifference(0.5), t.FreeEnergyDifference(1) }, Is.EqualTo(new[] { 2.0, 0, -2 }));
        });
    }

    [FsCheck.NUnit.Property]
    public bool Both_states_have_equal_free_energy_at_the_temperature(NormalFloat e1, NormalFloat e2, NormalFloat s1, NormalFloat s2)
    {
        Transition t = new(Made(StateKind.TypeI, Bounded(e1), 1, Bounded(s1)), Made(StateKind.TypeII, Bounded(e2), 1, Bounded(s2)));
        if (!double.IsFinite(t.Temperature.Value))
            return true;
        double scale = 1 + Math.Abs(t.Temperature.Value * (1 + Math.Abs(Bounded(s1)) + Math.Abs(Bounded(s2))));
        return Math.Abs(t.From.FreeEnergy(t.Temperature.Value) - t.To.FreeEnergy(t.Temperature.Value)) < 1e-9 * (scale + 1e3);
    }

    [FsCheck.NUnit.Property]
    public bool Scaling_the_loss_scales_the_temperature_and_an_offset_leaves_it(PositiveInt scale, NormalFloat offset)
    {
        double c = 0.1 * scale.Get;
        Transition plain = new(Made(StateKind.TypeI, 3, 2, 1), Made(StateKind.TypeII, 1, 0.3, -1));
        Transition scaled = new(
            Made(StateKind.TypeI, (c * 3) + Bounded(offset), c * c * 2, 1 + Math.Log(c)),
            Made(StateKind.TypeII, (c * 1) + Bounded(offset), c * c * 0.3, -1 + Math.Log(c)));
        return Math.Abs((scaled.Temperature.Value / (c * plain.Temperature.Value)) - 1) < 1e-6
            && Math.Abs((scaled.GaussianTemperature.Value / (c * plain.GaussianTemperature.Value)) - 1) < 1e-6
            && Math.Abs((scaled.ResolvedTemperature.Value / (c * plain.ResolvedTemperature.Value)) - 1) < 1e-6;
    }

    [Test]
    public void An_entropy_difference_within_two_standard_errors_leaves_the_temperature_undefined_but_not_beta()
    {
        Transition t = new(
            Made(StateKind.TypeI, 2, 1, 0.1, entropyError: 0.1), Made(StateKind.TypeII, 1, 1, 0, entropyError: 0.1));

        Assert.Multiple(() =>
        {
            Assert.That(t.Status, Is.EqualTo(Status.Undefined));
            Assert.That(t.Temperature.Value, Is.NaN);
            Assert.That(t.Beta.Value, Is.EqualTo(0.1).Within(1e-12));
            Assert.That(t.Beta.StandardError, Is.EqualTo(0.1 * Math.Sqrt(2)).Within(1e-12));
        });
    }

    [Test]
    public void A_narrow_initialisation_gives_a_negative_temperature_and_says_so()
    {
        Transition t = new(Made(StateKind.TypeI, 2, 1, -4, entropyError: 0.1), Made(StateKind.TypeII, 1, 1, -2));

        Assert.Multiple(() =>
        {
            Assert.That(t.Temperature.Value, Is.EqualTo(-0.5));
            Assert.That(t.Status, Is.EqualTo(Status.Negative));
        });
    }

    [Test]
    public void The_resolved_temperature_keeps_its_digits_where_the_initialisation_is_narrow()
    {
        Transition t = new(Made(StateKind.TypeI, 2, 1e-20, -20), Made(StateKind.TypeII, 1, 1, 0));

        Assert.That(t.ResolvedTemperature.Value, Is.EqualTo(2e20).Within(1e8)); // ΔE/(½V₁/V₂)
    }

    [Test]
    public void Between_a_state_and_itself_there_is_no_temperature()
    {
        State exact = Made(StateKind.TypeI, 2, 1, 0.5);
        Transition t = new(exact, exact);

        Assert.That(t.Temperature.Value, Is.NaN);
        Assert.That(t.Status, Is.EqualTo(Status.Undefined));
    }

    [Test]
    public void A_point_state_has_no_temperature()
    {
        State point = TypeIIState.FromLosses([0, 0, 0, 0, 0], 5);
        Transition t = new(Made(StateKind.TypeI, 1, 1, 1), point);

        Assert.Multiple(() =>
        {
            Assert.That(point.Entropy.Value, Is.EqualTo(double.NegativeInfinity));
            Assert.That(t.Status, Is.EqualTo(Status.PointState | Status.Undefined));
            Assert.That(t.Temperature.Value, Is.NaN);
            Assert.That(t.ResolvedTemperature.Value, Is.NaN);
        });
    }

    [Test]
    public void Fieller_set_covers_at_its_level_where_the_delta_method_would_not()
    {
        // 20,000 pairs of normal estimates whose ΔS is only 2.5 standard errors from zero: the true ratio must lie in 95 % of the sets.
        var random = new RandomStream(7, 0);
        int covered = 0;
        const int Trials = 20_000;
        const double TrueE = 1, TrueS = 0.5, Error = 0.2;
        for (int i = 0; i < Trials; i++)
        {
            Transition t = new(
                Made(StateKind.TypeI, TrueE + (Error * random.NextNormal()), 1, TrueS + (Error * random.NextNormal()), Error, Error),
                Made(StateKind.TypeII, 0, 1, 0));
            (double lower, double upper, bool bounded) = t.TemperatureInterval();
            const double Truth = TrueE / TrueS;
            covered += double.IsNaN(lower) || (bounded ? Truth >= lower && Truth <= upper : Truth <= lower || Truth >= upper) ? 1 : 0;
        }

        double error = Math.Sqrt(0.95 * 0.05 / Trials);
        Assert.That(covered / (double)Trials, Is.EqualTo(0.95).Within(4 * error));
    }

    [Test]
    public void Standard_error_agrees_with_the_spread_of_repeated_estimates()
    {
        var random = new RandomStream(3, 1);
        double[] values = new double[20_000];
        Transition one = new(Made(StateKind.TypeI, 2, 1, 3, 0.05, 0.06), Made(StateKind.TypeII, 0, 1, 0));
        for (int i = 0; i < values.Length; i++)
            values[i] = (2 + (0.05 * random.NextNormal())) / (3 + (0.06 * random.NextNormal()));
        double spread = Math.Sqrt(values.Select(v => Math.Pow(v - values.Average(), 2)).Sum() / values.Length);
        Assert.That(one.Temperature.StandardError, Is.EqualTo(spread).Within(0.03 * spread));
    }

    private static double Bounded(NormalFloat x) => Math.IEEERemainder(x.Get, 1000);

    private static State Made(StateKind kind, double energy, double variance, double entropy, double energyError = 0, double entropyError = 0) => new()
    {
        Kind = kind,
        Energy = new Estimate(energy, energyError),
        Variance = Estimate.Exact(variance),
        Entropy = new EntropyEstimate(entropy, entropyError, EntropyMethod.Exact),
        GroundEnergy = 0,
    };
}
