using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using ML.Thermo.Cluster;
using ML.Thermo.Cluster.Monitoring;

namespace ML.Thermo.Soak;

/// <summary>Three silos, three replicas and a Redis, each a process of its own, and kills at random.</summary>
public sealed class KillRun : IDisposable
{
    private const int Silos = 3, Replicas = 3;
    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(3);
    private readonly string _folder = Directory.CreateTempSubdirectory("ml-thermo-soak-").FullName;
    private readonly Random _random;
    private readonly RedisServer _redis = new("--appendonly", "yes");
    private readonly Process?[] _silos = new Process?[Silos], _replicas = new Process?[Replicas];
    private readonly (int Silo, int Gateway)[] _ports = [.. Enumerable.Range(0, Silos).Select(_ => (RedisServer.FreePort(), RedisServer.FreePort()))];
    private int _started, _siloEnds;

    /// <summary>Starts Redis.</summary>
    /// <param name="seed">Chooses what is killed, and when.</param>
    public KillRun(int seed) => _random = new Random(seed);

    private string StopFile => Path.Combine(_folder, "stop");

    private string[] Gateways => [.. _ports.Select(port => $"127.0.0.1:{port.Gateway}")];

    /// <summary>Runs.</summary>
    /// <param name="kills">How many.</param>
    /// <param name="say">Told what happens.</param>
    /// <param name="pause">Most seconds before a kill.</param>
    public async Task<KillCounts> RunAsync(int kills, Action<string> say, double pause = 3)
    {
        ArgumentNullException.ThrowIfNull(say);
        for (int i = 0; i < Silos; i++)
            StartSilo(i);
        for (int i = 0; i < Replicas; i++)
            StartReplica(i);
        await ProgressAsync(s_most);
        int[] killed = new int[3];
        TimeSpan slowest = TimeSpan.Zero;
        for (int kill = 0; kill < kills; kill++)
        {
            // As soon as rows are acknowledged again, one in three times sooner: the cluster is then still busy with the last.
            if (_random.Next(3) > 0)
                slowest = Max(slowest, await ProgressAsync(s_most));
            await Task.Delay(TimeSpan.FromSeconds(pause * _random.NextDouble()));
            StartMissing();
            int what = kill < 3 ? kill : _random.Next(3), which = _random.Next(3);
            killed[what]++;
            switch (what)
            {
                case 0:
                    Kill(_silos[which]);
                    StartSilo(which);
                    break;
                case 1:
                    Kill(_replicas[which]);
                    StartReplica(which);
                    break;
                default:
                    _redis.Kill();
                    await Task.Delay(TimeSpan.FromSeconds(2 * _random.NextDouble()));
                    _redis.Restart();
                    break;
            }

            if (kill % 10 == 9)
                say(string.Create(CultureInfo.InvariantCulture, $"{kill + 1} kills, {Acknowledged():N0} rows acknowledged"));
        }

        StartMissing();
        slowest = Max(slowest, await ProgressAsync(s_most));
        return await EndAsync(killed, slowest);
    }

