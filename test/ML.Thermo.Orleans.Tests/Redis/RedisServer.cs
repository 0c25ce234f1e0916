using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ML.Thermo.Tests.Redis;

/// <summary>A Redis of its own: a process on a loopback port, whose files are in a folder that ends with it.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ml-thermo-redis-").FullName;
    private readonly string[] _options;
    private Process _process;

    public RedisServer(params string[] options)
    {
        _options = options;
        _process = Start();
    }

    public int Port { get; } = FreePort();

    public string Connection => $"127.0.0.1:{Port},connectTimeout=2000";

    /// <summary>Skips the test, and says why, where there is no Redis.</summary>
    public static void Need()
    {
        if (!IsInstalled)
            Assert.Ignore("redis-server is not installed: ./build.sh setup installs it.");
    }

    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "redis-server")));

    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    public void Kill()
    {
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
