using ML.Thermo.Cli.Tables;
using ML.Thermo.Dynamics.Pairs;

namespace ML.Thermo.Cli.Dynamics;

/// <summary>Edges of a graph: columns <c>from</c>, <c>to</c> and, where edges differ, <c>kind</c>.</summary>
internal sealed record EdgeTable(int[] From, int[] To, int[]? Kinds)
{
    public static EdgeTable Read(string path)
    {
        using var rows = new NumberRows(path);
        int from = rows.Find("from"), to = rows.Find("to"), kind = rows.Seek("kind");
        List<int> begins = [], ends = [], kinds = [];
        while (rows.Read())
        {
            begins.Add(rows.Index(from));
            ends.Add(rows.Index(to));
            if (kind >= 0)
                kinds.Add(rows.Index(kind));
        }

        return new EdgeTable([.. begins], [.. ends], kind >= 0 ? [.. kinds] : null);
    }

    /// <summary>Refuses an end that no node is; a foreign model may well take each edge in both directions.</summary>
    public void Within(int nodes)
    {
        for (int e = 0; e < From.Length; e++)
        {
            if (From[e] >= nodes || To[e] >= nodes)
                throw new UnusableDataException($"Edge {e} joins {From[e]} and {To[e]}: expected nodes from 0 to {nodes - 1}, a row each of --state.");
        }
    }

    /// <summary>The graph. Where edges have no kinds and nodes have, an edge's kind is that of the unordered pair of its nodes' kinds a ≤ b: b (b +
    /// 1)/2 + a.</summary>
    public PairGraph Graph(int nodes, int[]? nodeKinds)
    {
        int[] kinds = Kinds ?? (nodeKinds is null ? [] : [.. From.Zip(To, (i, j) => i < nodes && j < nodes ? Pair(nodeKinds[i], nodeKinds[j]) : 0)]);
        return new PairGraph(nodes, From, To, kinds);
    }

    private static int Pair(int a, int b) => (Math.Max(a, b) * (Math.Max(a, b) + 1) / 2) + Math.Min(a, b);
}
