using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using ML.Thermo.Cluster.Monitoring;
using ML.Thermo.Tests.Refresh.Monitoring;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;
using Orleans.Streams;
using Orleans.TestingHost;

namespace ML.Thermo.Tests.Monitoring;

/// <summary>Streams whose carrier has ended.</summary>
internal sealed class StreamTests
{
    [Test]
    public async Task A_verdict_that_does_not_go_out_keeps_no_row_waiting()
    {
        var builder = new TestClusterBuilder(1);
        builder.AddSiloBuilderConfigurator<Silo>();
        await using TestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        var options = new ClusterMonitorOptions { Monitor = Told.ByRows, HandoverTime = TimeSpan.FromMilliseconds(50), ResendTime = TimeSpan.FromSeconds(60) };
        ClusterMonitor replica = await ClusterMonitor.JoinAsync(cluster.Client, "unheard", Told.Reference, MonitorData.Values, options);
        foreach ((double[] features, double prediction, double label) in Told.Rows)
            replica.Observe(features, prediction, label);
        await replica.FlushAsync(TimeSpan.FromSeconds(50));
        Assert.That(((await replica.ReadAsync()).Windows, Hung.Asked), Is.EqualTo((5L, 1)), "five verdicts, of which the first has not gone out yet");
        await replica.DisposeAsync();
        Hung.Never.SetException(new TimeoutException());
        await cluster.StopAllSilosAsync();
    }

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.AddMemoryGrainStorage(MonitorVerdict.Provider);
            siloBuilder.Services.AddKeyedSingleton(MonitorVerdict.Provider, (_, _) => DispatchProxy.Create<IStreamProvider, Hung>());
        }
    }

    /// <summary>A provider whose stream takes an item, and says nothing.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1852", Justification = "DispatchProxy derives from it.")]
    internal class Hung : DispatchProxy
    {
        public static TaskCompletionSource Never { get; } = new();

        public static int Asked { get; private set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(IStreamProvider.GetStream))
                return Create<IAsyncStream<MonitorVerdict>, Hung>();
            Asked++;
            return Never.Task;
        }
    }
}
