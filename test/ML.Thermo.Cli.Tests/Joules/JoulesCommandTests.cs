using System.Text.Json;
using ML.Thermo.Cli.Tests.Transitions;

namespace ML.Thermo.Cli.Tests.Joules;

/// <summary><c>thermo joules</c> against a folder that stands for the counters of another machine.</summary>
internal sealed class JoulesCommandTests : Sandbox
{
    private string Counter => Path.Combine(Folder, "class", "powercap", "intel-rapl:0", "energy_uj");

    [SetUp]
    public void OnePackage()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("the commands under test are those of a Unix shell");
        Directory.CreateDirectory(Path.GetDirectoryName(Counter)!);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(Counter)!, "name"), "package-0\n");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(Counter)!, "max_energy_range_uj"), "262143328850\n");
        File.WriteAllText(Counter, "0\n");
    }

    [TestCase("joules")]
    [TestCase("joules", "run")]
    public void A_command_has_its_joules(params string[] words)
    {
        Outcome outcome = Thermo.Run([.. words, "--sysfs", Folder, "--per", "1000", "--json", "-", "--", "sh", "-c", $"echo 5000000 > '{Counter}'; sleep 0.1"]);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.ToString());
        JsonElement json = outcome.Json;
        JsonElement package = json.GetProperty("components").EnumerateArray().Single(component => component.GetProperty("name").GetString() == "cpu-package-0");
        Assert.That(package.GetProperty("joules").GetDouble(), Is.EqualTo(5));
        Assert.That(package.GetProperty("status").GetString(), Is.EqualTo("Measured"));
        Assert.That(package.GetProperty("resolutionSeconds").GetDouble(), Is.EqualTo(0.001));
        Assert.That(json.GetProperty("totalJoules").GetDouble(), Is.EqualTo(5));
        Assert.That(json.GetProperty("perPrediction").GetDouble(), Is.EqualTo(0.005));
        Assert.That(json.GetProperty("perNat").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(json.GetProperty("process").GetProperty("status").GetString(), Is.EqualTo("Estimated").Or.EqualTo("Undefined").Or.EqualTo("Unavailable"));
        Assert.That(outcome.Error, Does.StartWith("joules: 5").And.Contain("cpu-package-0").And.Contain("per prediction"));
    }

    [TestCase(0, "exit 0")]
    [TestCase(3, "exit 3")]
    [TestCase(137, "kill -9 $$")]
    public void The_exit_code_is_the_commands_own(int code, string script) =>
        Assert.That(Thermo.Run("joules", "--quiet", "--sysfs", Folder, "--", "sh", "-c", script).ExitCode, Is.EqualTo(code));

    [Test]
    public void Input_and_output_pass_through()
    {
        var start = Thermo.Program("joules", "--sysfs", Folder, "--", "tr", "a-z", "A-Z");
        start.RedirectStandardInput = true;
        using var process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Write("some text");
        process.StandardInput.Close();
        Outcome outcome = Thermo.Finish(process);
        Assert.That((outcome.ExitCode, outcome.Output), Is.EqualTo((0, "SOME TEXT")));
        Assert.That(outcome.Error, Does.StartWith("joules: "));
    }

    [Test]
    public void A_command_that_is_not_there_is_127()
    {
        Outcome outcome = Thermo.Run("joules", "--sysfs", Folder, "--", "no-such-command");
        Assert.That((outcome.ExitCode, outcome.Error), Is.EqualTo((127, "thermo: no-such-command: command not found\n")));
    }

    [TestCase("--per", "0")]
    [TestCase("--per", "-3")]
    [TestCase("--repeat", "0")]
    [TestCase("--assume-watts", "9:3")]
    [TestCase("--scope", "wall")]
    [TestCase("--idle-watts", "-1")]
    [TestCase("--sysfs", "/no/such/root")]
    public void A_value_that_is_none_is_wrong_usage(string option, string value)
    {
        Outcome outcome = Thermo.Run("joules", option, value, "--", "true");
        Assert.That(outcome.ExitCode, Is.EqualTo(2), outcome.ToString());
        Assert.That(outcome.Error, Does.Contain(option).And.Contain(value));
    }

    [Test]
    public void No_command_is_wrong_usage() => Assert.That(Thermo.Run("joules").ExitCode, Is.EqualTo(2));

    [Test]
    public void Repeats_give_a_mean_with_its_error()
    {
        JsonElement json = Thermo.Run(
            "joules", "--quiet", "--sysfs", Folder, "--repeat", "3", "--json", "-", "--", "sh", "-c", $"read n < '{Counter}'; echo $((n + 2000000)) > '{Counter}'; sleep 0.02").Json;
        Assert.That(json.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("joules").GetDouble()), Is.EqualTo(new[] { 2.0, 2, 2 }));
        Assert.That(json.GetProperty("perRun").GetDouble(), Is.EqualTo(2));
        Assert.That(json.GetProperty("totalJoules").GetDouble(), Is.EqualTo(6));
    }

    [Test]
    public void Status_names_every_source_with_reason_and_fix()
    {
        File.Delete(Counter);
        Directory.CreateDirectory(Counter); // unreadable, for root too
        Outcome outcome = Thermo.Run("joules", "status", "--sysfs", Folder, "--json", "-");
        JsonElement package = outcome.Json.GetProperty("components").EnumerateArray().Single(component => component.GetProperty("name").GetString() == "cpu-package-0");
        Assert.That(outcome.ExitCode, Is.Zero);
        Assert.That(package.GetProperty("status").GetString(), Is.EqualTo("Unavailable"));
        Assert.That(package.GetProperty("reason").GetString(), Does.Contain("energy_uj"));
        Assert.That(package.GetProperty("fix").GetString(), Does.Contain("tmpfiles"));
        Assert.That(Thermo.Run("joules", "status", "--sysfs", Folder).Output, Does.Contain("cpu-package-0").And.Contain("Fix:"));
    }

    [Test]
    public void Idle_is_a_median_of_windows()
    {
        Outcome outcome = Thermo.Run("joules", "idle", "--sysfs", Folder, "--seconds", "1", "--json", "-");
        Assert.That(outcome.Json.GetProperty("idleWatts").GetDouble(), Is.Zero, "a counter that stands still");
        Directory.Delete(Path.Combine(Folder, "class"), recursive: true);
        Outcome none = Thermo.Run("joules", "idle", "--sysfs", Folder, "--seconds", "1");
        Assert.That((none.ExitCode, none.Output), Is.EqualTo((1, "")));
        Assert.That(none.Error, Does.Contain("There is no idle power to measure"));
    }

    [Test]
    public void Tune_chooses_the_setting_that_costs_least()
    {
        string html = Path.Combine(Folder, "tune.html");
        Outcome outcome = Thermo.Run(
            "joules", "tune", "--energy", "--budget", "6", "--sysfs", Folder, "--json", "-", "--html", html, "--knob", "cost=4,2", "--",
            "sh", "-c", $"read n < '{Counter}'; echo $((n + {{cost}}000000)) > '{Counter}'; sleep 0.02");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.ToString());
        JsonElement[] settings = [.. outcome.Json.GetProperty("settings").EnumerateArray()];
        Assert.That(settings.Select(setting => setting.GetProperty("joules").GetDouble()), Is.EqualTo(new[] { 4.0, 2 }));
        Assert.That(settings.Select(setting => setting.GetProperty("chosen").GetBoolean()), Is.EqualTo(new[] { false, true }));
        Assert.That(File.ReadAllText(html), Does.Contain("cost=2"));
    }

    [TestCase("--knob", "batch")]
    [TestCase("--knob", "batch=")]
    [TestCase("--knob", "power-limit=fast")]
    public void A_knob_that_is_none_is_wrong_usage(string option, string value) =>
        Assert.That(Thermo.Run("joules", "tune", option, value, "--sysfs", Folder, "--", "true").ExitCode, Is.EqualTo(2));

    [Test]
    public void Goals_exclude_one_another_and_stay_in_their_range()
    {
        Assert.That(Thermo.Run("joules", "tune", "--knob", "a=1", "--eta", ".5", "--energy", "--", "true").ExitCode, Is.EqualTo(2));
        Assert.That(Thermo.Run("joules", "tune", "--knob", "a=1", "--eta", "2", "--", "true").ExitCode, Is.EqualTo(2));
        Assert.That(Thermo.Run("joules", "tune", "--knob", "a=1", "--slowdown", ".5", "--", "true").ExitCode, Is.EqualTo(2));
    }

    [Test]
    public void A_power_limit_is_not_set_unless_it_is_asked_for()
    {
        Outcome outcome = Thermo.Run("joules", "tune", "--knob", "power-limit=150,200", "--sysfs", Folder, "--", "true");
        Assert.That(outcome.ExitCode, Is.EqualTo(1));
        Assert.That(outcome.Error, Does.Contain("nvidia-smi -i 0 -pl 150").And.Contain("--set-power-limit"));
    }

    [Test]
    public void A_setting_that_fails_has_no_cost() =>
        Assert.That(Thermo.Run("joules", "tune", "--knob", "a=1,2", "--sysfs", Folder, "--", "sh", "-c", "exit {a}"), Has.Property("ExitCode").EqualTo(1).And.Property("Error").Contains("ended with code 1"));

    [Test]
    public void A_transition_has_its_joules_or_the_reason_why_not()
    {
        string data = Write("d2.csv", SmallData.D2);
        JsonElement joules = Thermo.Run("transition", data, "--label", "y", "--type2", "training", "--joules", "--json", "-").Json.GetProperty("joules");
        bool isMeasured = joules.GetProperty("totalJoules").ValueKind == JsonValueKind.Number;
        Assert.That(isMeasured || joules.GetProperty("components").EnumerateArray().All(component => component.GetProperty("reason").GetString() is { Length: > 0 }));
        Assert.That(joules.GetProperty("perNatStatus").GetString(), Is.Not.Empty);
        Assert.That(Thermo.Run("transition", data, "--label", "y", "--type2", "training", "--joules").Output.ReplaceLineEndings(" "), Does.Contain("oules of training").Or.Contain("Training cost"));
        Assert.That(Thermo.Run("transition", data, "--label", "y", "--type2", "training", "--json", "-").Json.TryGetProperty("joules", out _), Is.False);
    }
}
