using System.Globalization;

namespace ML.Thermo.Benchmarks;

/// <summary>
/// How often does each method see a drift of a given kind and strength, at 5 % false alarms for all of them, and how soon in sequential use?
/// An experiment, not a comparison of times: it has no bar.
/// </summary>
internal static class DriftExperiment
{
    public const int DefaultSeeds = 200;
    private const int NullWindows = 5, Strengths = 3;
    private const double Rate = 0.05;

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
        var power = new Dictionary<(string Set, string Shift, int Strength), double[]>();
        foreach (ComplexitySet set in Sets())
        {
            foreach (KeyValuePair<(string Shift, int Strength), double[]> cell in Power(set, seeds))
                power[(set.Name, cell.Key.Shift, cell.Key.Strength)] = cell.Value;
            Console.Error.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {set.Name}: power done");
        }

        int labelled = DriftMethods.Labelled.Length;
        Write(output, "With labels: power, mean over the sets", power, DriftMethods.Labelled, 0);
        Write(output, "Without labels: power, mean over the sets", power, DriftMethods.LabelFree, labelled);
        WriteSets(output, power, DriftMethods.Labelled, 0, "With labels");
        WriteSets(output, power, DriftMethods.LabelFree, labelled, "Without labels");
        DriftDelay.Run(output, seeds);
    }

    /// <summary>Share of windows beyond the threshold that 5 % of windows without drift exceed; thresholds are common to all divisions of a set.</summary>
    private static Dictionary<(string Shift, int Strength), double[]> Power(ComplexitySet set, int seeds)
    {
        int methods = DriftMethods.Labelled.Length + DriftMethods.LabelFree.Length, rows = WindowRows(set);
        var nulls = new double[seeds * NullWindows][];
        var shifted = new double[seeds][][];
        Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var trial = DriftTrial.Of(set, (ulong)seed);
            var method = new DriftMethods(trial, draws: 999);
            for (int k = 0; k < NullWindows; k++)
                nulls[(seed * NullWindows) + k] = method.Statistics(Draw("", -1, (ulong)k));
            shifted[seed] = [.. DriftShifts.Names.SelectMany((shift, s) => Enumerable.Range(0, Strengths).Select(strength =>
                method.Statistics(Draw(shift, strength, (ulong)(100 + (10 * s) + strength)))))];

            DriftRows Draw(string shift, int strength, ulong index) =>
                DriftShifts.Draw(trial, shift, strength, rows, new((ulong)seed, 10_000 + index), new((ulong)seed, index));
        });
        double[] thresholds = [.. Enumerable.Range(0, methods).Select(m => nulls.Select(statistics => statistics[m]).Order().ElementAt((int)Math.Ceiling(nulls.Length * (1 - Rate))))];
        var power = new Dictionary<(string, int), double[]>();
        for (int cell = 0; cell < DriftShifts.Names.Length * Strengths; cell++)
        {
            int at = cell;
            power[(DriftShifts.Names[cell / Strengths], cell % Strengths)] =
                [.. Enumerable.Range(0, methods).Select(m => shifted.Average(statistics => statistics[at][m] > thresholds[m] ? 1.0 : 0))];
        }

        return power;
    }

    private static void Write(TextWriter output, string title, Dictionary<(string Set, string Shift, int Strength), double[]> power, string[] methods, int first)
    {
        output.WriteLine($"\n### {title}\n\n| shift | strength | {string.Join(" | ", methods)} | {DriftMethods.Ours} − best |\n|---|---|{string.Concat(Enumerable.Repeat("--:|", methods.Length + 1))}");
        foreach (string shift in DriftShifts.Names)
        {
            for (int strength = 0; strength < Strengths; strength++)
            {
                double[][] cells = [.. power.Where(cell => cell.Key.Shift == shift && cell.Key.Strength == strength).Select(cell => cell.Value)];
                WriteRow(output, $"{shift} | {"low middle high".Split(' ')[strength]}", [.. methods.Select((_, m) => cells.Average(cell => cell[first + m]))]);
            }
        }
    }

    private static void WriteSets(TextWriter output, Dictionary<(string Set, string Shift, int Strength), double[]> power, string[] methods, int first, string title)
    {
        output.WriteLine($"\n### {title}: by set, mean over the strengths\n\n| shift | set | {string.Join(" | ", methods)} | {DriftMethods.Ours} − best |\n|---|---|{string.Concat(Enumerable.Repeat("--:|", methods.Length + 1))}");
        foreach (string shift in DriftShifts.Names)
        {
            foreach (IGrouping<string, KeyValuePair<(string Set, string Shift, int Strength), double[]>> group in power.Where(cell => cell.Key.Shift == shift).GroupBy(cell => cell.Key.Set))
                WriteRow(output, $"{shift} | {group.Key}", [.. methods.Select((_, m) => group.Average(cell => cell.Value[first + m]))]);
        }
    }

    private static void WriteRow(TextWriter output, string name, double[] values)
    {
        string Number(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
        output.WriteLine($"| {name} | {string.Join(" | ", values.Select(Number))} | {Number(values[0] - values.Skip(1).Max())} |");
    }
}
