using System.Diagnostics;

namespace ML.Thermo.Cli.Tests.Joules;

/// <summary>Ctrl+C and a crash while a command runs, in processes of their own: the bill is still written, and a power limit is set back.</summary>
internal sealed class InterruptedTests : Sandbox
{
    private string Log => Path.Combine(Folder, "limits.log");

    [SetUp]
    public void OnLinux()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/setsid"))
            Assert.Ignore("signals are sent to a session of its own, which setsid makes");
        string zone = Path.Combine(Folder, "class", "powercap", "intel-rapl:0");
        Directory.CreateDirectory(zone);
        File.WriteAllText(Path.Combine(zone, "name"), "package-0\n");
        File.WriteAllText(Path.Combine(zone, "max_energy_range_uj"), "262143328850\n");
        File.WriteAllText(Path.Combine(zone, "energy_uj"), "0\n");
    }

    /// <summary>A terminal sends Ctrl+C to the command and to us: the command ends by it, and its bill is written.</summary>
    [Test]
    public void The_bill_is_written_after_an_interruption()
    {
        string started = Path.Combine(Folder, "started");
        using Process process = Start("joules", "--sysfs", Folder, "--", "sh", "-c", $"echo > '{started}'; exec sleep 60");
        WaitFor(() => File.Exists(started));
        Send("-INT", $"-{process.Id}");
        Outcome outcome = Thermo.Finish(process);
        Assert.That(outcome.ExitCode, Is.EqualTo(130), outcome.ToString());
        Assert.That(outcome.Error, Does.StartWith("joules: 0 J").And.Contain("cpu-package-0"));
    }

    /// <summary>A SIGTERM that reaches us alone: the command gets its grace and is ended, and the bill is written.</summary>
    [Test]
    public void A_command_that_does_not_end_is_ended()
    {
        string started = Path.Combine(Folder, "started");
        using Process process = Start("joules", "--sysfs", Folder, "--", "sh", "-c", $"echo > '{started}'; exec sleep 60");
        WaitFor(() => File.Exists(started));
        Send("-TERM", $"{process.Id}");
        Outcome outcome = Thermo.Finish(process);
        Assert.That(outcome.ExitCode, Is.EqualTo(137), outcome.ToString());
        Assert.That(outcome.Error, Does.StartWith("joules: 0 J"));
    }

    [Test]
    public void A_power_limit_is_set_back_after_an_interruption_and_after_a_crash()
    {
        FakeGpu();
        using (Process process = Start(Tune("--set-power-limit", "--knob", "power-limit=150,200", "--", "sleep", "60")))
        {
            WaitFor(() => File.Exists(Log));
            Send("-INT", $"-{process.Id}");
            Assert.That(Thermo.Finish(process).ExitCode, Is.EqualTo(130));
        }

        Assert.That(File.ReadAllLines(Log), Is.EqualTo(new[] { "0 150000", "0 300000" }));
        Assert.That(LeftOver(), Is.Empty);

        using (Process process = Start(Tune("--set-power-limit", "--knob", "power-limit=150,200", "--", "sleep", "3")))
        {
            WaitFor(() => File.ReadAllLines(Log).Length == 3);
            Send("-KILL", $"{process.Id}"); // as a crash: nothing of ours runs any more
            Thermo.Finish(process);
        }

        Assert.That(LeftOver(), Has.Length.EqualTo(1), "the old limit is on disk");
        Assert.That(File.ReadAllLines(Log)[^1], Is.EqualTo("0 150000"));
        using Process next = Start(Tune("--knob", "a=1", "--", "true"));
        Assert.That(Thermo.Finish(next).Error, Does.Contain("it is 300 W again"));
        Assert.That(File.ReadAllLines(Log)[^1], Is.EqualTo("0 300000"));
        Assert.That(LeftOver(), Is.Empty);
    }

    private string[] LeftOver() => Directory.GetFiles(Folder, "ml-thermo-power-limit-*", SearchOption.AllDirectories);

    private string[] Tune(params string[] arguments) => ["joules", "tune", "--sysfs", Folder, .. arguments];

    private void FakeGpu()
    {
        string source = Path.Combine(TestContext.CurrentContext.TestDirectory, "fake-nvml.c"), library = Path.Combine(Folder, "libnvidia-ml.so.1");
        if (!File.Exists("/usr/bin/cc"))
            Assert.Ignore("no C compiler to build the fake library with");
        using var compiler = Process.Start(new ProcessStartInfo("/usr/bin/cc", ["-shared", "-fPIC", "-O1", "-w", "-o", library, source]))!;
        compiler.WaitForExit();
        Assert.That(compiler.ExitCode, Is.Zero);
    }

    private Process Start(params string[] arguments)
    {
        ProcessStartInfo program = Thermo.Program(arguments), session = new("env", ["--default-signal=INT", "setsid", program.FileName, .. program.ArgumentList])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        session.Environment["LD_LIBRARY_PATH"] = Folder;
        session.Environment["XDG_DATA_HOME"] = Folder;
        session.Environment["FAKE_NVML_LOG"] = Log;
        return Process.Start(session)!;
    }

    private static void Send(string signal, string process)
    {
        using Process kill = Process.Start("kill", [signal, "--", process]);
        kill.WaitForExit();
    }

    private static void WaitFor(Func<bool> condition)
    {
        for (int i = 0; i < 2400 && !condition(); i++)
            Thread.Sleep(50);
        Assert.That(condition(), "within two minutes");
    }
}
