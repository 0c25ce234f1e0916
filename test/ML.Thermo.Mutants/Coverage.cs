namespace ML.Thermo.Mutants;

/// <summary>Which tests reach which mutants, and what each test takes.</summary>
internal sealed class Coverage
{
    private readonly Dictionary<int, List<Reply>> _byMutant = [];
    private readonly HashSet<int> _static = [];

    /// <summary>Of what workers have said of the tests.</summary>
    internal Coverage(IEnumerable<Reply> tests)
    {
        foreach (Reply test in tests.Where(test => test.Said == Reply.Passed).OrderBy(test => test.Seconds))
        {
            Count++;
            _static.UnionWith(test.Static!);
            foreach (int mutant in test.Reached!)
                (_byMutant.TryGetValue(mutant, out List<Reply>? list) ? list : _byMutant[mutant] = []).Add(test);
        }
    }

    /// <summary>Tests that pass in time.</summary>
    public int Count { get; }

    /// <summary>Runs every wanted test once, or those that an earlier run did not know; one that takes more seconds than the limit is left out.</summary>
    public static Coverage Of(MutatedBuild build, Func<string, bool> isWanted, double limit, bool keep)
    {
        string file = build.Findings("tests.json");
        var known = new Dictionary<string, Reply>(StringComparer.Ordinal);
        if (keep && File.Exists(file))
        {
            foreach (string line in File.ReadLines(file))
                known[Reply.Read<Reply>(line).Test] = Reply.Read<Reply>(line);
        }

        using (var log = new StreamWriter(file, append: keep) { AutoFlush = true })
        {
            while (true)
            {
                using var worker = new WorkerProcess(build);
                string[] left = [.. worker.Tests.Where(test => isWanted(test) && !known.ContainsKey(test))];
                if (worker.Tests.Count == 0)
                    throw new InvalidOperationException($"{build.Tests} has no tests, or does not start");
                worker.Give(new Order(-1, left, [limit]));
                Reply? reply;
                while ((reply = worker.Next()) is { Said: Reply.Passed or Reply.Failed or Reply.Slow })
                {
                    known[reply.Test] = reply;
                    log.WriteLine(Reply.Line(reply));
                }

                if (reply?.Said == Reply.Done)
                    return Report(known.Values, [.. worker.Tests.Where(isWanted)]);
                if (left.All(test => !known.ContainsKey(test)))
                    throw new InvalidOperationException($"the process of the tests ends before {left[0]} does");
            }
        }
    }

    /// <summary>The tests that reach a mutant, the quickest first.</summary>
    public IReadOnlyList<Reply> Of(Mutant mutant) => _byMutant.TryGetValue(mutant.Id, out List<Reply>? tests) ? tests : [];

    /// <summary>Whether it is in a static initialiser, which runs once in a process.</summary>
    public bool IsStatic(Mutant mutant) => _static.Contains(mutant.Id);

    /// <summary>The tests that reach anything in a file: those that see a value that is kept, whoever asked for it first.</summary>
    public IReadOnlyList<Reply> OfFile(Mutant mutant, IEnumerable<Mutant> all) =>
        [.. all.Where(other => other.File == mutant.File).SelectMany(Of).DistinctBy(test => test.Test).OrderBy(test => test.Seconds)];

    private static Coverage Report(IEnumerable<Reply> replies, IReadOnlyList<string> present)
    {
        var names = present.ToHashSet(StringComparer.Ordinal);
        Reply[] tests = [.. replies.Where(test => names.Contains(test.Test))];
        Console.WriteLine($"{tests.Count(test => test.Said == Reply.Passed)} tests; left out: {tests.Count(test => test.Said == Reply.Slow)} slow, "
            + $"{tests.Count(test => test.Said == Reply.Failed)} skipped or failed");
        return new Coverage(tests);
    }
}
