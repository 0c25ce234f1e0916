using ML.Thermo.Initialization;

namespace ML.Thermo.Transitions;

/// <summary>
/// Intervals for a temperature and for the trained state's entropy from the losses of the rows themselves: the bootstrap-t, which resamples rows,
/// measures every resample in its own standard errors, and reads the quantiles of those off the data.</summary>
/// <remarks>
/// <para>The losses' variance has a skewed law with few rows or heavy tails, so value ± 1.96 errors holds T far too rarely; studentised
/// resamples hold it better at every size (docs/evidence.md has the coverage). The untrained state's own error, where it was drawn, is
/// added as normal noise.</para></remarks>
[Maturity(Maturity.Estimator, "Hall 1988")]
internal sealed class TemperatureBootstrap
{
    /// <summary>Of rows × resamples; beyond that many rows the normal interval is as good.</summary>
    private const double Work = 4e7;
    private const int MostResamples = 999, FewestResamples = 199, FewestRows = 5;
    private const double Level = 0.95;

    /// <summary>What the last bits of equal losses make of their variance, relative to their mean square.</summary>
    private const double Rounding = 1e-13;

    private readonly double[] _changes, _untrained, _losses; // of the rows: loss removed, shift of the untrained entropy, trained loss; all about their means
    private readonly double _deltaEnergy, _deltaEntropy;
    private readonly Estimate _entropy, _untrainedEnergy, _untrainedEntropy;

    private TemperatureBootstrap(Transition transition, IReadOnlyList<double> losses, RowInfluences? rows)
    {
        double mean = losses.Average();
        _losses = [.. losses.Select(loss => loss - mean)];
        _changes = [.. _losses.Select((loss, i) => rows?[i].Change ?? -loss)];
        _untrained = [.. _losses.Select((_, i) => rows?[i].Untrained ?? 0)];
        (_deltaEnergy, _deltaEntropy) = (transition.DeltaEnergy.Value, transition.DeltaEntropy.Value);
        _entropy = new(transition.To.Entropy.Differential, transition.To.Entropy.StandardError);
        (_untrainedEnergy, _untrainedEntropy) = (transition.From.Energy, new(0, transition.From.Entropy.StandardError));
    }

    /// <summary>The intervals; null where a temperature is not defined, the rows are not kept, too few or more than are worth it.</summary>
    public static (ConfidenceInterval Temperature, ConfidenceInterval TrainedEntropy)? Of(Transition transition)
    {
        IReadOnlyList<double>? losses = transition.To.RowEnergies;
        if (losses is null || losses.Count < FewestRows || losses.Count * (double)FewestResamples > Work || !transition.Temperature.IsDefined
            || !transition.To.EntropyFollowsVariance || !(transition.From.Entropy.StandardError >= 0))
            return null;
        return new TemperatureBootstrap(transition, losses, transition.Rows).Intervals();
    }

    private (ConfidenceInterval Temperature, ConfidenceInterval TrainedEntropy)? Intervals()
    {
        int n = _losses.Length, resamples = (int)Math.Clamp(Work / n, FewestResamples, MostResamples);
        Resample all = Moments(null);
        (double temperature, double error) = Temperature(all, 0, 0, all.Variance);
        double[] ofTemperature = new double[resamples], ofEntropy = new double[resamples];
        Parallel.For(0, resamples, i =>
        {
            var random = new RandomStream(0x7e3a, (ulong)i);
            Resample drawn = Moments(random);
            double energy = _untrainedEnergy.StandardError * random.NextNormal(), entropy = _untrainedEntropy.StandardError * random.NextNormal();
            (double t, double e) = Temperature(drawn, energy, entropy, all.Variance);
            ofTemperature[i] = (t - temperature) / e;
            ofEntropy[i] = 0.5 * Math.Log(drawn.Variance / all.Variance) / Math.Sqrt(drawn.EntropyVariance(n));
        });
        (double Low, double High)? t = Quantiles(ofTemperature), s = Quantiles(ofEntropy);
        if (t is null || s is null)
            return null;
        double entropyError = Math.Sqrt(all.EntropyVariance(n));
        return (new(temperature - (t.Value.High * error), temperature - (t.Value.Low * error), Level),
            new(_entropy.Value - (s.Value.High * entropyError), _entropy.Value - (s.Value.Low * entropyError), Level));
    }

