using Microsoft.Extensions.Configuration;
using ML.Thermo.Cluster;
using ML.Thermo.Cluster.Sharing;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace ML.Thermo.Tests.Sharing;

/// <summary>A cluster of two silos of one thread each, for the tests of this folder.</summary>
[SetUpFixture]
internal sealed class TwoSilos
{
    private static TestCluster? s_cluster;

    public static IClusterClient Client => s_cluster!.Client;

    /// <summary>Whose patience is short.</summary>
    public static ClusterWorkers Workers(IClusterClient? client = null) => new(client ?? Client) { Patience = TimeSpan.FromSeconds(3) };

    /// <summary>Does something with a cluster of its own, and kills one of its silos on the way.</summary>
    /// <param name="work">Receives workers, and what kills: it does so once.</param>
    /// <returns>What was found, and who worked.</returns>
    public static async Task<(T Found, ClusterWorkers Workers)> WithAKillAsync<T>(Func<ClusterWorkers, Action, T> work)
    {
        TestCluster cluster = await DeployAsync();
        ClusterWorkers workers = Workers(cluster.Client);
        Task? killed = null;
        int kills = 0;
        T found = await Task.Run(() => work(workers, () =>
        {
            if (Interlocked.Increment(ref kills) == 1)
            {
                killed = Task.Factory.StartNew(() => cluster.KillSiloAsync(cluster.SecondarySilos[0]), CancellationToken.None,
                    TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
            }
        }));
        Assert.That(killed, Is.Not.Null);
        // Orleans' host of a killed silo may wait for its stateless workers for ever: seen in a dump of 10.4.
        await Task.WhenAny(Task.WhenAll(killed!, cluster.StopAllSilosAsync()), Task.Delay(TimeSpan.FromSeconds(15)));
        return (found, workers);
    }

    /// <summary>Does something with a cluster of its own, of which one silo is killed, and another one started, on the way.</summary>
    /// <param name="work">Receives workers.</param>
    /// <returns>What was found.</returns>
    public static async Task<T> WithAnotherAsync<T>(Func<ClusterWorkers, T> work)
    {
        TestCluster cluster = await DeployAsync();
        ClusterWorkers workers = Workers(cluster.Client);
        var found = Task.Run(() => work(workers));
        while (workers.BySilo.Count < 2 && !found.IsCompleted)
            await Task.Delay(50);
        await Task.WhenAny(cluster.KillSiloAsync(cluster.SecondarySilos[0]), Task.Delay(TimeSpan.FromSeconds(15))); // as above
        await cluster.StartAdditionalSiloAsync();
        T all = await found;
        await Task.WhenAny(cluster.StopAllSilosAsync(), Task.Delay(TimeSpan.FromSeconds(15)));
        return all;
    }

    private static async Task<TestCluster> DeployAsync()
    {
        var builder = new TestClusterBuilder(2);
        builder.AddSiloBuilderConfigurator<Silo>();
        builder.AddClientBuilderConfigurator<Caller>();
        TestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    [OneTimeSetUp]
    public static async Task Deploy() => s_cluster = await DeployAsync();

    [OneTimeTearDown]
    public static async Task Stop()
    {
        await s_cluster!.StopAllSilosAsync();
        await s_cluster.DisposeAsync();
    }

    private sealed class Caller : IClientBuilderConfigurator
    {
        public void Configure(IConfiguration configuration, IClientBuilder clientBuilder) =>
            clientBuilder.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(1)); // a minute by default
    }

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.AddThermoWorkers(threads: 1);
            siloBuilder.Configure<ClusterMembershipOptions>(options =>
            {
                (options.ProbeTimeout, options.NumMissedProbesLimit, options.NumVotesForDeathDeclaration) = (TimeSpan.FromMilliseconds(500), 2, 1);
            });
        }
    }
}
