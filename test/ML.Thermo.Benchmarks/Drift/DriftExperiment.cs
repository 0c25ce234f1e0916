using System.Globalization;
using ML.Thermo.Initialization;

namespace ML.Thermo.Benchmarks.Drift;

/// <summary>
/// How often does each method see a drift of a given kind and strength, at 5 % false alarms for all of them, and how soon in sequential use?
/// An experiment, not a comparison of times: it has no bar.
/// </summary>
internal static class DriftExperiment
{
    public const int DefaultSeeds = 200;
    private const int NullWindows = 5, Strengths = 3, Resamples = 200;

    /// <summary>The data sets: all that are shipped for learning.</summary>
    public static IEnumerable<ComplexitySet> Sets()
    {
        (string Name, string Energy)[] wanted = [("diabetes", "mse"), ("wine", "mse"), ("digits", "mse"), ("breast-cancer, 5 means", "ce"), ("iris versicolor/others", "ce")];
        ComplexitySet[] all = [.. ComplexitySets.All()];
        return wanted.Select(set => all.Single(other => other.Origin == ComplexitySets.Standard && other.Name == set.Name && other.Energy.Name == set.Energy));
    }

    /// <summary>Rows a window.</summary>
    public static int WindowRows(ComplexitySet set) => Math.Min(100, set.Data.Rows / 4);

    /// <summary>Runs everything and writes the report as markdown.</summary>
    /// <param name="output">Takes the report.</param>
    /// <param name="seeds">Divisions of each set.</param>
    public static void Run(TextWriter output, int seeds)
    {
        List<DriftPower> sets = [];
        foreach (ComplexitySet set in Sets())
        {
            sets.Add(Power(set, seeds));
            Console.Error.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {set.Name}: power done");
        }

        double[][][] power = [.. sets.Select(set => set.Of([.. Enumerable.Range(0, seeds)]))];
        double[][][][] resampled = new double[Resamples][][][];
        Parallel.For(0, Resamples, i => resampled[i] = [.. sets.Select((set, s) => set.Resampled(new RandomStream((ulong)(1000 + s), (ulong)i)))]);
        (string Title, string[] Methods, int First)[] kinds =
            [("With labels", DriftMethods.Labelled, 0), ("Without labels", DriftMethods.LabelFree, DriftMethods.Labelled.Length)];
        foreach ((string title, string[] methods, int first) in kinds)
        {
            Head(output, $"{title}: power, mean over the sets", "strength", methods);
            for (int cell = 0; cell < DriftShifts.Names.Length * Strengths; cell++)
            {
                int at = cell;
                WriteRow(output, $"{DriftShifts.Names[cell / Strengths]} | {"low middle high".Split(' ')[cell % Strengths]}", methods.Length, first,
                    all => Mean(all.Select(set => set[at])), power, resampled);
            }
        }

        foreach ((string title, string[] methods, int first) in kinds)
        {
            Head(output, $"{title}: by set, mean over the strengths", "set", methods);
            for (int shift = 0; shift < DriftShifts.Names.Length; shift++)
            {
                for (int s = 0; s < sets.Count; s++)
                {
                    int start = shift * Strengths, set = s;
                    WriteRow(output, $"{DriftShifts.Names[shift]} | {sets[s].Set}", methods.Length, first,
                        all => Mean(all[set].Skip(start).Take(Strengths)), power, resampled);
                }
            }
        }

        DriftDelay.Run(output, seeds);
    }

    /// <summary>What every method says of the windows of each division.</summary>
    private static DriftPower Power(ComplexitySet set, int seeds)
    {
        int rows = WindowRows(set);
        double[][][] nulls = new double[seeds][][], shifted = new double[seeds][][];
        Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var trial = DriftTrial.Of(set, (ulong)seed);
            var method = new DriftMethods(trial, draws: 999);
            nulls[seed] = [.. Enumerable.Range(0, NullWindows).Select(k => method.Statistics(Draw("", -1, (ulong)k)))];
            shifted[seed] = [.. DriftShifts.Names.SelectMany((shift, s) => Enumerable.Range(0, Strengths).Select(strength =>
                method.Statistics(Draw(shift, strength, (ulong)(100 + (10 * s) + strength)))))];

            DriftRows Draw(string shift, int strength, ulong index) =>
                DriftShifts.Draw(trial, shift, strength, rows, new((ulong)seed, 10_000 + index), new((ulong)seed, index));
        });
        return new(set.Name, nulls, shifted);
    }

    private static double[] Mean(IEnumerable<double[]> cells)
    {
        double[][] all = [.. cells];
        return [.. all[0].Select((_, m) => all.Average(cell => cell[m]))];
    }

    private static void Head(TextWriter output, string title, string second, string[] methods) =>
        output.WriteLine($"\n### {title}\n\n| shift | {second} | {string.Join(" | ", methods)} | {DriftMethods.Ours} − best |\n"
            + $"|---|---|{string.Concat(Enumerable.Repeat("--:|", methods.Length + 1))}");

    /// <summary>The powers and ours less that of the best other method; errors by resampling divisions, thresholds included.</summary>
    private static void WriteRow(
        TextWriter output, string name, int methods, int first, Func<double[][][], double[]> of, double[][][] power, double[][][][] resampled)
    {
        double[] values = [.. of(power).Skip(first).Take(methods)];
        double[][] others = [.. resampled.Select(again => of(again).Skip(first).Take(methods).ToArray())];
        int best = Array.IndexOf(values, values.Skip(1).Max(), 1);
        string Number(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
        output.WriteLine($"| {name} | {Number(values[0])} ± {Number(Deviation(others.Select(cell => cell[0])))} | {string.Join(" | ", values.Skip(1).Select(Number))} | "
            + $"{Number(values[0] - values[best])} ± {Number(Deviation(others.Select(cell => cell[0] - cell[best])))} |");
    }

    private static double Deviation(IEnumerable<double> values)
    {
        double[] all = [.. values];
        double mean = all.Average();
        return Math.Sqrt(all.Sum(value => (value - mean) * (value - mean)) / (all.Length - 1));
    }
}
