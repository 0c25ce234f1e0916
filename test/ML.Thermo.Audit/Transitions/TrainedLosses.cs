using ML.Thermo.Entropies;
using ML.Thermo.Initialization;
using ML.Thermo.Transitions;

namespace ML.Thermo.Audit.Transitions;

/// <summary>Intervals, errors and warnings of a trained state that is known from n losses, and of T towards it.</summary>
internal static class TrainedLosses
{
    /// <summary>Mean and variance are those of the law itself, by a million draws where no closed form is at hand.</summary>
    private sealed record Law(string Name, Func<RandomStream, double> Draw, double Mean, double Variance, double LeastCoverage, double LeastAt30);

    private static readonly Law[] s_laws =
    [
        new("squared normal", random => Math.Pow(random.NextNormal(), 2), 1, 2, 0.90, 0.86),
        new("squared Laplace", random => Math.Pow(Math.Log(random.NextDouble()), 2), 2, 20, 0.84, 0.70),
        Drawn("calibrated cross-entropy", CrossEntropy, 0.90, 0.86),
    ];

    public static IEnumerable<Finding> Intervals(bool isQuick)
    {
        int trials = isQuick ? 300 : 2000;
        foreach (Law law in s_laws)
        {
            foreach (int n in isQuick ? [30, 100] : new[] { 10, 30, 100, 300, 1000 })
            {
                int t = 0, s = 0, plain = 0;
                double entropy = TypeIIState.FromLosses([0, 1], n).Entropy.Value - (0.5 * Math.Log(0.5)) + (0.5 * Math.Log(law.Variance));
                State before = Untrained(law.Mean + 20, entropy + 4);
                double truth = 20.0 / 4;
                Parallel.For(0, trials, trial =>
                {
                    Transition transition = new(before, TypeIIState.FromLosses(Losses(law.Draw, trial, n), n));
                    if (transition.TemperatureConfidence?.Contains(truth) == true)
                        Interlocked.Increment(ref t);
                    if (transition.TrainedEntropyConfidence?.Contains(entropy) == true)
                        Interlocked.Increment(ref s);
                    if (Math.Abs(transition.Temperature.Value - truth) <= 1.96 * transition.Temperature.StandardError)
                        Interlocked.Increment(ref plain);
                });
                double least = n >= 1000 ? Math.Max(law.LeastCoverage, 0.88) : n >= 100 ? law.LeastCoverage - (n < 1000 && law.LeastCoverage < 0.9 ? 0.08 : 0) : n >= 30 ? law.LeastAt30 : 0.6;
                string at = $"{law.Name}, {n} rows";
                yield return Spread.Covered("95 % interval of T", at, t, trials, least, 0.97);
                yield return Spread.Covered("95 % interval of S", at, s, trials, least, 0.97);
                yield return Spread.Covered("T ± 1.96 errors" + (n < 100 ? " (SmallSample)" : ""), at, plain, trials, n < 30 || law.LeastCoverage < 0.9 ? 0 : least);
            }
        }
    }

    public static IEnumerable<Finding> HeavyTails(bool isQuick)
    {
        int trials = isQuick ? 200 : 1000;
        foreach ((string name, Func<RandomStream, double> draw, double least, double most) in new (string, Func<RandomStream, double>, double, double)[]
        {
            ("squared t₅", random => Math.Pow(random.NextNormal(), 2) / (Enumerable.Range(0, 5).Sum(_ => Math.Pow(random.NextNormal(), 2)) / 5), 0.9, 1),
            ("squared normal", random => Math.Pow(random.NextNormal(), 2), 0, 0.05),
            ("calibrated cross-entropy", CrossEntropy, 0, 0.05),
            ("squared Laplace", random => Math.Pow(Math.Log(random.NextDouble()), 2), 0, 1),
        })
        {
            int flagged = 0;
            Parallel.For(0, trials, trial =>
            {
                if (TypeIIState.FromLosses(Losses(draw, trial, 1000), 1000).Status.HasFlag(Status.HeavyTail))
                    Interlocked.Increment(ref flagged);
            });
            double chance = 3 * Math.Sqrt(0.05 * 0.95 / trials);
            yield return new("HeavyTail", $"{name}, 1000 rows ({trials})", least > 0 ? "≥ 0.9" : most < 1 ? "≤ 0.05" : "any", (double)flagged / trials,
                Math.Sqrt(0.05 * 0.95 / trials), least > 0 ? least - chance : 0, most + chance);
        }
    }

    private static double CrossEntropy(RandomStream random)
    {
        double p = 1 / (1 + Math.Exp(-2 * random.NextNormal()));
        return random.NextDouble() < p ? -Math.Log(p) : -Math.Log(1 - p);
    }

    private static Law Drawn(string name, Func<RandomStream, double> draw, double least, double leastAt30)
    {
        EnergyMoments moments = EnergyMoments.FromSample(Losses(draw, -1, 1_000_000));
        return new(name, draw, moments.Mean.Value, moments.Variance.Value, least, leastAt30);
    }

    private static double[] Losses(Func<RandomStream, double> draw, int trial, int count)
    {
        var random = new RandomStream(31, (ulong)(trial + 1));
        double[] losses = new double[count];
        for (int i = 0; i < count; i++)
            losses[i] = draw(random);
        return losses;
    }

    private static State Untrained(double energy, double entropy) => new()
    {
        Kind = StateKind.TypeI,
        Energy = Estimate.Exact(energy),
        Variance = Estimate.Exact(1),
        Entropy = new EntropyEstimate(entropy, 0, EntropyMethod.Exact),
    };
}
