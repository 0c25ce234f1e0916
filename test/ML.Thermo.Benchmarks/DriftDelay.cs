using System.Globalization;
using ML.Thermo.Drift;
using ML.Thermo.Initialization;

namespace ML.Thermo.Benchmarks;

/// <summary>
/// Sequential use with labels: mean number of windows of twenty rows until the alarm, once drift has begun at the first, at the same mean run
/// length without drift for every detector.
/// </summary>
internal static class DriftDelay
{
    private const int WindowRows = 20, RunLength = 50, MostNull = 250, MostShifted = 60;
    private static readonly string[] s_names = [DriftMethods.Ours, "CUSUM of mean loss", "mean-loss z", "KS", "PSI"];

    public static void Run(TextWriter output, int seeds)
    {
        output.WriteLine($"\n### Sequential use with labels: mean delay in windows of {WindowRows} rows at a mean run length of {RunLength}, middle strength (at most {MostShifted})\n");
        output.WriteLine($"| shift | set | {string.Join(" | ", s_names)} |\n|---|---|{string.Concat(Enumerable.Repeat("--:|", s_names.Length))}");
        foreach (ComplexitySet set in DriftExperiment.Sets())
        {
            var nulls = new double[seeds][][];
            var shifted = new double[DriftShifts.Names.Length][][][];
            for (int s = 0; s < shifted.Length; s++)
                shifted[s] = new double[seeds][][];
            Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
            {
                var trial = DriftTrial.Of(set, (ulong)seed);
                var methods = new DriftMethods(trial, draws: 99);
                nulls[seed] = Paths(trial, methods, "", -1, MostNull, new RandomStream((ulong)seed, 500));
                for (int s = 0; s < shifted.Length; s++)
                    shifted[s][seed] = Paths(trial, methods, DriftShifts.Names[s], 1, MostShifted, new RandomStream((ulong)seed, 501 + (ulong)s));
            });
            double[] limits = [.. Enumerable.Range(0, s_names.Length).Select(m => Limit(nulls, m))];
            for (int s = 0; s < shifted.Length; s++)
            {
                int at = s;
                IEnumerable<string> delays = limits.Select((limit, m) => shifted[at].Average(path => Length(path, m, limit)).ToString("F1", CultureInfo.InvariantCulture));
                output.WriteLine($"| {DriftShifts.Names[s]} | {set.Name} | {string.Join(" | ", delays)} |");
            }
        }
    }

    /// <summary>What every detector says after each window.</summary>
    private static double[][] Paths(DriftTrial trial, DriftMethods methods, string shift, int strength, int windows, RandomStream random)
    {
        var detector = new SequentialDetector(methods.Reference, DriftRule.Energy);
        double[] reference = methods.ReferenceLosses;
        double cusum = 0;
        var path = new double[windows][];
        ulong column = (ulong)random.NextInteger(1 << 30); // one stream of shifts: the same feature drifts in all windows
        for (int t = 0; t < windows; t++)
        {
            DriftRows rows = DriftShifts.Draw(trial, shift, strength, WindowRows, new RandomStream(column, 0), random);
            double[] losses = [.. rows.Features.Zip(rows.Labels, trial.Loss)];
            double z = DriftMethods.Welch(reference, losses);
            cusum = Math.Max(0, cusum + z - 0.5);
            path[t] =
            [
                detector.Observe(methods.Window(rows)).Detector, cusum, Math.Abs(z),
                SampleDistances.KolmogorovSmirnov(reference, losses).Statistic, DriftMethods.Psi(reference, losses),
            ];
        }

        return path;
    }

    /// <summary>The limit at which windows without drift run for <see cref="RunLength"/> on average (runs are cut at <see cref="MostNull"/> windows).</summary>
    private static double Limit(double[][][] nulls, int method)
    {
        double[] candidates = [.. nulls.SelectMany(path => path.Select(values => values[method])).Distinct().Order()];
        int low = 0, high = candidates.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (nulls.Average(path => Length(path, method, candidates[middle])) >= RunLength)
                high = middle;
            else
                low = middle + 1;
        }

        return candidates[low];
    }

    private static double Length(double[][] path, int method, double limit)
    {
        int at = Array.FindIndex(path, values => values[method] > limit);
        return at < 0 ? path.Length : at + 1;
    }
}
