using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using ML.Thermo.Cluster;
using ML.Thermo.Cluster.Monitoring;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Soak;

/// <summary>What a monitored model and a row cost, on silos that are processes of their own.</summary>
internal static class Measurements
{
    private const int Silos = 3, AtOnce = 32;
    private const double DefaultRunLength = 1000;

    /// <summary>Memory of many models.</summary>
    /// <param name="models">How many.</param>
    /// <param name="observed">Rows of each; windows have 192, and close on whole handovers, so that few models have windows of the same sizes.</param>
    public static async Task ModelsAsync(int models, int observed)
    {
        using var redis = new RedisServer("--appendonly", "yes");
        (int Silo, int Gateway)[] ports = [.. Enumerable.Range(0, Silos).Select(_ => (RedisServer.FreePort(), RedisServer.FreePort()))];
        Child[] silos = [.. ports.Select((port, i) => Child.Start($"silo-{i}", "silo", redis.Connection, $"{port.Silo}", $"{port.Gateway}", "patient"))];
        try
        {
            using IHost host = await ThermoClient.ConnectAsync(
                new() { Gateways = [.. ports.Select(port => $"127.0.0.1:{port.Gateway}")], Cluster = "soak" }, TimeSpan.FromMinutes(2));
            DriftReference reference = Rows.Reference(DefaultRunLength);
            (double[] Features, double Prediction, double Label)[] rows = [.. Rows.Of(5).Take(observed)];
            await WatchAsync(host.Cluster(), reference, rows, 0, AtOnce); // code is compiled, pools are filled
            long before = Memory(silos), start = Stopwatch.GetTimestamp();
            await WatchAsync(host.Cluster(), reference, rows, AtOnce, models);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            long bytes = (Memory(silos) - before) / models;
            using var state = new MemoryStream();
            reference.Save(state);
            Console.WriteLine(FormattableString.Invariant($"{models} models, 3 inputs, reference of 500 rows ({state.Length / 1024} KiB): ")
                + FormattableString.Invariant($"{bytes / 1024} KiB of resident memory a model, all three silos together; joined, {observed} rows ")
                + FormattableString.Invariant($"and left in {elapsed.TotalMilliseconds / models:F1} ms each, {AtOnce} at once"));
            await host.StopAsync();
        }
        finally
        {
            foreach (Child silo in silos)
                silo.Kill();
        }
    }

    /// <summary>Rows a second of one thread: a monitor of this process, and a cluster's, by turns.</summary>
    public static async Task RatesAsync(int rounds)
    {
        const int Count = 50_000;
        using var redis = new RedisServer("--appendonly", "yes");
        (int silo, int gateway) = (RedisServer.FreePort(), RedisServer.FreePort());
        Child process = Child.Start("silo", "silo", redis.Connection, $"{silo}", $"{gateway}", "patient");
        try
        {
            using IHost host = await ThermoClient.ConnectAsync(new() { Gateways = [$"127.0.0.1:{gateway}"], Cluster = "soak" }, TimeSpan.FromMinutes(2));
            DriftReference reference = Rows.Reference(DefaultRunLength);
            (double[] Features, double Prediction, double Label)[] rows = [.. Rows.Of(5).Take(Count)];
            var options = new MonitorOptions { WindowRows = 3200 };
            var ratios = new List<double>();
            for (int round = 0; round < rounds + 1; round++)
            {
                using var single = new DriftMonitor(reference, Rows.Values, options);
                TimeSpan own = Cpu(() => Array.ForEach(rows, row => single.Observe(row.Features, row.Prediction, row.Label)));
                await using ClusterMonitor cluster = await ClusterMonitor.JoinAsync(
                    host.Cluster(), $"rate-{round}", reference, Rows.Values, new() { Monitor = options });
                TimeSpan start = Process.GetCurrentProcess().TotalProcessorTime;
                Array.ForEach(rows, row => cluster.Observe(row.Features, row.Prediction, row.Label));
                await cluster.FlushAsync(TimeSpan.FromMinutes(2));
                TimeSpan others = Process.GetCurrentProcess().TotalProcessorTime - start;
                if (round > 0)
                    ratios.Add(others / own);
            }

            ratios.Sort();
            Console.WriteLine(FormattableString.Invariant($"CPU time of a replica to that of a monitor in one process, {Count} rows, windows of 3200: ")
                + FormattableString.Invariant($"{ratios[ratios.Count / 2]:F2} (median of {rounds} rounds by turns, {ratios[0]:F2} … {ratios[^1]:F2})"));
            await host.StopAsync();
        }
        finally
        {
            process.Kill();
        }
    }

    private static TimeSpan Cpu(Action action)
    {
        TimeSpan start = Process.GetCurrentProcess().TotalProcessorTime;
        action();
        return Process.GetCurrentProcess().TotalProcessorTime - start;
    }

    private static Task WatchAsync(
        IClusterClient cluster, DriftReference reference, (double[] Features, double Prediction, double Label)[] rows, int from, int count) =>
        Parallel.ForEachAsync(Enumerable.Range(from, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (model, _) =>
        {
            await using ClusterMonitor monitor = await ClusterMonitor.JoinAsync(
                cluster, $"model-{model}", reference, Rows.Values, new() { Monitor = new() { WindowRows = 192 } }, CancellationToken.None);
            for (int row = 0; row < rows.Length; row++)
            {
                monitor.Observe(rows[row].Features, rows[row].Prediction, rows[row].Label);
                if (row % 50 == model % 50)
                    await monitor.FlushAsync(TimeSpan.FromMinutes(2), CancellationToken.None);
            }
        });

    private static long Memory(Child[] silos) => silos.Sum(silo => silo.Memory);
}
