using System.Diagnostics;
using System.Globalization;
using ML.Thermo.Cli;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Tables;
using ML.Thermo.Initialization;
using ML.Thermo.Transitions;

namespace ML.Thermo.Benchmarks;

/// <summary><c>thermo transition</c> on a large csv file against only reading it, with the same reader.</summary>
internal static class TransitionBenchmarks
{
    private const int Rows = 1_000_000, Columns = 20;

    public static IEnumerable<Comparison> Comparisons()
    {
        string path = Path.Combine(Path.GetTempPath(), $"thermo-bench-{Environment.ProcessId}.csv");
        try
        {
            Generate(path);
            string[] arguments = ["transition", path, "--label", "x1", "--json", "-"];
            yield return new("thermo transition, csv 1,000,000 × 20", "reading it with the same reader", () => Transition(arguments), () => TableReader.Read(new TableRequest(path, "x1", null, [])), 1.3);
            Console.WriteLine($"  peak memory of the process: {PeakMegabytes(arguments):F0} MB for {Rows * Columns * 8 / 1e6:F0} MB of numbers, {new FileInfo(path).Length / 1e6:F0} MB of text");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Transition(string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = new ThermoCommand(new Terminal(output, error, OutputIsTerminal: false, ErrorIsTerminal: false)).Run(arguments).GetAwaiter().GetResult();
        if (code != 0)
            throw new InvalidOperationException(error.ToString());
    }

    private static void Generate(string path)
    {
        using var writer = new StreamWriter(path);
        writer.WriteLine(string.Join(',', Enumerable.Range(1, Columns).Select(j => $"x{j}")));
        double[] row = new double[Columns];
        var random = new RandomStream(1, 0);
        for (int i = 0; i < Rows; i++)
        {
            random.FillNormal(row);
            for (int j = 0; j < Columns; j++)
            {
                writer.Write(row[j].ToString("F6", CultureInfo.InvariantCulture));
                writer.Write(j + 1 < Columns ? ',' : '\n');
            }
        }
    }

    private static double PeakMegabytes(string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [typeof(ThermoCommand).Assembly.Location, .. arguments]) { RedirectStandardOutput = true })!;
        long peak = 0;
        while (!process.WaitForExit(10))
        {
            process.Refresh();
            peak = Math.Max(peak, process.HasExited ? 0 : process.PeakWorkingSet64);
        }

        return peak / 1e6;
    }
}
