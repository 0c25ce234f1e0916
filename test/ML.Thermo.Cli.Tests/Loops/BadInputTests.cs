namespace ML.Thermo.Cli.Tests.Loops;

/// <summary>What a person may get wrong with generations of data, through the built program: one line on stderr that names it.</summary>
internal sealed class BadInputTests : Sandbox
{
    [Test]
    public void EveryFaultOfALoopIsNamedInOneLine()
    {
        Write("a.csv", "kind,g", "x,0", "x,0", "y,0", "y,0");
        Write("b.csv", "kind,g", "x,0", "x,0", "x,0", "y,0");
        Write("other.csv", "sort,g", "x,0", "y,0");
        Write("same.csv", "kind,g", "x,0", "x,0");
        Write("ids.csv", "kind,g", "1,0", "2,0", "3,0", "4,0");
        Write("empty.txt", "", "");
        Write("words.txt", "a b a b", "a b");
        Write("bad.jsonl", """{"kind":"x"}""", """{"kind":"x"}""", """{"kind":""");
        Write("numbers.csv", "v", "1", "2", "x", "4", "5");
        Write("constant.csv", "v", "1", "1", "1", "1", "1");
        Write("good.csv", "v", "1", "2", "4", "4", "5");
        (string Line, int Code, string Says)[] faults =
        [
            ("collapse guard a.csv --category kind", 2, "single generation"),
            ("collapse guard a.csv --generation-column g --category kind", 1, "generation"),
            ("collapse guard same.csv same.csv --category kind", 1, "one category"),
            ("collapse guard a.csv other.csv --category kind", 1, "no column 'kind'"),
            ("collapse guard ids.csv ids.csv --category kind", 1, "as an id is"),
            ("collapse guard words.txt empty.txt --text line", 1, "empty.txt"),
            ("collapse guard a.csv bad.jsonl --category kind", 1, "Line 3 of"),
            ("collapse guard a.csv b.csv --category kind --fresh-share 1.5", 2, "1.5"),
            ("collapse guard a.csv b.csv --category kind --retain 1", 2, "1"),
            ("collapse guard a.csv b.csv --category kind --error-rate 0.7", 2, "0.7"),
            ("collapse guard good.csv numbers.csv --numeric v", 1, "'x'"),
            ("collapse guard good.csv constant.csv --numeric v", 1, "constant"),
            ("collapse plan --rows 100 --temperature 0 --classes 5", 2, "0"),
            ("collapse plan --rows 100 --temperature 0.8 --classes 1", 2, "1"),
            ("collapse plan --rows 100 --temperature 0.8 --reference ids.csv --category kind", 1, "as an id has"),
            ("collapse simulate --classes 5 --rows 10 --fresh -0.1", 2, "-0.1"),
            ("collapse simulate --classes 2000000000 --rows 10", 2, "2000000000"),
            ("collapse simulate --classes 5 --rows 10 --zipf 1e9", 2, "one category"),
        ];
        Outcome[] outcomes = [.. faults.AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(fault => Thermo.StartIn(Folder, fault.Line.Split(' ')))];
        using (Assert.EnterMultipleScope())
        {
            for (int i = 0; i < faults.Length; i++)
            {
                Assert.That(outcomes[i].ExitCode, Is.EqualTo(faults[i].Code), $"{faults[i].Line}\n{outcomes[i]}");
                Assert.That(outcomes[i].Error, Does.StartWith("thermo: ").And.Contain(faults[i].Says), faults[i].Line);
                Assert.That(outcomes[i].Output, Is.Empty, faults[i].Line);
            }
        }
    }
}
