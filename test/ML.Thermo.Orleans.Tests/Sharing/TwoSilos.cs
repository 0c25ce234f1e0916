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

    public static TestCluster Cluster => s_cluster!;

    public static IClusterClient Client => Cluster.Client;

    /// <summary>Whose patience is short.</summary>
    public static ClusterWorkers Workers() => new(Client) { Patience = TimeSpan.FromSeconds(3) };

    /// <summary>Kills one of the silos from another thread, once.</summary>
    public static Task KillOne() => Task.Factory.StartNew(
        () => Cluster.KillSiloAsync(Cluster.SecondarySilos[0]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    [OneTimeSetUp]
    public static async Task Deploy()
    {
        var builder = new TestClusterBuilder(2);
        builder.AddSiloBuilderConfigurator<Silo>();
        s_cluster = builder.Build();
        await s_cluster.DeployAsync();
    }

    [OneTimeTearDown]
    public static async Task Stop()
    {
        await Cluster.StopAllSilosAsync();
        await Cluster.DisposeAsync();
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
