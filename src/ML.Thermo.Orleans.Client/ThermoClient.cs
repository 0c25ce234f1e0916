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
}
