using System.Globalization;
using ML.Thermo.Initialization;

namespace ML.Thermo.Benchmarks.Scans;

/// <summary>
/// The commands <c>thermo scan</c> and <c>thermo demo ising</c> as people run them: memory over ten times the rows, and the time of the demonstration.
/// THERMO_BENCH_ROWS gives the rows: 4,000,000, a minute, unless it is set.
/// </summary>
internal static class ScanProcesses
{
    private const int Values = 20, Classes = 3;
    private const double MostGrowth = 1.1, MostSeconds = 10;

    /// <summary>Starts the processes and compares. Returns the number of missed bars.</summary>
    public static int Run(TextWriter output)
    {
        if (!OperatingSystem.IsLinux())
        {
            output.WriteLine("scan processes: only Linux tells the memory of a process");
            return 0;
        }

        int most = int.Parse(Environment.GetEnvironmentVariable("THERMO_BENCH_ROWS") ?? "4000000", CultureInfo.InvariantCulture);
        string folder = Directory.CreateTempSubdirectory("thermo-scan-").FullName;
        output.WriteLine($"{"a process",-58} {"baseline",-44} {"ours",10} {"baseline",10} {"ratio",8} {"bar",6}");
        try
        {
            return Memory(output, folder, most, "outcomes", Outcomes, "--outcome", "answer")
                + Memory(output, folder, most, "probabilities of inputs", Probabilities, "--probabilities", "p0,p1,p2", "--input", "id")
                + WatchedProcess.Line(output, "demo ising of 8, 16, 32", "10 s", Magnet(folder).Elapsed, MostSeconds, "s", 1);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Used Magnet(string folder) => WatchedProcess.Thermo(folder, "demo", "ising", "--sizes", "8,16,32");

    /// <summary>Peak memory over all rows beside that over a tenth of them.</summary>
    private static int Memory(TextWriter output, string folder, int rows, string what, Action<TextWriter, int> write, params string[] options)
    {
        Used[] used = [.. new[] { rows / 10, rows }.Select(count =>
        {
            string path = Path.Combine(folder, "rows.csv");
            using (var file = new StreamWriter(path))
                write(file, count);
            return WatchedProcess.Thermo(folder, ["scan", path, "--over", "x", .. options, "--json", "-", "--quiet"]);
        })];
        return WatchedProcess.Line(
            output, $"scan of {rows:N0} rows of {what}, peak memory", "of a tenth of the rows", used[1].Megabytes, used[0].Megabytes, "MB", MostGrowth);
    }

    private static void Outcomes(TextWriter file, int rows)
    {
        file.WriteLine("x,answer");
        var random = new RandomStream(1, 0);
        for (int i = 0; i < rows; i++)
            file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i % Values},{(random.NextDouble() < 0.3 + (0.02 * (i % Values)) ? "yes" : "no")}"));
    }

    /// <summary>In the order of the inputs, so that one can be let go when the next comes.</summary>
    private static void Probabilities(TextWriter file, int rows)
    {
        file.WriteLine("id,x," + string.Join(',', Enumerable.Range(0, Classes).Select(c => $"p{c}")));
        var random = new RandomStream(2, 0);
        for (int i = 0; i < rows; i++)
        {
            double first = Math.Round(0.4 * random.NextDouble(), 3), second = Math.Round(0.4 * random.NextDouble(), 3);
            file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i / Values},{i % Values},{first},{second},{Math.Round(1 - first - second, 3)}"));
        }
    }
}
