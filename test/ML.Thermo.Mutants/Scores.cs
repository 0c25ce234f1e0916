using System.Globalization;

namespace ML.Thermo.Mutants;

/// <summary>The fates of mutants: kept in a file as they become known, and counted by source file.</summary>
internal sealed class Scores
{
    private readonly Dictionary<int, (Fate Fate, string Test)> _fates = [];
    private readonly string _file;
    private readonly int _population;

    /// <summary>Begins anew, or with what an earlier run found.</summary>
    public Scores(string file, int population, bool again)
    {
        _file = file;
        _population = population;
        if (!again)
            File.Delete(file);
        foreach (string[] fields in File.Exists(file) ? File.ReadLines(file).Select(line => line.Split(' ', 3)) : [])
            _fates[int.Parse(fields[0], CultureInfo.InvariantCulture)] = (Enum.Parse<Fate>(fields[1]), fields[2]);
    }

    /// <summary>How many were added.</summary>
    public int Count { get; private set; }

    /// <summary>Whether an earlier run killed it, which tests that were added since don't change.</summary>
    public bool IsKilled(Mutant mutant) => _fates.TryGetValue(mutant.Id, out (Fate Fate, string Test) known) && known.Fate is Fate.Killed or Fate.TimedOut;

    public void Add(Mutant mutant, Fate fate, string test)
    {
        Count++;
        _fates[mutant.Id] = (fate, test);
        File.AppendAllText(_file, string.Create(CultureInfo.InvariantCulture, $"{mutant.Id} {fate} {test.ReplaceLineEndings(" ")}\n"));
    }

    /// <summary>Survivors with their places, then a table by file; the score of a sample with its standard error.</summary>
    public void Write(IReadOnlyList<Mutant> mutants, TextWriter output)
    {
        IEnumerable<Mutant> left = mutants.Where(mutant => _fates[mutant.Id].Fate is Fate.Survived or Fate.NotCovered);
        foreach (Mutant mutant in left.OrderBy(mutant => mutant.File, StringComparer.Ordinal).ThenBy(mutant => mutant.Line))
        {
            string fate = _fates[mutant.Id].Fate == Fate.Survived ? "survived   " : "not covered";
            output.WriteLine($"{fate} {mutant.File}:{mutant.Line} {mutant.Kind}: {mutant.Replacement} [{mutant.Id}]");
        }

        output.WriteLine();
        output.WriteLine($"{"file",-48} {"killed",7} {"timed out",9} {"survived",8} {"not covered",11} {"score",6}");
        foreach (IGrouping<string, Mutant> file in mutants.GroupBy(mutant => mutant.File).OrderBy(file => file.Key, StringComparer.Ordinal))
            WriteLine(output, file.Key, [.. file]);
        WriteLine(output, "all", mutants);
        if (mutants.Count < _population && mutants.Count > 1)
        {
            double score = Score(mutants);
            double error = Math.Sqrt(score * (1 - score) / (mutants.Count - 1) * (1 - ((double)mutants.Count / _population)));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a sample of {mutants.Count} of {_population}: {score:F3} ± {error:F3}"));
        }
    }

    private void WriteLine(TextWriter output, string name, IReadOnlyList<Mutant> mutants) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-48} {Of(mutants, Fate.Killed),7} {Of(mutants, Fate.TimedOut),9} {Of(mutants, Fate.Survived),8} {Of(mutants, Fate.NotCovered),11} "
        + $"{Score(mutants),6:F3}"));

    private int Of(IReadOnlyList<Mutant> mutants, Fate fate) => mutants.Count(mutant => _fates[mutant.Id].Fate == fate);

    private double Score(IReadOnlyList<Mutant> mutants) => (double)(Of(mutants, Fate.Killed) + Of(mutants, Fate.TimedOut)) / mutants.Count;
}
