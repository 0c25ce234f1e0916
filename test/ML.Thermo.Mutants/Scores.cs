using System.Globalization;

namespace ML.Thermo.Mutants;

/// <summary>The fates of mutants: kept in a file as they become known, and counted by source file and by folder.</summary>
internal sealed class Scores
{
    private readonly Dictionary<int, (Fate Fate, string Test)> _fates = [];
    private readonly string _file;

    /// <summary>Begins anew, or with what an earlier run found.</summary>
    public Scores(string file, bool again)
    {
        _file = file;
        if (!again)
            File.Delete(file);
        foreach (string[] fields in File.Exists(file) ? File.ReadLines(file).Select(line => line.Split(' ', 3)) : [])
            _fates[int.Parse(fields[0], CultureInfo.InvariantCulture)] = (Enum.Parse<Fate>(fields[1]), fields[2]);
    }

    /// <summary>How many were added.</summary>
    public int Count { get; private set; }

    /// <summary>Whether an earlier run killed it, which tests that were added since don't change.</summary>
    public bool IsKilled(Mutant mutant) => _fates.TryGetValue(mutant.Id, out (Fate Fate, string Test) known) && known.Fate is Fate.Killed or Fate.TimedOut;

    /// <summary>Whether its fate is known.</summary>
    public bool IsTried(Mutant mutant) => _fates.ContainsKey(mutant.Id);

    public void Add(Mutant mutant, Fate fate, string test)
    {
        Count++;
        _fates[mutant.Id] = (fate, test);
        File.AppendAllText(_file, string.Create(CultureInfo.InvariantCulture, $"{mutant.Id} {fate} {test.ReplaceLineEndings(" ")}\n"));
    }

    /// <summary>Survivors with their places, then a table by file, then the score of each folder; that of a sample with its standard error.</summary>
    /// <param name="folders">Each with all its mutants.</param>
    /// <param name="tried">Those that were tried.</param>
    /// <param name="output">Takes the text.</param>
    public void Write(IReadOnlyDictionary<string, IReadOnlyList<Mutant>> folders, IReadOnlySet<int> tried, TextWriter output)
    {
        Mutant[] all = [.. folders.Values.SelectMany(mutants => mutants).Where(mutant => tried.Contains(mutant.Id)).DistinctBy(mutant => mutant.Id)];
        IEnumerable<Mutant> left = all.Where(mutant => _fates[mutant.Id].Fate is Fate.Survived or Fate.NotCovered);
        foreach (Mutant mutant in left.OrderBy(mutant => mutant.File, StringComparer.Ordinal).ThenBy(mutant => mutant.Line))
        {
            string fate = _fates[mutant.Id].Fate == Fate.Survived ? "survived   " : "not covered";
            output.WriteLine($"{fate} {mutant.File}:{mutant.Line} {mutant.Kind}: {mutant.Replacement} [{mutant.Id}]");
        }

        output.WriteLine();
        output.WriteLine($"{"file",-48} {"killed",7} {"timed out",9} {"survived",8} {"not covered",11} {"score",6}");
        foreach (IGrouping<string, Mutant> file in all.GroupBy(mutant => mutant.File).OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            Mutant[] mutants = [.. file];
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{file.Key,-48} {Of(mutants, Fate.Killed),7} {Of(mutants, Fate.TimedOut),9} {Of(mutants, Fate.Survived),8} "
                + $"{Of(mutants, Fate.NotCovered),11} {Noticed(mutants) / (double)mutants.Length,6:F3}"));
        }

        foreach ((string folder, IReadOnlyList<Mutant> mutants) in folders)
            WriteScore(folder, mutants.Count, [.. mutants.Where(mutant => tried.Contains(mutant.Id))], output);
    }

    /// <summary>The error is that of a share in a sample drawn without putting back: none where all are tried.</summary>
    private void WriteScore(string folder, int population, IReadOnlyList<Mutant> mutants, TextWriter output)
    {
        if (mutants.Count == 0)
            return;
        double score = Noticed(mutants) / (double)mutants.Count;
        double error = population == mutants.Count ? 0
            : Math.Sqrt(score * (1 - score) / Math.Max(mutants.Count - 1, 1) * (1 - ((double)mutants.Count / population)));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{folder}: {mutants.Count} of {population} mutants tried, {Noticed(mutants)} noticed: {score:F3}{(error > 0 ? $" ± {error:F3}" : "")}"));
    }

    private int Noticed(IReadOnlyList<Mutant> mutants) => Of(mutants, Fate.Killed) + Of(mutants, Fate.TimedOut);

    private int Of(IReadOnlyList<Mutant> mutants, Fate fate) => mutants.Count(mutant => _fates[mutant.Id].Fate == fate);
}
