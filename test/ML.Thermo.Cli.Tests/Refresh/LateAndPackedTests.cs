using System.IO.Compression;
using System.Text.Json;

namespace ML.Thermo.Cli.Tests.Refresh;

/// <summary>Labels in a file of their own, files that are packed, tests that go on, and what is said of rows and columns.</summary>
internal sealed class LateAndPackedTests : Sandbox
{
    [Test]
    public void Labels_that_came_later_give_the_numbers_of_labels_that_were_there()
    {
        string[] reference = Rows(300, 1, 1, withLabel: true), current = Rows(200, 2, 1.5, withLabel: true);
        string[] waiting = [.. current.Select(row => row[..row.LastIndexOf(',')])];
        string[] late = ["id,y", .. current.Skip(1).Select(row => $"{row[..row.IndexOf(',')]},{row[(row.LastIndexOf(',') + 1)..]}").Reverse(), "nobody,1"];
        string before = Write("reference.csv", reference);
        Outcome there = Run(before, Write("current.csv", current), "--label", "y", "--without", "id", "--json", "-");
        Outcome came = Run(before, Write("waiting.csv", waiting), "--label", "y", "--labels", Write("late.csv", late), "--id", "id", "--json", "-");

        Assert.That(came.ExitCode, Is.Zero, came.ToString());
        static IEnumerable<double> PValues(Outcome outcome) => Windows(outcome).Select(window => window.GetProperty("pValue").GetDouble());
        Assert.That(PValues(came), Is.EqualTo(PValues(there)));
        Assert.That(Windows(came).Select(window => window.GetProperty("final").GetBoolean()), Is.All.True);
        Assert.That(came.Error, Does.Contain("1 of 201 labels of"));
    }

    [Test]
    public void A_window_whose_labels_have_not_come_is_not_final()
    {
        string[] current = Rows(200, 2, 1, withLabel: true);
        string[] late = ["id,y", .. current.Skip(1).Take(90).Select(row => $"{row[..row.IndexOf(',')]},{row[(row.LastIndexOf(',') + 1)..]}")];
        Outcome outcome = Run(
            Write("reference.csv", Rows(300, 1, 1, withLabel: true)), Write("waiting.csv", [.. current.Select(row => row[..row.LastIndexOf(',')])]),
            "--label", "y", "--labels", Write("late.csv", late), "--id", "id", "--json", "-");
        Assert.That(Windows(outcome).Select(window => window.GetProperty("final").GetBoolean()), Is.EqualTo(new[] { true, true, false, false }), "50, 40, 0, 0");
    }

    [Test]
    public void Options_of_late_labels_come_together()
    {
        string file = Write("reference.csv", Rows(300, 1, 1, withLabel: true));
        Assert.That(Thermo.Run("refresh", file, file, "--label", "y", "--prediction", "yhat", "--labels", file), Has.Property("ExitCode").EqualTo(2));
        Assert.That(Thermo.Run("refresh", file, file, "--prediction", "yhat", "--id", "id"), Has.Property("ExitCode").EqualTo(2));
    }

    [Test]
    public void A_packed_file_is_read_as_the_file_that_was_packed()
    {
        string reference = Write("reference.csv", Rows(300, 1, 1, withLabel: true)), current = Write("current.csv", Rows(200, 2, 1.5, withLabel: true));
        string packed = Path.Combine(Folder, "current.csv.gz");
        using (FileStream to = File.Create(packed))
        using (var zip = new GZipStream(to, CompressionLevel.Fastest))
            zip.Write(File.ReadAllBytes(current));
        string[] options = ["--label", "y", "--without", "id", "--json", "-"];
        Outcome plain = Run(reference, current, options), unpacked = Run(reference, packed, options);
        Assert.That(unpacked.Output, Is.EqualTo(plain.Output));
        File.WriteAllText(packed, "not packed");
        Assert.That(Run(reference, packed, "--label", "y").Error, Does.Contain("no gzip file"));
        Assert.That(Run(reference, Write("rows.parquet", ["PAR1"]), "--label", "y").Error, Does.Contain("parquet").And.Contain("csv"));
    }

    [Test]
    public void A_test_with_a_state_goes_on_where_the_last_run_stopped()
    {
        string reference = Write("reference.csv", Rows(300, 1, 1, withLabel: true)), state = Path.Combine(Folder, "watch.state");
        string[] all = Rows(400, 2, 1.2, withLabel: true);
        string[] options = ["--label", "y", "--without", "id", "--json", "-"];
        JsonElement whole = Windows(Run(reference, Write("all.csv", all), options))[^1];
        Run(reference, Write("first.csv", all[..201]), [.. options, "--state", state]);
        Outcome second = Run(reference, Write("second.csv", [all[0], .. all[201..]]), [.. options, "--state", state]);
        JsonElement last = Windows(second)[^1];
        foreach (string name in new[] { "index", "logEValue", "detector", "alarm" })
            Assert.That(last.GetProperty(name).ToString(), Is.EqualTo(whole.GetProperty(name).ToString()), name);
        Outcome other = Run(reference, Write("first.csv", all[..201]), [.. options, "--state", state, "--run-length", "50"]);
        Assert.That((other.ExitCode, other.Error), Is.EqualTo((1, other.Error)));
        Assert.That(other.Error, Does.Contain("was begun with").And.Contain("--run-length 50"));
    }

