using System.Globalization;
using System.Text.Json;
using ML.Thermo.Ising;

namespace ML.Thermo.Cli.Tests.Scans;

internal sealed class ScanCommandTests : Sandbox
{
    private static readonly double[] s_temperatures = [.. Enumerable.Range(0, 41).Select(k => Math.Round(1 + (k / 10.0), 1))];

    [Test]
    public void Laws_are_scanned_exactly()
    {
        JsonElement scan = Thermo.Run("scan", Lattice(), "--over", "T", "--linear", "--probabilities", Levels(), "--json", "-").Json;
        JsonElement peak = scan.GetProperty("transitions")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(scan.GetProperty("command").GetString(), Is.EqualTo("scan"));
            Assert.That(scan.GetProperty("observer").GetString(), Is.EqualTo("exact"));
            Assert.That(scan.GetProperty("over").GetProperty("scale").GetString(), Is.EqualTo("linear"));
            Assert.That(peak.GetProperty("at").GetDouble(), Is.EqualTo(2.144472).Within(1e-6)); // golden: an independent program
            Assert.That(peak.GetProperty("height").GetDouble(), Is.EqualTo(0.0061866530).Within(1e-10));
            Assert.That(peak.GetProperty("heightStandardError").GetDouble(), Is.Zero);
            Assert.That(peak.GetProperty("kind").GetString(), Is.EqualTo("Smooth"));
            Assert.That(scan.GetProperty("length").GetDouble(), Is.EqualTo(3.6414251997).Within(1e-9));
            Assert.That(scan.GetProperty("changePValue").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(scan.GetProperty("splits")[0].GetProperty("drivers")[0].GetProperty("outcome").GetString(), Does.StartWith("E"));
            Assert.That(scan.GetProperty("summary")[0].GetString(), Does.StartWith(
                "Between T = 2.1 and 2.2 the outputs change fastest (D = 0.006187); the change is smooth."));
        }
    }

    [Test]
    public void Temperatures_are_measured_in_their_logarithm_unless_told_otherwise()
    {
        JsonElement scan = Thermo.Run("scan", Lattice(), "--over", "T", "--probabilities", Levels(), "--json", "-").Json;
        Assert.That(scan.GetProperty("over").GetProperty("scale").GetString(), Is.EqualTo("geometric"));
        Assert.That(scan.GetProperty("transitions")[0].GetProperty("at").GetDouble(), Is.EqualTo(2.439).Within(0.01), "the maximum of the heat capacity");
    }

    [Test]
    public void Rows_may_come_in_any_order()
    {
        string[] rows = Answers();
        string sorted = Write("a.csv", rows), shuffled = Write("b.csv", rows.Skip(1).OrderBy(row => row[^1]).ThenBy(row => row).Prepend(rows[0]));
        JsonElement a = Scan(sorted), b = Scan(shuffled);
        string Numbers(JsonElement scan) => string.Join(' ', scan.GetProperty("splits").EnumerateArray().Select(s => s.GetProperty("linear").GetRawText()));
        Assert.That(Numbers(b), Is.EqualTo(Numbers(a)));
        JsonElement[] peaks = [.. a.GetProperty("transitions").EnumerateArray()];
        Assert.That(peaks.Select(peak => peak.GetProperty("at").GetDouble()).Order(), Is.EqualTo(new[] { 5.5, 10.5 }).Within(1));
        Assert.That(peaks.Select(peak => peak.GetProperty("kind").GetString()), Is.All.Not.EqualTo("Smooth"));
        Assert.That(a.GetProperty("changePValue").GetDouble(), Is.EqualTo(0.001));

        JsonElement Scan(string file) => Thermo.Run("scan", file, "--over", "version", "--outcome", "answer", "--window", "3", "--json", "-").Json;
    }

