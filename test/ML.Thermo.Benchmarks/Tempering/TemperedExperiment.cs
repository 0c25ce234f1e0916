using System.Globalization;

namespace ML.Thermo.Benchmarks.Tempering;

/// <summary>Tempered refresh against alarm-then-retrain, fixed memories and others, on streams with a natural order and on generated breaks, labels delayed by 0, 1 and 5 windows.</summary>
internal static class TemperedExperiment
{
    private const int Resamples = 4000, LeastWindows = 12;

    public static int Run(TextWriter output, string? folder)
    {
        LabelledStream[] streams = [.. folder is null ? [] : Streams.Packaged(folder), .. Streams.Breaks()];
        foreach (int delay in new[] { 0, 1, 5 })
        {
            List<(LabelledStream Stream, int Rows, IReadOnlyDictionary<string, double> Losses)> units = [];
            foreach (LabelledStream stream in streams)
            {
                foreach (int rows in new[] { 60, 150 })
                {
                    Policies policies = new(stream, rows, delay);
                    if (policies.Windows >= LeastWindows)
                        units.Add((stream, rows, WithBest(policies.Run())));
                }
            }

            if (delay == 0)
            {
                foreach ((LabelledStream stream, int rows, IReadOnlyDictionary<string, double> losses) in units)
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stream.Name,-44}{rows,4} rows  tempered/keep {losses["tempered"] / losses["keep"]:F3}  refit at alarms/keep {losses["alarm, refit on the window"] / losses["keep"]:F3}  best fixed/keep {losses["best fixed memory, in hindsight"] / losses["keep"]:F3}"));
            }

            foreach (bool generated in new[] { false, true })
            {
                var group = units.Where(unit => unit.Stream.IsGenerated == generated).ToArray();
                if (group.Length == 0)
                    continue;
                output.WriteLine($"\n{(generated ? "generated" : "natural order")}, labels {delay} windows late, {group.Length} streams and lengths: loss/keep, ln(tempered/it) and its 95 % interval");
                foreach (string policy in group[0].Losses.Keys)
                {
                    double[] ratios = [.. group.Select(unit => Math.Log(unit.Losses["tempered"] / unit.Losses[policy]))];
                    double mean = group.Average(unit => Math.Log(unit.Losses[policy] / unit.Losses["keep"]));
                    (double low, double high) = Interval(ratios);
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {policy,-34}{Math.Exp(mean),7:F3}  {ratios.Average(),6:+0.00;-0.00;0.00} [{low:+0.00;-0.00;0.00}, {high:+0.00;-0.00;0.00}]"));
                }
            }
        }

        return 0;
    }

    private static Dictionary<string, double> WithBest(IReadOnlyDictionary<string, double> losses) => new(losses, StringComparer.Ordinal)
    {
        ["best fixed memory, in hindsight"] = losses.Where(pair => pair.Key.StartsWith("memory ", StringComparison.Ordinal)).Min(pair => pair.Value),
    };

    private static (double Low, double High) Interval(double[] values)
    {
        Random random = new(1);
        double[] means = [.. Enumerable.Range(0, Resamples).Select(_ => Enumerable.Range(0, values.Length).Average(_ => values[random.Next(values.Length)])).Order()];
        return (means[(int)(0.025 * Resamples)], means[(int)(0.975 * Resamples)]);
    }
}
