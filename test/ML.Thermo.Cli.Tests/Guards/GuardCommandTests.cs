using System.Text.Json;
using ML.Thermo.Tests;

namespace ML.Thermo.Cli.Tests.Guards;

internal sealed class GuardCommandTests : Sandbox
{
    private static readonly string Model = ShippedNetworks.Find("digits-cnn.onnx"), Other = ShippedNetworks.Find("digits-mlp.onnx");
    private static readonly string Digits = ShippedNetworks.Find(ShippedNetworks.Digits);

    private string Guard => Path.Combine(Folder, "guard.json");

    private string Noise => Path.Combine(Folder, "noise.csv");

    [Test]
    public void A_guard_is_fitted_written_and_judges_by_the_contract()
    {
        JsonElement fit = Fit("--score", "joined");
        JsonElement clean = Thermo.Run("guard", Model, "--guard", Guard, "--data", Digits, "--json", "-").Json;
        int calibrated = fit.GetProperty("rows").GetProperty("calibrate").GetInt32();
        Assert.Multiple(() =>
        {
            Assert.That(fit.GetProperty("score").GetString(), Is.EqualTo("joined"));
            Assert.That(fit.GetProperty("layers").GetArrayLength(), Is.InRange(1, 3));
            Assert.That(fit.GetProperty("allLayers").GetInt32(), Is.EqualTo(3));
            Assert.That(fit.GetProperty("cost").GetDouble(), Is.Positive);
            JsonElement power = fit.GetProperty("power")[0];
            Assert.That(power.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "corruption", "strength", "score", "rows", "power", "tried" }));
            Assert.That(clean.GetProperty("rows").GetArrayLength(), Is.EqualTo(512));
            Assert.That(clean.GetProperty("windows").GetArrayLength(), Is.EqualTo(25));
            Assert.That(clean.GetProperty("windows")[1].GetProperty("first").GetInt32(), Is.EqualTo(20));
            Assert.That(clean.GetProperty("leastPValue").GetDouble(), Is.EqualTo(1.0 / (1 + calibrated)).Within(1e-12));
            Assert.That(Alarms(clean), Is.LessThan(512 * 0.05), "its own reference, at a rate of .01");
        });
    }

    [Test]
    public void Noise_in_the_place_of_digits_is_strange_and_fails_where_asked()
    {
        Fit();
        WriteNoise(60);
        Outcome told = Thermo.Run("guard", Model, "--guard", Guard, "--data", Noise, "--csv", Path.Combine(Folder, "rows.csv"));
        Outcome failed = Thermo.Run("guard", Model, "--guard", Guard, "--data", Noise, "--fail-on", "strange", "--json", "-");
        Assert.Multiple(() =>
        {
            Assert.That(told.ExitCode, Is.Zero, told.ToString());
            Assert.That(told.Output, Does.Contain("60 of 60 rows are strange at 1 % false alarms").And.Contain("3 of 3 windows"));
            Assert.That(File.ReadAllLines(Path.Combine(Folder, "rows.csv")), Has.Length.EqualTo(61));
            Assert.That(File.ReadAllLines(Path.Combine(Folder, "rows.csv"))[0], Is.EqualTo("row,pValue,strangeness,hottestLayer"));
            Assert.That(failed.ExitCode, Is.EqualTo(3));
            Assert.That(failed.Error, Does.Contain("3 of 3 windows are strange"));
            Assert.That(failed.Json.GetProperty("rows")[0].GetProperty("hottestLayer").ValueKind, Is.EqualTo(JsonValueKind.Null), "the guard looks at the input alone");
        });
    }

    [Test]
    public void Fit_says_where_it_is_blind_and_which_score_sees_more()
    {
        Outcome fit = Thermo.Run("guard", "fit", Model, "--reference", Digits, "--csv", Path.Combine(Folder, "damage.csv"));
        Assert.That(fit.ExitCode, Is.Zero, fit.ToString());
        Assert.That(fit.Output, Does.StartWith("This guard sees "));
        Assert.That(fit.Output.ReplaceLineEndings(" "), Does.Contain("of 9 kinds of damage row by row").And.Contain("Where it is blind").And.Contain("noise (").And.Contain("not wrong answers"));
        Assert.That(File.ReadAllLines(Path.Combine(Folder, "damage.csv")), Has.Length.EqualTo(1 + (9 * 3)));
    }

    [Test]
    public void Both_commands_write_a_page_that_says_what_made_it()
    {
        string made = Path.Combine(Folder, "guard.html"), judged = Path.Combine(Folder, "rows.html");
        Fit("--html", made);
        WriteNoise(60);
        Outcome outcome = Thermo.Run("guard", Model, "--guard", Guard, "--data", Noise, "--html", judged);
        Assert.Multiple(() =>
        {
            Assert.That(outcome.ExitCode, Is.Zero, outcome.ToString());
            Assert.That(File.ReadAllText(made), Does.Contain("<h1>digits-cnn.onnx: what its input guard can see</h1>").And.Contain("This guard sees "));
            Assert.That(File.ReadAllText(made), Does.Contain("<i>fit</i>").And.Contain("sha256"));
            Assert.That(File.ReadAllText(judged), Does.Contain("<h1>noise.csv: is it like the reference of digits-cnn.onnx?</h1>"));
            Assert.That(File.ReadAllText(judged), Does.Contain("60 of 60 rows are strange"));
            Assert.That(File.ReadAllText(judged), Does.Contain("class=\"verdict bad\""));
        });
    }

    [Test]
    public void The_same_seed_gives_the_same_file()
    {
        Fit();
        string first = File.ReadAllText(Guard);
        Fit();
        Assert.That(File.ReadAllText(Guard), Is.EqualTo(first));
    }

    [Test]
    public void Another_network_a_damaged_guard_and_other_extents_are_one_clear_line()
    {
        Fit();
        Outcome other = Thermo.Run("guard", Other, "--guard", Guard, "--data", Digits);
        File.WriteAllText(Path.Combine(Folder, "bad.json"), File.ReadAllText(Guard).Replace("\"radius\":", "\"radius\":1", StringComparison.Ordinal));
        Outcome damaged = Thermo.Run("guard", Model, "--guard", Path.Combine(Folder, "bad.json"), "--data", Digits);
        Assert.Multiple(() =>
        {
            Assert.That(other.ExitCode, Is.EqualTo(1));
            Assert.That(other.Error, Does.Contain("'digits-mlp.onnx' is not the network of the guard").And.Contain("'digits-cnn.onnx'"));
            Assert.That(damaged.Error, Does.Contain("'bad.json' is no guard").And.Contain("checksum"));
        });
    }

    [TestCase("--false-alarms 0", "--false-alarms 0 is no rate", 2)]
    [TestCase("--false-alarms 0.001", "99", 1)]
    [TestCase("--score network", "expected layers, input, joined or auto", 2)]
    public void Bad_options_of_fit_are_named(string options, string expected, int code)
    {
        Outcome outcome = Thermo.Run(["guard", "fit", Model, "--reference", Digits, .. options.Split(' ')]);
        Assert.That(outcome.ExitCode, Is.EqualTo(code), outcome.ToString());
        Assert.That(outcome.Error, Does.Contain(expected));
    }

    [TestCase("--false-alarms 2", "is no rate", 2)]
    [TestCase("--window 1", "at least 2 rows", 2)]
    [TestCase("--fail-on drift", "expected strange", 2)]
    public void Bad_options_are_named(string options, string expected, int code)
    {
        Fit();
        Outcome outcome = Thermo.Run(["guard", Model, "--guard", Guard, "--data", Digits, .. options.Split(' ')]);
        Assert.That(outcome.ExitCode, Is.EqualTo(code), outcome.ToString());
        Assert.That(outcome.Error, Does.Contain(expected));
    }

    [Test]
    public void A_guard_that_is_not_there_is_named_with_the_folder()
    {
        Outcome outcome = Thermo.Run("guard", Model, "--guard", "nope.json", "--data", Digits);
        Assert.That(outcome.ExitCode, Is.EqualTo(1));
        Assert.That(outcome.Error, Does.StartWith("thermo: There is no file 'nope.json': check the path (the current folder is"));
    }

    [Test]
    public void The_guard_does_not_write_over_what_it_reads()
    {
        Outcome outcome = Thermo.Run("guard", "fit", Model, "--reference", Digits, "--out", Digits);
        Assert.That(outcome.ExitCode, Is.EqualTo(1));
        Assert.That(outcome.Error, Does.Contain("would overwrite"));
    }

    private JsonElement Fit(params string[] more)
    {
        Outcome fit = Thermo.Run(["guard", "fit", Model, "--reference", Digits, "--out", Guard, .. more, "--json", "-"]);
        Assert.That(fit.ExitCode, Is.Zero, fit.ToString());
        return fit.Json;
    }

    private static int Alarms(JsonElement json) => json.GetProperty("rows").EnumerateArray().Count(row => row.GetProperty("pValue").GetDouble() <= 0.01);

    private void WriteNoise(int rows)
    {
        Initialization.RandomStream random = new(4, 0);
        File.WriteAllLines(Noise, Enumerable.Range(0, rows).Select(_ => string.Join(',', Enumerable.Range(0, 64).Select(_ =>
            random.NextDouble().ToString(System.Globalization.CultureInfo.InvariantCulture)))));
    }
}