    [Test]
    public void Likelihoods_are_pooled_or_scored_by_windows()
    {
        double[][] laws = [[.5, .3, .2], [.4, .3, .3], [.2, .3, .5]];
        int[][] outcomes = [[0, 0, 1, 2], [0, 1, 2, 2], [2, 2, 1, 0]];
        IEnumerable<string> Rows(Func<int, int, bool> isKnown) => outcomes.SelectMany((group, k) => group.Select(y => string.Join(',', laws
            .Select((law, m) => isKnown(k, m) ? Math.Log(law[y]).ToString("R", CultureInfo.InvariantCulture) : "").Prepend($"{k + 1}"))));
        JsonElement Of(IEnumerable<string> rows) => Thermo.Run(
            "scan", Write("logs.csv", rows.Prepend("x,lp@1,lp@2,lp@3")), "--over", "x", "--log-likelihoods", "lp@*", "--json", "-").Json;
        JsonElement pooled = Of(Rows((_, _) => true)), windows = Of(Rows((k, m) => Math.Abs(k - m) < 2));
        Assert.That(pooled.GetProperty("observer").GetString(), Is.EqualTo("pooled"));
        Assert.That(pooled.GetProperty("splits")[1].GetProperty("linear").GetDouble(), Is.EqualTo(0.061553030303).Within(1e-11));
        Assert.That(windows.GetProperty("observer").GetString(), Is.EqualTo("likelihood"));
        Assert.That(windows.GetProperty("splits")[1].GetProperty("linear").GetDouble(), Is.EqualTo(0.059027777778).Within(1e-11));
        Assert.That(windows.GetProperty("status")[0].GetString(), Is.EqualTo("SmallSample"));
    }

    [Test]
    public void Inputs_have_the_error_of_their_mean_in_any_order_of_rows()
    {
        string[] rows = ["1,a,.5,.5", "1,b,.3,.7", "1,c,.9,.1", "2,a,.6,.4", "2,b,.3,.7", "2,c,.5,.5"];
        JsonElement Of(params IEnumerable<string> of) => Thermo.Run(
            "scan", Write("t.csv", of.Prepend("x,id,p,q")), "--over", "x", "--probabilities", "p,q", "--input", "id", "--json", "-").Json;
        JsonElement a = Of(rows).GetProperty("splits")[0], b = Of(rows.Reverse()).GetProperty("splits")[0];
        Assert.That(a.GetProperty("linearStandardError").GetDouble(), Is.GreaterThan(0));
        Assert.That(b.GetProperty("linear").GetDouble(), Is.EqualTo(a.GetProperty("linear").GetDouble()).Within(1e-15));
        Assert.That(b.GetProperty("linearStandardError").GetDouble(), Is.EqualTo(a.GetProperty("linearStandardError").GetDouble()).Within(1e-15));
    }

    [Test]
    public void Days_are_a_grid_of_time()
    {
        string[] rows = [.. Enumerable.Range(0, 60).Select(i => $"2026-03-{1 + (i / 10):00}T{i % 10:00}:30:00,{(i < 30 ? i % 5 : 5 + (i % 5))}")];
        JsonElement scan = Thermo.Run("scan", Write("d.csv", rows.Prepend("day,score")), "--over", "day", "--observe", "score", "--json", "-").Json;
        Assert.That(scan.GetProperty("over").GetProperty("scale").GetString(), Is.EqualTo("time"));
        Assert.That(scan.GetProperty("over").GetProperty("values").GetArrayLength(), Is.EqualTo(6));
        // Scores 0 … 4 on the left and 5 … 9 on the right: a line through them explains 2.5²/8.25 of the variance of left or right.
        double[] shares = [.. scan.GetProperty("splits").EnumerateArray().Select(split => split.GetProperty("linear").GetDouble())];
        Assert.That(shares[2], Is.EqualTo(6.25 / 8.25).Within(0.02).And.EqualTo(shares.Max()), "all of it between the third and the fourth day");
    }

    [Test]
    public void A_line_a_split_goes_into_csv()
    {
        string csv = Path.Combine(Folder, "out.csv");
        Outcome run = Thermo.Run("scan", Lattice(), "--over", "T", "--probabilities", Levels(), "--csv", csv);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        string[] lines = File.ReadAllLines(csv);
        Assert.That(lines, Has.Length.EqualTo(41));
        Assert.That(lines[0], Does.StartWith("at,left,right,linear,linearStandardError,totalVariation"));
    }

