using ML.Thermo.Entropies;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

/// <summary>Errors of what follows from two states, beside a delta method by differences that knows the formulas of the values alone.</summary>
public sealed class DeltaMethodTests
{
    private static readonly State s_from = Made(StateKind.TypeI, 3, 2, 1.7) with
    {
        Energy = new(3, 0.05),
        Variance = new(2, 0.11),
        ThirdCumulant = 1.3,
        Entropy = new(1.7, 0.06, EntropyMethod.Exact),
        EnergyEntropyCovariance = 0.0011,
        GroundEnergy = 0.4,
    };

    private static readonly State s_to = Made(StateKind.TypeII, 0.9, 0.3, -0.8) with
    {
        Energy = new(0.9, 0.02),
        Variance = new(0.3, 0.04),
        ThirdCumulant = -0.06,
        Entropy = new(-0.8, 0.03, EntropyMethod.Exact),
        EnergyEntropyCovariance = -0.0003,
    };

    // Energies and variances of both states: the mean and the variance of n draws have the covariance K₃/n, and se(mean)² = V/n.
    private static readonly double[] s_moments = [3, 2, 0.9, 0.3];
    private static readonly double[,] s_ofMoments =
    {
        { 0.0025, 1.3 * 0.0025 / 2, 0, 0 }, { 1.3 * 0.0025 / 2, 0.0121, 0, 0 },
        { 0, 0, 0.0004, -0.06 * 0.0004 / 0.3 }, { 0, 0, -0.06 * 0.0004 / 0.3, 0.0016 },
    };

    [Test]
    public void Temperature_and_beta_have_the_error_of_a_quotient_of_correlated_numbers()
    {
        double[] values = [2.1, 2.5];
        double[,] covariance = { { 0.0025 + 0.0004, 0.0008 }, { 0.0008, 0.0036 + 0.0009 } };
        Transition t = new(s_from, s_to);
        Assert.That(t.Covariance, Is.EqualTo(0.0008).Within(1e-15));
        Check(t.Temperature, 2.1 / 2.5, Error(x => x[0] / x[1], values, covariance));
        Check(t.Beta, 2.5 / 2.1, Error(x => x[1] / x[0], values, covariance));
        Assert.That(t.Status, Is.EqualTo(Status.Defined));
    }

    [Test]
    public void The_gaussian_temperature_has_the_error_of_its_four_moments() => Check(
        new Transition(s_from, s_to).GaussianTemperature, 2.1 / (0.5 * Math.Log(2 / 0.3)),
        Error(x => (x[0] - x[2]) / (0.5 * Math.Log(x[1] / x[3])), s_moments, s_ofMoments));

    [Test]
    public void The_resolved_temperature_has_the_error_of_its_four_moments() => Check(
        new Transition(s_from, s_to).ResolvedTemperature, 2.1 / (0.5 * Math.Log(1 + (2 / 0.3))),
        Error(x => (x[0] - x[2]) / (0.5 * Math.Log(1 + (x[1] / x[3]))), s_moments, s_ofMoments));

    [Test]
    public void Excess_energy_and_variance_give_the_errors_of_what_is_made_of_them()
    {
        Transition t = new(s_from, s_to);
        Check(t.FluctuationTemperature, 2 / 2.6, Error(x => x[1] / (x[0] - 0.4), s_moments, s_ofMoments));
        Check(t.EffectiveDegreesOfFreedom, 2 * 2.6 * 2.6 / 2, Error(x => 2 * (x[0] - 0.4) * (x[0] - 0.4) / x[1], s_moments, s_ofMoments));
    }

    [TestCase(0.15, true)]
    [TestCase(0.1501, false)]
    public void A_variance_known_worse_than_to_15_percent_states_no_error(double relative, bool isKnown)
    {
        Transition t = new(s_from with { Variance = new(2, 2 * relative) }, s_to);
        Assert.That(double.IsNaN(t.FluctuationTemperature.StandardError), Is.EqualTo(!isKnown));
        Assert.That(double.IsNaN(t.EffectiveDegreesOfFreedom.StandardError), Is.EqualTo(!isKnown));
        Assert.That(t.FluctuationTemperature.Value, Is.EqualTo(2 / 2.6).Within(1e-12));
    }

    [Test]
    public void Without_a_ground_state_or_a_spread_there_is_no_fluctuation_temperature()
    {
        Assert.That(new Transition(s_from with { GroundEnergy = double.NaN }, s_to).FluctuationTemperature.Value, Is.NaN);
        Assert.That(new Transition(s_from with { Variance = Estimate.Exact(0) }, s_to).FluctuationTemperature.Value, Is.NaN);
        Assert.That(new Transition(s_from with { GroundEnergy = 3 }, s_to).FluctuationTemperature.Value, Is.NaN);
    }

    [Test]
    public void Temperatures_to_one_trained_state_share_its_error()
    {
        State other = s_from with { Energy = new(5, 0.07), Entropy = new(0.2, 0.05, EntropyMethod.Exact) };
        Transition one = new(s_from, s_to), two = new(other, s_to);
        // T = (E₁ − E)/(S₁ − S), U = (E₂ − E)/(S₂ − S): what both move with E and S.
        double[] trained = [0.9, -0.8];
        double[,] covariance = { { 0.0004, -0.0003 }, { -0.0003, 0.0009 } };
        double[] byOne = Gradient(x => (3 - x[0]) / (1.7 - x[1]), trained), byTwo = Gradient(x => (5 - x[0]) / (0.2 - x[1]), trained);
        Assert.That(one.TemperatureCovariance(two), Is.EqualTo(Product(byOne, covariance, byTwo)).Within(1e-9));
        Assert.That(two.TemperatureCovariance(one), Is.EqualTo(one.TemperatureCovariance(two)).Within(1e-15));
        Assert.That(one.TemperatureCovariance(new(other, s_to with { SampleSize = 7 })), Is.Zero, "another state");
    }

