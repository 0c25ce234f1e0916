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
    private const int Pairs = 30, Zones = 4, Passes = 20;

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
        OnlineGradientDescentTrainer plain = context.Regression.Trainers.OnlineGradientDescent(new OnlineGradientDescentTrainer.Options { NumberOfIterations = Passes });
        MeteredEstimator metered = context.Thermo().Metered(plain, machine);
        PairedComparison found = PairedComparison.Run(
            () => Math.Log(CpuSeconds(() => metered.Fit(data))), () => Math.Log(CpuSeconds(() => plain.Fit(data))), Pairs);
        (double fit, double use) = Overhead(context, data, machine);
        root.Delete(recursive: true);
        double mean = Math.Exp(found.Difference.Value), upper = Math.Exp(found.Upper);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"metered/unmetered CPU time, {Pairs} pairs: {mean:F4}, upper 95 % bound {upper:F4} (bar 1.01), unmetered {Math.Exp(found.MeanOfB):F3} s"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"metering alone, by a trainer that does nothing: {1e6 * fit:F0} µs a fit; the record's steps, once at first use: {1e3 * use:F1} ms"));
        return upper <= 1.01;
    }

    /// <summary>CPU seconds that metering adds to a fit, and that the first use of a metered model adds: least of many.</summary>
    private static (double Fit, double Use) Overhead(MLContext context, IDataView data, JouleMachine machine)
    {
        const int Fits = 200, Rounds = 15;
        var nothing = new Trained(context.Regression.Trainers.OnlineGradientDescent(numberOfIterations: 1).Fit(data));
        MeteredEstimator metered = context.Thermo().Metered(nothing, machine);
        double fit = double.PositiveInfinity, use = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++)
        {
            var models = new ITransformer[Fits];
            fit = Math.Min(fit, CpuSeconds(() =>
            {
                for (int i = 0; i < Fits; i++)
                    models[i] = metered.Fit(data);
            }) / Fits);
            use = Math.Min(use, CpuSeconds(() => models[0].GetOutputSchema(data.Schema)));
        }

        return (fit, use);
    }

    /// <summary>A trainer that hands out what was trained before.</summary>
    private sealed class Trained(ITransformer model) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => model;

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }

    private static double CpuSeconds(Action work)
    {
        GC.Collect(); // what came before is not to be paid here
        TimeSpan before = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }
}
