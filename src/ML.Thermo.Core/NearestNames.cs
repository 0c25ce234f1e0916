namespace ML.Thermo;

/// <summary>Orders known names by how near they are to a name that was not found, for the message that says so.</summary>
internal static class NearestNames
{
    /// <summary>The names, nearest first; ties keep their order. Letter case is ignored.</summary>
    public static IEnumerable<string> Order(string wanted, IEnumerable<string> known) =>
        known.OrderBy(name => Distance(wanted.Trim().ToLowerInvariant(), name.ToLowerInvariant()));

    /// <summary>Levenshtein's edit distance: the fewest insertions, deletions and replacements of one character.</summary>
    internal static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
