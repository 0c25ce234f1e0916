namespace ML.Thermo.Dynamics.Pairs;

/// <summary>Nodes and the pairs of them that act on one another.</summary>
public sealed class PairGraph
{
    private readonly int[] _from, _to, _kinds;

    /// <summary>Takes the edges.</summary>
    /// <param name="nodes">Number of nodes, N ≥ 1.</param>
    /// <param name="from">One end of each edge, 0…N − 1.</param>
    /// <param name="to">The other end.</param>
    /// <param name="kinds">The kind of each edge, ≥ 0: edges of one kind share their laws. Default: all of kind 0.</param>
    /// <exception cref="UnusableDataException">An edge ends at a node that does not exist or where it begins, or is there twice.</exception>
    public PairGraph(int nodes, ReadOnlySpan<int> from, ReadOnlySpan<int> to, ReadOnlySpan<int> kinds = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        if (from.Length != to.Length || (kinds.Length > 0 && kinds.Length != from.Length))
            throw new ArgumentException($"{from.Length} begins, {to.Length} ends and {kinds.Length} kinds of edges: expected as many of each.", nameof(to));
        (Nodes, _from, _to, _kinds) = (nodes, from.ToArray(), to.ToArray(), kinds.Length > 0 ? kinds.ToArray() : new int[from.Length]);
        var seen = new Dictionary<(int, int), int>();
        for (int e = 0; e < from.Length; e++)
        {
            int i = from[e], j = to[e];
            if (i < 0 || i >= nodes || j < 0 || j >= nodes)
                throw new UnusableDataException($"Edge {e} joins {i} and {j}: expected nodes from 0 to {nodes - 1}.");
            if (i == j)
                throw new UnusableDataException($"Edge {e} joins node {i} to itself: expected two nodes.");
            if (_kinds[e] < 0)
                throw new UnusableDataException($"Edge {e} has the kind {_kinds[e]}: expected 0 or more.");
            if (!seen.TryAdd((Math.Min(i, j), Math.Max(i, j)), e))
                throw new UnusableDataException($"Edge {e} joins {i} and {j}, as edge {seen[(Math.Min(i, j), Math.Max(i, j))]} does: name each pair once.");
        }
    }

    /// <summary>N.</summary>
    public int Nodes { get; }

    /// <summary>Number of edges.</summary>
    public int Edges => _from.Length;

    /// <summary>One end of each edge.</summary>
    public ReadOnlySpan<int> From => _from;

    /// <summary>The other end of each edge.</summary>
    public ReadOnlySpan<int> To => _to;

    /// <summary>The kind of each edge.</summary>
    public ReadOnlySpan<int> Kinds => _kinds;

    /// <summary>One more than the largest kind; 0 without edges.</summary>
    public int KindCount => _kinds.Length == 0 ? 0 : _kinds.Max() + 1;
}
