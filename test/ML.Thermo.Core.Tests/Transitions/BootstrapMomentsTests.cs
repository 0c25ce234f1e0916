using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Transitions;

namespace ML.Thermo.Tests.Transitions;

/// <summary>The bootstrap-t beside one that is written down as it is defined: rows drawn one by one, moments about their means, an error each.</summary>
public sealed class BootstrapMomentsTests
{
    private const int Resamples = 999;

    // Few rows and a skewed law: the mean of a resample is far from that of the rows, and every term of its moments counts.
    private static readonly double[] s_losses = [0.3, 1.9, 0.4, 4.2, 0.9, 0.6, 2.7, 0.35, 1.2, 7.5, 0.8];
    private static readonly double[] s_before = [3.1, 5.8, 2.2, 9.7, 4.1, 2.9, 8.8, 1.7, 6.6, 9.9, 3.4];
    private static readonly double[] s_shares = [0.5, 2.2, 0.9, 3.8, 1.4, 0.1, 1.1, 2.6, 0.4, 5.1, 1.6];

    [TestCase(0, 0)]
    [TestCase(0.4, 0)]
    [TestCase(0, 0.3)]
    [TestCase(0.2, 0.15)]
    public void Intervals_are_those_of_the_bootstrap_as_it_is_defined(double energyError, double entropyError) =>
        Check(From(9, 6, energyError, entropyError), s_losses, [.. s_losses.Select(loss => s_losses.Average() - loss)], new double[s_losses.Length]);

    [TestCase(0, 0)]
    [TestCase(0.2, 0.15)]
    public void They_are_so_where_both_states_have_the_same_rows(double energyError, double entropyError)
    {
        double removed = s_before.Average() - s_losses.Average();
        Check(
            From(s_before.Average(), 6, energyError, entropyError) with { RowEnergies = s_before }, s_losses,
            [.. s_before.Zip(s_losses, (a, b) => a - b - removed)], new double[s_losses.Length]);
    }

    [TestCase(0, 0)]
    [TestCase(0.2, 0.15)]
    [TestCase(0, 0, -5)]
    public void They_are_so_where_the_rows_move_the_untrained_entropy_too(double energyError, double entropyError, double entropy = 6)
    {
        double removed = s_before.Average() - s_losses.Average(), share = s_shares.Average();
        Check(
            From(s_before.Average(), entropy, energyError, entropyError) with
            {
                RowEnergies = s_before,
                RowVariances = s_shares,
                Variance = Estimate.Exact(share),
            },
            s_losses, [.. s_before.Zip(s_losses, (a, b) => a - b - removed)], [.. s_shares.Select(own => (own - share) / share)]);
    }

    [Test]
    public void Resamples_without_a_spread_are_left_out_while_they_are_few()
    {
        // 20 rows with k that differ from the rest: (1 − k/20)²⁰ of the resamples have no variance: 36 % at k = 1, 4 % at k = 3.
        double[] Losses(int others) => [.. Enumerable.Range(0, 20).Select(i => i < others ? 2.0 + i : 1)];
        Assert.That(new Transition(From(9, 6, 0, 0), TypeIIState.FromLosses(Losses(1), 20)).TemperatureConfidence, Is.Null);
        double[] three = Losses(3);
        Check(From(9, 6, 0, 0), three, [.. three.Select(loss => three.Average() - loss)], new double[20]);
    }

    private static void Check(State from, double[] losses, double[] changes, double[] untrained)
    {
        Transition transition = new(from, TypeIIState.FromLosses(losses, losses.Length));
        (double[] temperature, double[] entropy) = Defined(transition, losses, changes, untrained);
        ConfidenceInterval ofTemperature = transition.TemperatureConfidence!.Value, ofEntropy = transition.TrainedEntropyConfidence!.Value;
        Assert.That(new[] { ofTemperature.Lower, ofTemperature.Upper }, Is.EqualTo(temperature).Within(1e-9));
        Assert.That(new[] { ofEntropy.Lower, ofEntropy.Upper }, Is.EqualTo(entropy).Within(1e-9));
    }

