using System.Text.Json;
using ML.Thermo.Cluster;
using StackExchange.Redis;

namespace ML.Thermo.Soak;

/// <summary>How the store and the table of members are, when nothing moves.</summary>
internal static class StallReport
{
    /// <summary>Asks a Redis for itself and for the silos that it calls alive.</summary>
    public static async Task<string> RedisAsync(string connection)
    {
        try
        {
            await RedisCheck.CheckAsync(connection);
            await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(connection);
            var members = new List<string>();
            foreach (RedisKey key in redis.GetServers()[0].Keys(pattern: "*members*"))
                members.AddRange((await redis.GetDatabase().HashGetAllAsync(key)).Select(entry => Member($"{entry.Name}", $"{entry.Value}")).OfType<string>());
            return $"Redis answers and takes writes; members that are not dead: {(members.Count == 0 ? "none" : string.Join(", ", members))}";
        }
        catch (Exception error) when (error is ClusterException or RedisException or JsonException)
        {
            return $"Redis: {error.Message}";
        }
    }

    private static string? Member(string name, string json)
    {
        if (!json.StartsWith('{'))
            return null; // the version of the table
        JsonElement entry = JsonDocument.Parse(json).RootElement;
        string status = entry.TryGetProperty("Status", out JsonElement value) ? value.ToString() : "?";
        return status is "Dead" or "6" ? null
            : $"{name} {status}{(entry.TryGetProperty("IAmAliveTime", out JsonElement alive) ? $", alive at {alive}" : "")}";
    }
}
