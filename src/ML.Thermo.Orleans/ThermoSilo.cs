using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ML.Thermo.Cluster.Monitoring;
using ML.Thermo.Cluster.Sharing;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;
using StackExchange.Redis;

namespace ML.Thermo.Cluster;

/// <summary>Makes a silo of ML.Thermo's cluster.</summary>
public static class ThermoSilo
{
    private const string Subscriptions = "PubSubStore";

    // After three of them a silo that says nothing is known to be gone. With Orleans' half a minute a cluster all of whose silos ended at once, and that comes
    // back at other addresses, waits a minute and a half for itself.
    private static readonly TimeSpan s_alivePeriod = TimeSpan.FromSeconds(10);

    /// <summary>A silo by configuration: clustering, store, streams of verdicts.</summary>
    /// <param name="silo">A silo that is being built.</param>
    /// <param name="configuration">Where the cluster is.</param>
    /// <param name="siloPort">Where other silos find this one.</param>
    /// <param name="gatewayPort">Where clients find it.</param>
    /// <param name="threads">Pieces of work done at once: draws, batches of outputs, widths of layers; null for one a processor.</param>
    /// <param name="primary">Of clustering in memory: the first silo, which the others ask; null for this machine's port 11111.</param>
    /// <exception cref="ClusterException">The configuration is wrong. With Redis the silo does not start where no Redis answers, where it refuses writes, or
    /// where it keeps no append-only file.</exception>
    public static ISiloBuilder UseThermo(
        this ISiloBuilder silo, ClusterConfiguration configuration, int siloPort = 11111, int gatewayPort = 30000, int? threads = null,
        IPEndPoint? primary = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(configuration);
        configuration.Check();
        if (configuration.Clustering == ClusterConfiguration.Redis)
        {
            var redis = ConfigurationOptions.Parse(configuration.Connection!);
            RedisCheck.AddTo(silo.Services, configuration.Connection!);
            silo.UseRedisClustering(options => options.ConfigurationOptions = redis);
            silo.Configure<ClusterMembershipOptions>(options => options.IAmAliveTablePublishTimeout = s_alivePeriod);
            silo.Services.AddTransient<IConfigurationValidator, MembershipCheck>();
            silo.AddThermoRedisStore(redis);
        }
        else
        {
            silo.UseDevelopmentClustering(primary ?? new IPEndPoint(IPAddress.Loopback, 11111));
            silo.AddThermoMemoryStore();
        }

        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (configuration.Cluster, configuration.Cluster));
        silo.AddThermoWorkers(threads);
        silo.ConfigureEndpoints(IPAddress.Loopback, siloPort, gatewayPort);
        return silo;
    }

    /// <summary>Does pieces of work for clients: draws of ensembles, scans, compressions.</summary>
    /// <param name="silo">A silo that is being built.</param>
    /// <param name="threads">Pieces done at once; null for one a processor.</param>
    public static ISiloBuilder AddThermoWorkers(this ISiloBuilder silo, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        if (threads is { } given)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(given);
        silo.Services.AddSingleton(_ => new WorkCache(threads ?? Environment.ProcessorCount));
        return silo;
    }

    /// <summary>States in the memory of silos: what a silo holds ends with it. For tests and trials.</summary>
    /// <param name="silo">A silo that is being built.</param>
    public static ISiloBuilder AddThermoMemoryStore(this ISiloBuilder silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.AddMemoryGrainStorage(MonitorVerdict.Provider).AddMemoryGrainStorage(Subscriptions);
        return silo.AddMemoryStreams(MonitorVerdict.Provider);
    }

    /// <summary>States in Redis.</summary>
    /// <param name="silo">A silo that is being built.</param>
    /// <param name="redis">Where it is.</param>
    public static ISiloBuilder AddThermoRedisStore(this ISiloBuilder silo, ConfigurationOptions redis)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(redis);
        foreach (string name in new[] { MonitorVerdict.Provider, Subscriptions })
        {
            silo.AddRedisGrainStorage(name, options => options.Configure<IServiceProvider>((store, services) =>
            {
                store.ConfigurationOptions = redis;
                if (name == MonitorVerdict.Provider)
                    store.GrainStorageSerializer = new OrleansGrainStorageSerializer(services.GetRequiredService<Serializer>());
            }));
        }

        return silo.AddMemoryStreams(MonitorVerdict.Provider);
    }
}
