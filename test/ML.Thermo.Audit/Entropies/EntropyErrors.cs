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
                Parallel.For(0, trials, trial => runs[trial] = estimator.Estimate(Sample(draw, trial, out double[] sample, double.NaN), sample));
                int held = runs.Count(run => Math.Abs(run.Value - entropy) <= Math.Abs(run.Bias) + (2 * run.StandardError));
                string at = $"{EntropyEstimators.NameOf(estimator.Method)}, {name}, 1000 energies";
                yield return Spread.Covered("|S − exact| ≤ bias + 2 errors", at, held, trials, 0.95);
                if (estimator is KozachenkoLeonenko)
                    yield return Spread.Ratio("error of S", at, [.. runs.Select(run => new Estimate(run.Value, run.StandardError))]);
            }
        }
    }

    /// <summary>Estimators whose value at infinitely many energies is not S: their errors are those of their own spread.</summary>
    public static IEnumerable<Finding> Closures(bool isQuick)
    {
        int trials = isQuick ? 150 : 600;
        double Normal(RandomStream random) => random.NextNormal();
        double ChiSquare(RandomStream random) => Enumerable.Range(0, 10).Sum(_ => Math.Pow(random.NextNormal(), 2));
        foreach ((string name, Func<RandomStream, double> draw, double floor, IEntropyEstimator[] estimators) in
            new (string, Func<RandomStream, double>, double, IEntropyEstimator[])[]
            {
                ("normal", Normal, double.NaN, [new GaussianClosure(), new EdgeworthClosure(), new FiniteResolution(0.5)]),
                ("χ² of 10", ChiSquare, 0, [new GaussianClosure(), new GammaClosure(), new PearsonClosure(), new FiniteResolution(0.5)]),
            })
        {
            foreach (IEntropyEstimator estimator in estimators)
            {
                var runs = new EntropyEstimate[trials];
                Parallel.For(0, trials, trial => runs[trial] = estimator.Estimate(Sample(draw, trial, out double[] sample, floor), sample));
                yield return Spread.Ratio("error of S", $"{EntropyEstimators.NameOf(estimator.Method)}, {name}, 1000 energies",
                    [.. runs.Select(run => new Estimate(run.Value, run.StandardError))]);
            }
        }
    }

    /// <summary>Means of log-normal energies: where a few of the largest carry the variance, no error may be stated.</summary>
    public static IEnumerable<Finding> HeavyMeans(bool isQuick)
    {
        int trials = isQuick ? 400 : 4000;
        foreach (int n in isQuick ? [256] : new[] { 128, 256, 1024 })
        {
            foreach (double width in new[] { 0.5, 0.75, 1, 1.5, 2, 3 })
            {
                int stated = 0, missed = 0;
                double truth = Math.Exp(width * width / 2);
                Parallel.For(0, trials, trial =>
                {
                    var random = new RandomStream(59, (ulong)trial);
                    double[] sample = [.. Enumerable.Range(0, n).Select(_ => Math.Exp(width * random.NextNormal()))];
                    Estimate mean = EnergyMoments.FromSample(sample).WithKnownErrors().Mean;
                    if (double.IsNaN(mean.StandardError))
                        return;
                    Interlocked.Increment(ref stated);
                    if (Math.Abs(mean.Value - truth) > Spread.Normal * mean.StandardError)
                        Interlocked.Increment(ref missed);
                });
                yield return Finding.Rate("E: a stated error, and missed by 1.96 of it",
                    string.Create(System.Globalization.CultureInfo.InvariantCulture, $"log-normal of width {width}, {n} energies ({stated} of {trials} state one)"),
                    missed, trials, 0.07, exact: false);
            }
        }
    }

    private static EnergyMoments Sample(Func<RandomStream, double> draw, int trial, out double[] sample, double floor)
    {
        var random = new RandomStream(53, (ulong)trial);
        sample = new double[1000];
        for (int i = 0; i < sample.Length; i++)
            sample[i] = draw(random);
        return EnergyMoments.FromSample(sample, floor);
    }
}