    [TestCase("x,p,q\n1,.5,.5\n2,.5,.4", "--probabilities p,q", "Row 1 (x = 2) adds up to 0.9: expected 1 within 0.001.")]
    [TestCase("x,p,q\n1,.5,.5\n2,1.5,-.5", "--probabilities p,q", "has the probability -0.5 (outcome 1)")]
    [TestCase("x,p,q\n1,.5,.5\n1,.5,.5", "--probabilities p,q", "x = 1 has more than one row")]
    [TestCase("x,p,q\n1,.5,.5\n2,.5,.5", "--probabilities p,q --window 2", "A window of 2 needs at least 4 values of x: there are 2.")]
    [TestCase("x,id,p,q\n1,a,.5,.5\n2,a,.5,.5\n1,b,.5,.5", "--probabilities p,q --input id", "Input 'b' is missing at x = 2")]
    [TestCase("x,id,p,q\n1,a,.5,.5\n1,a,.5,.5\n2,a,.5,.5", "--probabilities p,q --input id", "Input 'a' has two rows at x = 1")]
    [TestCase("x,y\n1,a\n1,b\n2,c\n2,d", "--outcome y", "none was seen twice: bin them")]
    [TestCase("x,y\n1,a\n1,a\n2,a", "--outcome y", "x = 2 has 1 samples: expected at least 2.")]
    [TestCase("x,y\nNaN,a\n2,a", "--outcome y", "'NaN': expected a finite number")]
    [TestCase("T,y\n0,a\n1,a", "--outcome y", "T = 0 is no temperature")]
    [TestCase("x,y\n1,a\n1,b", "--outcome y", "x has 1 value: expected at least two")]
    [TestCase("x,y", "--outcome y", "has a header and no rows")]
    [TestCase("x,y\n1,a", "--outcome z", "has no column 'z'")]
    [TestCase("x,lp@1,lp@2\n1,.1,-1\n1,-1,-1\n2,-1,-1\n2,-1,-1", "--log-likelihoods lp@*", "ln P = 0.1")]
    [TestCase("x,lp@1,lp@2\n1,-1,-1\n1,-1,-1\n3,-1,-1", "--log-likelihoods lp@*", "x = 3 has rows and no column: expected 'lp@3'")]
    [TestCase("x,lp@1,lp@2\n1,-1,-1\n1,-1,-1", "--log-likelihoods lp@*", "x has 1 value")]
    [TestCase("x,y\n1,a\n2026-03-01,a", "--outcome y", "'2026-03-01': expected a finite number")]
    public void What_cannot_be_scanned_is_named_in_one_line(string table, string options, string message)
    {
        string name = table[..1];
        Outcome run = Thermo.Run(["scan", Write("bad.csv", table.Split('\n')), "--over", name, .. options.Split(' ')]);
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Error);
        Assert.That(run.Error, Does.Contain(message));
        Assert.That(run.Error.Trim().Split('\n'), Has.Length.EqualTo(1));
    }

    [TestCase("", "observes one thing")]
    [TestCase("--outcome a --observe b", "2 are given")]
    [TestCase("--outcome a --window 0", "--window 0")]
    [TestCase("--outcome a --false-alarms 1", "--false-alarms 1")]
    [TestCase("--outcome a --least-prominence 2", "--least-prominence 2")]
    [TestCase("--outcome a --bins soon", "--bins soon")]
    [TestCase("--outcome a --linear --geometric", "exclude each other")]
    [TestCase("--outcome a --input b", "--input tells")]
    [TestCase("--log-likelihoods lp", "no place for the value")]
    public void Wrong_usage_is_named(string options, string message)
    {
        string[] words = options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Outcome run = Thermo.Run(["scan", Write("t.csv", "x,a,b", "1,1,1"), "--over", "x", .. words]);
        Assert.That(run.ExitCode, Is.EqualTo(2), run.Error);
        Assert.That(run.Error, Does.Contain(message));
    }

    [Test]
    public void The_process_says_what_is_wrong_too()
    {
        Outcome run = Thermo.Start("scan", Write("bad.csv", "x,p,q", "1,.5,.5", "2,.9,.9"), "--over", "x", "--probabilities", "p,q");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error.Trim(), Does.StartWith("thermo: Row 1 (x = 2) adds up to 1.8"));
    }

    private string Lattice()
    {
        EnumeratedLattice lattice = EnumeratedLattice.Of(4);
        string Row(double t) => string.Join(',', lattice.EnergyLaw(t).Prepend(t).Select(number => number.ToString("R", CultureInfo.InvariantCulture)));
        return Write("lattice.csv", s_temperatures.Select(Row).Prepend($"T,{Levels()}"));
    }

    private static string Levels() => string.Join(',', EnumeratedLattice.Of(4).EnergyLevels().Select(level => $"E{level.Energy}"));

    /// <summary>Answers that jump behind versions 5 and 10, in equal shares and without chance.</summary>
    private static string[] Answers()
    {
        string[] laws = ["aaaaabbbcc", "abbbbbbccc", "abbccccccc"];
        IEnumerable<string> Version(int v) => Enumerable.Range(0, 100).Select(i => $"{v},{laws[(v - 1) / 5][(i + v) % 10]}");
        return [.. Enumerable.Range(1, 15).SelectMany(Version).Prepend("version,answer")];
    }
}
