using System.Diagnostics;
using System.Globalization;

namespace ML.Thermo.Mutants;

/// <summary>A worker as its crew sees it.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts one in the folder of the tests; its memory has a limit, above which a test fails.</summary>
    public WorkerProcess(MutatedBuild build, int active = -1)
    {
        string tests = Path.Combine(build.Site, build.Tests);
        var start = new ProcessStartInfo("dotnet", [
            "exec", "--depsfile", tests + ".deps.json", "--runtimeconfig", tests + ".runtimeconfig.json", Path.Combine(build.Site, "ML.Thermo.Mutants.dll"),
            "worker", build.Assembly, build.Tests, active.ToString(CultureInfo.InvariantCulture)])
        {
            WorkingDirectory = build.Site,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true, // an overflow of the stack writes all of it
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x60000000";
        start.Environment["DOTNET_TieredPGO"] = "0"; // a process that lives for a thousand short runs gains nothing from counting
        _process = Process.Start(start)!;
        _process.BeginErrorReadLine();
        Tests = Next()?.Tests ?? [];
    }

    /// <summary>All tests; none, if not even the tests could be listed.</summary>
    public IReadOnlyList<string> Tests { get; }

    /// <summary>How many orders it has had.</summary>
    public int Orders { get; private set; }

    public void Give(Order order)
    {
        Orders++;
        _process.StandardInput.WriteLine(Reply.Line(order));
        _process.StandardInput.Flush();
    }

    /// <summary>What it says next; null if it has ended, or is silent for ten minutes, which a loop without work would be.</summary>
    public Reply? Next()
    {
        Task<string?> line = _process.StandardOutput.ReadLineAsync();
        return line.Wait(TimeSpan.FromMinutes(10)) && line.Result is { } said ? Reply.Read<Reply>(said) : null;
    }

    public void Dispose()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }

        _process.WaitForExit();
        _process.Dispose();
    }
}
