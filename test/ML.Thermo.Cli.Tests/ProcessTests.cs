using System.Diagnostics;
using ML.Thermo.Cli.Tests.Transitions;
using ML.Thermo.Tests;

namespace ML.Thermo.Cli.Tests;

/// <summary>The built program, as a user starts it.</summary>
internal sealed class ProcessTests : Sandbox
{
    [Test]
    public void A_transition_as_a_process_says_the_same_as_in_process()
    {
        string[] arguments = ["transition", Write("d2.csv", SmallData.D2), "--label", "y", "--type2", "training", "--json", "-"];
        Outcome outcome = Thermo.Start(arguments);

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Output, Is.EqualTo(Thermo.Run(arguments).Output));
        Assert.That(outcome.Error, Is.Empty);
    }

    [Test]
    public void A_pipe_gets_no_control_codes()
    {
        Outcome outcome = Thermo.Start("transition", Write("d2.csv", [.. SmallData.D2.Select((line, i) => line + (i == 0 ? ",name" : ",anna"))]), "--label", "y", "--type2", "training");

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Output, Does.Contain("temperature").And.Contain("⟨E⟩"));
        Assert.That(outcome.Error, Does.StartWith("note: left out: 'name'"));
        Assert.That((outcome.Output + outcome.Error).Where(c => char.IsControl(c) && c != '\n'), Is.Empty);
    }

    [Test]
    public void Exit_codes_reach_the_shell()
    {
        Assert.That(Thermo.Start("transition", Path.Combine(Folder, "nowhere.csv"), "--label", "y").ExitCode, Is.EqualTo(1));
        Assert.That(Thermo.Start("transition").ExitCode, Is.EqualTo(2));
        Assert.That(Thermo.Start("activation", "relu").ExitCode, Is.Zero);
    }

    [Test]
    public void A_failure_is_one_line_without_a_stack_trace()
    {
        Outcome outcome = Thermo.Start("transition", Write("d2.csv", SmallData.D2), "--label", "z");

        Assert.That(outcome.Error, Is.EqualTo($"thermo: '{Path.Combine(Folder, "d2.csv")}' has no column 'z'. Its columns, nearest first: y, x1, x2.\n"));
        Assert.That(outcome.Output, Is.Empty);
    }

    [Test]
    public void A_limit_of_file_size_is_an_error_in_one_line()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("Windows has no limit of file size");
        string data = Write("d2.csv", SmallData.D2), page = Path.Combine(Folder, "page.html");
        string[] before = Directory.GetFiles(Folder);
        ProcessStartInfo program = Thermo.Program("transition", data, "--label", "y", "--type2", "training", "--html", page);
        // The runtime's own memory for machine code counts as a file, unless it is told not to protect it.
        ProcessStartInfo start = new("bash", ["-c", "ulimit -f 64; exec \"$@\"", "bash", program.FileName, .. program.ArgumentList])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" },
        };
        Outcome outcome = Thermo.Finish(Process.Start(start)!);

        Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.ToString());
        Assert.That(outcome.Error, Is.EqualTo($"thermo: '{page}' cannot be written: the system's limit on the size of a file is reached (ulimit -f).\n"));
        Assert.That(Directory.GetFiles(Folder), Is.EqualTo(before));
    }

    [Test]
    public void Ctrl_C_ends_long_work_cleanly()
    {
        var random = new Random(1);
        string data = Write("long.csv", ["a,b,c,d,y", .. Enumerable.Range(0, 5000).Select(_ => string.Join(',', Enumerable.Range(0, 5).Select(_ => random.NextDouble())))]);
        IsInterrupted("transition", data, "--label", "y", "--energy", "mae", "--draws", "100000000");
    }

    [Test]
    public void Ctrl_C_ends_the_redrawing_of_a_network_cleanly() => IsInterrupted(
        "layers", ShippedNetworks.Find("digits-transformer.onnx"), "--data", ShippedNetworks.Find(ShippedNetworks.Digits), "--precision", "0", "--draws", "100000000");

    /// <summary>A signal after two seconds of work ends it with the code of a cancelled command, one line, and no file.</summary>
    private void IsInterrupted(params string[] arguments)
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("a console signal cannot be sent to one process on Windows");
        string[] before = Directory.GetFiles(Folder);
        ProcessStartInfo program = Thermo.Program([.. arguments, "--json", Path.Combine(Folder, "result.json")]);
        // A shell may have this test ignore the signal, which its children would inherit.
        ProcessStartInfo start = new("env", ["--default-signal=INT", program.FileName, .. program.ArgumentList]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        while (!process.HasExited && process.TotalProcessorTime < TimeSpan.FromSeconds(2)) // of the processor: the machine may be busy
        {
            Thread.Sleep(20);
            process.Refresh();
        }

        Assert.That(process.HasExited, Is.False, "the work was too short to be interrupted");
        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        Outcome outcome = Thermo.Finish(process);

        Assert.That(outcome.ExitCode, Is.EqualTo(130), outcome.ToString());
        Assert.That(outcome.Error, Is.EqualTo("thermo: cancelled\n"));
        Assert.That(outcome.Output, Is.Empty);
        Assert.That(Directory.GetFiles(Folder), Is.EqualTo(before));
    }
}
