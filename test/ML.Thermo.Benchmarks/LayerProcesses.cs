using System.Globalization;
using ML.Thermo.Tests;

namespace ML.Thermo.Benchmarks;

/// <summary>
/// The command <c>thermo layers</c> as people run it, a process each time: its CPU time and the peak of its memory, beside processes that do the least that
/// its work needs. Elsewhere than on Linux nothing is measured.
/// </summary>
internal static class LayerProcesses
{
    private const int Repeats = 3, ShortRepeats = 15; // a short process scatters by a third
    private const double ResNetSeconds = 4.7 / 2; // half of what it took on the machine that the bar was set on

    private static readonly string Scratch = Path.Combine(Path.GetTempPath(), "thermo-bench-" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

    /// <summary>Starts the processes and compares. Returns the number of missed bars.</summary>
    public static int Run(TextWriter output)
    {
        if (!OperatingSystem.IsLinux())
        {
            output.WriteLine("layers: only Linux tells the memory and the CPU time of a process");
            return 0;
        }

        Directory.CreateDirectory(Scratch);
        output.WriteLine($"{"a process",-58} {"baseline",-44} {"ours",10} {"baseline",10} {"ratio",8} {"bar",6}");
        try
        {
            return Digits(output) + ResNet(output) + Quick(output);
        }
        finally
        {
            Directory.Delete(Scratch, recursive: true);
        }
    }

    /// <summary>Start-up: a small network, all its signals.</summary>
    private static int Digits(TextWriter output)
    {
        string network = ShippedNetworks.Find("digits-cnn.onnx"), data = ShippedNetworks.Find("digits.npz");
        Used thermo = Median(() => Thermo("layers", network, "--data", data, "--signals-only"), ShortRepeats);
        Used all = Median(() => Own("all-outputs", network, data), ShortRepeats);
        return Line(output, "digits-cnn: its signals, CPU time", "a process that has all outputs", thermo.Seconds, all.Seconds, "s", 1.5);
    }

    private static int ResNet(TextWriter output)
    {
        if (PackagedNetworks.Path(PackagedNetworks.ResNet) is not { } network)
        {
            output.WriteLine("ResNet-18 is not here: the build could not fetch its package.");
            return 0;
        }

        Used weights = Median(() => Thermo("layers", network, "--weights-only"));
        int missed = Line(output, "ResNet-18: its weights, CPU time", "half of 4.7 s", weights.Seconds, ResNetSeconds, "s", 1);
        Used signals = Median(() => Thermo("layers", network, "--synthetic", "--rows", "64", "--signals-only"));
        Used all = Median(() => Own("all-outputs", network, "64"));
        return missed + Line(output, "ResNet-18: signals of 64 rows, peak memory", "a process that has all outputs", signals.Megabytes, all.Megabytes, "MB", 1)
            + Line(output, "ResNet-18: signals of 64 rows, CPU time", "a process that has all outputs", signals.Seconds, all.Seconds, "s", 1);
    }

    /// <summary>Without spectra: as fast as the file is read, whatever its size.</summary>
    private static int Quick(TextWriter output)
    {
        long most = long.Parse(Environment.GetEnvironmentVariable("THERMO_BENCH_PARAMETERS") ?? "250000000", CultureInfo.InvariantCulture);
        int missed = 0;
        double peak = 0;
        foreach (long parameters in new[] { most / 2, most })
        {
            string path = LargeNetwork.Write(Scratch, parameters);
            Used empty = Median(() => Thermo("layers", ShippedNetworks.Find("digits-cnn.onnx"), "--weights-only", "--quick"));
            Used quick = Median(() => Thermo("layers", path, "--weights-only", "--quick"));
            Used read = Median(() => Own("read", Path.ChangeExtension(path, ".data")));
            missed += Line(output, $"{parameters / 1e6:F0} million parameters, --quick, time beyond start-up", "reading the file, likewise",
                quick.Elapsed - empty.Elapsed, read.Elapsed - Median(() => Own("nothing")).Elapsed, "s", 1.2);
            if (peak > 0)
                missed += Line(output, $"{parameters / 1e6:F0} million parameters, --quick, peak memory", "of half as many", quick.Megabytes, peak, "MB", 1.1);
            peak = quick.Megabytes;
            File.Delete(Path.ChangeExtension(path, ".data"));
        }

        return missed;
    }

    private static Used Thermo(params string[] arguments) => WatchedProcess.Thermo(Scratch, arguments);

    private static Used Own(params string[] arguments) => WatchedProcess.Run(Scratch, [typeof(LayerProcesses).Assembly.Location, "process", .. arguments]);

    private static int Line(TextWriter output, string name, string baseline, double ours, double theirs, string unit, double bar) =>
        WatchedProcess.Line(output, name, baseline, ours, theirs, unit, bar);

    private static Used Median(Func<Used> run, int repeats = Repeats)
    {
        Used[] all = [.. Enumerable.Range(0, repeats).Select(_ => run())];
        return new(Middle(used => used.Seconds), Middle(used => used.Megabytes), Middle(used => used.Elapsed));

        double Middle(Func<Used, double> of) => all.Select(of).Order().ElementAt(repeats / 2);
    }
}
