using ML.Thermo.Mutants;

namespace ML.Thermo.Tests;

/// <summary>What <c>./build.sh mutants</c> makes of Stryker's list, of what tests reach and of the fates of mutants.</summary>
internal sealed class MutantTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("thermo-mutants").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Strykers_list_gives_the_mutants_that_compile_and_an_emptied_block_only_where_nothing_else_is_changed_in_it()
    {
        string project = Path.Combine(_folder, "src", "P"), report = Path.Combine(_folder, "report.json");
        File.WriteAllText(report, $$"""
            { "files": {
                "{{Path.Combine(project, "Room", "B.cs")}}": { "mutants": [
                    {{Listed(7, "Block removal mutation", "{}", 1, 1, 9, 2)}}, {{Listed(5, "Arithmetic mutation", "a\\r\\n    * b", 3, 8, 4, 6)}},
                    {{Listed(6, "Equality mutation", "a < b", 4, 1, 4, 6, "CompileError")}}, {{Listed(8, "Block removal mutation", "{}", 12, 1, 12, 9)}} ] },
                "{{Path.Combine(project, "A.cs")}}": { "mutants": [
                    {{Listed(2, "Block removal mutation", "{}", 1, 1, 9, 2)}}, {{Listed(3, "Statement mutation", ";", 5, 1, 5, 2, "CompileError")}} ] } } }
            """);
        Assert.That(Mutant.Of(report, project), Is.EqualTo(new Mutant[]
        {
            new(2, "A.cs", 1, "Block removal mutation", "{}"), new(5, "Room/B.cs", 3, "Arithmetic mutation", "a * b"),
            new(8, "Room/B.cs", 12, "Block removal mutation", "{}"),
        }));
    }

    [Test]
    public void A_mutant_is_tried_by_the_tests_that_pass_and_reach_it_the_quickest_first()
    {
        Mutant[] all = [new(1, "A.cs", 1, "", ""), new(2, "A.cs", 2, "", ""), new(3, "B.cs", 1, "", "")];
        var coverage = new Coverage([
            new(Reply.Passed, "slow", 2, [1, 3], []), new(Reply.Passed, "quick", 0.1, [1, 2], [2]), new(Reply.Failed, "skipped", 0.01, [1], [3]),
            new(Reply.Passed, "other", 0.5, [2], []), new(Reply.Slow, "too slow"),
        ]);
        Assert.That(coverage.Count, Is.EqualTo(3));
        Assert.That(all.Select(mutant => string.Join(' ', coverage.Of(mutant).Select(test => test.Test))), Is.EqualTo(["quick slow", "quick other", "slow"]));
        Assert.That(coverage.OfFile(all[0], all).Select(test => test.Test), Is.EqualTo(["quick", "other", "slow"]));
        Assert.That(all.Select(coverage.IsStatic), Is.EqualTo([false, true, false]));
    }

    [Test]
    public void A_score_counts_what_was_noticed_of_what_was_tried_and_a_sample_has_an_error()
    {
        string file = Path.Combine(_folder, "fates.txt");
        Mutant[] whole = [new(1, "A/X.cs", 9, "Kind", "new"), new(2, "A/X.cs", 3, "Kind", "other"), new(3, "A/Y.cs", 1, "", ""), new(4, "A/Y.cs", 2, "", "")];
        Mutant[] part = [.. Enumerable.Range(10, 10).Select(id => new Mutant(id, "B/Z.cs", id, "", ""))];
        var scores = new Scores(file, again: false);
        scores.Add(whole[0], Fate.Survived, "");
        scores.Add(whole[1], Fate.NotCovered, "");
        scores.Add(whole[2], Fate.Killed, "A test (1,\n2)");
        scores.Add(whole[3], Fate.TimedOut, "");
        foreach (Mutant mutant in part[..4])
            scores.Add(mutant, mutant.Id == 10 ? Fate.Survived : Fate.Killed, "one");

        using var output = new StringWriter();
        var again = new Scores(file, again: true);
        again.Write(
            new Dictionary<string, IReadOnlyList<Mutant>> { ["src/A"] = whole, ["src/B"] = part }, new HashSet<int> { 1, 2, 3, 4, 10, 11, 12, 13 }, output);
        string[] lines = output.ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n');
        Assert.That(lines[..3], Is.EqualTo(["not covered A/X.cs:3 Kind: other [2]", "survived    A/X.cs:9 Kind: new [1]", "survived    B/Z.cs:10 :  [10]"]));
        Assert.That(lines[5].Split(' ', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(["A/X.cs", "0", "0", "1", "1", "0.000"]));
        Assert.That(lines[6].Split(' ', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(["A/Y.cs", "1", "1", "0", "0", "1.000"]));
        // 3 of 4: √(¾ · ¼ / 3 · (1 − 4/10)) = √0.0375
        Assert.That(lines[^2..], Is.EqualTo(["src/A: 4 of 4 mutants tried, 2 noticed: 0.500", "src/B: 4 of 10 mutants tried, 3 noticed: 0.750 ± 0.194"]));
        Assert.That(whole.Select(again.IsKilled), Is.EqualTo([false, false, true, true]));
        Assert.That((again.IsTried(whole[0]), again.IsTried(part[4])), Is.EqualTo((true, false)));
        Assert.That(new Scores(file, again: false).IsTried(whole[2]), Is.False, "begun anew");
    }

    [Test]
    public void Orders_and_replies_pass_as_lines()
    {
        var reply = new Reply(Reply.Passed, "A(\"x\ny\")", 0.25, [3], [4]) { Tests = ["a", "b"] };
        string line = Reply.Line(reply);
        Assert.That(line, Does.Not.Contain('\n'));
        Reply read = Reply.Read<Reply>(line);
        Assert.That((read.Said, read.Test, read.Seconds), Is.EqualTo((reply.Said, reply.Test, reply.Seconds)));
        Assert.That((read.Reached, read.Static, read.Tests), Is.EqualTo((reply.Reached, reply.Static, reply.Tests)));
        Assert.That(Reply.Read<Order>(Reply.Line(new Order(7, ["t"], [0.5]))), Has.Property("Mutant").EqualTo(7));
        Assert.That(() => Reply.Read<Reply>("null"), Throws.TypeOf<InvalidDataException>());
    }

    private static string Listed(int id, string kind, string replacement, int line, int column, int lastLine, int lastColumn, string status = "Ignored") =>
        $$"""
        { "id": "{{id}}", "mutatorName": "{{kind}}", "replacement": "{{replacement}}", "status": "{{status}}",
          "location": { "start": { "line": {{line}}, "column": {{column}} }, "end": { "line": {{lastLine}}, "column": {{lastColumn}} } } }
        """;
}
