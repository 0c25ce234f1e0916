using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ML.Thermo.Cluster;
using ML.Thermo.Cluster.Monitoring;
using ML.Thermo.Refresh.Monitoring;
using Orleans.Configuration;
using Orleans.Hosting;

namespace ML.Thermo.Soak;

/// <summary>What is killed.</summary>
internal static class Processes
{
    /// <summary>Models that every replica watches: half by rows, half by time.</summary>
    public static readonly string[] Models = ["rows-1", "rows-2", "time-1", "time-2"];

    private const int Batch = 50;

    /// <summary>A silo that finds out soon who is dead; a patient one takes Orleans' own time.</summary>
    /// <remarks>Not sooner than three missed probes of a second, and by two votes: with half a second, two probes and one vote a pause for garbage looks like
    /// the end, silos with many models shoot each other, and where other work holds the processors they never come up again.</remarks>
    public static async Task SiloAsync(string connection, int port, int gateway, bool isPatient)
    {
        var configuration = new ClusterConfiguration { Clustering = ClusterConfiguration.Redis, Connection = connection, Cluster = "soak" };
        LogLevel level = Enum.Parse<LogLevel>(Environment.GetEnvironmentVariable("THERMO_SOAK_LEVEL") ?? nameof(LogLevel.Error));
        using IHost host = new HostBuilder().ConfigureLogging(log => log.AddSimpleConsole(options => options.SingleLine = true).SetMinimumLevel(level))
            .UseOrleans(silo => silo.UseThermo(configuration, port, gateway, threads: 1).Configure<ClusterMembershipOptions>(options =>
            {
                if (isPatient)
                    return;
                options.ProbeTimeout = TimeSpan.FromSeconds(1);
                (options.TableRefreshTimeout, options.IAmAliveTablePublishTimeout) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2));
            })).Build();
        await host.StartAsync();
        Console.WriteLine("started");
        await host.WaitForShutdownAsync();
    }

    /// <summary>A replica that writes down what it will have observed before it does, and what is acknowledged after it is.</summary>
    public static async Task ReplicaAsync(string name, string[] gateways, string log, string stop)
    {
        using IHost host = await ThermoClient.ConnectAsync(new() { Gateways = gateways, Cluster = "soak" }, TimeSpan.FromMinutes(2));
        using var notes = new StreamWriter(new FileStream(log, FileMode.CreateNew, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
        ML.Thermo.Refresh.DriftReference reference = Rows.Reference();
        ClusterMonitor[] monitors = await Task.WhenAll(Models.Select(model => ClusterMonitor.JoinAsync(host.Cluster(), model, reference, Rows.Values, new()
        {
            Monitor = model.StartsWith("time", StringComparison.Ordinal)
                ? new MonitorOptions { WindowTime = TimeSpan.FromSeconds(2), Lateness = TimeSpan.FromSeconds(30) }
                : new MonitorOptions { WindowRows = 800 },
            Replica = name,
            HandoverTime = TimeSpan.FromMilliseconds(200),
            ResendTime = TimeSpan.FromSeconds(3),
            ReplicaTimeout = TimeSpan.FromSeconds(15),
        })));
        using IEnumerator<(double[] Features, double Prediction, double Label)> rows = Rows.Of(name.GetHashCode(StringComparison.Ordinal)).GetEnumerator();
        string?[] said = new string?[Models.Length];
        for (long observed = 0; !File.Exists(stop); observed += Batch)
        {
            notes.WriteLine(string.Create(CultureInfo.InvariantCulture, $"will {observed + Batch}"));
            for (int i = 0; i < Batch && rows.MoveNext(); i++)
            {
                foreach (ClusterMonitor monitor in monitors)
                    monitor.Observe(rows.Current.Features, rows.Current.Prediction, rows.Current.Label);
            }

            for (int model = 0; model < Models.Length; model++)
            {
                ReplicaCounts counts = monitors[model].Counts;
                notes.WriteLine(string.Create(CultureInfo.InvariantCulture, $"has {model} {counts.RowsAcknowledged}"));
                if (counts.LastError != said[model])
                    notes.WriteLine($"says {model} {said[model] = counts.LastError}");
            }

            await Task.Delay(50);
        }

        for (int model = 0; model < Models.Length; model++)
        {
            await monitors[model].FlushAsync(TimeSpan.FromMinutes(2));
            ReplicaCounts counts = monitors[model].Counts;
            notes.WriteLine(string.Create(CultureInfo.InvariantCulture, $"end {model} {counts.RowsAcknowledged}"));
            await monitors[model].DisposeAsync();
        }

        await host.StopAsync();
    }
}
