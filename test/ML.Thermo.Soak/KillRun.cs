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
    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(5), s_sayPeriod = TimeSpan.FromSeconds(30);
    private static readonly string[] s_kinds = ["a silo", "a replica", "Redis", "all silos at once"];
    private readonly string _folder = Directory.CreateTempSubdirectory("ml-thermo-soak-").FullName;
    private readonly Random _random;
    private readonly RedisServer _redis = new("--appendonly", "yes");
    private readonly Child?[] _silos = new Child?[Silos], _replicas = new Child?[Replicas];
    private readonly (int Silo, int Gateway)[] _ports = [.. Enumerable.Range(0, Silos).Select(_ => (RedisServer.FreePort(), RedisServer.FreePort()))];
    private readonly long _begun = Stopwatch.GetTimestamp();
    private Action<string> _say = _ => { };
    private long? _said;
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
        _say = say;
        await ProgressAsync("the start of all");
        int[] killed = new int[4];
        TimeSpan slowest = TimeSpan.Zero;
        string last = "the start of all";
        for (int kill = 0; kill < kills; kill++)
        {
            // As soon as rows are acknowledged again, one in three times sooner: the cluster is then still busy with the last.
            if (_random.Next(3) > 0)
                slowest = Max(slowest, await ProgressAsync(last));
            await Task.Delay(TimeSpan.FromSeconds(pause * _random.NextDouble()));
            StartMissing();
            int what = kill < s_kinds.Length ? kill : _random.Next(10) is var chance && chance == 9 ? 3 : chance % 3, which = _random.Next(3);
            killed[what]++;
            last = $"kill {kill + 1} of {kills}, of {s_kinds[what]}";
            Say(last);
            switch (what)
            {
                case 0:
                    _silos[which]!.Kill();
                    StartSilo(which);
                    break;
                case 1:
                    _replicas[which]!.Kill();
                    StartReplica(which);
                    break;
                case 2:
                    _redis.Kill();
                    await Task.Delay(TimeSpan.FromSeconds(2 * _random.NextDouble()));
                    _redis.Restart();
                    break;
                default:
                    // The table of members still calls all of them active; one comes back where nobody clears away what it was.
                    Array.ForEach(_silos, silo => silo!.Kill());
                    _ports[which] = (RedisServer.FreePort(), _ports[which].Gateway);
                    for (int i = 0; i < Silos; i++)
                        StartSilo(i);
                    break;
            }
        }

        StartMissing();
        slowest = Max(slowest, await ProgressAsync(last));
        return await EndAsync(killed, slowest);
    }

    /// <summary>Ends all processes.</summary>
    public void Dispose()
    {
        foreach (Child? child in _replicas.Concat(_silos))
            child?.Kill();
        _redis.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<KillCounts> EndAsync(int[] killed, TimeSpan slowest)
    {
        await File.WriteAllTextAsync(StopFile, "");
        int unfinished = 0;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        foreach (Child? replica in _replicas)
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
        return new(killed[0], killed[1], killed[2], killed[3], _siloEnds, notes.Length, acknowledged, counted, late, lost, twice, unfinished, slowest);
    }

    private long Acknowledged() => Directory.GetFiles(_folder, "*.log").Select(Note.Read).Sum(note => note.Has.Sum());

    /// <summary>Waits until rows are acknowledged again.</summary>
    private async Task<TimeSpan> ProgressAsync(string after)
    {
        long before = Acknowledged(), start = Stopwatch.GetTimestamp();
        for (; Acknowledged() <= before; await Task.Delay(100))
        {
            if (Stopwatch.GetElapsedTime(start) > s_most)
                throw new ThermoException(await StallAsync(after));
            StartMissing();
            Say($"waiting for rows to be acknowledged after {after}");
        }

        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Says where the run is, twice a minute at most.</summary>
    private void Say(string what)
    {
        if (_said is { } last && Stopwatch.GetElapsedTime(last) < s_sayPeriod)
            return;
        _said = Stopwatch.GetTimestamp();
        _say(string.Create(CultureInfo.InvariantCulture,
            $"{Stopwatch.GetElapsedTime(_begun).TotalMinutes,5:F1} min  {what}; {Acknowledged():N0} rows acknowledged, {_siloEnds} silos ended by themselves"));
    }

    /// <summary>What was waited for, and how all that could have moved is.</summary>
    private async Task<string> StallAsync(string after)
    {
        string redis = await StallReport.RedisAsync(_redis.Connection);
        IEnumerable<string> replicas = _replicas.Select(replica => $"{replica}; of its models: {Said(replica!.Name)}");
        return $"No row was acknowledged for {s_most.TotalMinutes:F0} minutes after {after}: expected that a silo takes a handover of one of the {Replicas} replicas."
            + string.Concat(new[] { redis }.Concat(_silos.Select(silo => $"{silo}")).Concat(replicas).Select(line => $"{Environment.NewLine}  {line}"));

        string Said(string name) => Path.Combine(_folder, $"{name}.log") is var log && File.Exists(log)
            ? string.Join(" | ", Note.Read(log).Says.Select((said, model) => $"{Processes.Models[model]} {said ?? "nothing wrong"}")) : "it has joined none";
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

    private void StartSilo(int i) =>
        _silos[i] = Child.Start($"silo-{i}", "silo", _redis.Connection, $"{_ports[i].Silo}", $"{_ports[i].Gateway}");

    private void StartReplica(int i)
    {
        string name = $"replica-{i}-{_started++}";
        _replicas[i] = Child.Start(name, "replica", name, string.Join(',', Gateways), Path.Combine(_folder, $"{name}.log"), StopFile);
    }
}
