using System.CommandLine;
using Microsoft.Extensions.Hosting;
using ML.Thermo.Cluster;
using ML.Thermo.Cluster.Sharing;
using ML.Thermo.Sharing;

namespace ML.Thermo.Cli.Sharing;

/// <summary>The cluster that does the pieces of a long command, for as long as they are done.</summary>
internal sealed class Silos : IDisposable
{
    private readonly IHost _host;

    private Silos(IHost host) => (_host, Workers) = (host, new ClusterWorkers(host.Cluster()));

    public ClusterWorkers Workers { get; }

    /// <summary><c>--cluster FILE</c>.</summary>
    /// <param name="what">What the silos do.</param>
    public static Option<string?> Option(string what) => new("--cluster")
    {
        Description = $"Have {what} by the silos of a cluster, to the same digits: its .json file.",
        HelpName = "FILE",
    };

    /// <summary>Connects.</summary>
    /// <param name="file">The configuration of the cluster.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ThermoException">The file is no such configuration, or no silo answers.</exception>
    public static Silos Of(string file, CancellationToken cancellation) =>
        new(ThermoClient.ConnectAsync(ClusterConfiguration.Load(file), cancellationToken: cancellation).GetAwaiter().GetResult());

    /// <summary>Does work with a cluster's silos, and says who did how much of it; without a file all of it is done here.</summary>
    /// <param name="file">The configuration of the cluster; null for none.</param>
    /// <param name="pieces">What its pieces are called.</param>
    /// <param name="work">Receives the workers.</param>
    /// <param name="note">Says something beside the result.</param>
    /// <param name="cancellation">Ends the attempt to connect.</param>
    /// <exception cref="ThermoException">The file is no such configuration, or no silo answers.</exception>
    public static T Run<T>(string? file, string pieces, Func<IWorkers?, T> work, Action<string> note, CancellationToken cancellation)
    {
        if (file is null)
            return work(null);
        using Silos silos = Of(file, cancellation);
        T result = work(silos.Workers);
        note(silos.Shares(pieces));
        return result;
    }

    /// <summary>Who did how many of them.</summary>
    /// <param name="pieces">What they are called.</param>
    public string Shares(string pieces)
    {
        string[] shares = [.. Workers.BySilo.OrderBy(silo => silo.Key, StringComparer.Ordinal).Select(silo => $"{silo.Value} {pieces} by {silo.Key}")];
        return shares.Length == 0 ? "--cluster: all was done here, since it was little." : $"--cluster: {string.Join(", ", shares)}"
            + $"{(Workers.Repeated > 0 ? $"; {Workers.Repeated} ranges were done again, since their silo did not answer" : "")}.";
    }

    public void Dispose()
    {
        _host.StopAsync().GetAwaiter().GetResult();
        _host.Dispose();
    }
}
