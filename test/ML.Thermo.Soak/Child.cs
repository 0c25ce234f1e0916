using System.Diagnostics;
using System.Globalization;

namespace ML.Thermo.Soak;

/// <summary>A process of this program, and what it said last.</summary>
internal sealed class Child
{
    private const int MostLines = 4, MostCharacters = 300;
    private readonly Process _process;
    private readonly Queue<string> _last = [];
    private readonly long _start = Stopwatch.GetTimestamp();

    private Child(string name, Process process)
    {
        (Name, _process) = (name, process);
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>For people.</summary>
    public string Name { get; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Resident memory.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Time that processors have worked for it.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts this program with other arguments.</summary>
    public static Child Start(string name, params string[] arguments) => new(name, Process.Start(new ProcessStartInfo("dotnet",
        [typeof(Child).Assembly.Location, .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["DOTNET_gcServer"] = "0", ["DOTNET_TieredPGO"] = "0" },
    })!);

    /// <summary>As kill -9 does.</summary>
    public void Kill()
    {
        if (HasExited)
            return;
        _process.Kill();
        _process.WaitForExit();
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>How it is, and what it said last.</summary>
    public override string ToString()
    {
        string state = HasExited ? $"ended with {ExitCode}" : string.Create(CultureInfo.InvariantCulture,
            $"runs since {Stopwatch.GetElapsedTime(_start).TotalSeconds:F0} s");
        lock (_last)
            return $"{Name} {state}{(_last.Count == 0 ? "" : $"; it said last: {string.Join(" | ", _last)}")}";
    }

    private void Hear(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        lock (_last)
        {
            _last.Enqueue(line.Length <= MostCharacters ? line.Trim() : line[..MostCharacters].Trim() + " …");
            while (_last.Count > MostLines)
                _last.Dequeue();
        }

        if (Environment.GetEnvironmentVariable("THERMO_SOAK_LOG") is { } log)
        {
            lock (typeof(Child))
                File.AppendAllText(log, $"{Name}: {line}{Environment.NewLine}");
        }
    }
}