    /// <summary>T of a resample and its standard error by the delta method.</summary>
    private (double Value, double Error) Temperature(Resample drawn, double energy, double entropy, double variance)
    {
        int n = _losses.Length;
        double deltaEnergy = _deltaEnergy + drawn.Change + energy;
        double deltaEntropy = _deltaEntropy + entropy + drawn.Untrained - (0.5 * Math.Log(drawn.Variance / variance));
        double t = deltaEnergy / deltaEntropy;
        double square = (drawn.ChangeVariance / n) + Math.Pow(_untrainedEnergy.StandardError, 2)
            + (t * t * (drawn.EntropyVariance(n) + Math.Pow(_untrainedEntropy.StandardError, 2))) + (t * drawn.Covariance / (drawn.Variance * n))
            + (((t * t * (drawn.UntrainedVariance - (drawn.UntrainedWithLoss / drawn.Variance))) - (2 * t * drawn.UntrainedWithChange)) / n);
        return (t, Math.Sqrt(Math.Max(square, 0)) / Math.Abs(deltaEntropy));
    }

    /// <summary>Moments of the rows, or of as many drawn from them with replacement.</summary>
    private Resample Moments(RandomStream? random)
    {
        int n = _losses.Length;
        double a = 0, aa = 0, b = 0, bb = 0, bbb = 0, bbbb = 0, ab = 0, abb = 0, u = 0, uu = 0, ua = 0, ub = 0, ubb = 0;
        for (int i = 0; i < n; i++)
        {
            int row = random is null ? i : (int)random.NextInteger(n);
            double change = _changes[row], loss = _losses[row], untrained = _untrained[row], square = loss * loss;
            a += change;
            aa += change * change;
            b += loss;
            bb += square;
            bbb += square * loss;
            bbbb += square * square;
            ab += change * loss;
            abb += change * square;
            u += untrained;
            uu += untrained * untrained;
            ua += untrained * change;
            ub += untrained * loss;
            ubb += untrained * square;
        }

        (a, aa, b, bb, bbb, bbbb, ab, abb) = (a / n, aa / n, b / n, bb / n, bbb / n, bbbb / n, ab / n, abb / n);
        (u, uu, ua, ub, ubb) = (u / n, uu / n, ua / n, ub / n, ubb / n);
        double bessel = n / (n - 1.0), variance = bb - (b * b);
        if (variance <= Rounding * bb)
            variance = 0; // one loss again and again: it has no error, and is left out
        return new(
            a, (aa - (a * a)) * bessel, variance * bessel,
            bbbb - (4 * b * bbb) + (6 * b * b * bb) - (3 * b * b * b * b),
            abb - (2 * b * ab) - (a * bb) + (2 * a * b * b),
            u, (uu - (u * u)) * bessel, ua - (u * a), ubb - (2 * b * ub) - (u * bb) + (2 * u * b * b));
    }

    private static (double Low, double High)? Quantiles(double[] ratios)
    {
        double[] sorted = [.. ratios.Where(double.IsFinite).Order()];
        if (sorted.Length < 0.9 * ratios.Length)
            return null;
        double At(double level) => sorted[(int)Math.Round(level * (sorted.Length - 1))];
        return (At((1 - Level) / 2), At((1 + Level) / 2));
    }

    /// <summary>Mean change and its variance, variance and fourth moment of the losses, covariance of change and squared loss; mean and variance of the
    /// untrained entropy's shift, its covariances with change and squared loss.</summary>
    private readonly record struct Resample(
        double Change, double ChangeVariance, double Variance, double Fourth, double Covariance,
        double Untrained, double UntrainedVariance, double UntrainedWithChange, double UntrainedWithLoss)
    {
        /// <summary>Of ½ ln V.</summary>
        public double EntropyVariance(int n) => Math.Max((Fourth / (Variance * Variance)) - ((n - 3.0) / (n - 1)), 0) / (4 * n);
    }
}
