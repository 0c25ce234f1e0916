using System.Globalization;
using System.Text.Json;

namespace ML.Thermo.Cli.Tests.Dynamics;

internal sealed class AuditCommandTests : Sandbox
{
    private static readonly string[] Columns = ["--energy-column", "K,V,U", "--entropy-column", "S"];

    /// <summary>The damped oscillator by explicit Euler: keeps the second law, breaks the first.</summary>
    private string Euler(Func<int, string>? trajectory = null)
    {
        (double q, double p, double u) = (1, 0, 1);
        List<string> lines = [trajectory is null ? "t,K,V,U,S" : "t,K,V,U,S,id"];
        for (int k = 0; k <= 400; k++)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{0.05 * k:R},{0.5 * p * p:R},{0.5 * q * q:R},{u:R},{Math.Log(u):R}{(trajectory is null ? "" : $",{trajectory(k)}")}"));
            (q, p, u) = (q + (0.05 * p), p - (0.05 * (q + (0.2 * p))), u + (0.05 * 0.2 * p * p));
        }

        return Write("euler.csv", lines);
    }

    // Golden: as in the library's tests.
    [Test]
    public void TheAuditOfATableHasTheGoldenNumbers()
    {
        JsonElement found = Thermo.Run(["audit", Euler(), .. Columns, "--noise", "0", "--json", "-"]).Json;
        JsonElement one = found.GetProperty("trajectories")[0], first = one.GetProperty("firstLaw");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.GetProperty("setting").GetString(), Is.EqualTo("isolated"));
            Assert.That(found.GetProperty("rows").GetInt32(), Is.EqualTo(401));
            Assert.That(first.GetProperty("maxResidual").GetDouble(), Is.EqualTo(0.1587589875).Within(1e-10));
            Assert.That(first.GetProperty("scale").GetDouble(), Is.EqualTo(0.631839326).Within(1e-9));
            Assert.That(first.GetProperty("class").GetString(), Is.EqualTo("Secular"));
            Assert.That(one.GetProperty("secondLaw").GetProperty("lawful").GetBoolean(), Is.True);
            Assert.That(one.GetProperty("secondLaw").GetProperty("firstFall").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(one.GetProperty("lawful").GetBoolean(), Is.False);
        }
    }

    [Test]
    public void AViolationEndsWithThreeOnlyWhereItIsAskedFor()
    {
        string path = Euler();
        Assert.That(Thermo.Run(["audit", path, .. Columns, "--noise", "0"]).ExitCode, Is.Zero);
        Outcome outcome = Thermo.Run(["audit", path, .. Columns, "--noise", "0", "--fail-on-violation"]);
        Assert.That(outcome.ExitCode, Is.EqualTo(3));
        Assert.That(outcome.Error, Does.StartWith("thermo: A law is broken: The first law is broken"));
    }

    /// <summary>The law that is named is the one that is broken, not the first one.</summary>
    [Test]
    public void AViolationNamesTheLawThatIsBroken() =>
        Assert.That(Thermo.Run("audit", Write("cold.csv", "t,K,V,S", "0,1,2,3", "1,2,1,2", "2,1,2,1"), "--energy-column", "K,V", "--entropy-column", "S", "--noise", "0",
            "--fail-on-violation").Error, Does.StartWith("thermo: A law is broken: Entropy falls by 2"));

    /// <summary>A driven system without a bath: the work closes the balance, and no temperature is asked for.</summary>
    [Test]
    public void WorkAloneNeedsNoBath()
    {
        string path = Write("driven.csv", "t,K,V,S,W", "0,1,2,0,0", "1,2,2,0,1", "2,2,4,1,3");
        JsonElement found = Thermo.Run("audit", path, "--energy-column", "K,V", "--entropy-column", "S", "--work", "W", "--noise", "0", "--json", "-").Json;
        Assert.That(found.GetProperty("setting").GetString(), Is.EqualTo("open"));
        Assert.That(found.GetProperty("trajectories")[0].GetProperty("firstLaw").GetProperty("maxResidual").GetDouble(), Is.Zero);
        Assert.That(found.GetProperty("trajectories")[0].GetProperty("lawful").GetBoolean(), Is.True);
    }

    [Test]
    public void TooFewRowsOfUnknownNoiseGiveNoVerdict()
    {
        string one = Write("one.csv", "t,K,V,S", "0,1,2,0", "1,2,2,0", "2,1,2,1"), two = Write("two.csv", "id,t,K,V,S", "a,0,1,2,0", "b,0,1,2,0", "a,1,2,2,0", "b,1,2,2,0", "a,2,1,2,1", "b,2,1,2,1");
        Assert.That(Thermo.Run(["audit", one, "--energy-column", "K,V", "--entropy-column", "S"]).Output.ReplaceLineEndings(" "), Does.Contain("there is no verdict").And.Not.Contain("law holds"));
        Assert.That(Thermo.Run(["audit", two, "--trajectory", "id", "--energy-column", "K,V", "--entropy-column", "S"]).Output.ReplaceLineEndings(" "), Does.Contain("Too few rows to tell: a, b."));
    }

    [Test]
    public void FormulasTakeThePlaceOfColumns()
    {
        JsonElement found = Thermo.Run("audit", Euler(), "--energy-formula", "K + V + U^1", "--entropy-formula", "Ln(U)", "--noise", "0", "--json", "-").Json.GetProperty("trajectories")[0];
        Assert.That(found.GetProperty("firstLaw").GetProperty("maxResidual").GetDouble(), Is.EqualTo(0.1587589875).Within(1e-10));
        Assert.That(found.GetProperty("status")[0].GetString(), Is.EqualTo("OffsetDependent"));
    }

    [Test]
    public void RowsOfOneTimeAreSummedAndTrajectoriesKeptApart()
    {
        string path = Write("long.csv", "id,t,node,e,s", "a,0,0,1,1", "a,0,1,2,1", "b,0,0,5,5", "a,1,0,2,1", "a,1,1,1,2", "b,1,0,5,4", "a,2,0,1.5,2", "a,2,1,1.5,2", "b,2,0,5,6");
        JsonElement all = Thermo.Run("audit", path, "--trajectory", "id", "--sum-over", "node", "--energy-column", "e", "--entropy-column", "s", "--noise", "0", "--json", "-").Json.GetProperty("trajectories");
        Assert.That(all.GetArrayLength(), Is.EqualTo(2));
        Assert.That(all[0].GetProperty("rows").GetInt32(), Is.EqualTo(3));
        Assert.That(all[0].GetProperty("lawful").GetBoolean(), Is.True);
        Assert.That(all[1].GetProperty("secondLaw").GetProperty("drawdown").GetDouble(), Is.EqualTo(1));
        Assert.That(all[1].GetProperty("secondLaw").GetProperty("firstFall").GetInt32(), Is.EqualTo(1));
    }

    [TestCase("t,e,s\n0,1,0\n1,1,0\n1,1,0", "Row 2 has time 1, the row before 1")]
    [TestCase("t,e,s\n0,1,0\n1,,0\n2,1,0", "Row 1 (line 3) of column 'e' is empty")]
    [TestCase("t,e,s\n0,1,0\n1,NaN,0\n2,1,0", "'NaN'")]
    [TestCase("t,e,s\n0,1,0\n1,1,0", "2 rows")]
    [TestCase("t,e,s", "no rows")]
    [TestCase("t;e;s\n0;3,14;0\n1;1;0\n2;1;0", "'3,14'")]
    [TestCase("t,e\n0,1\n1,1\n2,1", "no column 's'")]
    public void ATableThatCannotBeAuditedIsNamed(string text, string expected)
    {
        Outcome outcome = Thermo.Run("audit", Write("bad.csv", text.Split('\n')), "--energy-column", "e", "--entropy-column", "s", "--noise", "0");
        Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.ToString());
        Assert.That(outcome.Error, Does.Contain(expected));
        Assert.That(outcome.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }

    [TestCase("--noise", "much")]
    [TestCase("--noise", "1,-2")]
    [TestCase("--false-alarms", "2")]
    [TestCase("--bath", "-3")]
    [TestCase("--heat", "S")]
    [TestCase("--entropy-formula", "Ln(U")]
    [TestCase("--energy-formula", "K + W")]
    [TestCase("--bath", "NaN")]
    public void WrongOptionsEndWithTwo(string option, string value)
    {
        string[] columns = option == "--entropy-formula" ? Columns[..2] : Columns;
        Outcome outcome = Thermo.Run(["audit", Euler(), .. columns, option, value]);
        Assert.That(outcome.ExitCode, Is.EqualTo(2), outcome.ToString());
        Assert.That(outcome.Error, Does.StartWith("thermo: "));
    }

    [Test]
    public void AnUnknownNameInAFormulaComesWithNearOnes() =>
        Assert.That(Thermo.Run("audit", Euler(), "--energy-formula", "k", "--entropy-column", "S").Error, Does.Contain("'k', which is no column. Columns, nearest first: K"));

    [Test]
    public void TheEntropyOfAnEnergyThatIsNotPositiveIsNamed() =>
        Assert.That(Thermo.Run("audit", Write("u.csv", "t,u", "0,1", "1,-1", "2,1"), "--energy-column", "u", "--entropy-formula", "Ln(u)").Error, Does.Contain("entropy of row 1 is NaN"));

    [Test]
    public void ThePageHoldsTheCurvesAndTheVerdict()
    {
        string page = Path.Combine(Folder, "audit.html");
        Outcome outcome = Thermo.Run(["audit", Euler(), .. Columns, "--noise", "0", "--html", page]);
        Assert.That(outcome.ExitCode, Is.Zero, outcome.ToString());
        Assert.That(File.ReadAllText(page), Does.Contain("energy is not kept").And.Contain("\"residual\":[0,"));
    }

    [Test]
    public void ABadTableFailsThroughTheProcessInOneLine()
    {
        Outcome outcome = Thermo.Start("audit", Write("bad.csv", "t,e,s", "0,1,0", "x,1,0"), "--energy-column", "e", "--entropy-column", "s");
        Assert.That(outcome.ExitCode, Is.EqualTo(1));
        Assert.That(outcome.Error, Does.Contain("'x'"));
    }
}
