using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ML.Thermo.Cluster;

/// <summary>Where a cluster is: the same file for its silos and its clients.</summary>
/// <remarks><code>{ "clustering": "redis", "connection": "127.0.0.1:6379", "gateways": ["127.0.0.1:30000", "127.0.0.1:30001"] }</code></remarks>
public sealed record ClusterConfiguration
{
    /// <summary>How silos find each other: by the table in the memory of the first, which does not survive it, or by one in Redis.</summary>
    public const string Memory = "memory", Redis = "redis";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary><see cref="Memory"/>, the default, or <see cref="Redis"/>.</summary>
    public string Clustering { get; init; } = Memory;

    /// <summary>Of Redis: host, port and options as StackExchange.Redis reads them. Clients need none.</summary>
    public string? Connection { get; init; }

    /// <summary>Silos that clients ask, HOST:PORT each. Default 127.0.0.1:30000.</summary>
    public IReadOnlyList<string> Gateways { get; init; } = ["127.0.0.1:30000"];

    /// <summary>Name of the cluster: silos of another name on the same Redis are another cluster.</summary>
    public string Cluster { get; init; } = "thermo";

    /// <summary>Reads a file.</summary>
    /// <param name="file">A JSON file.</param>
    /// <exception cref="ClusterException">It is no such file, or names what does not exist.</exception>
    public static ClusterConfiguration Load(string file)
    {
        try
        {
            ClusterConfiguration found = JsonSerializer.Deserialize<ClusterConfiguration>(File.ReadAllText(file), s_json)
                ?? throw new ClusterException(
                    $"'{file}' is empty: expected {{ \"clustering\": \"memory\" or \"redis\", \"connection\": …, \"gateways\": […] }}.");
            found.Check(file);
            return found;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ClusterException($"'{file}' is no cluster configuration: {error.Message}", error);
        }
    }

    /// <summary>Refuses what names nothing that exists.</summary>
    /// <param name="what">What is checked, for the message.</param>
    /// <exception cref="ClusterException">A value is wrong.</exception>
    public void Check(string what = "the configuration")
    {
        if (Clustering is not (Memory or Redis))
            throw new ClusterException($"'{what}' has the clustering '{Clustering}': expected '{Memory}' or '{Redis}'.");
        if (Clustering == Redis && string.IsNullOrWhiteSpace(Connection))
            throw new ClusterException($"'{what}' names no connection: clustering '{Redis}' needs one, such as \"127.0.0.1:6379\".");
        if (Gateways.Count == 0)
            throw new ClusterException($"'{what}' names no gateways: expected silos, such as [\"127.0.0.1:30000\"].");
        foreach (string gateway in Gateways)
            _ = Endpoint(gateway, what);
    }

    /// <summary>The gateways as endpoints; names are looked up.</summary>
    internal IPEndPoint[] Endpoints() => [.. Gateways.Select(gateway => Endpoint(gateway, "the configuration"))];

    private static IPEndPoint Endpoint(string gateway, string what)
    {
        if (IPEndPoint.TryParse(gateway, out IPEndPoint? known) && known.Port > 0)
            return known;
        int colon = gateway.LastIndexOf(':');
        if (colon > 0 && int.TryParse(gateway.AsSpan(colon + 1), out int port) && port is > 0 and <= ushort.MaxValue)
        {
            try
            {
                return new IPEndPoint(Dns.GetHostAddresses(gateway[..colon])[0], port);
            }
            catch (System.Net.Sockets.SocketException error)
            {
                throw new ClusterException($"'{what}' has the gateway '{gateway}': {error.Message}", error);
            }
        }

        throw new ClusterException($"'{what}' has the gateway '{gateway}': expected HOST:PORT, such as 127.0.0.1:30000.");
    }
}
