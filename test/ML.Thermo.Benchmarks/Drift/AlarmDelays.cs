using System.Globalization;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh;

namespace ML.Thermo.Benchmarks.Drift;

/// <summary>
/// Sequential alarms at one hazard: windows of twenty rows until the alarm, for drift that begins at the first window or at the thirtieth, beside a
/// one-sided CUSUM of the mean loss on the same streams. Limits of the alarm come from the urn alone; those of the CUSUM from a thousand streams without
/// drift of the same data set, window by window, so that one in a hundred of those left gives alarm in each.
/// </summary>
internal static class AlarmDelays
{
    public const int DefaultSeeds = 100;
    private const int WindowRows = 20, RunLength = 100, Late = 30, Most = 60, NullStreams = 10;
    private static readonly int[] s_spans = [10, 30, 60];
    private static readonly string[] s_shifts = ["label shift", "concept drift", "noise growth", "constant column", "unit change"];

    private static readonly (string Name, string Energy)[] s_sets =
    [
        ("diabetes", "mse"), ("wine", "mse"), ("digits", "mse"), ("breast-cancer, 5 means", "ce"), ("iris versicolor/others", "ce"),
        ("breast-cancer, 10 means", "mse"), ("diabetes above 140", "ce"), ("wine cultivar 1/others, 3 features", "ce"),
    ];

    public static void Run(TextWriter output, int seeds)
    {
        ComplexitySet[] all = [.. ComplexitySets.All()];
        output.WriteLine($"### False alarms without drift within 10, 30, 60 windows of {WindowRows} rows, {seeds * NullStreams} streams a set\n");
        output.WriteLine("| set | rows of the reference | stated | thermo | its error |\n|---|--:|--:|--:|--:|");
        var delays = new List<(string Set, string Shift, bool IsLate, double[][] Pairs)>();
        foreach ((string name, string energy) in s_sets)
        {
            ComplexitySet set = all.Single(other => other.Origin == ComplexitySets.Standard && other.Name == name && other.Energy.Name == energy);
            delays.AddRange(Of(set, seeds, output));
            Console.Error.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {set.Name} {energy}: done");
        }

        foreach (bool late in new[] { false, true })
            Write(output, delays.Where(cell => cell.IsLate == late), late ? $"from window {Late}" : "from the first window");
    }

    private static void Write(TextWriter output, IEnumerable<(string Set, string Shift, bool IsLate, double[][] Pairs)> cells, string title)
    {
        output.WriteLine($"\n### Windows until the alarm, drift {title}, middle strength, hazard 1/{RunLength} (at most {Most})\n");
        output.WriteLine("| shift | set | thermo | CUSUM of mean loss | ratio of means |\n|---|---|--:|--:|--:|");
        foreach (IGrouping<string, (string Set, string Shift, bool IsLate, double[][] Pairs)> shift in cells.GroupBy(cell => cell.Shift))
        {
            foreach ((string set, _, _, double[][] pairs) in shift)
                Row(output, shift.Key, set, pairs);
            Row(output, shift.Key, "**all sets**", [.. shift.SelectMany(cell => cell.Pairs)]);
        }

        Row(output, "**all**", "**all sets**", [.. cells.SelectMany(cell => cell.Pairs)]);
    }

    private static void Row(TextWriter output, string shift, string set, double[][] pairs)
    {
        (double ours, double oursError) = Mean([.. pairs.Select(pair => pair[0])]);
        (double usual, double usualError) = Mean([.. pairs.Select(pair => pair[1])]);
        double ratio = ours / usual;
        (_, double error) = Mean([.. pairs.Select(pair => (pair[0] - (ratio * pair[1])) / usual)]); // paired: the streams are the same
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {shift} | {set} | {ours:F1} ± {oursError:F1} | {usual:F1} ± {usualError:F1} | {ratio:F2} ± {error:F2} |"));
    }

