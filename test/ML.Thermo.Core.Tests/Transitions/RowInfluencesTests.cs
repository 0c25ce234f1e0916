using ML.Thermo.Entropies;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

/// <summary>What single rows, on which both states were taken, do to energies and variances: the definitions written out over six rows.</summary>
public sealed class RowInfluencesTests
{
    private static readonly double[] s_before = [2.0, 3.5, 1.2, 4.4, 2.9, 3.1], s_after = [0.3, 1.1, 0.2, 0.7, 0.9, 0.1];
    private static readonly double[] s_shares = [0.5, 0.9, 0.2, 1.4, 0.6, 0.7], s_own = [0.05, 0.11, 0.02, 0.2, 0.03, 0.07];
    private static readonly RowNoise s_noise = new(0.012, 0.03, 0.004);

    private static readonly State s_from = new()
    {
        Kind = StateKind.TypeI,
        Energy = new(s_before.Average(), 0.04),
        Variance = new(0.6, 0.02),
        ThirdCumulant = 0.2,
        Entropy = new(1.1, 0.05, EntropyMethod.KozachenkoLeonenko),
        EnergyEntropyCovariance = 0.0007,
        GroundEnergy = s_after.Average(),
        RowEnergies = s_before,
        RowVariances = s_shares,
        RowOwnVariances = s_own,
        RowNoise = s_noise,
    };

    private static readonly State s_to = new()
    {
        Kind = StateKind.TypeII,
        Energy = new(s_after.Average(), 0.1),
        Variance = new(0.02, 0.009),
        Entropy = new(-0.6, 0.2, EntropyMethod.CentralLimit),
        EnergyEntropyCovariance = 0.001,
        RowEnergies = s_after,
    };

    private static double[] Change => Centred(i => s_before[i] - s_after[i]);

    private static double[] Untrained
    {
        get
        {
            double untrained = s_shares.Average();
            return Centred(i => ((2 * s_shares[i]) - s_own[i]) / untrained);
        }
    }

    private static double[] Trained
    {
        get
        {
            double mean = s_after.Average(), variance = s_after.Average(loss => (loss - mean) * (loss - mean));
            return Centred(i => (s_after[i] - mean) * (s_after[i] - mean) / variance);
        }
    }

    [Test]
    public void Their_covariances_over_the_rows_less_the_noise_of_the_draws_are_the_errors()
    {
        RowErrors errors = RowInfluences.Of(s_from, s_to).Errors;
        double[] expected =
        [
            Covariance(Change, Change) - (0.012 / 6), Covariance(Untrained, Untrained) - (0.03 / 6), Covariance(Trained, Trained),
            Covariance(Change, Untrained) - (0.004 / 6), Covariance(Change, Trained), Covariance(Untrained, Trained),
        ];
        Assert.That(errors.ToArray(), Is.EqualTo(expected).Within(1e-14));
        Assert.That(errors.Variance(0.5, -2), Is.EqualTo((0.25 * expected[1]) + (4 * expected[2]) - (2 * expected[5])).Within(1e-14));
        Assert.That(errors.WithChange(0.5, -2), Is.EqualTo((0.5 * expected[3]) - (2 * expected[4])).Within(1e-14));
    }

    [Test]
    public void Of_a_single_row_they_are_shrunk_to_what_is_not_noise()
    {
        RowInfluences rows = RowInfluences.Of(s_from, s_to);
        double known = Math.Sqrt(rows.Errors.Untrained / Covariance(Untrained, Untrained));
        Assert.That(rows.Count, Is.EqualTo(6));
        for (int i = 0; i < 6; i++)
            Assert.That(rows[i], Is.EqualTo((Change[i], known * Untrained[i] / 2)).Within(1e-14));
    }

    [Test]
    public void More_noise_than_there_is_spread_leaves_none()
    {
        RowErrors errors = RowInfluences.Of(s_from with { RowNoise = new(1e3, 1e3, 0) }, s_to).Errors;
        Assert.That((errors.Change, errors.Untrained), Is.EqualTo((0.0, 0.0)));
    }

