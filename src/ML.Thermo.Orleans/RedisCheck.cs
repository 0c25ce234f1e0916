using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using StackExchange.Redis;

namespace ML.Thermo.Cluster;

/// <summary>Whether a Redis can be answered for: it is there, takes writes, and has each in its append-only file before it says so.</summary>
public static class RedisCheck
{
    private const string Probe = "thermo:probe";

    /// <summary>Looks at a Redis.</summary>
    /// <param name="connection">Host, port and options as StackExchange.Redis reads them.</param>
    /// <returns>What to know of one that may be used: null, or that it flushes to disk once a second only, so that the end of the machine loses a
    /// second.</returns>
    /// <exception cref="ClusterException">It may not: the message says why.</exception>
    public static async Task<string?> CheckAsync(string connection)
    {
        var options = ConfigurationOptions.Parse(connection);
        (options.AbortOnConnectFail, options.ConnectRetry, options.AllowAdmin) = (true, 1, true);
        string where = string.Join(", ", options.EndPoints.Select(point => point is System.Net.DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : $"{point}"));
        ConnectionMultiplexer redis;
        try
        {
            redis = await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false);
        }
        catch (RedisConnectionException error)
        {
            throw new ClusterException($"No Redis answers at {where}: start one (redis-server --appendonly yes), or mend the connection. "
                + $"({FirstLine(error.InnerException?.Message ?? error.Message)})", error);
        }

        await using (redis.ConfigureAwait(false))
        {
            try
            {
                string now = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
                await redis.GetDatabase().StringSetAsync(Probe, now, TimeSpan.FromMinutes(1)).ConfigureAwait(false);
            }
            catch (RedisException error)
            {
                throw new ClusterException($"The Redis at {where} refuses writes: {FirstLine(error.Message)}", error);
            }

            Dictionary<string, string> persistence = await InfoAsync(redis).ConfigureAwait(false);
            if (persistence.GetValueOrDefault("aof_enabled") != "1")
            {
                throw new ClusterException($"The Redis at {where} has no append-only file: what is acknowledged would end with it. Expected appendonly yes "
                    + "(redis-cli CONFIG SET appendonly yes, and in its redis.conf).");
            }

            if (persistence.GetValueOrDefault("aof_last_write_status") is { } status and not "ok")
                throw new ClusterException($"The Redis at {where} could not write its append-only file the last time (status '{status}'): is its disk full?");
            return await FlushesAlwaysAsync(redis).ConfigureAwait(false) ? null
                : $"The Redis at {where} flushes its append-only file once a second: the end of Redis loses nothing, that of its machine up to a second. "
                + "Expected appendfsync always where that matters.";
        }
    }

    /// <summary>A silo looks before it starts.</summary>
    internal static void AddTo(IServiceCollection services, string connection) =>
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new AtStart(connection));

    private static async Task<Dictionary<string, string>> InfoAsync(ConnectionMultiplexer redis)
    {
        IGrouping<string, KeyValuePair<string, string>>[] info = await redis.GetServers()[0].InfoAsync("persistence").ConfigureAwait(false);
        return info.SelectMany(group => group).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
    }

    private static async Task<bool> FlushesAlwaysAsync(ConnectionMultiplexer redis)
    {
        try
        {
            KeyValuePair<string, string>[] found = await redis.GetServers()[0].ConfigGetAsync("appendfsync").ConfigureAwait(false);
            return found.Length == 0 || found[0].Value == "always";
        }
        catch (RedisException)
        {
            return true; // it does not say, as hosted ones do
        }
    }

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();

    private sealed class AtStart(string connection) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle) =>
            lifecycle.Subscribe(nameof(RedisCheck), ServiceLifecycleStage.First, _ => CheckAsync(connection));
    }
}
