using System.Diagnostics;
using ML.Thermo.Faults.Monitors;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Monitoring;

namespace ML.Thermo.Tests;

/// <summary>A service that is killed while it observes, wherever it is: no acknowledged row is lost, none is counted twice.</summary>
[Platform(Exclude = "Win")]
internal sealed class KillTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("ml-thermo-kill-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Kills_at_random_moments_lose_nothing()
    {
        var random = new RandomStream(3, 1);
        long acknowledged = 0;
        for (int kill = 0; kill < 6; kill++)
        {
            long until = acknowledged + 1 + random.NextInteger(200);
            using Process service = Start("dotnet", [Program_, "observe", File_, "100000"]);
            acknowledged = Acknowledged(service, until, acknowledged);
            service.Kill();
            acknowledged = Acknowledged(service, long.MaxValue, acknowledged);
            service.WaitForExit();
            Check(acknowledged);
        }
    }

    [TestCase("rename", 2)]
    [TestCase("rename", 4)]
    [TestCase("fsync", 2)]
    [TestCase("pwrite64", 30)]
    [TestCase("pwrite64", 77)]
    public void Kills_at_a_system_call_lose_nothing(string call, int number)
    {
        // The start of the runtime makes none of these calls on the monitor's files; its own are few, so the number is only about where.
        if (!File.Exists("/usr/bin/strace"))
            Assert.Ignore("strace is not installed: kills at a system call were not tried.");
        using Process service = Start("strace", [
            "-f", "-qq", "-o", "/dev/null", "-P", File_, "-P", $"{File_}.new", "-P", $"{File_}.rows", "-e", $"trace={call}",
            "-e", $"inject={call}:signal=KILL:when={number}", "dotnet", Program_, "observe", File_, "300"]);
        long acknowledged = Acknowledged(service, long.MaxValue, 0);
        service.WaitForExit();
        if (acknowledged == 300)
            Assert.Ignore($"The service came to its end: {call} was not injected here.");
        Check(acknowledged);
    }

    [Test]
    public void A_full_disk_is_an_error_that_can_be_tried_again()
    {
        string script = "mount -t tmpfs -o size=32k none \"$1\" && exec dotnet \"$2\" fill \"$1\"";
        if (!File.Exists("/usr/bin/unshare"))
            Assert.Ignore("unshare is not installed: a full disk was not tried.");
        using Process service = Start("unshare", ["-rm", "sh", "-c", script, "sh", _folder, Program_]);
        Task<string> errors = service.StandardError.ReadToEndAsync();
        string output = service.StandardOutput.ReadToEnd();
        service.WaitForExit();
        if (!output.Contains("is full", StringComparison.Ordinal) && errors.Result.Contains("mount", StringComparison.Ordinal))
            Assert.Ignore($"A small disk cannot be mounted here: {errors.Result}");
        Assert.That(service.ExitCode, Is.Zero, output + errors.Result);
    }

    private string File_ => Path.Combine(_folder, "monitor");

    private static string Program_ => typeof(Observer).Assembly.Location;

    private void Check(long acknowledged)
    {
        using DriftMonitor next = MonitorRows.Open(File_);
        long rows = next.Snapshot().Rows;
        Assert.Multiple(() =>
        {
            Assert.That(rows, Is.InRange(acknowledged, acknowledged + 1), "the row at hand may have been kept before the kill");
            Assert.That(MonitorRows.Bytes(next), Is.EqualTo(MonitorRows.Untroubled(rows)));
            Assert.That(Directory.GetFiles(_folder).Select(Path.GetFileName), Is.SubsetOf(new[] { "monitor", "monitor.rows" }), "nothing piles up");
        });
    }

    /// <summary>Reads acknowledgements until there are so many, or no more.</summary>
    private static long Acknowledged(Process service, long until, long already)
    {
        byte[] number = new byte[sizeof(long)];
        Stream output = service.StandardOutput.BaseStream;
        while (already < until && output.ReadAtLeast(number, number.Length, throwOnEndOfStream: false) == number.Length)
            already = BitConverter.ToInt64(number);
        return already;
    }

    private static Process Start(string program, string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
