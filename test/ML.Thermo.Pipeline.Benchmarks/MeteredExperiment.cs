using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using ML.Thermo.Joules;
using ML.Thermo.Joules.Metering;
using ML.Thermo.Joules.MLNet;
using ML.Thermo.Joules.Repeats;

namespace ML.Thermo.Benchmarks;

/// <summary>CPU time of a metered training over that of the same training, in interleaved pairs; the meter reads four counters and its timer runs.</summary>
internal static class MeteredExperiment
{
    private const int Pairs = 30, Zones = 4;

    public static bool Run(TextWriter output)
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory("thermo-joules-");
        for (int zone = 0; zone < Zones; zone++)
        {
            string folder = root.CreateSubdirectory($"class/powercap/intel-rapl:{zone}").FullName;
            File.WriteAllText(Path.Combine(folder, "name"), $"package-{zone}");
            File.WriteAllText(Path.Combine(folder, "energy_uj"), "123456789");
            File.WriteAllText(Path.Combine(folder, "max_energy_range_uj"), "262143328850");
        }

        using var machine = new JouleMachine(new JouleOptions { SysfsRoot = root.FullName });
        var context = new MLContext(1);
        IDataView data = new GeneratedRows(width: 20).Load(context);
        OnlineGradientDescentTrainer plain = context.Regression.Trainers.OnlineGradientDescent(new OnlineGradientDescentTrainer.Options { NumberOfIterations = 5 });
        MeteredEstimator metered = context.Thermo().Metered(plain, machine);
        PairedComparison found = PairedComparison.Run(
            () => Math.Log(CpuSeconds(() => metered.Fit(data))), () => Math.Log(CpuSeconds(() => plain.Fit(data))), Pairs);
        root.Delete(recursive: true);
        double mean = Math.Exp(found.Difference.Value), upper = Math.Exp(found.Upper);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"metered/unmetered CPU time, {Pairs} pairs: {mean:F4}, upper 95 % bound {upper:F4} (bar 1.01), unmetered {Math.Exp(found.MeanOfB):F3} s"));
        return upper <= 1.01;
    }

    private static double CpuSeconds(Action work)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }
}