    /// <summary>Ends all processes.</summary>
    public void Dispose()
    {
        foreach (Process? process in _replicas.Concat(_silos))
            Kill(process);
        _redis.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<KillCounts> EndAsync(int[] killed, TimeSpan slowest)
    {
        await File.WriteAllTextAsync(StopFile, "");
        int unfinished = 0;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        foreach (Process? replica in _replicas)
        {
            try
            {
                await replica!.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                // It is counted below.
            }

            unfinished += replica!.HasExited && replica.ExitCode == 0 ? 0 : 1;
        }

        using IHost host = await ThermoClient.ConnectAsync(new() { Gateways = Gateways, Cluster = "soak" }, TimeSpan.FromMinutes(1));
        long acknowledged = 0, counted = 0, late = 0, lost = 0, twice = 0;
        Note[] notes = [.. Directory.GetFiles(_folder, "*.log").Select(Note.Read)];
        for (int model = 0; model < Processes.Models.Length; model++)
        {
            MonitorVerdict verdict = await host.Cluster().GetGrain<IMonitorGrain>(Processes.Models[model]).Read();
            Dictionary<string, long> rows = verdict.Replicas.ToDictionary(replica => replica.Name, replica => replica.Rows, StringComparer.Ordinal);
            // A row that came late is known to the replica's number, and in no window.
            long has = verdict.Rows + verdict.RowsLate, named = 0, most = 0;
            foreach (Note note in notes)
            {
                acknowledged += note.Has[model];
                most += note.Will;
                long of = rows.GetValueOrDefault(note.Name);
                named += of;
                if (verdict.RowsLate == 0)
                    (lost, twice) = (lost + Math.Max(0, note.Has[model] - of), twice + Math.Max(0, of - note.Will));
            }

            counted += has;
            late += verdict.RowsLate;
            (lost, twice) = (lost + Math.Max(0, notes.Sum(note => note.Has[model]) - has), twice + Math.Max(0, has - most) + Math.Abs(named - verdict.Rows));
        }

        await host.StopAsync();
        return new(killed[0], killed[1], killed[2], _siloEnds, notes.Length, acknowledged, counted, late, lost, twice, unfinished, slowest);
    }

    private long Acknowledged() => Directory.GetFiles(_folder, "*.log").Select(Note.Read).Sum(note => note.Has.Sum());

    /// <summary>Waits until rows are acknowledged again.</summary>
    private async Task<TimeSpan> ProgressAsync(TimeSpan most)
    {
        long before = Acknowledged(), start = Stopwatch.GetTimestamp();
        for (; Acknowledged() <= before; await Task.Delay(100))
        {
            if (Stopwatch.GetElapsedTime(start) > most)
                throw new ThermoException($"No row was acknowledged within {most}: the cluster does not come back.");
            StartMissing();
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void StartMissing()
    {
        if (_redis.HasEnded)
            _redis.Restart();
        for (int i = 0; i < Silos; i++)
        {
            if (_silos[i] is { HasExited: true })
            {
                _siloEnds++;
                StartSilo(i);
            }
        }

        for (int i = 0; i < Replicas; i++)
        {
            if (_replicas[i] is { HasExited: true } && !File.Exists(StopFile))
                StartReplica(i);
        }
    }

    private void StartSilo(int i) => _silos[i] = Start("silo", _redis.Connection, $"{_ports[i].Silo}", $"{_ports[i].Gateway}");

    private void StartReplica(int i)
    {
        string name = $"replica-{i}-{_started++}";
        _replicas[i] = Start("replica", name, string.Join(',', Gateways), Path.Combine(_folder, $"{name}.log"), StopFile);
    }

    internal static Process Start(params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(KillRun).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_gcServer"] = "0", ["DOTNET_TieredPGO"] = "0" },
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            if (Environment.GetEnvironmentVariable("THERMO_SOAK_LOG") is { } log && line.Data is not null)
            {
                lock (typeof(KillRun))
                    File.AppendAllText(log, $"{arguments[0]} {arguments[1]}: {line.Data}{Environment.NewLine}");
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static void Kill(Process? process)
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    /// <summary>What a replica has written down.</summary>
    private sealed record Note(string Name, long Will, long[] Has)
    {
        public static Note Read(string log)
        {
            long will = 0;
            long[] has = new long[Processes.Models.Length];
            using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            string[] lines = reader.ReadToEnd().Split('\n');
            foreach (string line in lines[..^1]) // the last may be cut off
            {
                string[] words = line.Trim().Split(' ');
                if (words[0] == "will")
                    will = long.Parse(words[1], CultureInfo.InvariantCulture);
                else
                    has[int.Parse(words[1], CultureInfo.InvariantCulture)] = long.Parse(words[2], CultureInfo.InvariantCulture);
            }

            return new(Path.GetFileNameWithoutExtension(log), will, has);
        }
    }
}
