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

    /// <summary>Kills one of the silos of a cluster, from another thread.</summary>
    public static Task KillOne(TestCluster cluster) => Task.Factory.StartNew(
        () => cluster.KillSiloAsync(cluster.SecondarySilos[0]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    /// <summary>Another cluster, for tests that kill.</summary>
    public static async Task<TestCluster> DeployAsync()
    {
        var builder = new TestClusterBuilder(2);
        builder.AddSiloBuilderConfigurator<Silo>();
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