    private static (double Mean, double Error) Mean(double[] values)
    {
        double mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / Math.Max(values.Length - 1, 1) / values.Length));
    }

    /// <summary>By shift and beginning: the delays of every division, ours and the CUSUM's; streams with an alarm before the drift are left out.</summary>
    private static IEnumerable<(string Set, string Shift, bool IsLate, double[][] Pairs)> Of(ComplexitySet set, int seeds, TextWriter output)
    {
        var nulls = new double[seeds * NullStreams][][];
        var shifted = new double[seeds][][][];
        int rows = 0;
        Parallel.For(0, seeds, seed =>
        {
            var trial = DriftTrial.Of(set, (ulong)seed);
            double[] losses = Losses(trial, trial.Reference);
            rows = losses.Length;
            var builder = new DriftReferenceBuilder([], new DriftOptions { RunLength = RunLength, Draws = 99, Seed = (ulong)(seed % 8) + 1 });
            foreach (double loss in losses)
                builder.Observe(loss, double.NaN, []);
            DriftReference reference = builder.Build();
            for (int k = 0; k < NullStreams; k++)
                nulls[(seed * NullStreams) + k] = Path(trial, reference, losses, "", Most, 0, new RandomStream((ulong)seed, 700 + (ulong)k));
            shifted[seed] = [.. s_shifts.SelectMany((shift, s) => new[] { 0, Late }.Select((start, late) =>
                Path(trial, reference, losses, shift, start + Most, start, new RandomStream((ulong)seed, 800 + (ulong)((2 * s) + late)))))];
        });
        double[] limits = Limits([.. nulls.Select(path => path[1])]);
        foreach (int span in s_spans)
        {
            double stated = 1 - Math.Pow(1 - (1.0 / RunLength), span), found = nulls.Average(path => path[0].Take(span).Any(value => value > 1) ? 1.0 : 0);
            double error = Math.Sqrt(stated * (1 - stated) / seeds); // ten streams share a reference: as if they were one, at worst
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {set.Name} {set.Energy.Name}, {span} windows | {rows} | {stated:F3} | " +
                $"{found:F3} | {error:F3} |"));
        }

        for (int cell = 0; cell < 2 * s_shifts.Length; cell++)
        {
            int at = cell, start = cell % 2 == 0 ? 0 : Late;
            double[][] pairs = [.. shifted.Select(paths => new[] { Alarm(paths[at][0], _ => 1), Alarm(paths[at][1], t => limits[Math.Min(t, Most - 1)]) })
                .Where(pair => pair.All(delay => delay > start)).Select(pair => pair.Select(delay => Math.Min(delay - start, Most)).ToArray())];
            yield return ($"{set.Name} {set.Energy.Name}", s_shifts[cell / 2], start > 0, pairs);
        }
    }

    /// <summary>The detector over its limit, and the CUSUM, after each window.</summary>
    private static double[][] Path(DriftTrial trial, DriftReference reference, double[] losses, string shift, int windows, int start, RandomStream random)
    {
        var detector = new SequentialDetector(reference, DriftRule.Energy);
        double mean = losses.Average(), variance = losses.Sum(loss => (loss - mean) * (loss - mean)) / (losses.Length - 1), sum = 0;
        double[] ours = new double[windows], usual = new double[windows];
        ulong column = (ulong)random.NextInteger(1 << 30); // the same feature drifts in all windows
        for (int t = 0; t < windows; t++)
        {
            int strength = shift.Length > 0 && t >= start ? 1 : -1;
            double[] drawn = Losses(trial, DriftShifts.Draw(trial, shift, strength, WindowRows, new RandomStream(column, 0), random));
            DriftWindow window = reference.NewWindow();
            foreach (double loss in drawn)
                window.Observe(loss, double.NaN, []);
            ours[t] = detector.Observe(window).Detector;
            double average = drawn.Average(), own = drawn.Sum(loss => (loss - average) * (loss - average)) / (drawn.Length - 1);
            sum = Math.Max(0, sum + ((average - mean) / Math.Sqrt((variance / losses.Length) + (own / drawn.Length))) - 0.5);
            usual[t] = sum;
        }

        return [ours, usual];
    }

    private static double[] Losses(DriftTrial trial, DriftRows rows) => [.. rows.Features.Zip(rows.Labels, trial.Loss)];

    /// <summary>Window by window the limit that one in <see cref="RunLength"/> of the streams left exceeds.</summary>
    private static double[] Limits(double[][] paths)
    {
        double[] limits = new double[Most];
        List<double[]> left = [.. paths];
        double due = 0;
        for (int t = 0; t < Most; t++)
        {
            due += (double)left.Count / RunLength;
            int alarms = (int)due;
            due -= alarms;
            limits[t] = left.Select(path => path[t]).OrderDescending().ElementAt(alarms);
            left.RemoveAll(path => path[t] > limits[t]);
        }

        return limits;
    }

    private static double Alarm(double[] path, Func<int, double> limit)
    {
        for (int t = 0; t < path.Length; t++)
        {
            if (path[t] > limit(t))
                return t + 1;
        }

        return path.Length + 1;
    }
}
