using ML.Thermo.Initialization;
using ML.Thermo.Joules.Repeats;

namespace ML.Thermo.Audit.Joules;

/// <summary>The error of a window of a counter that moves in steps, and the interval of a comparison of repeats.</summary>
internal static class JouleErrors
{
    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int windows = isQuick ? 5000 : 50_000;
        foreach (double seconds in new[] { 0.01, 0.1, 1 })
        {
            const double Update = 1e-3, Watts = 80;
            var random = new RandomStream(67, (ulong)(1e6 * seconds));
            double stated = Math.Sqrt(1.0 / 6) * Update / seconds;
            Estimate[] found = new Estimate[windows];
            for (int i = 0; i < windows; i++)
            {
                double start = random.NextDouble(), end = start + seconds + (Update * random.NextDouble());
                double counted = Watts * Update * (Math.Floor(end / Update) - Math.Floor(start / Update));
                found[i] = new Estimate(counted / (Watts * (end - start)), stated);
            }

            yield return Spread.Ratio("joules: error of a window, √(1/6)·u/w", FormattableString.Invariant($"{seconds} s, u = 1 ms"), found);
        }

        foreach ((string law, double least, double most) in new[] { ("normal", 0.942, 0.958), ("exponential", 0.93, 0.985) })
        {
            int comparisons = isQuick ? 2000 : 20_000, covered = 0;
            var random = new RandomStream(71, (ulong)law.Length);
            double Noise() => law == "normal" ? random.NextNormal() : -Math.Log(random.NextDouble()) - 1;
            for (int i = 0; i < comparisons; i++)
            {
                var pairs = PairedComparison.Of([.. Enumerable.Range(0, 6).Select(_ => 10 + Noise())], [.. Enumerable.Range(0, 6).Select(_ => 9 + Noise())]);
                covered += pairs.Lower <= 1 && 1 <= pairs.Upper ? 1 : 0;
            }

            yield return Spread.Covered("joules: 95 % interval of a paired difference", $"{law} noise, 6 pairs", covered, comparisons, least, most);
        }
    }
}
