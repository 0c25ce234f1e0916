using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using ML.Thermo.Cluster.Monitoring;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Tests.Refresh.Monitoring;

namespace ML.Thermo.Tests.Monitoring;

/// <summary>Rows with times, and what one monitor makes of them.</summary>
internal static class Told
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    public static readonly DriftReference Reference = MonitorData.Reference(options: new DriftOptions { Draws = 199 });
    public static readonly (double[] Features, double Prediction, double Label)[] Rows = [.. MonitorData.Rows(240, 31, noise: 1.4)];

    public static readonly MonitorOptions ByTime = new() { WindowTime = TimeSpan.FromMinutes(10), Lateness = TimeSpan.FromMinutes(5) };
    public static readonly MonitorOptions ByRows = new() { WindowRows = 48 };

    /// <summary>When a row happened: every fifteen seconds one, forty a window.</summary>
    public static DateTimeOffset TimeOf(int row) => Start.AddSeconds(15 * row);

    /// <summary>When all windows are over.</summary>
    public static DateTimeOffset End => TimeOf(Rows.Length).AddHours(1);

    public static MonitorSetup Setup(MonitorOptions options, TimeSpan? timeout = null) =>
        MonitorSetup.Of(Reference, MonitorData.Values, options, timeout ?? TimeSpan.FromDays(10));

    public static double[] Row(int row)
    {
        (double[] features, double prediction, double label) = Rows[row];
        return [MonitorData.Values.Loss([prediction], label), double.NaN, .. features, prediction];
    }

    /// <summary>One process that was told the rows in an order, each at a moment.</summary>
    public static DriftMonitor Single(MonitorOptions options, IEnumerable<(int Row, DateTimeOffset Moment)> rows)
    {
        var clock = new FakeTimeProvider(Start.AddDays(-1));
        var monitor = new DriftMonitor(Reference, MonitorData.Values, options with { Clock = clock });
        foreach ((int row, DateTimeOffset moment) in rows)
        {
            clock.SetUtcNow(moment);
            monitor.Observe(TimeOf(row), Rows[row].Features, Rows[row].Prediction, Rows[row].Label);
        }

        monitor.Advance(End);
        return monitor;
    }

    public static DriftMonitor Loaded(byte[] state, MonitorOptions options)
    {
        using var bytes = new MemoryStream(state);
        return DriftMonitor.Load(bytes, Reference, MonitorData.Values, options);
    }

    /// <summary>All that a monitor says of its rows, to the last digit; rows that are late or ahead are counted elsewhere in a cluster.</summary>
    public static string Numbers(DriftMonitor monitor)
    {
        MonitorSnapshot snapshot = monitor.Snapshot();
        return JsonSerializer.Serialize(snapshot with { RowsLate = 0, RowsAhead = 0 }) + Convert.ToHexString(MonitorData.Bytes(snapshot.Open));
    }

    public static int Pick(int seed, int stream, int row, int of) =>
        (int)(new RandomStream((ulong)(uint)seed + ((ulong)stream << 32), (ulong)row).NextDouble() * of);
}
