using System.Text.Json;

namespace ML.Thermo.Cli.Tests.Refresh;

internal sealed class RefreshCommandTests : Sandbox
{
    [TestCase("0,52;3;1", ';', "p")]
    [TestCase("0.52;3,5;1", ';', "x")]
    [TestCase("0.52;3;1,5", ';', "y")]
    [TestCase("\"1,234\",3,1", ',', "p")]
    [TestCase("0.5,\"1,234\",1", ',', "x")]
    public void A_comma_in_a_number_is_not_taken_for_a_thousands_separator(string row, char separator, string column)
    {
        string header = string.Join(separator, "p", "x", "y");
        string data = Write("komma.csv", [header, .. Enumerable.Repeat(row, 30)]);

        Outcome outcome = Thermo.Run("refresh", data, Write("current.csv", [header, .. Enumerable.Repeat(row, 30)]), "--label", "y", "--prediction", "p");

        Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.ToString());
        Assert.That(outcome.Error, Does.StartWith($"thermo: Row 1 (line 2) of '{data}', column '{column}', is '").And.Contain(","));
        Assert.That(outcome.Output, Is.Empty);
    }

    [Test]
    public void A_comma_in_a_later_row_is_named_too()
    {
        string[] rows = [.. Enumerable.Range(0, 30).Select(i => $"0.5;{i};1")];
        Outcome outcome = Thermo.Run("refresh", Write("a.csv", ["p;x;y", .. rows]), Write("b.csv", ["p;x;y", .. rows, "0.5;7,5;1"]), "--label", "y", "--prediction", "p");

        Assert.That((outcome.ExitCode, outcome.Error), Is.EqualTo((1, outcome.Error)));
        Assert.That(outcome.Error, Does.Contain("Row 31 (line 32)").And.Contain("'7,5'"));
    }

    [Test]
    public void A_short_last_window_shows_the_same_energy_on_the_page_as_in_the_table_also_without_labels()
    {
        IEnumerable<string> Rows(int count, double shift) => Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"{0.5 + (0.4 * Math.Sin(i + shift))}"));
        string reference = Write("a.csv", ["p", .. Rows(200, 0)]), current = Write("b.csv", ["p", .. Rows(104, 0.3)]), page = Path.Combine(Folder, "page.html");

        Outcome outcome = Thermo.Run("refresh", reference, current, "--prediction", "p", "--energy", "ce", "--window", "50", "--html", page);

        Assert.That(outcome.ExitCode, Is.Zero, outcome.ToString());
        string last = outcome.Output.Split('\n').Single(line => line.StartsWith(" 2 ", StringComparison.Ordinal));
        string energy = last.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[3];
        Assert.That(energy, Does.Contain("±"));
        using var found = System.Text.Json.JsonDocument.Parse(File.ReadAllText(page).Split("id=\"findings\">")[1].Split("</script>")[0]);
        Assert.That(found.RootElement.GetProperty("windows")[2].GetProperty("values").GetProperty("deltaEnergy").GetProperty("text").GetString(), Is.EqualTo(energy));
    }

    [Test]
    public void Windows_without_drift_pass_and_those_with_noise_are_flagged_in_the_first_alarm()
    {
        JsonElement json = Refresh(Rows(600, 1, 1), [.. Rows(300, 2, 1), .. Rows(300, 3, 2).Skip(1)], "--prediction", "yhat", "--window", "100", "--json", "-").Json;

        JsonElement[] windows = [.. json.GetProperty("windows").EnumerateArray()];
        Assert.That(windows.Select(window => window.GetProperty("rows").GetInt32()), Is.All.EqualTo(100));
        Assert.That(windows.Select(window => window.GetProperty("firstRow").GetInt32()), Is.EqualTo(new[] { 1, 101, 201, 301, 401, 501 }));
        Assert.That(windows.Skip(3).Select(window => window.GetProperty("refresh").GetBoolean()), Is.All.True);
        Assert.That(windows.Count(window => window.GetProperty("refresh").GetBoolean()), Is.LessThanOrEqualTo(4));
        Assert.That(json.GetProperty("firstAlarm").GetInt32(), Is.InRange(3, 5));
        Assert.That(json.GetProperty("rule").GetString(), Is.EqualTo("energy"));
        Assert.That(json.GetProperty("falseAlarmRate").GetDouble(), Is.EqualTo(0.05));

        // Noise of twice the size: ΔE = 3, ΔS = ln 4, T = 3/ln 4 by the law of Gaussian residuals.
        double energy = windows[3].GetProperty("deltaEnergy").GetDouble(), error = windows[3].GetProperty("deltaEnergyStandardError").GetDouble();
        Assert.That(energy, Is.EqualTo(3).Within(4 * error));
        Assert.That(windows[3].GetProperty("temperature").GetDouble(), Is.EqualTo(3 / Math.Log(4)).Within(4 * windows[3].GetProperty("temperatureStandardError").GetDouble()));
    }

    [Test]
    public void A_linear_fit_finds_which_feature_broke_and_what_a_refresh_would_release()
    {
        string[] broken = [.. Rows(400, 2, 1).Select((line, i) => i == 0 ? line : Replace(line, 1, "3"))];
        JsonElement window = Refresh(Rows(2000, 1, 1), broken, "--without", "yhat,kind", "--json", "-").Json.GetProperty("windows")[0];

        Assert.That(window.GetProperty("refresh").GetBoolean(), Is.True);
        Assert.That(window.GetProperty("attribution")[0].GetProperty("name").GetString(), Is.EqualTo("x1"));
        Assert.That(window.GetProperty("attribution").EnumerateArray().Sum(share => share.GetProperty("deltaEnergy").GetDouble()), Is.EqualTo(window.GetProperty("deltaEnergy").GetDouble()).Within(1e-6));
        Assert.That(window.GetProperty("refreshRelease").GetDouble(), Is.Positive);
        Assert.That(window.GetProperty("inputs")[0].GetProperty("name").GetString(), Is.EqualTo("x1"));
    }

    [Test]
    public void Without_labels_moved_inputs_are_seen_and_the_report_says_what_is_not()
    {
        string[] moved = [.. Rows(200, 2, 1).Select((line, i) => i == 0 ? line : Replace(line, 0, "2.5"))];
        string before = Write("before.csv", Rows(600, 1, 1)), after = Write("after.csv", moved);
        Outcome run = Thermo.Run("refresh", before, after, "--prediction", "yhat", "--without", "y");
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output.ReplaceLineEndings(" "), Does.Contain("only the inputs and what the model makes of them").And.Contain("yes"));
        Assert.That(Thermo.Run("refresh", before, after, "--prediction", "yhat", "--without", "y", "--json", "-").Json.GetProperty("rule").GetString(), Is.EqualTo("label-free"));
    }

    [Test]
    public void Probabilities_of_two_and_of_several_classes_are_read()
    {
        string[] binary = ["p,y", .. Enumerable.Range(0, 60).Select(i => $"{(i % 3 == 0 ? 0.8 : 0.3)},{(i % 4 == 0 ? 1 : 0)}")];
        JsonElement one = Refresh(binary, binary, "--prediction", "p", "--energy", "ce", "--json", "-").Json.GetProperty("windows")[0];
        Assert.That(one.GetProperty("deltaEnergy").GetDouble(), Is.Zero);
        Assert.That(one.GetProperty("selfEnergy").GetProperty("deltaEnergy").GetDouble(), Is.Zero);

        string[] several = ["a,b,c,y", .. Enumerable.Range(0, 60).Select(i => $"0.5,0.25,0.25,{"abc"[i % 3]}")];
        JsonElement reference = Refresh(several, several, "--prediction", "a,b,c", "--json", "-").Json;
        Assert.That(reference.GetProperty("energy").GetString(), Is.EqualTo("ce"));
        Assert.That(reference.GetProperty("reference").GetProperty("stateEnergy").GetDouble(), Is.EqualTo((Math.Log(2) + (2 * Math.Log(4))) / 3).Within(1e-12));
    }

    // Thirds with two decimals add up to 0.99: each may lack half a unit of its last place, and is taken for its share of the sum.
    [Test]
    public void Rounded_probabilities_are_read_and_a_sum_that_no_rounding_explains_is_refused()
    {
        string[] thirds = ["a,b,c,y", .. Enumerable.Range(0, 60).Select(i => $"0.33,0.33,0.33,{"abc"[i % 3]}")];
        JsonElement reference = Refresh(thirds, thirds, "--prediction", "a,b,c", "--json", "-").Json.GetProperty("reference");
        Assert.That(reference.GetProperty("stateEnergy").GetDouble(), Is.EqualTo(Math.Log(3)).Within(1e-12));

        Refused(Refresh([.. thirds, "0.5,0.25,0.2,a"], thirds, "--prediction", "a,b,c"), "Row 61 (line 62)", "add up to 0.95");
        Refused(Refresh([.. thirds, "0.3333,0.3333,0.3313,a"], thirds, "--prediction", "a,b,c"), "Row 61 (line 62)", "add up to 0.9979");
    }

    [Test]
    public void Windows_go_by_time_whether_numbers_or_dates()
    {
        string[] Timed(Func<int, string> time) => [.. Rows(120, 2, 1).Select((line, i) => i == 0 ? $"t,{line}" : $"{time(i - 1)},{line}")];
        string before = Write("before.csv", Rows(200, 1, 1));
        int[] Sizes(string[] rows, string span) =>
            [.. Thermo.Run("refresh", before, Write("timed.csv", rows), "--label", "y", "--prediction", "yhat", "--time-column", "t", "--window", span, "--json", "-")
                .Json.GetProperty("windows").EnumerateArray().Select(window => window.GetProperty("rows").GetInt32())];

        Assert.That(Sizes(Timed(i => $"{i / 2.0}"), "20"), Is.EqualTo(new[] { 40, 40, 40 }));
        Assert.That(Sizes(Timed(i => $"2026-01-{1 + (i / 12):00}T{2 * (i % 12):00}:00:00"), "4d"), Is.EqualTo(new[] { 48, 48, 24 }));
        Assert.That(Sizes(Timed(i => $"{(i < 60 ? i : i + 1000)}"), "60"), Is.EqualTo(new[] { 60, 20, 40 }), "windows keep their grid over gaps");
    }

    [Test]
    public void Labels_not_yet_known_are_counted_and_unseen_categories_too()
    {
        string[] late = [.. Rows(100, 2, 1).Select((line, i) => i == 0 ? line : Replace(i % 2 == 0 ? Replace(line, 4, "") : line, 2, i % 10 == 0 ? "new" : "a"))];
        JsonElement window = Refresh(Rows(200, 1, 1), late, "--prediction", "yhat", "--json", "-").Json.GetProperty("windows")[0];
        JsonElement kind = window.GetProperty("inputs").EnumerateArray().Single(input => input.GetProperty("name").GetString() == "kind");
        Assert.That(window.GetProperty("labelled").GetInt32(), Is.EqualTo(50));
        Assert.That(kind.GetProperty("unseen").GetInt32(), Is.EqualTo(10));
        Assert.That(kind.GetProperty("kolmogorovSmirnov").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void Equal_losses_are_a_point_state()
    {
        string[] same = ["p,y", .. Enumerable.Range(0, 40).Select(i => $"{i},{i + 1}")];
        JsonElement window = Refresh(same, same, "--prediction", "p", "--json", "-").Json.GetProperty("windows")[0];
        Assert.That(window.GetProperty("status").EnumerateArray().Select(name => name.GetString()), Does.Contain("PointState"));
        Assert.That(window.GetProperty("temperature").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(window.GetProperty("refresh").GetBoolean(), Is.False);
    }

    [Test]
    public void A_table_has_a_row_a_window_and_equal_seeds_give_equal_files()
    {
        string csv = Path.Combine(Folder, "windows.csv");
        string[] current = Rows(300, 2, 1);
        Outcome first = Refresh(Rows(300, 1, 1), current, "--prediction", "yhat", "--window", "60", "--csv", csv, "--json", "-");
        string[] lines = File.ReadAllLines(csv);
        Assert.That(lines, Has.Length.EqualTo(6));
        Assert.That(lines.Select(line => line.Split(',').Length), Is.All.EqualTo(32));
        Assert.That(Refresh(Rows(300, 1, 1), current, "--prediction", "yhat", "--window", "60", "--json", "-").Output, Is.EqualTo(first.Output));
    }

    [TestCase("NA", "--json", "-")]
    [TestCase("null", "--json", "-")]
    [TestCase("?", "--missing", "?", "--json", "-")]
    public void An_empty_cell_may_be_written_in_words_and_a_column_that_goes_empty_is_drift_but_no_refresh(string empty, params string[] options)
    {
        string[] before = ["a,p", .. Enumerable.Range(0, 200).Select(i => $"{(i * 37 % 101) - 50},{(i * 53 % 97) / 97.0}")];
        string[] after = ["a,p", .. Enumerable.Range(0, 60).Select(i => $"{empty},{(i * 29 % 97) / 97.0}")];
        Outcome outcome = Unlabelled(before, after, ["--prediction", "p", "--fail-on", "drift", .. options]);
        JsonElement window = outcome.Json.GetProperty("windows")[0], input = window.GetProperty("inputs").EnumerateArray().Single(i => i.GetProperty("name").GetString() == "a");
        Assert.Multiple(() =>
        {
            Assert.That(outcome.ExitCode, Is.EqualTo(3));
            Assert.That(outcome.Error, Does.Contain("drift in 1 of 1 windows"));
            Assert.That(window.GetProperty("refresh").GetBoolean(), Is.False);
            Assert.That(window.GetProperty("cause").GetString(), Is.EqualTo("broken-input"));
            Assert.That(input.GetProperty("missing").GetInt32(), Is.EqualTo(60));
            Assert.That(input.GetProperty("fault").GetString(), Is.EqualTo("missing"));
        });
        Assert.That(Unlabelled(before, before, ["--prediction", "p", "--fail-on", "drift", "--json", "-"]).ExitCode, Is.Zero);
    }

    [Test]
    public void Labels_in_words_and_probabilities_of_single_precision_are_read_and_a_column_is_text_by_its_values()
    {
        string[] Rows(string yes, string no) => ["x,p,y", .. Enumerable.Range(0, 120).Select(i => $"{(i == 0 ? "7" : i % 5 == 0 ? "C85" : $"{i}")},{(i == 9 ? "1.0000001" : $"{(i * 31 % 97) / 97.0}")},{(i % 3 == 0 ? yes : no)}")];
        double[] Values(string yes, string no) => [.. Refresh(Rows(yes, no), Rows(yes, no), "--prediction", "p", "--energy", "ce", "--json", "-")
            .Json.GetProperty("windows").EnumerateArray().Select(window => window.GetProperty("pValue").GetDouble())];
        double[] expected = Values("1", "0");
        Assert.That(Values("True", "False"), Is.EqualTo(expected));
        Assert.That(Values("yes", "no"), Is.EqualTo(expected));
        Assert.That(Values("1", "-1"), Is.EqualTo(expected));
    }

    [Test]
    public void In_a_long_file_the_first_row_that_is_wrong_is_named()
    {
        string[] rows = ["p,y", .. Enumerable.Range(0, 6000).Select(i => $"{(i % 3 == 0 ? 0.8 : 0.3)},{(i % 4 == 0 ? 1 : 0)}")];
        string[] options = ["--prediction", "p", "--energy", "ce", "--window", "1000", "--json", "-"];
        Assert.That(Refresh(rows, rows, options).Json.GetProperty("windows").EnumerateArray().Select(window => window.GetProperty("rows").GetInt32()), Is.EqualTo(Enumerable.Repeat(1000, 6)));

        rows[4050] = "high,1";
        Refused(Refresh(rows, rows, options), "Row 4050 (line 4051)", "'high'");
        rows[4000] = "0.3,7"; // is read well, and wrong for the loss only
        Refused(Refresh(rows, rows, options), "Row 4000 (line 4001)", "label 7");
    }

    [Test]
    public void What_a_user_gets_wrong_is_said_in_one_line()
    {
        string[] good = Rows(60, 1, 1);
        string[] prediction = ["--prediction", "yhat"];
        Refused(Refresh(good, [.. good.Select(line => line.Replace("x1", "z1", StringComparison.Ordinal))], prediction), "'x1' is missing", "'z1'");
        Refused(Refresh(good[..15], good, prediction), "14 rows", "at least 20");
        Refused(Refresh(good, good[..6], prediction), "5 rows", "at least 10");
        WrongUsage(Refresh(good, good, "--prediction", "yhat", "--window", "5"), "--window 5", "at least 10");
        Refused(Refresh(good, good, "--prediction", "yhut"), "no column 'yhut'", "yhat");
        Refused(Refresh(good, [.. good.Select((line, i) => i == 4 ? Replace(line, 4, "high") : line)], prediction), "Row 4", "column 'y'", "'high'");
        Refused(Refresh([.. good.Select((line, i) => i == 0 ? line : Replace(line, 4, "NaN"))], good, prediction), "0 rows with a label");
        Refused(Refresh(good, good, "--prediction", "yhat", "--energy", "ce"), "Row 1 (line 2)", "0 or 1");
        WrongUsage(Refresh(good, good, "--energy", "mae"), "--prediction");
        Refused(Refresh(good, good, "--prediction", "yhat", "--time-column", "x1", "--window", "86400", "--without", "x0"), "sort the file");
        WrongUsage(Refresh(good, good, "--prediction", "yhat", "--time-column", "x1"), "--window");
        WrongUsage(Refresh(good, good, "--prediction", "yhat", "--window", "1w"), "--window 1w");
        Refused(Refresh(good, good, "--prediction", "yhat", "--false-alarms", "2"), "in (0, 1)");
        Refused(Refresh(good, [.. good.Select((line, i) => i == 3 ? Replace(line, 0, "abc") : line)], prediction), "Row 3", "'x0'", "'abc'", "--missing");
        Refused(Thermo.Run("refresh", Path.Combine(Folder, "nowhere.csv"), Write("c.csv", good), "--label", "y"), "There is no file");
    }

    private static void Refused(Outcome run, params string[] parts) => Refused(run, 1, parts);

    private static void WrongUsage(Outcome run, params string[] parts) => Refused(run, 2, parts);

    private static void Refused(Outcome run, int exitCode, string[] parts)
    {
        Assert.That(run.ExitCode, Is.EqualTo(exitCode), run.ToString());
        Assert.That(run.Output, Is.Empty);
        Assert.That(run.Error.TrimEnd(), Does.StartWith("thermo: ").And.Not.Contain("\n"), run.ToString());
        foreach (string part in parts)
            Assert.That(run.Error, Does.Contain(part));
    }

    private Outcome Refresh(string[] before, string[] after, params string[] options) =>
        Thermo.Run(["refresh", Write("before.csv", before), Write("after.csv", after), "--label", "y", .. options]);

    private Outcome Unlabelled(string[] before, string[] after, string[] options) =>
        Thermo.Run(["refresh", Write("before.csv", before), Write("after.csv", after), .. options]);

    /// <summary>y = x0 − 2·x1 + noise of the given size; yhat is the true line.</summary>
    private static string[] Rows(int count, ulong seed, double noise)
    {
        var random = new ML.Thermo.Initialization.RandomStream(seed, 0);
        return ["x0,x1,kind,yhat,y", .. Enumerable.Range(0, count).Select(i =>
        {
            double a = random.NextNormal(), b = random.NextNormal(), line = a - (2 * b);
            return FormattableString.Invariant($"{a:R},{b:R},{"abc"[i % 3]},{line:R},{line + (noise * random.NextNormal()):R}");
        })];
    }

    private static string Replace(string line, int column, string cell)
    {
        string[] cells = line.Split(',');
        cells[column] = cell;
        return string.Join(',', cells);
    }
}
