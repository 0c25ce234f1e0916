using System.Text.Json;

namespace ML.Thermo.Cli.Tests.Loops;

internal sealed class CollapseCommandTests : Sandbox
{
    private static readonly int[][] Counts = [[80, 50, 40, 20, 10], [95, 52, 34, 13, 6], [108, 53, 28, 8, 3], [121, 50, 22, 5, 2]];

    [Test]
    public void A_plan_says_how_many_fresh_rows()
    {
        JsonElement plan = Thermo.Run("collapse", "plan", "--rows", "1000", "--json", "-").Json;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.GetProperty("criticalRows").GetInt64(), Is.EqualTo(10));
            Assert.That(plan.GetProperty("criticalRowsExact").GetDouble(), Is.EqualTo(9.5504).Within(1e-4)); // golden: Wright's migrant rule, exact
            Assert.That(plan.GetProperty("summary")[0].GetString(), Does.StartWith("Put at least 10 fresh rows into every generation of 1,000"));
        }
    }

    [Test]
    public void A_plan_counts_the_reference()
    {
        string reference = Write("real.csv", Rows(500, 250, 150, 100).Prepend("kind"));
        JsonElement plan = Thermo.Run("collapse", "plan", "--rows", "10000", "--temperature", "0.8", "--reference", reference, "--category", "kind", "--retain", "0.9", "--json", "-").Json;
        Assert.That(plan.GetProperty("criticalShare").GetDouble(), Is.EqualTo(0.46606232).Within(1e-6));
        Assert.That(plan.GetProperty("temperatureRule").GetString(), Is.EqualTo("Reference"));
    }

    [Test]
    public void A_guard_reads_csv_and_jsonl_alike()
    {
        string[] files = [.. Counts.Select((counts, t) => Write($"g{t}.csv", Rows(counts).Prepend("kind")))];
        string all = Write("all.jsonl", Counts.SelectMany((counts, t) => Rows(counts).Select(kind => $$"""{"kind":"{{kind}}","g":{{t}}}""")));
        JsonElement a = Thermo.Run(["collapse", "guard", .. files, "--category", "kind", "--fresh-share", "0", "--json", "-"]).Json;
        JsonElement b = Thermo.Run("collapse", "guard", all, "--generation-column", "g", "--category", "kind", "--fresh-share", "0", "--json", "-").Json;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(a.GetProperty("loop").GetProperty("temperature").GetDouble(), Is.EqualTo(0.775820160).Within(1e-7));
            Assert.That(a.GetProperty("verdict").GetString(), Is.EqualTo("Freezing"));
            Assert.That(a.GetProperty("generations")[3].GetProperty("gini").GetDouble(), Is.EqualTo(0.561457286).Within(1e-9));
            Assert.That(b.ToString(), Is.EqualTo(a.ToString()));
        }
    }

    [Test]
    public void A_guard_counts_tokens_and_numbers_and_writes_its_page()
    {
        string[] texts = [Write("a.txt", "the cat sat", "the dog ran", "a cat ran"), Write("b.txt", "the cat", "the cat", "the dog ran")];
        string page = Path.Combine(Folder, "page.html");
        Outcome text = Thermo.Run(["collapse", "guard", .. texts, "--text", "line", "--html", page]);
        string[] numbers = [Write("a.csv", Enumerable.Range(0, 50).Select(i => $"{i * 7 % 50},{i * i % 17}").Prepend("x,y")), Write("b.csv", Enumerable.Range(0, 50).Select(i => $"{20 + (i * 7 % 10)},{i * i % 5}").Prepend("x,y"))];
        JsonElement found = Thermo.Run(["collapse", "guard", .. numbers, "--numeric", "x,y", "--json", "-"]).Json;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(text.ExitCode, Is.Zero, text.Error);
            Assert.That(File.ReadAllText(page), Does.Contain("a loop on its own output"));
            Assert.That(found.GetProperty("verdict").GetString(), Is.EqualTo("Freezing"));
            Assert.That(found.GetProperty("criticalRows").GetDouble(), Is.EqualTo(Math.Ceiling(50 * found.GetProperty("criticalShare").GetDouble())));
        }
    }

    /// <summary>Repetition is of as many first lines as the shortest generation has, and stands beside the numbers that decide.</summary>
    [Test]
    public void A_guard_of_text_shows_repetition_that_decides_nothing()
    {
        string[] texts = [Write("a.txt", "the cat sat", "the dog ran", "a cat ran", "the cat sat"), Write("b.txt", "the cat", "the cat", "the dog ran")];
        Outcome outcome = Thermo.Run(["collapse", "guard", .. texts, "--text", "line"]);
        JsonElement generations = Thermo.Run(["collapse", "guard", .. texts, "--text", "line", "--json", "-"]).Json.GetProperty("generations");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(generations[0].GetProperty("repetitionLines").GetInt32(), Is.EqualTo(3));
            Assert.That(generations[0].GetProperty("duplicateShare").GetDouble(), Is.Zero);
            Assert.That(generations[1].GetProperty("duplicateShare").GetDouble(), Is.EqualTo(1.0 / 3).Within(1e-15));
            Assert.That(generations[1].GetProperty("compressionRatio").GetDouble(), Is.GreaterThan(0.3));
            Assert.That(outcome.Output.ReplaceLineEndings(" "), Does.Contain("0 % and 33").And.Contain("decide nothing"));
        }
    }

    [Test]
    public void A_simulation_is_the_same_twice()
    {
        string[] line = ["collapse", "simulate", "--classes", "50", "--zipf", "1.1", "--rows", "500", "--temperature", "0.9", "--fresh", "0.05", "--generations", "5", "--runs", "20", "--json", "-"];
        string first = Thermo.Run(line).Output, second = Thermo.Run(line).Output;
        Assert.That(second, Is.EqualTo(first));
        Assert.That(Thermo.Run(line).Json.GetProperty("generations").GetArrayLength(), Is.EqualTo(5));
    }

    [TestCase("1.1", 1, "generation")]
    [TestCase("missing", 1, "has no column 'kind'")]
    [TestCase("jsonl", 1, "Line 2 of")]
    [TestCase("id", 1, "as an id is")]
    [TestCase("one", 1, "one category")]
    [TestCase("empty", 1, "no tokens")]
    public void A_guard_names_what_it_cannot_use(string fault, int code, string says)
    {
        string good = Write("good.csv", Rows(5, 5).Prepend("kind"));
        Outcome outcome = fault switch
        {
            "missing" => Thermo.Run("collapse", "guard", good, Write("bad.csv", "sort", "a", "b"), "--category", "kind"),
            "jsonl" => Thermo.Run("collapse", "guard", good, Write("bad.jsonl", """{"kind":"a"}""", "{kind"), "--category", "kind"),
            "id" => Thermo.Run("collapse", "guard", Write("ids.csv", "kind", "1", "2", "3"), good, "--category", "kind"),
            "one" => Thermo.Run("collapse", "guard", Write("same.csv", "kind", "a", "a"), Write("same2.csv", "kind", "a", "a"), "--category", "kind"),
            "empty" => Thermo.Run("collapse", "guard", Write("a.txt", "a b a b"), Write("b.txt", "..."), "--text", "line"),
            _ => Thermo.Run("collapse", "guard", Write("single.csv", "kind,g", "a,1", "b,1", "a,1"), "--generation-column", "g", "--category", "kind"),
        };
        Assert.That(outcome.ExitCode, Is.EqualTo(code), outcome.ToString());
        Assert.That(outcome.Error, Does.Contain(says));
        Assert.That(outcome.Error.Trim().Split('\n'), Has.Length.EqualTo(1));
    }

    [TestCase("collapse plan --rows 100 --temperature 0.8", "--classes")]
    [TestCase("collapse plan --rows 100 --category c", "--reference")]
    [TestCase("collapse guard a.csv --category c", "single generation")]
    [TestCase("collapse guard a.csv b.csv", "--category")]
    [TestCase("collapse simulate --classes 1 --rows 10", "--classes 1")]
    [TestCase("collapse", "plan, guard or simulate")]
    public void A_wrong_option_is_named(string line, string says)
    {
        Outcome outcome = Thermo.Run(line.Split(' '));
        Assert.That(outcome.ExitCode, Is.EqualTo(2), outcome.ToString());
        Assert.That(outcome.Error, Does.Contain(says));
    }

    [TestCase("collapse plan --rows 1", "1 rows")]
    [TestCase("collapse plan --rows 100 --temperature -1 --classes 5", "-1")]
    [TestCase("collapse plan --rows 100 --policy window:0", "window:0")]
    [TestCase("collapse simulate --classes 5 --rows 10 --fresh 2", "2")]
    public void A_value_out_of_range_is_named(string line, string says)
    {
        Outcome outcome = Thermo.Run(line.Split(' '));
        Assert.That(outcome.ExitCode, Is.EqualTo(2), outcome.ToString());
        Assert.That(outcome.Error, Does.Contain(says));
    }

    private static IEnumerable<string> Rows(params int[] counts) => counts.SelectMany((count, i) => Enumerable.Repeat($"c{i}", count));
}