    [TestCase("no shares")]
    [TestCase("shares of other rows")]
    [TestCase("shares that add up to nothing")]
    public void Without_shares_of_the_variance_it_moves_with_no_row(string how)
    {
        double[]? shares = how == "no shares" ? null : how == "shares of other rows" ? s_shares[1..] : [1, -1, 1, -1, 0, 0];
        RowInfluences rows = RowInfluences.Of(s_from with { RowVariances = shares, RowOwnVariances = null, RowNoise = default }, s_to);
        Assert.That((rows.Errors.Untrained, rows.Errors.ChangeUntrained, rows.Errors.UntrainedTrained), Is.EqualTo((0.0, 0.0, 0.0)));
        Assert.That(rows[2].Untrained, Is.Zero);
    }

    [Test]
    public void Losses_that_are_all_equal_move_no_variance() => Assert.That(
        RowInfluences.Of(s_from, s_to with { RowEnergies = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5] }).Errors.Trained, Is.Zero);

    [Test]
    public void A_paired_transition_has_the_error_of_the_mean_difference()
    {
        Transition t = new(s_from, s_to);
        RowErrors rows = t.RowErrors!.Value;
        Assert.That(t.IsPaired);
        Assert.That(t.DeltaEnergy.Value, Is.EqualTo(s_before.Average() - s_after.Average()).Within(1e-15));
        Assert.That(t.DeltaEnergy.StandardError, Is.EqualTo(Math.Sqrt(rows.Change + (0.04 * 0.04))).Within(1e-14));
        // S₂ = ½ ln V₂ + constant: ΔS moves by half of ln V₁ − ln V₂; what the error of V₂ says beyond the rows' squares is its tail.
        double tail = Math.Pow(0.009 / 0.02, 2) - rows.Trained;
        double square = (0.25 * (rows.Untrained + rows.Trained)) - (0.5 * rows.UntrainedTrained) + (0.25 * tail) + (0.05 * 0.05);
        Assert.That(t.DeltaEntropy.StandardError, Is.EqualTo(Math.Sqrt(square)).Within(1e-14));
        Assert.That(t.Covariance, Is.EqualTo(0.0007 + (0.5 * (rows.ChangeUntrained - rows.ChangeTrained))).Within(1e-14));
        Transition ofRows = new(s_from with { IsErrorOfRows = true }, s_to);
        Assert.That(ofRows.DeltaEnergy.StandardError, Is.EqualTo(Math.Sqrt(rows.Change)).Within(1e-14), "an error that is of these rows counts once");
    }

    [Test]
    public void At_finite_resolution_the_entropy_moves_with_the_share_of_the_untrained_variance()
    {
        State read = s_to with { Entropy = new(0, 0.1, EntropyMethod.FiniteResolution) { Resolution = Math.Sqrt(0.02) } };
        Transition t = new(s_from, read);
        RowErrors rows = t.RowErrors!.Value;
        double share = 0.5 * 0.6 / 0.62, tail = Math.Pow(0.009 / 0.02, 2) - rows.Trained;
        double square = (share * share * (rows.Untrained + rows.Trained - (2 * rows.UntrainedTrained) + tail)) + (0.05 * 0.05);
        Assert.That(t.DeltaEntropy.StandardError, Is.EqualTo(Math.Sqrt(square)).Within(1e-14));
        Assert.That(t.Covariance, Is.EqualTo(0.0007 + (share * (rows.ChangeUntrained - rows.ChangeTrained))).Within(1e-14));
        Transition other = new(s_from, s_to with { Entropy = s_to.Entropy with { StandardError = 0.2, Value = -0.6 } });
        Transition exact = new(s_from, s_to with { Entropy = new(-0.6, 0.2, EntropyMethod.Exact) });
        Assert.That(exact.DeltaEntropy.StandardError, Is.EqualTo(Math.Sqrt((0.05 * 0.05) + (0.2 * 0.2))).Within(1e-14), "an entropy that no variance gives");
        Assert.That(exact.Covariance, Is.EqualTo(0.0017).Within(1e-15));
        Assert.That(other.DeltaEntropy, Is.EqualTo(new Transition(s_from, s_to).DeltaEntropy));
    }

    [Test]
    public void The_gaussian_temperature_counts_the_rows_of_both_variances()
    {
        Transition t = new(s_from, s_to);
        RowErrors rows = t.RowErrors!.Value;
        double s = 0.5 * Math.Log(0.6 / 0.02), value = t.DeltaEnergy.Value / s;
        double tail = Math.Pow(0.009 / 0.02, 2) - rows.Trained, ofDraws = 0.5 * 0.02 / 0.6;
        double variances = (ofDraws * ofDraws) + (0.25 * (rows.Untrained + rows.Trained - (2 * rows.UntrainedTrained) + tail));
        double covariance = (0.5 / 0.6 * 0.2 * 0.04 * 0.04 / 0.6) + (0.5 * (rows.ChangeUntrained - rows.ChangeTrained));
        double square = Math.Pow(t.DeltaEnergy.StandardError, 2) + (value * value * variances) - (2 * value * covariance);
        Assert.That(t.GaussianTemperature.Value, Is.EqualTo(value).Within(1e-13));
        Assert.That(t.GaussianTemperature.StandardError, Is.EqualTo(Math.Sqrt(square) / s).Within(1e-12));
    }

    [Test]
    public void Where_the_ground_energy_is_the_trained_one_the_rows_move_the_excess_too()
    {
        Transition t = new(s_from, s_to);
        RowErrors rows = t.RowErrors!.Value;
        double excess = s_before.Average() - s_after.Average(), relative = Math.Pow(0.02 / 0.6, 2) + Math.Pow(0.04 / excess, 2)
            - (2 * 0.2 * 0.04 * 0.04 / 0.6 / (0.6 * excess)) + (rows.Change / (excess * excess)) + rows.Untrained - (2 * rows.ChangeUntrained / excess);
        Assert.That(t.FluctuationTemperature.Value, Is.EqualTo(0.6 / excess).Within(1e-13));
        Assert.That(t.FluctuationTemperature.StandardError, Is.EqualTo(0.6 / excess * Math.Sqrt(relative)).Within(1e-12));
    }

    [Test]
    public void Two_temperatures_on_the_same_rows_share_what_the_rows_do()
    {
        State other = s_from with { RowEnergies = [2.5, 2.2, 3.9, 1.1, 4.0, 2.3], Energy = new(2.6666, 0.03), Entropy = s_from.Entropy with { Value = 2.2 } };
        Transition one = new(s_from, s_to), two = new(other, s_to);
        double t = one.Temperature.Value, u = two.Temperature.Value, tail = Math.Pow(0.009 / 0.02, 2) - Covariance(Trained, Trained);
        double[] changes = Centred(i => other.RowEnergies![i] - s_after[i]);
        double[] ofOne = [.. Change.Select((change, i) => change - (t * 0.5 * (Untrained[i] - Trained[i])))];
        double[] ofTwo = [.. changes.Select((change, i) => change - (u * 0.5 * (Untrained[i] - Trained[i])))];
        double shared = Covariance(ofOne, ofTwo) + (0.25 * t * u * tail);
        Assert.That(one.TemperatureCovariance(two), Is.EqualTo(shared / (one.DeltaEntropy.Value * two.DeltaEntropy.Value)).Within(1e-12));
        // Another trained state of the same rows shares the rows, and no tail.
        Transition three = new(other, s_to with { SampleSize = 3 });
        Assert.That(one.TemperatureCovariance(three), Is.EqualTo(Covariance(ofOne, ofTwo) / (one.DeltaEntropy.Value * three.DeltaEntropy.Value)).Within(1e-12));
    }

    [Test]
    public void States_of_different_rows_are_not_paired()
    {
        Assert.That(new Transition(s_from with { RowEnergies = s_before[1..] }, s_to).IsPaired, Is.False);
        Assert.That(new Transition(s_from with { RowEnergies = null }, s_to).IsPaired, Is.False);
        Assert.That(new Transition(s_from with { Kind = StateKind.TypeII }, s_to).IsPaired, Is.False);
        Assert.That(new Transition(s_from, s_to with { Kind = StateKind.TypeI }).IsPaired, Is.False);
        Transition unpaired = new(s_from with { RowEnergies = null }, s_to);
        Assert.That(unpaired.DeltaEnergy.StandardError, Is.EqualTo(Math.Sqrt((0.04 * 0.04) + (0.1 * 0.1))).Within(1e-14));
    }

    private static double[] Centred(Func<int, double> of)
    {
        double[] values = [.. Enumerable.Range(0, 6).Select(of)];
        return [.. values.Select(value => value - values.Average())];
    }

    /// <summary>Of two means over the rows, from influences of mean zero.</summary>
    private static double Covariance(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum() / 5 / 6;
}
