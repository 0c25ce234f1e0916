namespace ML.Thermo.Loops.Guard;

/// <summary>Counts of the same categories in each generation, and in the reference.</summary>
public sealed class CategoryTable
{
    private CategoryTable(string[] names, long[][] generations, long[]? reference)
    {
        Names = names;
        Generations = generations;
        Reference = reference;
    }

    /// <summary>Categories: by falling count in the reference (in generation 0 without one), then by name.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Counts by generation and category. Each generation must be the <em>whole</em> training data of the next.</summary>
    public IReadOnlyList<long[]> Generations { get; }

    /// <summary>Counts of real rows; null takes generation 0 for real.</summary>
    public IReadOnlyList<long>? Reference { get; }

    /// <summary>From counts by name.</summary>
    /// <param name="generations">Two or more, in order, each with at least two rows.</param>
    /// <param name="reference">Real rows, where generation 0 is not real.</param>
    /// <exception cref="UnusableDataException">A generation is empty, there is one only, or one category only, or every row is a category of its
    /// own.</exception>
    public static CategoryTable Of(IReadOnlyList<IReadOnlyDictionary<string, long>> generations, IReadOnlyDictionary<string, long>? reference = null)
    {
        ArgumentNullException.ThrowIfNull(generations);
        if (generations.Count < 2)
            throw new UnusableDataException($"There is {generations.Count} generation: expected at least two, the data before retraining and after.");
        IReadOnlyDictionary<string, long> first = reference ?? generations[0];
        var all = new HashSet<string>(StringComparer.Ordinal);
        foreach (IReadOnlyDictionary<string, long> counts in generations.Append(first))
            all.UnionWith(counts.Keys);
        string[] names = [.. all.OrderByDescending(name => first.GetValueOrDefault(name)).ThenBy(name => name, StringComparer.Ordinal)];
        var table = new CategoryTable(names, [.. generations.Select(Aligned)], reference is null ? null : Aligned(reference));
        table.Check();
        return table;

        long[] Aligned(IReadOnlyDictionary<string, long> counts) => [.. names.Select(name => counts.GetValueOrDefault(name))];
    }

    /// <summary>From aligned counts; categories are named by their number.</summary>
    /// <param name="generations">Two or more of the same length.</param>
    /// <param name="reference">Real rows, where generation 0 is not real.</param>
    /// <exception cref="UnusableDataException">As for names.</exception>
    public static CategoryTable OfCounts(IReadOnlyList<long[]> generations, long[]? reference = null)
    {
        ArgumentNullException.ThrowIfNull(generations);
        return Of([.. generations.Select(Named)], reference is null ? null : Named(reference));

        static Dictionary<string, long> Named(long[] counts) =>
            Enumerable.Range(0, counts.Length).ToDictionary(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture), i => counts[i]);
    }

    private void Check()
    {
        for (int t = 0; t < Generations.Count; t++)
        {
            long rows = Generations[t].Sum();
            if (Generations[t].Any(count => count < 0))
                throw new UnusableDataException($"Generation {t} has a count of {Generations[t].Min()}: expected numbers of at least 0.");
            if (rows < 2)
                throw new UnusableDataException($"Generation {t} has {rows} rows: expected at least 2.");
        }

        IReadOnlyList<long> first = Reference ?? Generations[0];
        string who = Reference is null ? "generation 0" : "the reference";
        int occupied = first.Count(count => count > 0);
        if (occupied == 1)
            throw new UnusableDataException($"All rows of {who} are of one category, '{Names[0]}': expected at least two; there is no diversity to lose.");
        if (occupied == 0)
            throw new UnusableDataException("The reference has no rows: expected at least 2.");
        if (occupied == first.Sum())
        {
            throw new UnusableDataException(
                $"Every row of {who} is a category of its own, as an id is (coverage 0): expected a column whose values repeat. Bin numbers, or count the "
                    + "tokens of text.");
        }
    }
}