    [Test]
    public void A_span_with_a_unit_is_refused_of_a_column_of_numbers()
    {
        string[] rows =
        [
            "t,x,p", .. Enumerable.Range(0, 100).Select(i => FormattableString.Invariant($"{1_700_000_000_000 + (i * 1000L)},{i % 7},0.5")),
        ];
        Outcome outcome = Thermo.Run("refresh", Write("a.csv", rows), Write("b.csv", rows), "--prediction", "p", "--without", "t", "--time-column", "t", "--window", "30s");
        Assert.That((outcome.ExitCode, outcome.Error), Is.EqualTo((1, outcome.Error)));
        Assert.That(outcome.Error, Does.Contain("unit"));
    }

    [Test]
    public void Ids_times_and_empty_columns_are_named()
    {
        string[] rows =
        [
            "id,t,nothing,x,p",
            .. Enumerable.Range(0, 100).Select(i => FormattableString.Invariant($"case{i * 37 % 101},{i},,{i * 13 % 17},{i % 10 / 10.0}")),
        ];
        Outcome outcome = Thermo.Run("refresh", Write("a.csv", rows), Write("b.csv", rows), "--prediction", "p");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.ToString());
        Assert.That(outcome.Error, Does.Contain("'id' has another text").And.Contain("'t' rises").And.Contain("'nothing' is empty").And.Not.Contain("'x'"));
    }

    [Test]
    public void Rows_that_depend_on_each_other_are_said()
    {
        string[] Series(int rows, ulong seed)
        {
            var random = new ML.Thermo.Initialization.RandomStream(seed, 0);
            double last = 0;
            return
            [
                "y,yhat",
                .. Enumerable.Range(0, rows).Select(_ => FormattableString.Invariant($"{last = (0.9 * last) + random.NextNormal()},0")),
            ];
        }

        string reference = Write("a.csv", Series(600, 1)), current = Write("b.csv", Series(300, 2));
        Outcome outcome = Run(reference, current, "--label", "y", "--json", "-");
        JsonElement dependence = JsonDocument.Parse(outcome.Output).RootElement.GetProperty("dependence");
        Assert.That(dependence.GetProperty("designEffect").GetDouble(), Is.GreaterThan(2));
        Assert.That(dependence.GetProperty("ratesHold").GetBoolean(), Is.False);
        Assert.That(Run(reference, current, "--label", "y").Output, Does.Contain("depend on each other"));
        Outcome unordered = Run(reference, current, "--label", "y", "--unordered", "--json", "-");
        Assert.That(JsonDocument.Parse(unordered.Output).RootElement.GetProperty("dependence").GetProperty("designEffect").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void Accuracy_is_told_with_labels_and_estimated_without()
    {
        string[] Classes(int rows, ulong seed, double flipped)
        {
            var random = new ML.Thermo.Initialization.RandomStream(seed, 4);
            return ["p,y", .. Enumerable.Range(0, rows).Select(_ =>
            {
                double p = random.NextDouble();
                bool isOne = random.NextDouble() < p != random.NextDouble() < flipped;
                return FormattableString.Invariant($"{p},{(isOne ? 1 : 0)}");
            })];
        }

        string reference = Write("a.csv", Classes(4000, 1, 0));
        JsonElement Performance(double flipped)
        {
            string current = Write("b.csv", Classes(2000, 2, flipped));
            Outcome outcome = Thermo.Run("refresh", reference, current, "--prediction", "p", "--energy", "ce", "--label", "y", "--json", "-");
            return Windows(outcome)[0].GetProperty("performance");
        }

        JsonElement calibrated = Performance(0), belied = Performance(0.3);
        double estimated = calibrated.GetProperty("estimated").GetProperty("accuracy").GetDouble();
        Assert.That(estimated, Is.EqualTo(0.75).Within(0.03), "∫ max(p, 1 − p) dp");
        Assert.That(calibrated.GetProperty("realised").GetProperty("accuracy").GetDouble(), Is.EqualTo(0.75).Within(0.04));
        double area = calibrated.GetProperty("realised").GetProperty("areaUnderCurve").GetDouble();
        Assert.That(area, Is.EqualTo(5.0 / 6).Within(0.03), "P(p₁ > p₀) of densities 2p and 2(1 − p)");
        Assert.That(belied.GetProperty("realised").GetProperty("accuracy").GetDouble(), Is.EqualTo(0.6).Within(0.04), "0.75·0.7 + 0.25·0.3");
        Assert.That((calibrated.GetProperty("withdrawn").GetBoolean(), belied.GetProperty("withdrawn").GetBoolean()), Is.EqualTo((false, true)));
    }

    private static JsonElement[] Windows(Outcome outcome) => [.. JsonDocument.Parse(outcome.Output).RootElement.GetProperty("windows").EnumerateArray()];

    private static Outcome Run(string reference, string current, params string[] options) =>
        Thermo.Run(["refresh", reference, current, "--prediction", "yhat", "--window", "50", .. options]);

    /// <summary>id, x, prediction and label with noise.</summary>
    private static string[] Rows(int rows, ulong seed, double noise, bool withLabel)
    {
        var random = new ML.Thermo.Initialization.RandomStream(seed, 3);
        return ["id,x,yhat" + (withLabel ? ",y" : ""), .. Enumerable.Range(0, rows).Select(i =>
        {
            double x = random.NextNormal(), y = x + (noise * random.NextNormal());
            return FormattableString.Invariant($"r{i},{x},{x}{(withLabel ? FormattableString.Invariant($",{y}") : "")}");
        })];
    }
}
