using System.Numerics.Tensors;
using ML.Thermo.Cli;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Tables;
using ML.Thermo.Data;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Benchmarks.Drift;

/// <summary>Observing rows against reading and adding up their numbers, and <c>thermo refresh</c> against reading its two files.</summary>
internal static class DriftBenchmarks
{
    private const int Columns = 20, Rows = 1_000_000, Wide = 2000;

    public static IEnumerable<Comparison> Comparisons()
    {
        double[] numbers = new double[Rows * Columns], losses = new double[Rows];
        new RandomStream(1, 0).FillNormal(numbers);
        new RandomStream(1, 1).FillUniform(losses);
        var builder = new DriftReferenceBuilder([.. Enumerable.Range(0, Columns).Select(j => new DriftInput($"x{j}"))]);
        for (int i = 0; i < 50_000; i++)
            builder.Observe(losses[i], double.NaN, numbers.AsSpan(i * Columns, Columns));
        DriftReference reference = builder.Build();
        DriftWindow window = reference.NewWindow();
        double sum = 0;

        // 5 million rows a second: 200 ns a row. The baseline says how much of it is memory.
        yield return new(
            $"observe {Rows} rows of {Columns} features (5 M rows/s: 200 ms)", "a plain loop over the same numbers",
            () =>
            {
                for (int i = 0; i < Rows; i++)
                    window.Observe(losses[i], double.NaN, numbers.AsSpan(i * Columns, Columns));
            },
            () =>
            {
                for (int i = 0; i < Rows; i++)
                {
                    sum += losses[i];
                    foreach (double x in numbers.AsSpan(i * Columns, Columns))
                        sum += x;
                }
            },
            Bar: 4);

        string folder = Directory.CreateTempSubdirectory("thermo-bench").FullName;
        try
        {
            yield return Kept(folder, reference, numbers, losses);
            string before = Write(folder, "before.csv", numbers, Columns), after = Write(folder, "after.csv", numbers.Reverse().ToArray(), Columns);
            yield return new(
                $"refresh of two csv files of {Rows} rows", "reading both into arrays and adding up",
                () => Refresh(before, after), () => Read(before, after), Bar: 1.3);
            string earlier = Write(folder, "earlier.csv", numbers.AsSpan(0, Wide * 1000), Wide),
                later = Write(folder, "later.csv", numbers.AsSpan(Wide * 1000, Wide * 1000), Wide);
            yield return new(
                $"refresh of two csv files of 1,000 rows, {Wide} columns", "reading both into arrays and adding up",
                () => Refresh(earlier, later), () => Read(earlier, later), Bar: 10);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A row that a monitor keeps in its file survives kill -9: what that adds to a row, in writes of the same bytes.</summary>
    private static Comparison Kept(string folder, DriftReference reference, double[] numbers, double[] losses)
    {
        const int Observed = 100_000, Bytes = (Columns + 3) * sizeof(double);
        var options = new MonitorOptions { WindowRows = 1000 };
        int made = 0;
        void Observe(DriftMonitor monitor)
        {
            using (monitor)
            {
                for (int i = 0; i < Observed; i++)
                    monitor.Observe(losses[i], double.NaN, numbers.AsSpan(i * Columns, Columns));
            }
        }

        return new($"observe {Observed} rows of {Columns} in a monitor with its file", "without one, and a write of its bytes a row",
            () => Observe(DriftMonitor.Open(Path.Combine(folder, $"monitor{made++}"), reference, null, options)),
            () =>
            {
                Observe(new DriftMonitor(reference, null, options));
                using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(Path.Combine(folder, "bytes"), FileMode.Create, FileAccess.Write);
                byte[] row = new byte[Bytes];
                for (long i = 0; i < Observed; i++)
                    RandomAccess.Write(file, row, i % 1000 * Bytes);
            },
            Bar: 1.5);
    }

    private static string Write(string folder, string name, ReadOnlySpan<double> numbers, int columns)
    {
        string path = Path.Combine(folder, name);
        using var writer = new StreamWriter(path);
        writer.WriteLine(string.Join(',', Enumerable.Range(0, columns - 2).Select(j => $"x{j}")) + ",p,y");
        for (int i = 0; i < numbers.Length / columns; i++)
            writer.WriteLine(string.Join(',', numbers.Slice(i * columns, columns).ToArray().Select(x => x.ToString("F6", System.Globalization.CultureInfo.InvariantCulture))));
        return path;
    }

    private static void Refresh(string before, string after)
    {
        using var nowhere = new StringWriter();
        var command = new ThermoCommand(new Terminal(nowhere, nowhere, OutputIsTerminal: false, ErrorIsTerminal: false));
        int code = command.Run(["refresh", before, after, "--label", "y", "--prediction", "p", "--quiet"]).GetAwaiter().GetResult();
        if (code != 0)
            throw new InvalidOperationException(nowhere.ToString());
    }

    private static double Read(params string[] files)
    {
        double sum = 0;
        foreach (string path in files)
        {
            LabelledData data = TableReader.Read(new TableRequest(path, "y", null, [])).Data;
            sum += TensorPrimitives.Sum(data.Features.Span) + TensorPrimitives.Sum(data.Targets.Span);
        }

        return sum;
    }
}
