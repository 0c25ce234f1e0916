using System.Globalization;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh;

namespace ML.Thermo.Benchmarks.Drift;

/// <summary>
/// Sequential use, with labels and without: mean number of windows of twenty rows until the alarm, once drift has begun at the first, at the
/// same mean run length without drift for every detector.
/// </summary>
internal static class DriftDelay
{
    private const int WindowRows = 20, RunLength = 50, MostNull = 250, MostShifted = 60;
    private static readonly string[] s_labelled = [DriftMethods.Ours, "CUSUM of mean loss", "mean-loss z", "KS", "PSI"];
    private static readonly string[] s_labelFree = [DriftMethods.Ours, "CUSUM of mean score", "mean-score z", "KS", "PSI"];

    public static void Run(TextWriter output, int seeds)
    {
        (string Shift, string Set, double[] Delays)[] cells = [.. DriftExperiment.Sets().SelectMany(set => Delays(set, seeds))];
        Write(output, "with labels", s_labelled, cells, 0);
        Write(output, "without labels", s_labelFree, cells, s_labelled.Length);
    }

    private static void Write(TextWriter output, string title, string[] names, (string Shift, string Set, double[] Delays)[] cells, int first)
    {
        output.WriteLine($"\n### Sequential use {title}: mean delay in windows of {WindowRows} rows at a mean run length of {RunLength}, middle strength (at most {MostShifted})\n");
        output.WriteLine($"| shift | set | {string.Join(" | ", names)} |\n|---|---|{string.Concat(Enumerable.Repeat("--:|", names.Length))}");
        foreach ((string shift, string set, double[] delays) in cells)
            output.WriteLine($"| {shift} | {set} | {string.Join(" | ", delays.Skip(first).Take(names.Length).Select(delay => delay.ToString("F1", CultureInfo.InvariantCulture)))} |");
    }

    /// <summary>By shift: the mean delay of every detector, those with labels first.</summary>
    private static IEnumerable<(string Shift, string Set, double[] Delays)> Delays(ComplexitySet set, int seeds)
    {
        var nulls = new double[seeds][][];
        var shifted = new double[seeds][][][];
        Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var trial = DriftTrial.Of(set, (ulong)seed);
            var methods = new DriftMethods(trial, draws: 99);
            nulls[seed] = Paths(trial, methods, "", -1, MostNull, new RandomStream((ulong)seed, 500));
            shifted[seed] = [.. DriftShifts.Names.Select((shift, s) => Paths(trial, methods, shift, 1, MostShifted, new RandomStream((ulong)seed, 501 + (ulong)s)))];
        });
        Console.Error.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {set.Name}: delay done");
        double[] limits = [.. Enumerable.Range(0, s_labelled.Length + s_labelFree.Length).Select(m => Limit(nulls, m))];
        return DriftShifts.Names.Select((shift, s) => (shift, set.Name, limits.Select((limit, m) => shifted.Average(paths => Length(paths[s], m, limit))).ToArray()));
    }

    /// <summary>What every detector says after each window.</summary>
    private static double[][] Paths(DriftTrial trial, DriftMethods methods, string shift, int strength, int windows, RandomStream random)
    {
        SequentialDetector labelled = new(methods.Reference, DriftRule.Energy), labelFree = new(methods.Reference, DriftRule.LabelFree);
        double loss = 0, up = 0, down = 0;
        var path = new double[windows][];
        ulong column = (ulong)random.NextInteger(1 << 30); // one stream of shifts: the same feature drifts in all windows
        for (int t = 0; t < windows; t++)
        {
            DriftRows rows = DriftShifts.Draw(trial, shift, strength, WindowRows, new RandomStream(column, 0), random);
            DriftWindow window = methods.Window(rows);
            double[] usual = methods.Usual(rows);
            loss = Math.Max(0, loss + usual[0] - 0.5);
            up = Math.Max(0, up + usual[3] - 0.5);
            down = Math.Max(0, down - usual[3] - 0.5);
            path[t] =
            [
                labelled.Observe(window).Detector, loss, Math.Abs(usual[0]), usual[1], usual[2],
                labelFree.Observe(window).Detector, Math.Max(up, down), Math.Abs(usual[3]), usual[4], usual[5],
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
