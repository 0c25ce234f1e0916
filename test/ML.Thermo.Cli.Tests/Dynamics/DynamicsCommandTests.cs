using System.Globalization;
using System.Text.Json;
using ML.Thermo.Dynamics.Pairs;
using ML.Thermo.Dynamics.Reference;

namespace ML.Thermo.Cli.Tests.Dynamics;

internal sealed class DynamicsCommandTests : Sandbox
{
    private string Edges(PairGraph graph, string name = "edges.csv") =>
        Write(name, ["from,to", .. Enumerable.Range(0, graph.Edges).Select(e => $"{graph.From[e]},{graph.To[e]}")]);

    private string Runs(PairGraph graph, int count, int steps)
    {
        List<string> lines = ["trajectory,t,node,q1,q2,p1,p2,u"];
        for (int run = 0; run < count; run++)
        {
            PairTrajectory truth = ViscoelasticLattice.Truth(graph, ViscoelasticLattice.Start(4, 2, 3, (ulong)run), 0.02, steps, 2);
            lines.AddRange(truth.States.SelectMany((state, k) => Rows(state).Select(row => string.Create(CultureInfo.InvariantCulture, $"{run},{k * 0.02:R},{row}"))));
        }

        return Write("runs.csv", lines);
    }

    private static IEnumerable<string> Rows(PairState state) => Enumerable.Range(0, state.Nodes).Select(i => string.Create(
        CultureInfo.InvariantCulture,
        $"{i},{state.Positions[2 * i]:R},{state.Positions[(2 * i) + 1]:R},{state.Momenta[2 * i]:R},{state.Momenta[(2 * i) + 1]:R},{state.InternalEnergies[i]:R}"));

