using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ML.Thermo.Cluster;
using ML.Thermo.Cluster.Monitoring;
using ML.Thermo.Soak;
using ML.Thermo.Tests.Monitoring;
using ML.Thermo.Tests.Refresh.Monitoring;
using Orleans.Hosting;

namespace ML.Thermo.Tests.Redis;

/// <summary>A real Redis, and what is said of one that cannot be answered for.</summary>
internal sealed class RedisTests
{
    [Test]
    public void No_Redis_is_one_line()
    {
        int port = RedisServer.FreePort();
        Assert.That(() => RedisCheck.CheckAsync($"127.0.0.1:{port},connectTimeout=300"), Throws.TypeOf<ClusterException>()
            .With.Message.StartsWith($"No Redis answers at 127.0.0.1:{port}: start one (redis-server --appendonly yes), or mend the connection."));
    }

    [Test]
    public async Task A_Redis_without_an_append_only_file_or_that_refuses_writes_is_one_line_and_a_good_one_is_none()
    {
        Need();
        using var none = new RedisServer("--appendonly", "no");
        using var refuses = new RedisServer("--appendonly", "yes", "--replicaof", "127.0.0.1 1");
        using var full = new RedisServer("--appendonly", "yes", "--maxmemory", "1");
        using var seconds = new RedisServer("--appendonly", "yes");
        using var good = new RedisServer("--appendonly", "yes", "--appendfsync", "always");
        Assert.Multiple(() =>
        {
            Assert.That(() => RedisCheck.CheckAsync(none.Connection), Throws.TypeOf<ClusterException>().With.Message.Contains("has no append-only file"));
            Assert.That(() => RedisCheck.CheckAsync(refuses.Connection), Throws.TypeOf<ClusterException>().With.Message.Contains("refuses writes"));
            Assert.That(() => RedisCheck.CheckAsync(full.Connection), Throws.TypeOf<ClusterException>().With.Message.Contains("refuses writes"));
        });
        Assert.That(await RedisCheck.CheckAsync(seconds.Connection), Does.Contain("once a second"));
        Assert.That(await RedisCheck.CheckAsync(good.Connection), Is.Null);
    }

    [Test]
    public async Task A_silo_without_its_Redis_does_not_start_and_says_so_in_one_line()
    {
        int port = RedisServer.FreePort();
        using IHost silo = Silo($"127.0.0.1:{port},connectTimeout=300", RedisServer.FreePort(), RedisServer.FreePort());
        Exception? error = await Assert.CatchAsync(() => silo.StartAsync());
        while (error is AggregateException { InnerException: { } inner })
            error = inner;
        Assert.That(error!.Message, Does.StartWith($"No Redis answers at 127.0.0.1:{port}"));
    }

    [Test]
    public async Task What_was_acknowledged_survives_the_kill_of_Redis_and_the_end_of_the_silo()
    {
        Need();
        using var redis = new RedisServer("--appendonly", "yes");
        int gateway = RedisServer.FreePort();
        byte[]? before;
        using (IHost silo = Silo(redis.Connection, RedisServer.FreePort(), gateway))
        {
            await silo.StartAsync();
            ClusterMonitor replica = await ReplicaAsync(silo);
            Observe(replica, 0, 100);
            await replica.FlushAsync();
            redis.Kill();
            Observe(replica, 100, 140);
            Assert.That(() => replica.FlushAsync(TimeSpan.FromSeconds(2)), Throws.TypeOf<ClusterException>().With.Message.Contains("not acknowledged"));
            redis.Restart();
            await replica.FlushAsync(TimeSpan.FromMinutes(2));
            Assert.That((await replica.ReadAsync()).Rows, Is.EqualTo(140));
            await replica.DisposeAsync();
            before = await Grain(silo).State();
            await silo.StopAsync();
        }

        using (IHost silo = Silo(redis.Connection, RedisServer.FreePort(), gateway))
        {
            await silo.StartAsync();
            Assert.That(await Grain(silo).State(), Is.EqualTo(before), "to the last bit");
            ClusterMonitor next = await ReplicaAsync(silo);
            Observe(next, 140, 200);
            await next.FlushAsync();
            Assert.That((await next.ReadAsync()).Rows, Is.EqualTo(200));
            await next.DisposeAsync();
            await silo.StopAsync();
        }
    }