    [TestCase(1.96)]
    [TestCase(3)]
    public void At_the_ends_of_fiellers_set_the_free_energies_differ_by_z_errors(double z)
    {
        Transition t = new(s_from, s_to);
        (double lower, double upper, bool isBounded) = t.TemperatureInterval(z);
        Assert.That(isBounded);
        Assert.That(lower, Is.LessThan(t.Temperature.Value).And.LessThan(upper));
        foreach (double end in new[] { lower, upper })
        {
            double error = Math.Sqrt(0.0029 - (2 * end * 0.0008) + (end * end * 0.0045));
            Assert.That(Math.Abs(t.FreeEnergyDifference(end)), Is.EqualTo(z * error).Within(1e-12));
        }
    }

    [Test]
    public void Fiellers_set_is_unbounded_where_the_entropies_may_be_equal_and_everything_where_the_energies_may_too()
    {
        State after = s_to with { Entropy = new(1.6, 0.03, EntropyMethod.Exact) };
        (double lower, double upper, bool isBounded) = new Transition(s_from, after).TemperatureInterval();
        Assert.That(isBounded, Is.False);
        Assert.That(lower, Is.LessThan(upper));
        Assert.That(new Transition(s_from, after with { Energy = new(3, 0.02) }).TemperatureInterval().Lower, Is.NaN);
        Assert.That(() => new Transition(s_from, s_to).TemperatureInterval(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [TestCase(1.99, Status.Undefined)]
    [TestCase(2.01, Status.NearPole)]
    [TestCase(3.99, Status.NearPole)]
    [TestCase(4.01, Status.Defined)]
    public void The_entropy_difference_in_standard_errors_decides_whether_there_is_a_temperature(double margin, Status expected)
    {
        State after = s_to with { Entropy = new(1.7 - (0.1 * margin), 0.1, EntropyMethod.Exact) };
        Transition t = new(s_from with { Entropy = new(1.7, 0, EntropyMethod.Exact) }, after);
        Assert.That(t.Status, Is.EqualTo(expected));
        Assert.That(t.Temperature.IsDefined, Is.EqualTo(expected != Status.Undefined));
        // Where the error of the first entropy is not known, that of the second decides.
        Transition half = new(s_from with { Entropy = new(1.7, double.NaN, EntropyMethod.Exact) }, after);
        Assert.That(half.Status, Is.EqualTo(expected));
    }

    [Test]
    public void An_exact_entropy_difference_of_zero_is_the_pole_itself()
    {
        State before = Made(StateKind.TypeI, 3, 2, 0), after = Made(StateKind.TypeII, 1, 1, 0);
        Transition t = new(before, after);
        Assert.That(t.Status, Is.EqualTo(Status.NearPole));
        Assert.That(t.Temperature.Value, Is.EqualTo(double.PositiveInfinity));
        Assert.That(t.Beta.Value, Is.Zero);
    }

    [TestCase(1.99, Status.EnergyUnresolved)]
    [TestCase(2.01, Status.Defined)]
    public void The_energy_of_a_training_must_be_two_errors_from_zero(double margin, Status expected)
    {
        State after = s_to with { Energy = new(3 - (0.1 * margin), 0.1), Entropy = new(-2, 0, EntropyMethod.Exact) };
        Transition t = new(s_from with { Energy = Estimate.Exact(3), Entropy = new(2, 0, EntropyMethod.Exact) }, after);
        Assert.That(t.Status, Is.EqualTo(expected));
        Transition drift = new(t.From with { Kind = StateKind.TypeII }, after);
        Assert.That(drift.Status, Is.EqualTo(Status.Defined), "between two states of data energies may stay");
    }

    [Test]
    public void States_and_transitions_read_as_one_line()
    {
        Assert.That(new Transition(s_from, s_to).ToString(), Is.EqualTo("ΔE 2.100 ± 0.054, ΔS 2.500 ± 0.067, T 0.840 ± 0.028 (Defined)"));
        Assert.That(s_to.ToString(), Is.EqualTo("TypeII: E 0.900 ± 0.020, S −0.800 ± 0.030 (Defined)"));
        Assert.That(s_to.FreeEnergy(2), Is.EqualTo(0.9 + 1.6).Within(1e-15));
    }

    private static void Check(Estimate estimate, double value, double error)
    {
        Assert.That(estimate.Value, Is.EqualTo(value).Within(1e-12));
        Assert.That(estimate.StandardError, Is.EqualTo(error).Within(1e-6 * error));
    }

    private static double Error(Func<double[], double> of, double[] at, double[,] covariance)
    {
        double[] gradient = Gradient(of, at);
        return Math.Sqrt(Product(gradient, covariance, gradient));
    }

    private static double[] Gradient(Func<double[], double> of, double[] at) => [.. at.Select((_, i) =>
    {
        double[] above = [.. at], below = [.. at];
        above[i] += 1e-5;
        below[i] -= 1e-5;
        return (of(above) - of(below)) / 2e-5;
    })];

    private static double Product(double[] left, double[,] covariance, double[] right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            for (int j = 0; j < right.Length; j++)
                sum += left[i] * covariance[i, j] * right[j];
        }

        return sum;
    }

    private static State Made(StateKind kind, double energy, double variance, double entropy) => new()
    {
        Kind = kind,
        Energy = Estimate.Exact(energy),
        Variance = Estimate.Exact(variance),
        Entropy = new EntropyEstimate(entropy, 0, EntropyMethod.Exact),
    };
}
