using Microsoft.Extensions.Hosting;
using ML.Thermo.Cluster;
using ML.Thermo.Cluster.Ensembles;

namespace ML.Thermo.Cli.Layers;

/// <summary>The cluster that makes the draws, for as long as they are made.</summary>
internal sealed class Silos : IDisposable
{
    private readonly IHost _host;

    private Silos(IHost host) => (_host, Workers) = (host, new ClusterWorkers(host.Cluster()));

    public ClusterWorkers Workers { get; }

    /// <summary>Who made how many of them.</summary>
    public string Shares => $"--cluster: {string.Join(", ", Workers.BySilo.OrderBy(silo => silo.Key, StringComparer.Ordinal).Select(silo =>
        $"{silo.Value} draws by {silo.Key}"))}{(Workers.Repeated > 0 ? $"; {Workers.Repeated} ranges were done again, since their silo did not answer" : "")}.";

    /// <summary>Connects.</summary>
    /// <param name="file">The configuration of the cluster.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ThermoException">The file is no such configuration, or no silo answers.</exception>
    public static Silos Of(string file, CancellationToken cancellation) =>
        new(ThermoClient.ConnectAsync(ClusterConfiguration.Load(file), cancellationToken: cancellation).GetAwaiter().GetResult());

    public void Dispose()
    {
        _host.StopAsync().GetAwaiter().GetResult();
        _host.Dispose();
    }
}
