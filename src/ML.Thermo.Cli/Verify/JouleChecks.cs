using ML.Thermo.Joules.Attribution;
using ML.Thermo.Joules.Channels;
using ML.Thermo.Joules.Tuning;

namespace ML.Thermo.Cli.Verify;

/// <summary>Counters of joules, shares of a process, and choices between time and energy.</summary>
internal static class JouleChecks
{
    private const ulong Range = 262_143_328_850;

    public static IEnumerable<CheckGroup> Groups =>
    [
        new(
            "Joules: counters that go round, a process's share, the choice of a power limit",
            "range − before + now + 1 and the shares by hand; a published job of Zeus (arXiv 2208.06102)",
            [.. Rows()]),
    ];

    private static IEnumerable<Check> Rows()
    {
        (ulong, ulong, double)[] readings = [(262_143_000_000, 262_143_328_000, 328_000), (262_143_328_000, 150_000, 150_851), (150_000, 5_000_000, 4_850_000)];
        foreach ((ulong before, ulong after, double expected) in readings)
            yield return new($"µJ from {before} to {after}", expected, 1e-6, () => Microjoules(before, after));
        yield return new("J of 6.5 of 9.1 CPU s, 12 W idle", 214.2857142857, 1e-9, () => ProcessShare.Of(420, 10, 6.5, 9.1, 12).Value!.Value);
        double[] limits = [300, 250, 200, 150, 100];
        RunCost[] runs = [new(1000, 210_000), new(1030, 190_000), new(1120, 172_000), new(1380, 168_000), new(2100, 189_000)];
        foreach ((double eta, double watts) in new[] { (0.3, 300.0), (0.5, 250), (0.7, 200), (1, 150) })
            yield return new($"W chosen at η = {eta}", watts, 0, () => limits[Goal.Weighted(eta).Choose(runs, 300)]);
    }

    private static double Microjoules(ulong before, ulong after)
    {
        var time = TimeProvider.System;
        using var channel = new CounterChannel(new Readings(before, after), new CounterLimits(Range, NeverWraps: false, 1000), time)
        {
            ResolutionSeconds = 1e-3,
            Period = TimeSpan.FromSeconds(1),
            UnitsPerJoule = 1e6,
        };
        channel.Sample(0);
        EnergyChannel.Mark mark = channel.Begin();
        channel.Sample(time.TimestampFrequency); // a second later
        return 1e6 * (channel.Since(mark, 1).Joules ?? double.NaN);
    }

    private sealed class Readings(params ulong[] values) : ICounter
    {
        private int _next;

        public CounterRead Read() => CounterRead.Of(values[_next++]);

        public void Dispose()
        {
        }
    }
}