    /// <summary>Both intervals, by the definition: value − q·error, q the quantiles of (resample's value − value)/resample's error.</summary>
    private static (double[] Temperature, double[] Entropy) Defined(Transition of, double[] losses, double[] changes, double[] untrained)
    {
        int n = losses.Length;
        double energyError = of.From.Energy.StandardError, entropyError = of.From.Entropy.StandardError;
        double variance = Moment(losses, losses) * n / (n - 1);
        (double t, double error, double spread) = Measured([.. Enumerable.Range(0, n)], 0, 0);
        var ofT = new List<double>();
        var ofS = new List<double>();
        for (int i = 0; i < Resamples; i++)
        {
            var random = new RandomStream(0x7e3a, (ulong)i);
            int[] rows = [.. Enumerable.Range(0, n).Select(_ => (int)random.NextInteger(n))];
            (double drawn, double e, double s) = Measured(rows, energyError * random.NextNormal(), entropyError * random.NextNormal());
            ofT.Add((drawn - t) / e);
            double[] own = Of(losses, rows);
            ofS.Add(0.5 * Math.Log(Moment(own, own) * n / (n - 1) / variance) / s);
        }

        double value = of.To.Entropy.Value;
        double[] T = Quantiles(ofT), S = Quantiles(ofS);
        return ([t - (T[1] * error), t - (T[0] * error)], [value - (S[1] * spread), value - (S[0] * spread)]);

        // T of some rows, its error, and that of ½ ln V. T moves by (δE − T δS)/ΔS, δS = δu − ½ δ ln V.
        (double T, double Error, double OfEntropy) Measured(int[] rows, double energy, double entropy)
        {
            double[] a = Of(changes, rows), l = Of(losses, rows), u = Of(untrained, rows);
            double mean = l.Average(), v = Moment(l, l) * n / (n - 1), bessel = n / (n - 1.0);
            double[] square = [.. l.Select(loss => (loss - mean) * (loss - mean))];
            double deltaS = of.DeltaEntropy.Value + entropy + u.Average() - (0.5 * Math.Log(v / variance));
            double temperature = (of.DeltaEnergy.Value + energy + a.Average()) / deltaS;
            double ofEntropy = ((square.Average(x => x * x) / (v * v)) - ((n - 3.0) / (n - 1))) / 4 / n; // Var of ½ ln V
            double ofEnergy = Moment(a, a) * bessel / n, ofUntrained = Moment(u, u) * bessel / n;
            double energyWithTrained = Moment(a, square) / v / 2 / n, energyWithUntrained = Moment(a, u) / n;
            double untrainedWithTrained = Moment(u, square) / v / 2 / n;
            double all = ofEnergy + (energyError * energyError) + (temperature * temperature * (ofUntrained + ofEntropy + (entropyError * entropyError)))
                + (2 * temperature * (energyWithTrained - energyWithUntrained)) - (2 * temperature * temperature * untrainedWithTrained);
            return (temperature, Math.Sqrt(Math.Max(all, 0)) / Math.Abs(deltaS), Math.Sqrt(Math.Max(ofEntropy, 0)));
        }
    }

    private static double[] Of(double[] numbers, int[] rows) => [.. rows.Select(row => numbers[row])];

    private static double Moment(double[] x, double[] y)
    {
        double a = x.Average(), b = y.Average();
        return x.Zip(y, (first, second) => (first - a) * (second - b)).Average();
    }

    private static double[] Quantiles(List<double> ratios)
    {
        double[] sorted = [.. ratios.Where(double.IsFinite).Order()];
        return [sorted[(int)Math.Round(0.025 * (sorted.Length - 1))], sorted[(int)Math.Round(0.975 * (sorted.Length - 1))]];
    }

    private static State From(double energy, double entropy, double energyError, double entropyError) => new()
    {
        Kind = StateKind.TypeI,
        Energy = new(energy, energyError),
        Variance = Estimate.Exact(2),
        Entropy = new(entropy, entropyError, EntropyMethod.Exact),
    };
}
