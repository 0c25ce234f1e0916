using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ML.Thermo.Soak;

/// <summary>A Redis of its own: a process on a loopback port, whose files are in a folder that ends with it.</summary>
public sealed class RedisServer : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ml-thermo-redis-").FullName;
    private readonly string[] _options;
    private Process _process;

    /// <summary>Starts it.</summary>
    public RedisServer(params string[] options)
    {
        _options = options;
        _process = Start();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; } = FreePort();

    /// <summary>As StackExchange.Redis reads it.</summary>
    public string Connection => $"127.0.0.1:{Port}";

    /// <summary>Whether this machine has one.</summary>
    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "redis-server")));

    /// <summary>A port that nobody listens to.</summary>
    /// <remarks>Below the ports that systems give to outgoing connections: while a server is down, one of those who try to reach it could get its port.</remarks>
    public static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(12_000, 30_000);
            try
            {
                using var socket = new TcpListener(IPAddress.Loopback, port);
                socket.Start();
                return port;
            }
            catch (SocketException)
            {
                // It is taken: another one.
            }
        }
    }

    /// <summary>It has ended without being killed.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>As kill -9 does.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>It comes back with what its append-only file has.</summary>
    public void Restart() => _process = Start();

    public void Dispose()
    {
        Kill();
        Directory.Delete(_folder, recursive: true);
    }

    private Process Start()
    {
        var process = Process.Start(new ProcessStartInfo("redis-server",
            ["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--daemonize", "no", .. _options])
        {
            RedirectStandardOutput = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        for (int i = 0; i < 200; i++)
        {
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, Port);
                return process;
            }
            catch (SocketException)
            {
                Thread.Sleep(50);
            }
        }

        throw new TimeoutException("redis-server does not answer");
    }
}
