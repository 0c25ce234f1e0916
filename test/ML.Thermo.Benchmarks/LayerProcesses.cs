using System.Diagnostics;
using System.Globalization;
using ML.Thermo.Tests;

namespace ML.Thermo.Benchmarks;

/// <summary>
/// The command <c>thermo layers</c> as people run it, a process each time: its CPU time and the peak of its memory, beside processes that do the least that
/// its work needs. Linux tells both of a running process; elsewhere nothing is measured. THERMO_TOOL names another thermo.dll, such as the one compiled ahead
/// that the tool's package ships (<c>dotnet publish src/ML.Thermo.Cli -r linux-x64 -p:PublishReadyToRun=true -o DIR</c>).
/// </summary>
internal static class LayerProcesses
{
    private const int Repeats = 3;
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
        Used thermo = Median(() => Thermo("layers", network, "--data", data, "--signals-only", "--quick"));
        Used all = Median(() => Own("all-outputs", network, data));
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
        Used signals = Median(() => Thermo("layers", network, "--synthetic", "--rows", "64", "--signals-only", "--quick"));
        Used all = Median(() => Own("all-outputs", network, "64"));
        return missed + Line(output, "ResNet-18: signals of 64 rows, peak memory", "a process that has all outputs", signals.Megabytes, all.Megabytes, "MB", 1)
            + Line(output, "ResNet-18: signals of 64 rows, CPU time", "a process that has all outputs", signals.Seconds, all.Seconds, "s", 1);
    }

    /// <summary>Without spectra: as fast as the file is read, whatever its size.</summary>
    private static int Quick(TextWriter output)
    {
        long most = long.Parse(Environment.GetEnvironmentVariable("THERMO_BENCH_PARAMETERS") ?? "250000000", CultureInfo.InvariantCulture);
        int missed = 0;
        foreach (long parameters in new[] { most / 2, most })
        {
            string path = LargeNetwork.Write(Scratch, parameters);
            Used empty = Median(() => Thermo("layers", ShippedNetworks.Find("digits-cnn.onnx"), "--weights-only", "--quick"));
            Used quick = Median(() => Thermo("layers", path, "--weights-only", "--quick"));
            Used read = Median(() => Own("read", Path.ChangeExtension(path, ".data")));
            missed += Line(output, $"{parameters / 1e6:F0} million parameters, --quick, time beyond start-up", "reading the file, likewise",
                quick.Elapsed - empty.Elapsed, read.Elapsed - Median(() => Own("nothing")).Elapsed, "s", 1.2);
            File.Delete(Path.ChangeExtension(path, ".data"));
        }

        return missed;
    }

    private static int Line(TextWriter output, string name, string baseline, double ours, double theirs, string unit, double bar)
    {
        bool isMissed = ours / theirs > bar;
        output.WriteLine($"{name,-58} {baseline,-44} {ours,8:F2}{unit,-2} {theirs,8:F2}{unit,-2} {ours / theirs,8:G3} {bar,6:G3}{(isMissed ? "  MISSED" : "")}");
        return isMissed ? 1 : 0;
    }

    private static Used Thermo(params string[] arguments) =>
        Watch([Environment.GetEnvironmentVariable("THERMO_TOOL") ?? Path.Combine(AppContext.BaseDirectory, "thermo.dll"), .. arguments]);

    private static Used Own(params string[] arguments) => Watch([typeof(LayerProcesses).Assembly.Location, "process", .. arguments]);

    private static Used Median(Func<Used> run)
    {
        Used[] all = [.. Enumerable.Range(0, Repeats).Select(_ => run())];
        return new(Middle(used => used.Seconds), Middle(used => used.Megabytes), Middle(used => used.Elapsed));

        double Middle(Func<Used, double> of) => all.Select(of).Order().ElementAt(Repeats / 2);
    }

    /// <summary>Runs a process and looks at it until it ends.</summary>
    private static Used Watch(string[] arguments)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Scratch };
        start.Environment["DOTNET_TieredCompilation"] = "1"; // as the command has it, for both
        Array.ForEach(arguments, start.ArgumentList.Add);
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> text = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        string folder = $"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}";
        double seconds = 0, megabytes = 0;
        while (!process.WaitForExit(2))
        {
            try
            {
                string[] fields = File.ReadAllText($"{folder}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                seconds = Math.Max(seconds, (Number(fields[11]) + Number(fields[12])) / 100);
                string peak = File.ReadLines($"{folder}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) ?? "VmHWM: 0";
                megabytes = Math.Max(megabytes, Number(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024);
            }
            catch (IOException)
            {
                break; // it has just ended
            }
        }

        process.WaitForExit();
        double elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return process.ExitCode == 0 ? new(seconds, megabytes, elapsed)
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}: {text.Result} {errors.Result}");
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>CPU time in seconds, peak of resident memory, and time by the clock.</summary>
    private sealed record Used(double Seconds, double Megabytes, double Elapsed);
}
