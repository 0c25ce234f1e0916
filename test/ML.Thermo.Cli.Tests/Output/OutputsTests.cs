using System.Diagnostics;

namespace ML.Thermo.Cli.Tests.Output;

internal sealed class OutputsTests : Sandbox
{
    private string Data => Write("d.csv", ["x,y", "-2,-3", "-1,-1", "0.5,1", "1,1.5", "2.5,4", "3,4"]);

    [Test]
    public void One_file_is_not_written_twice([Values("same", "./same", "link")] string other)
    {
        string same = Path.Combine(Folder, "same");
        File.CreateSymbolicLink(Path.Combine(Folder, "link"), same);

        Outcome outcome = Thermo.Run("transition", Data, "--label", "y", "--json", same, "--html", Path.Combine(Folder, other));

        Assert.That((outcome.ExitCode, outcome.Output), Is.EqualTo((1, "")));
        Assert.That(outcome.Error, Is.EqualTo($"thermo: --html and --json name the same file '{same}': give each its own.\n"));
        Assert.That(File.Exists(same), Is.False);
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void What_keeps_nothing_can_be_written_twice()
    {
        Outcome outcome = Thermo.Run("transition", Data, "--label", "y", "--json", "/dev/null", "--html", "/dev/null");

        Assert.That((outcome.ExitCode, outcome.Error), Is.EqualTo((0, "")));
        Assert.That(File.Exists("/dev/null"), Is.True);
    }

    [Test]
    public void A_link_to_the_data_is_the_data([Values("--json", "--html")] string option)
    {
        string data = Data, link = Path.Combine(Folder, "link");
        File.CreateSymbolicLink(link, data);

        Outcome outcome = Thermo.Run("transition", data, "--label", "y", option, link);

        Assert.That((outcome.ExitCode, outcome.Error), Is.EqualTo((1, $"thermo: {option} '{link}' would overwrite the data: give another file.\n")));
        Assert.That(File.ReadAllText(data), Does.StartWith("x,y"));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void An_old_result_keeps_its_mode_and_a_link_leads_to_the_new_one()
    {
        string target = Write("result.json", "old"), link = Path.Combine(Folder, "link.json");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(link, target);

        Assert.That(Thermo.Run("activation", "tanh", "--json", link).ExitCode, Is.Zero);

        Assert.That(File.ReadAllText(target), Does.StartWith("{"));
        Assert.That(new FileInfo(link).LinkTarget, Is.EqualTo(target));
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(target), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [TestCase("/dev/stdout > '{0}'")]
    [TestCase("/dev/stdout | cat > '{0}'")]
    [TestCase(">(cat > '{0}.copy') > '{0}'; for i in 1 2 3 4 5 6 7 8 9 10; do [ -s '{0}.copy' ] || sleep 0.2; done; cat '{0}.copy' '{0}' > '{0}.all'; mv '{0}.all' '{0}'")]
    [Platform("Linux")]
    public void The_output_by_its_name_gets_json_and_tables_one_after_the_other(string target)
    {
        string all = Path.Combine(Folder, "all"), program = typeof(ThermoCommand).Assembly.Location;
        string line = $"dotnet '{program}' activation tanh --json {string.Format(System.Globalization.CultureInfo.InvariantCulture, target, all)}";
        using Process bash = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", line]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

        Assert.That(Thermo.Finish(bash).Error, Is.Empty);
        Assert.That(
            File.ReadAllText(all),
            Is.EqualTo(Thermo.Run("activation", "tanh", "--json", "-").Output + Thermo.Run("activation", "tanh").Output));
    }

    [Test]
    [Platform("Linux")]
    public void A_full_device_is_one_line_and_code_1()
    {
        if (Environment.IsPrivilegedProcess)
        {
            // A node of the test's own: a fault must not cost the machine its device.
            using Process made = Process.Start("mknod", [Path.Combine(Folder, "full"), "c", "1", "7"]);
            made.WaitForExit();
            if (made.ExitCode != 0)
                Assert.Ignore("the system makes no device nodes here");
        }

        string full = Environment.IsPrivilegedProcess ? Path.Combine(Folder, "full") : "/dev/full";
        Outcome outcome = Thermo.Run("activation", "tanh", "--json", full);

        Assert.That((outcome.ExitCode, outcome.Output), Is.EqualTo((1, "")));
        Assert.That(outcome.Error, Does.StartWith("thermo: ").And.Contain("space").And.EndWith("\n"));
    }
}
