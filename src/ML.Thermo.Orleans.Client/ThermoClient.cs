using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace ML.Thermo.Cluster;

/// <summary>Connects clients.</summary>
public static class ThermoClient
{
    /// <summary>Speaks to the gateways of a configuration.</summary>
    /// <param name="client">A client that is being built.</param>
    /// <param name="configuration">Where the cluster is.</param>
    /// <exception cref="ClusterException">The configuration is wrong.</exception>
    public static IClientBuilder UseThermo(this IClientBuilder client, ClusterConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(configuration);
        configuration.Check();
        client.UseStaticClustering(configuration.Endpoints());
        client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (configuration.Cluster, configuration.Cluster));
        return client;
    }

    /// <summary>A client in a host of its own, connected.</summary>
    /// <param name="configuration">Where the cluster is.</param>
    /// <param name="patience">How long silos may take to answer; null for ten seconds.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The host; its services have the <see cref="IClusterClient"/>. Stopping it disconnects.</returns>
    /// <exception cref="ClusterException">The configuration is wrong, or no silo answers.</exception>
    public static async Task<IHost> ConnectAsync(
        ClusterConfiguration configuration, TimeSpan? patience = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        TimeSpan longest = patience ?? TimeSpan.FromSeconds(10);
        long start = TimeProvider.System.GetTimestamp();
        IHost host = new HostBuilder().ConfigureLogging(log => log.ClearProviders()).UseOrleansClient(client => client.UseThermo(configuration)
            .UseConnectionRetryFilter(async (_, token) =>
            {
                await Task.Delay(200, token).ConfigureAwait(false);
                return TimeProvider.System.GetElapsedTime(start) < longest;
            })).Build();
        try
        {
            await host.StartAsync(cancellationToken).ConfigureAwait(false);
            return host;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            host.Dispose();
            throw new ClusterException($"No silo answers at {string.Join(", ", configuration.Gateways)} within {longest}: start the cluster, or mend the "
                + $"configuration's gateways. ({ClusterException.Line(error)})", error);
        }
    }

    /// <summary>The client of a host.</summary>
    /// <param name="host">What <see cref="ConnectAsync"/> gave, or a silo's.</param>
    public static IClusterClient Cluster(this IHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.Services.GetRequiredService<IClusterClient>();
    }
}
