using System.Diagnostics;
using System.Globalization;

namespace ML.Thermo.Benchmarks;

/// <summary>
/// A process that is watched until it ends: its CPU time and the peak of its memory, which Linux tells of a running process. THERMO_TOOL names another
/// thermo.dll: <c>./build.sh bench</c> gives the one that the tool's package ships, compiled ahead.
/// </summary>
internal static class WatchedProcess
{
    /// <summary>Runs the command in a folder.</summary>
    public static Used Thermo(string folder, params string[] arguments) =>
        Run(folder, [Environment.GetEnvironmentVariable("THERMO_TOOL") ?? Path.Combine(AppContext.BaseDirectory, "thermo.dll"), .. arguments]);

    /// <summary>Runs a process and looks at it until it ends.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">A .dll with its arguments.</param>
    public static Used Run(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["DOTNET_TieredCompilation"] = "1"; // as the command has it, for both
        Array.ForEach(arguments, start.ArgumentList.Add);
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> text = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        string about = $"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}";
        double seconds = 0, megabytes = 0;
        while (!process.WaitForExit(2))
        {
            try
            {
                string[] fields = File.ReadAllText($"{about}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                seconds = Math.Max(seconds, (Number(fields[11]) + Number(fields[12])) / 100);
                string peak = File.ReadLines($"{about}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) ?? "VmHWM: 0";
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

    /// <summary>Prints a comparison. Returns 1 where the bar is missed.</summary>
    public static int Line(TextWriter output, string name, string baseline, double ours, double theirs, string unit, double bar)
    {
        bool isMissed = ours / theirs > bar;
        output.WriteLine($"{name,-58} {baseline,-44} {ours,8:F2}{unit,-2} {theirs,8:F2}{unit,-2} {ours / theirs,8:G3} {bar,6:G3}{(isMissed ? "  MISSED" : "")}");
        return isMissed ? 1 : 0;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>CPU time in seconds, peak of resident memory, and time by the clock.</summary>
internal sealed record Used(double Seconds, double Megabytes, double Elapsed);
