using ML.Thermo.Entropies;
using ML.Thermo.Initialization;

namespace ML.Thermo.Audit.Entropies;

/// <summary>Entropies of samples: errors against the spread over seeds, and how often value and truth differ by more than bias and two errors.</summary>
internal static class EntropyErrors
{
    private static readonly (string Name, Func<RandomStream, double> Draw, double Entropy)[] s_laws =
    [
        ("normal", random => random.NextNormal(), 1.4189385332046727),
        ("uniform", random => random.NextDouble(), 0),
        ("exponential", random => -Math.Log(random.NextDouble()), 1),
        ("chi-square 1", random => Math.Pow(random.NextNormal(), 2), 0.7837571104739337),
        ("Cauchy", random => random.NextNormal() / random.NextNormal(), 2.5310242469692907),
        ("two normals, ten apart", random => (random.NextDouble() < 0.5 ? 0 : 10) + random.NextNormal(), 1.4189385332046727 + Math.Log(2)),
    ];

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 150 : 600;
        foreach ((string name, Func<RandomStream, double> draw, double entropy) in s_laws)
        {
            foreach (IEntropyEstimator estimator in new IEntropyEstimator[] { new KozachenkoLeonenko(), new HistogramEntropy(), new VasicekEntropy() })
            {
                var runs = new EntropyEstimate[trials];
                Parallel.For(0, trials, trial =>
                {
                    var random = new RandomStream(53, (ulong)trial);
                    double[] sample = new double[1000];
                    for (int i = 0; i < sample.Length; i++)
                        sample[i] = draw(random);
                    runs[trial] = estimator.Estimate(EnergyMoments.FromSample(sample), sample);
                });
                int held = runs.Count(run => Math.Abs(run.Value - entropy) <= Math.Abs(run.Bias) + (2 * run.StandardError));
                string at = $"{EntropyEstimators.NameOf(estimator.Method)}, {name}, 1000 energies";
                yield return Spread.Covered("|S − exact| ≤ bias + 2 errors", at, held, trials, 0.95);
                if (estimator is KozachenkoLeonenko)
                    yield return Spread.Ratio("error of S", at, [.. runs.Select(run => new Estimate(run.Value, run.StandardError))]);
            }
        }
    }
}
