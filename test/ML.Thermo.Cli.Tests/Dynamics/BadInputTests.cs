using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Cli.Tests.Dynamics;

/// <summary>What a person may get wrong, through the built program: one line on stderr that names it, nothing on stdout, no file written.</summary>
internal sealed class BadInputTests : Sandbox
{
    private static readonly Dictionary<string, string[]> Tables = new()
    {
        ["back"] = ["t,e,s", "0,1,0", "2,1,0", "1,1,0"],
        ["hole"] = ["t,e,s", "0,1,0", "1,,0", "2,1,0"],
        ["nan"] = ["t,e,s", "0,1,0", "1,nan,0", "2,1,0"],
        ["short"] = ["t,e,s", "0,1,0", "1,1,0"],
        ["cold"] = ["t,e,s,w,q,b", "0,1,0,0,0,1", "1,1,0,0,0,0", "2,1,0,0,0,1"],
        ["minus"] = ["t,e,s", "0,1,0", "1,-1,0", "2,1,0"],
        ["gone"] = ["t,node,e,s", "0,0,1,0", "0,1,1,0", "1,0,1,0", "2,0,1,0", "2,1,1,0"],
        ["double"] = ["t,node,e,s", "0,0,1,0", "0,1,1,0", "1,0,1,0", "1,0,1,0", "2,0,1,0", "2,1,1,0"],
        ["guest"] = ["t,node,e,s", "0,0,1,0", "1,0,1,0", "1,1,1,0", "2,0,1,0"],
        ["baths"] = ["t,node,e,s,q,b", "0,0,1,0,0,1", "0,1,1,0,0,2", "1,0,1,0,1,1", "1,1,1,0,0,2", "2,0,1,0,1,1", "2,1,1,0,0,2"],
        ["unheated"] = ["t,e,s,q,b", "0,1,0,0,1", "1,2,1,1,0", "2,1,0,0,1"],
        ["state"] = ["node,q1,p1,u", "0,0,0,1", "1,1,0,1"],
        ["runs"] = ["t,node,q1,p1,u", "0,0,0,0,1", "0,1,1,0,1", "1,0,0,0,1", "1,1,1,0,1", "2,0,0,0,1", "2,1,1,0,1"],
        ["self"] = ["from,to", "1,1"],
        ["far"] = ["from,to", "0,7"],
        ["twice"] = ["from,to", "0,1", "1,0"],
        ["edges"] = ["from,to", "0,1"],
    };

