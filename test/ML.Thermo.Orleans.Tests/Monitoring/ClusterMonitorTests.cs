using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ML.Thermo.Cluster;
using ML.Thermo.Cluster.Monitoring;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Monitoring;
using ML.Thermo.Tests.Refresh.Monitoring;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Streams;
using Orleans.TestingHost;

namespace ML.Thermo.Tests.Monitoring;

/// <summary>Replicas, three silos in this process, and a store that outlives them.</summary>
[NonParallelizable]
internal sealed class ClusterMonitorTests
{
    private static readonly FakeTimeProvider s_clock = new(Told.Start);
    private static readonly System.Collections.Concurrent.ConcurrentQueue<string> s_said = new();
    private static readonly MonitorOptions s_large = Told.ByRows with { WindowRows = 480 };
    private TestCluster _cluster = null!;

    [OneTimeSetUp]
    public async Task Deploy()
    {
        var builder = new TestClusterBuilder(3);
        builder.AddSiloBuilderConfigurator<Silo>();
        builder.AddClientBuilderConfigurator<Client>();
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    [SetUp]
    public void Reset() => SharedStorage.Fates = _ => SharedStorage.Fate.Written;

    [Test]
    public async Task Three_replicas_give_the_numbers_of_one_monitor_though_the_store_refuses_some_writes_and_loses_some_answers()
    {
        int writes = 0;
        SharedStorage.Fates = key => !key.StartsWith("monitor/", StringComparison.Ordinal) ? SharedStorage.Fate.Written : (++writes % 7) switch
        {
            3 => SharedStorage.Fate.Refused,
            5 => SharedStorage.Fate.AnswerLost,
            _ => SharedStorage.Fate.Written,
        };
        MonitorOptions options = Told.ByTime with { Clock = s_clock };
        ClusterMonitor[] replicas = await JoinAsync("by-time", options, 3);
        for (int i = 0; i < Told.Rows.Length; i++)
        {
            s_clock.SetUtcNow(Told.TimeOf(i));
            (double[] features, double prediction, double label) = Told.Rows[i];
            Assert.That(replicas[Told.Pick(5, 0, i, 3)].Observe(features, prediction, label, Told.TimeOf(i)));
            if (i % 30 == 0)
                await replicas[Told.Pick(5, 1, i, 3)].FlushAsync();
        }

        s_clock.SetUtcNow(Told.End);
        await Task.WhenAll(replicas.Select(replica => replica.FlushAsync()));
        using DriftMonitor single = Told.Single(options, Enumerable.Range(0, Told.Rows.Length).Select(i => (i, Told.TimeOf(i))));
        byte[]? state = await Grain("by-time").State();
        Assert.Multiple(() =>
        {
            Assert.That(state, Is.EqualTo(MonitorData.Bytes(single)), "to the last bit");
            Assert.That(replicas.Sum(replica => replica.Counts.RowsAcknowledged), Is.EqualTo(Told.Rows.Length));
            Assert.That(writes, Is.GreaterThan(10));
        });
        MonitorSnapshot snapshot = await replicas[0].SnapshotAsync();
        Assert.That((snapshot.Windows, snapshot.Report!.PValue), Is.EqualTo((6L, single.Report!.PValue)));
        await LeaveAsync(replicas);
        Assert.That((await Grain("by-time").Read()).Replicas.Count(replica => replica.IsAwaited), Is.Zero);
    }

    [Test]
    public async Task Windows_by_rows_close_on_whole_summaries_and_the_verdict_goes_out()
    {
        var seen = new List<MonitorVerdict>();
        IAsyncStream<MonitorVerdict> stream = _cluster.Client.GetStreamProvider(MonitorVerdict.Provider)
            .GetStream<MonitorVerdict>(StreamId.Create(MonitorVerdict.StreamNamespace, "by-rows"));
        var first = new TaskCompletionSource();
        StreamSubscriptionHandle<MonitorVerdict> subscription = await stream.SubscribeAsync((verdict, _) =>
        {
            seen.Add(verdict);
            first.TrySetResult();
            return Task.CompletedTask;
        });
        ClusterMonitor[] replicas = await JoinAsync("by-rows", Told.ByRows, 2);
        for (int i = 0; i < Told.Rows.Length; i++)
            replicas[i % 2].Observe(Told.Rows[i].Features, Told.Rows[i].Prediction, Told.Rows[i].Label);
        await Task.WhenAll(replicas.Select(replica => replica.FlushAsync()));
        MonitorVerdict read = await replicas[0].ReadAsync();
        MonitorSnapshot snapshot = await replicas[1].SnapshotAsync();
        await first.Task.WaitAsync(TimeSpan.FromMinutes(2));
        await subscription.UnsubscribeAsync();
        Assert.Multiple(() =>
        {
            Assert.That((read.Rows, read.Windows), Is.EqualTo((240L, 5L)));
            Assert.That(snapshot.Report!.Rows, Is.InRange(48, 51));
            Assert.That(read.Order, Is.EqualTo(80), "three rows each");
            Assert.That(seen[0].Windows, Is.GreaterThanOrEqualTo(1));
        });
        await LeaveAsync(replicas);
    }

    [Test]
    public async Task Late_labels_come_from_any_replica()
    {
        ClusterMonitor[] replicas = await JoinAsync("late", Told.ByRows with { FinalShare = 1 }, 2);
        for (int i = 0; i < 60; i++)
        {
            replicas[0].Observe($"{i}", Told.Rows[i].Features, [Told.Rows[i].Prediction]);
            replicas[1].Label($"{i}", Told.Rows[i].Label);
        }

        replicas[1].Label("nobody", 3);
        await Task.WhenAll(replicas.Select(replica => replica.FlushAsync()));
        MonitorVerdict verdict = await replicas[0].ReadAsync();
        Assert.That((verdict.Rows, verdict.RowsWaiting, verdict.LabelsEarly, verdict.Windows), Is.EqualTo((60L, 0L, 1L, 1L)));
        Assert.That((await replicas[0].SnapshotAsync()).Final!.Rule, Is.EqualTo(DriftRule.Energy));
        Assert.That(() => replicas[0].Observe([1, 2], 3), Throws.ArgumentException.With.Message.Contains("a, b, c"));
        Assert.That(() => replicas[0].Observe([1, 2, 3], 3, 1, Told.Start), Throws.InvalidOperationException.With.Message.Contains("WindowTime"));
        await LeaveAsync(replicas);
    }

    [Test]
    public async Task What_the_cluster_refuses_or_does_not_take_is_said_in_one_line()
    {
        ClusterMonitor[] replicas = await JoinAsync("said", Told.ByRows, 1);
        Assert.That(() => JoinAsync("said", Told.ByRows with { WindowRows = 96 }, 1), Throws.TypeOf<ClusterException>()
            .With.Message.Contains("Model 'said' is watched otherwise").And.Message.Contains("WindowRows 96"));
        Assert.That(() => JoinAsync(" ", Told.ByRows, 1), Throws.ArgumentException.With.Message.Contains("names no model"));
        SharedStorage.Fates = key => key.StartsWith("monitor/", StringComparison.Ordinal) ? SharedStorage.Fate.Refused : SharedStorage.Fate.Written;
        replicas[0].Observe(Told.Rows[0].Features, Told.Rows[0].Prediction, Told.Rows[0].Label);
        Assert.That(() => replicas[0].FlushAsync(TimeSpan.FromSeconds(1)), Throws.TypeOf<ClusterException>()
            .With.Message.Contains("1 rows of model 'said' are not acknowledged").And.Message.Contains("MISCONF"));
        SharedStorage.Fates = _ => SharedStorage.Fate.Written;
        await replicas[0].FlushAsync();
        Assert.That((await replicas[0].ReadAsync()).Rows, Is.EqualTo(1), "kept, sent again, counted once");
        await LeaveAsync(replicas);
    }

    [Test]
    public async Task A_silo_that_is_killed_takes_no_acknowledged_row_with_it_and_no_row_is_counted_twice()
    {
        string[] models = [.. Enumerable.Range(0, 6).Select(i => $"kill-{i}")]; // some of them live on the silo that dies
        ClusterMonitor[] replicas = [.. (await Task.WhenAll(models.Select(model => JoinAsync(model, Told.ByRows, 2)))).SelectMany(two => two)];
        foreach (ClusterMonitor replica in replicas)
        {
            for (int i = 0; i < 50; i++)
                replica.Observe(Told.Rows[i].Features, Told.Rows[i].Prediction, Told.Rows[i].Label);
        }

        await _cluster.KillSiloAsync(_cluster.SecondarySilos[0]);
        foreach (ClusterMonitor replica in replicas)
        {
            for (int i = 50; i < 100; i++)
                replica.Observe(Told.Rows[i].Features, Told.Rows[i].Prediction, Told.Rows[i].Label);
        }

        await Task.WhenAll(replicas.Select(replica => replica.FlushAsync(TimeSpan.FromMinutes(1))));
        foreach (string model in models)
            Assert.That((await Grain(model).Read()).Rows, Is.EqualTo(200));
        await LeaveAsync(replicas);
    }

    [Test]
    public async Task A_model_that_is_activated_anew_goes_on_from_the_stored_limits_of_its_alarm_and_draws_what_is_missing_before_it_takes_a_handover()
    {
        // Models with windows of the same sizes share their limits in a process: the first has others, so that the second has its own.
        ClusterMonitor[] replicas = [.. await JoinAsync("before", Told.ByRows with { WindowRows = 160 }, 1), .. await JoinAsync("anew", s_large, 1)];
        await FillAsync(replicas[0], 160);
        await FillAsync(replicas[1], 10 * 480); // written after windows 1 and 6: they come to 2,000 rows and more
        s_said.Clear();
        byte[]? before = await Grain("anew").State();
        await _cluster.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        await FillAsync(replicas[1], 480);
        using DriftMonitor single = new(Told.Reference, MonitorData.Values, s_large);
        for (int i = 0; i < 11 * 480; i++)
            single.Observe(Told.Rows[i % 240].Features, Told.Rows[i % 240].Prediction, Told.Rows[i % 240].Label);
        MonitorSnapshot snapshot = await replicas[1].SnapshotAsync();
        Assert.Multiple(() =>
        {
            Assert.That(before, Is.Not.Null);
            Assert.That(s_said.Where(line => line.Contains("'anew'", StringComparison.Ordinal)), Has.One.Items.And.All.Contains("of 4 windows"));
            Assert.That((snapshot.Windows, snapshot.Sequential), Is.EqualTo((11L, single.Snapshot().Sequential)));
        });
        await LeaveAsync(replicas);

        static async Task FillAsync(ClusterMonitor replica, int rows)
        {
            for (int i = 0; i < rows; i++)
            {
                replica.Observe(Told.Rows[i % 240].Features, Told.Rows[i % 240].Prediction, Told.Rows[i % 240].Label);
                if (i % 30 == 29 || i == rows - 1) // whole summaries of either
                    await replica.FlushAsync();
            }
        }
    }

    private async Task<ClusterMonitor[]> JoinAsync(string model, MonitorOptions options, int replicas) =>
        await Task.WhenAll(Enumerable.Range(0, replicas).Select(i => ClusterMonitor.JoinAsync(_cluster.Client, model, Told.Reference, MonitorData.Values,
            new ClusterMonitorOptions
            {
                Monitor = options,
                Replica = $"{i}",
                HandoverTime = TimeSpan.FromMilliseconds(50),
                ResendTime = TimeSpan.FromSeconds(2),
                ReplicaTimeout = TimeSpan.FromDays(9),
            })));

    private static async Task LeaveAsync(ClusterMonitor[] replicas)
    {
        foreach (ClusterMonitor replica in replicas)
            await replica.DisposeAsync();
    }

    private IMonitorGrain Grain(string model) => _cluster.Client.GetGrain<IMonitorGrain>(model);

    private sealed class Silo : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.Services.AddGrainStorage(MonitorVerdict.Provider, (_, _) => new SharedStorage());
            siloBuilder.Services.AddKeyedSingleton<TimeProvider>(MonitorVerdict.Provider, s_clock);
            siloBuilder.AddMemoryGrainStorage("PubSubStore").AddMemoryStreams(MonitorVerdict.Provider);
            siloBuilder.Services.AddLogging(log => log.AddProvider(new Said()).AddFilter<Said>("ML.Thermo", LogLevel.Information));
            siloBuilder.Configure<Orleans.Configuration.ClusterMembershipOptions>(options =>
            {
                (options.ProbeTimeout, options.NumMissedProbesLimit) = (TimeSpan.FromMilliseconds(500), 2);
                options.NumVotesForDeathDeclaration = 1;
            });
        }
    }

    private sealed class Client : IClientBuilderConfigurator
    {
        public void Configure(Microsoft.Extensions.Configuration.IConfiguration configuration, IClientBuilder clientBuilder) =>
            clientBuilder.AddMemoryStreams(MonitorVerdict.Provider);
    }

    /// <summary>What silos log of monitors.</summary>
    private sealed class Said : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            s_said.Enqueue(formatter(state, exception));
    }
}
