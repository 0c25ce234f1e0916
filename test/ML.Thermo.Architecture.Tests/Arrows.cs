namespace ML.Thermo.Architecture;

/// <summary>Which folder uses which.</summary>
internal static class Arrows
{
    /// <summary>Arrows between different folders, each with its first use.</summary>
    public static IReadOnlyDictionary<(string From, string To), Use> Between(Func<string, string> node) => Sources.Uses
        .Select(use => (Arrow: (From: node(use.From), To: node(use.To)), Use: use)).Where(found => found.Arrow.From != found.Arrow.To)
        .GroupBy(found => found.Arrow).ToDictionary(group => group.Key, group => group.First().Use);

    /// <summary>Groups of two or more nodes each of which reaches the others.</summary>
    public static IEnumerable<string[]> Circles(IEnumerable<(string From, string To)> arrows)
    {
        ILookup<string, string> next = arrows.ToLookup(arrow => arrow.From, arrow => arrow.To);
        Dictionary<string, HashSet<string>> reach = next.Select(group => group.Key).ToDictionary(node => node, node => Reach(next, node));
        return reach.Keys.Where(node => reach[node].Contains(node))
            .GroupBy(node => string.Join(" ", reach[node].Where(other => reach.TryGetValue(other, out HashSet<string>? back) && back.Contains(node)).Order(StringComparer.Ordinal)))
            .Select(group => group.Order(StringComparer.Ordinal).ToArray());
    }

    /// <summary>The arrows that are left when those that a longer path implies are taken out.</summary>
    public static IEnumerable<(string From, string To)> Reduced(IReadOnlyCollection<(string From, string To)> arrows)
    {
        ILookup<string, string> next = arrows.ToLookup(arrow => arrow.From, arrow => arrow.To);
        HashSet<string> circular = [.. Circles(arrows).SelectMany(circle => circle)];
        return arrows.Where(arrow => circular.Contains(arrow.From)
            || !next[arrow.From].Any(other => other != arrow.To && !circular.Contains(other) && Reach(next, other).Contains(arrow.To)));
    }

    private static HashSet<string> Reach(ILookup<string, string> next, string from)
    {
        HashSet<string> reached = [];
        Stack<string> open = new(next[from]);
        while (open.TryPop(out string? node))
        {
            if (reached.Add(node))
            {
                foreach (string other in next[node])
                    open.Push(other);
            }
        }

        return reached;
    }
}