    [Test]
    public void EveryFaultOfATrajectoryIsNamedInOneLine()
    {
        foreach ((string name, string[] lines) in Tables)
            Write($"{name}.csv", lines);
        File.WriteAllBytes(Path.Combine(Folder, "sum.onnx"), new GraphPatch().IrVersion(8).OperatorSet("", 13).Input("u", ElementType.Double, "N", 1)
            .Initializer<long>("axes", [1], [0]).Node("ReduceSum", ["u", "axes"], ["next_u"]).Output("next_u").ToArray());
        File.WriteAllBytes(Path.Combine(Folder, "grow.onnx"), new GraphPatch().IrVersion(8).OperatorSet("", 13).Input("u", ElementType.Double, "N", 1)
            .Node("Mul", ["u", "u"], ["du"]).Output("du").ToArray());
        File.WriteAllBytes(Path.Combine(Folder, "pair.onnx"), new GraphPatch().IrVersion(8).OperatorSet("", 13).Input("u", ElementType.Double, "N", 1)
            .Input("i", ElementType.Int64, "E", 1).Input("j", ElementType.Int64, "E", 1).Node("Neg", ["u"], ["du"]).Output("du").ToArray());
        Write("words.txt", [.. Enumerable.Repeat("no JSON at all, and much of it", 50)]);
        (string Line, string Says)[] faults =
        [
            ("audit back.csv --energy-column e --entropy-column s", "Row 2 has time 1, the row before 2"),
            ("audit hole.csv --energy-column e --entropy-column s", "of column 'e' is empty"),
            ("audit nan.csv --energy-column e --entropy-column s", "'nan'"),
            ("audit short.csv --energy-column e --entropy-column s", "2 rows"),
            ("audit cold.csv --energy-column e --entropy-column s --work w --heat q --bath-temperature b", "bath's temperature in row 1 is 0"),
            ("audit minus.csv --energy-column e --entropy-formula Ln(e)", "entropy of row 1 is NaN"),
            ("audit gone.csv --energy-column e --entropy-column s --sum-over node", "'1' of 'node' has no row at time 1"),
            ("audit double.csv --energy-column e --entropy-column s --sum-over node", "'0' of 'node' is there twice at time 1"),
            ("audit guest.csv --energy-column e --entropy-column s --sum-over node", "'1' is there at time 1 and not at the first"),
            ("audit baths.csv --energy-column e --entropy-column s --sum-over node --heat q --bath-temperature b", "bath's temperature is 1 and 2"),
            ("audit unheated.csv --energy-column e --entropy-column s --heat q --bath-temperature b", "bath's temperature in row 1 is 0"),
            ("audit grow.onnx --state state.csv --steps 400 --step 10 --energy-formula u --entropy-formula u", "expected finite numbers. A shorter --step"),
            ("audit pair.onnx --state state.csv --edges far.csv --steps 3 --energy-formula u --entropy-formula u", "Edge 0 joins 0 and 7"),
            ("dynamics roll words.txt --state state.csv --edges edges.csv", "not JSON from line 1 on"),
            ("audit sum.onnx --state state.csv --steps 3 --form next --entropy-formula Ln(u) --energy-formula u", "1 numbers"),
            ("dynamics fit runs.csv --edges self.csv --out m.json", "node 1 to itself"),
            ("dynamics fit runs.csv --edges far.csv --out m.json", "0 to 1"),
            ("dynamics fit runs.csv --edges twice.csv --out m.json", "each pair once"),
            ("dynamics fit runs.csv --edges edges.csv --out m.json", "do not vary"),
        ];
        Outcome[] outcomes = [.. faults.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(fault => Thermo.StartIn(Folder, fault.Line.Split(' ')))];
        using (Assert.EnterMultipleScope())
        {
            for (int i = 0; i < faults.Length; i++)
            {
                Assert.That(outcomes[i].ExitCode, Is.EqualTo(1), $"{faults[i].Line}\n{outcomes[i]}");
                Assert.That(outcomes[i].Error, Does.StartWith("thermo: ").And.Contain(faults[i].Says), faults[i].Line);
                Assert.That(outcomes[i].Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1), faults[i].Line);
                Assert.That(outcomes[i].Error, Has.Length.LessThan(300), faults[i].Line);
                Assert.That(outcomes[i].Output, Is.Empty, faults[i].Line);
            }

            Assert.That(File.Exists(Path.Combine(Folder, "m.json")), Is.False);
        }
    }

    /// <summary>Bodies whose distances change but whose relative speed along the edge is zero at every sample say nothing of friction.</summary>
    [Test]
    public void FrictionThatNothingRubsIsCalledUndetermined()
    {
        Write("still.csv", ["t,node,q1,p1,u", .. Enumerable.Range(0, 12).SelectMany(t => new[] { $"{t},0,0,0,{1 + (t % 2)}", $"{t},1,{1 + (0.1 * (t % 3))},0,{2 - (t % 2)}" })]);
        Write("edges.csv", Tables["edges"]);
        Outcome outcome = Thermo.StartIn(Folder, "dynamics", "fit", "still.csv", "--edges", "edges.csv", "--form", "strong", "--json", "-");
        Assert.That(outcome.ExitCode, Is.Zero, outcome.ToString());
        Assert.That(outcome.Json.GetProperty("status").EnumerateArray().Select(status => status.GetString()), Does.Contain("RankDeficient"));
        Assert.That(outcome.Json.GetProperty("undetermined").EnumerateArray().Select(name => name.GetString()), Does.Contain("gamma of kind 0"));
    }
}
