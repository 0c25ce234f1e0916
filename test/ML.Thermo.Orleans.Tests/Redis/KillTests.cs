using ML.Thermo.Soak;

namespace ML.Thermo.Tests.Redis;

/// <summary>Real processes that are killed under load; <c>./build.sh soak</c> kills more of them.</summary>
internal sealed class KillTests
{
    [Test]
    public async Task Five_kills_lose_no_acknowledged_row_and_count_none_twice()
    {
        if (!RedisServer.IsInstalled)
            Assert.Ignore("redis-server is not installed: ./build.sh setup installs it.");
        using var soak = new KillRun(seed: 3);
        KillCounts counts = await soak.RunAsync(5, TestContext.Out.WriteLine, pause: 2);
        Assert.Multiple(() =>
        {
            Assert.That((counts.Lost, counts.Twice, counts.Unfinished), Is.EqualTo((0L, 0L, 0)), counts.ToString());
            Assert.That(counts.Acknowledged, Is.GreaterThan(1000));
            Assert.That(new[] { counts.SiloKills, counts.ReplicaKills, counts.RedisKills }, Has.All.GreaterThan(0));
        });
    }
}