    [Test]
    public async Task After_the_end_of_all_silos_one_starts_at_another_address()
    {
        Need();
        using var redis = new RedisServer("--appendonly", "yes");
        using IHost silo = Silo(redis.Connection, RedisServer.FreePort(), RedisServer.FreePort());
        IMembershipTable table = silo.Services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(tryInitTableVersion: true);
        DateTime killed = DateTime.UtcNow.AddSeconds(-40);
        var gone = SiloAddress.New(System.Net.IPAddress.Loopback, RedisServer.FreePort(), 1);
        await table.InsertRowAsync(new() { SiloAddress = gone, Status = SiloStatus.Active, StartTime = killed, IAmAliveTime = killed, SuspectTimes = [] },
            (await table.ReadAllAsync()).Version.Next());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(45));
        await silo.StartAsync(patience.Token);
        Assert.That((await table.ReadAllAsync()).Members.Single(member => member.Item1.SiloAddress.Equals(gone)).Item1.Status, Is.EqualTo(SiloStatus.Dead));
        await silo.StopAsync();
    }

    [Test]
    public async Task A_silo_that_would_give_up_before_it_knows_who_is_gone_does_not_start()
    {
        using IHost silo = Host.CreateDefaultBuilder().ConfigureLogging(log => log.ClearProviders()).UseOrleans(silo => silo
            .UseThermo(new() { Clustering = ClusterConfiguration.Redis, Connection = "127.0.0.1:1" })
            .Configure<Orleans.Configuration.ClusterMembershipOptions>(options => options.MaxJoinAttemptTime = TimeSpan.FromSeconds(30))).Build();
        Exception? error = await Assert.CatchAsync(() => silo.StartAsync());
        Assert.That(error!.GetBaseException().Message, Does.StartWith("MaxJoinAttemptTime is 00:00:30").And.Contains("gone after 00:00:30"));
    }

    [TestCase("""{ "clustering": "zookeeper" }""", "expected 'memory' or 'redis'")]
    [TestCase("""{ "clustering": "redis" }""", "names no connection")]
    [TestCase("""{ "gateways": [] }""", "names no gateways")]
    [TestCase("""{ "gateways": ["10.0.0.1"] }""", "'10.0.0.1': expected HOST:PORT")]
    [TestCase("""{ "conection": "x" }""", "is no cluster configuration")]
    [TestCase("""{ """, "is no cluster configuration")]
    public void A_configuration_that_is_wrong_is_one_line(string json, string expected)
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, json);
        Assert.That(() => ClusterConfiguration.Load(file), Throws.TypeOf<ClusterException>().With.Message.Contains(expected));
        File.Delete(file);
    }

    /// <summary>Skips the test, and says why, where there is no Redis.</summary>
    private static void Need()
    {
        if (!RedisServer.IsInstalled)
            Assert.Ignore("redis-server is not installed: ./build.sh setup installs it.");
    }

    private static void Observe(ClusterMonitor replica, int from, int to)
    {
        for (int i = from; i < to; i++)
            replica.Observe(Told.Rows[i].Features, Told.Rows[i].Prediction, Told.Rows[i].Label);
    }

    private static IMonitorGrain Grain(IHost silo) => silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IMonitorGrain>("prices");

    private static Task<ClusterMonitor> ReplicaAsync(IHost silo) =>
        ClusterMonitor.JoinAsync(silo.Services.GetRequiredService<IGrainFactory>(), "prices", Told.Reference, MonitorData.Values,
            new ClusterMonitorOptions { Monitor = Told.ByRows, HandoverTime = TimeSpan.FromMilliseconds(50), ResendTime = TimeSpan.FromSeconds(2) });

    private static IHost Silo(string connection, int port, int gateway) => Host.CreateDefaultBuilder().ConfigureLogging(log => log.ClearProviders())
        .UseOrleans(silo => silo.UseThermo(new() { Clustering = ClusterConfiguration.Redis, Connection = connection }, port, gateway)).Build();
}
