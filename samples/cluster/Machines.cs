using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ML.Thermo.Cluster;

namespace ML.Thermo.Samples.Cluster;

/// <summary>Three processes of this program, and a Redis of its own if one is asked for and none is named.</summary>
internal sealed class Machines : IDisposable
{
    private const int Silos = 3;
    private readonly string _folder = Directory.CreateTempSubdirectory("thermo-cluster-").FullName;
    private readonly Process?[] _silos = new Process?[Silos];
    private readonly bool _hasDashboard;
    private Process? _redis;

    public Machines(bool isOnRedis, string? connection, bool hasDashboard)
    {
        (IsOnRedis, _hasDashboard) = (isOnRedis, hasDashboard);
        if (isOnRedis)
            connection ??= StartRedis();
        Configuration = new ClusterConfiguration
        {
            Clustering = isOnRedis ? ClusterConfiguration.Redis : ClusterConfiguration.Memory,
            Connection = connection,
            Gateways = [.. Enumerable.Range(0, Silos).Select(i => $"127.0.0.1:{SiloProgram.FirstGateway + i}")],
            Cluster = $"sample-{Environment.ProcessId}",
        };
        File.WriteAllText(ConfigurationFile, JsonSerializer.Serialize(Configuration, JsonSerializerOptions.Web));
        for (int i = 0; i < Silos; i++)
            Start(i);
        string where = isOnRedis ? $"on Redis at {connection}" : "in memory, which does not survive its first silo";
        Console.WriteLine($"three silos, clustering and states {where}");
        if (hasDashboard)
            Console.WriteLine($"the dashboard of Orleans: http://127.0.0.1:{SiloProgram.DashboardPort}/");
    }

    public bool IsOnRedis { get; }

    public bool HasDashboard => _hasDashboard;

    public ClusterConfiguration Configuration { get; }

    private string ConfigurationFile => Path.Combine(_folder, "cluster.json");

    /// <summary>As the end of a machine would.</summary>
    public void Kill(int silo)
    {
        _silos[silo]!.Kill();
        _silos[silo]!.WaitForExit();
    }

    public void Dispose()
    {
        foreach (Process? process in _silos.Append(_redis))
        {
            if (process is { HasExited: false })
            {
                process.Kill();
                process.WaitForExit();
            }
        }

        Directory.Delete(_folder, recursive: true);
    }

    private void Start(int number)
    {
        string[] dashboard = _hasDashboard && number == 0 ? ["dashboard"] : [];
        _silos[number] = Start("dotnet", [typeof(Machines).Assembly.Location, "silo", ConfigurationFile, $"{number}", .. dashboard]);
    }

    private string StartRedis()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        int port = ((IPEndPoint)socket.LocalEndpoint).Port;
        socket.Stop();
        try
        {
            _redis = Start("redis-server",
                ["--port", $"{port}", "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always"]);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new ClusterException("redis-server is not installed: ./build.sh setup installs it, or name a running Redis: --redis HOST:PORT.");
        }

        for (int i = 0; i < 100; i++)
        {
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, port);
                break;
            }
            catch (SocketException)
            {
                Thread.Sleep(50);
            }
        }

        return $"127.0.0.1:{port}";
    }

    private static Process Start(string program, string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }
}
