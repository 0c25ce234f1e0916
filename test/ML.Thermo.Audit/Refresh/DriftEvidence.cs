using ML.Thermo.Initialization;
using ML.Thermo.Refresh;

namespace ML.Thermo.Audit.Refresh;

/// <summary>The sequential rule: e-values have mean one, and exceed 1/a with probability at most a.</summary>
internal static class DriftEvidence
{
    public static IEnumerable<Finding> Run(bool isQuick)
    {
        foreach (LossLaw law in LossLaw.All)
        {
            foreach ((int reference, int window, bool mean) in new[] { (20, 10, true), (60, 20, true), (300, 300, false), (1000, 1000, false) })
            {
                int trials = (isQuick ? 1000 : 10_000) / (reference > 500 ? 4 : 1);
                double[] values = new double[trials];
                Parallel.For(0, trials, i =>
                {
                    var random = new RandomStream(103, (ulong)i);
                    DriftReference state = law.Reference(reference, new() { Seed = (ulong)i, Draws = 99, RunLength = 2 }, random);
                    values[i] = new SequentialDetector(state, DriftRule.Energy).Observe(law.Window(state, window, random)).EValue;
                });
                // Single huge values carry most of the mean, so it is compared below 20, with that of another continuous law: all must agree.
                string at = $"{law.Name}, {reference} against {window}";
                if (mean)
                {
                    double[] drawn = Drawn(reference, window, 4 * trials);
                    (double average, double error) = Capped(values);
                    (double stated, double statedError) = Capped(drawn);
                    yield return Finding.Mean("mean of min(e-value, 20)", at, average, Math.Sqrt((error * error) + (statedError * statedError)), stated);
                }

                foreach (double a in new[] { 0.2, 0.05, 0.01 })
                    yield return Finding.Rate($"e-value ≥ {1 / a:0}", at, values.Count(v => v >= 1 / a), trials, a, exact: false);
            }
        }
    }

    /// <summary>e-values of windows of distinct losses, which are the urn's own.</summary>
    private static double[] Drawn(int reference, int window, int trials)
    {
        double[] values = new double[trials];
        Parallel.For(0, trials, i =>
        {
            var random = new RandomStream(104, (ulong)i);
            LossLaw law = LossLaw.All[0];
            DriftReference state = law.Reference(reference, new() { Seed = (ulong)i, Draws = 99, RunLength = 2 }, random);
            values[i] = new SequentialDetector(state, DriftRule.Energy).Observe(law.Window(state, window, random)).EValue;
        });
        return values;
    }

    private static (double Mean, double Error) Capped(double[] values)
    {
        double mean = values.Average(value => Math.Min(value, 20)), squares = values.Sum(value => Math.Pow(Math.Min(value, 20) - mean, 2));
        return (mean, Math.Sqrt(squares) / values.Length);
    }
}