    /// <summary>From a table to a model, to a future of a larger lattice, to its rates as ONNX, to the audit of those: the whole way.</summary>
    [Test]
    public void AModelIsFittedRolledOutExportedAndAudited()
    {
        PairGraph small = ViscoelasticLattice.Strip(4, 2), large = ViscoelasticLattice.Strip(8, 4);
        string model = Path.Combine(Folder, "model.json"), onnx = Path.Combine(Folder, "rates.onnx"), future = Path.Combine(Folder, "future.csv"), page = Path.Combine(Folder, "roll.html");
        string state = Write("state.csv", ["node,q1,q2,p1,p2,u", .. Rows(ViscoelasticLattice.Start(8, 4, 4, 0))]), largeEdges = Edges(large, "large.csv");
        Outcome fit = Thermo.Run("dynamics", "fit", Runs(small, 4, 60), "--edges", Edges(small), "--out", model, "--heat-capacity", "2", "--json", "-");
        Outcome roll = Thermo.Run("dynamics", "roll", model, "--state", state, "--edges", largeEdges, "--steps", "40", "--step", "0.02", "--onnx", onnx, "--csv", future, "--html", page, "--json", "-");
        Outcome audit = Thermo.Run("audit", onnx, "--state", state, "--edges", largeEdges, "--steps", "40", "--step", "0.02", "--noise", "0", "--json", "-");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fit.ExitCode, Is.Zero, fit.ToString());
            Assert.That(fit.Json.GetProperty("form").GetString(), Is.EqualTo("weak:20"));
            Assert.That(fit.Json.GetProperty("gaugeFree").GetBoolean(), Is.False);
            Assert.That(fit.Json.GetProperty("status")[0].GetString(), Is.EqualTo("Defined"));
            Assert.That(roll.ExitCode, Is.Zero, roll.ToString());
            JsonElement laws = roll.Json.GetProperty("audit");
            Assert.That(laws.GetProperty("firstLaw").GetProperty("class").GetString(), Is.EqualTo("RoundOff"));
            Assert.That(laws.GetProperty("lawful").GetBoolean(), Is.True);
            Assert.That(File.ReadLines(future).Count(), Is.EqualTo(1 + (41 * 32)));
            Assert.That(File.ReadAllText(page), Does.Contain("\"lattice\":{"));
            Assert.That(audit.ExitCode, Is.Zero, audit.ToString());
            JsonElement first = audit.Json.GetProperty("trajectories")[0].GetProperty("firstLaw");
            Assert.That(first.GetProperty("maxResidual").GetDouble(), Is.InRange(1e-12, 1e-3), "Runge–Kutta steps keep energy only nearly");
        }
    }

    /// <summary>Two models against what happened: learned from four runs, and from one.</summary>
    [Test]
    public void ModelsAreComparedWithWhatHappened()
    {
        PairGraph graph = ViscoelasticLattice.Strip(4, 2);
        string edges = Edges(graph), many = Path.Combine(Folder, "many.json"), one = Path.Combine(Folder, "one.json"), page = Path.Combine(Folder, "roll.html");
        PairState start = ViscoelasticLattice.Start(4, 2, 77, 0);
        PairTrajectory future = ViscoelasticLattice.Truth(graph, start, 0.02, 40, 4);
        string truth = Write("truth.csv", ["t,node,q1,q2,p1,p2,u", .. future.States.SelectMany((state, k) =>
            Rows(state).Select(row => string.Create(CultureInfo.InvariantCulture, $"{k * 0.02:R},{row}")))]);
        string state = Write("state.csv", ["node,q1,q2,p1,p2,u", .. Rows(start)]);
        Thermo.Run("dynamics", "fit", Runs(graph, 4, 60), "--edges", edges, "--out", many, "--heat-capacity", "2");
        Thermo.Run("dynamics", "fit", Runs(graph, 1, 30), "--edges", edges, "--out", one, "--heat-capacity", "2");
        string[] line = ["dynamics", "roll", many, "--state", state, "--edges", edges, "--steps", "40", "--step", "0.02"];
        Outcome found = Thermo.Run([.. line, "--truth", truth, "--against", one, "--html", page, "--json", "-"]);
        Assert.That(found.ExitCode, Is.Zero, found.ToString());
        JsonElement errors = found.Json.GetProperty("errors");
        Assert.That(errors.EnumerateArray().Select(error => error.GetProperty("model").GetString()), Is.EqualTo(new[] { "many.json", "one.json" }));
        Assert.That(errors[0].GetProperty("positions").GetDouble(), Is.InRange(1e-9, 1e-3).And.LessThan(errors[1].GetProperty("positions").GetDouble()));
        Assert.That(File.ReadAllText(page), Does.Contain("\"errors\":[{"));
        Assert.That(Thermo.Run([.. line, "--against", one]).ExitCode, Is.EqualTo(2));
        Outcome other = Thermo.Run([.. line[..^1], "0.05", "--truth", truth]);
        Assert.That((other.ExitCode, other.Error), Is.EqualTo((1, other.Error)));
        Assert.That(other.Error, Does.Contain("expected steps of 0.05"));
    }

    [TestCase("from,to\n0,9", "0 to 7")]
    [TestCase("from,to\n2,2", "node 2 to itself")]
    [TestCase("from,to\n0,1\n1,0", "each pair once")]
    [TestCase("a,b\n0,1", "no column 'from'")]
    [TestCase("from,to\n0,x", "'x'")]
    public void EdgesThatAreNoneAreNamed(string text, string expected)
    {
        string runs = Runs(ViscoelasticLattice.Strip(4, 2), 1, 12);
        Outcome outcome = Thermo.Run("dynamics", "fit", runs, "--edges", Write("bad.csv", text.Split('\n')), "--out", Path.Combine(Folder, "m.json"));
        Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.ToString());
        Assert.That(outcome.Error, Does.Contain(expected));
        Assert.That(File.Exists(Path.Combine(Folder, "m.json")), Is.False);
    }

    [TestCase("t,node,q1,p1,u\n0,0,0,0,1\n0,1,1,0,1\n1,0,0,0,1", "expected each from 0 to 1")]
    [TestCase("t,node,q1,p1,u\n0,0,0,0,1\n0,0,1,0,1", "there twice")]
    [TestCase("t,node,q1,p1,u\n0,0,0,0,1\n0,1,1,0,-1", "internal energy -1")]
    [TestCase("t,node,q1,p1,u\n0,0,0,0,1\n0,1,1,0,1\n1,0,0,0,1\n1,1,1,0,1\n5,0,0,0,1\n5,1,1,0,1", "equal steps")]
    [TestCase("t,node,q1,p1,u\n0,0,1,0,1\n0,1,1,0,1\n1,0,1,0,1\n1,1,1,0,1\n2,0,1,0,1\n2,1,1,0,1", "at the same place")]
    [TestCase("t,node,q1,u\n0,0,0,1", "no column 'p1'")]
    public void TrajectoriesThatCannotBeLearnedFromAreNamed(string text, string expected)
    {
        Outcome outcome = Thermo.Run("dynamics", "fit", Write("bad.csv", text.Split('\n')), "--edges", Write("e.csv", "from,to", "0,1"), "--out", Path.Combine(Folder, "m.json"));
        Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.ToString());
        Assert.That(outcome.Error, Does.Contain(expected));
    }

    [Test]
    public void WrongUsageEndsWithTwo()
    {
        Assert.That(Thermo.Run("dynamics").ExitCode, Is.EqualTo(2));
        Assert.That(Thermo.Run("dynamics", "fit", "x.csv", "--edges", "e.csv", "--out", Path.Combine(Folder, "m.json"), "--form", "weak:2").ExitCode, Is.EqualTo(2));
        Assert.That(Thermo.Run("dynamics", "roll", "m.json", "--state", "s.csv", "--edges", "e.csv", "--step", "-1").ExitCode, Is.EqualTo(2));
        Assert.That(Thermo.Run("dynamics", "roll", Write("m.json", "{}"), "--state", "s.csv", "--edges", "e.csv").Error, Does.Contain("no model of thermo dynamics fit"));
    }
}
