using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>
/// A normalisation or a softmax that is written out, recognised by what it computes: some rows of numbers go through the nodes, and what comes
/// out is compared with the functions of a row that have names. Which operators spell it, and in which order, does not matter.
/// </summary>
/// <param name="Nodes">Its nodes, ascending.</param>
/// <param name="Input">The tensor that goes in.</param>
/// <param name="Output">The tensor that comes out.</param>
/// <param name="OpType">The operator that it amounts to.</param>
/// <param name="Scales">Learned factors inside it.</param>
/// <param name="Shifts">Learned offsets inside it.</param>
internal sealed record RowRegion(
    IReadOnlyList<int> Nodes, string Input, string Output, string OpType, IReadOnlyList<string> Scales, IReadOnlyList<string> Shifts)
{
    private const int MostNodes = 40;

    public bool IsSoftmax => OpType is "Softmax" or "LogSoftmax";

    /// <summary>The largest region around a reduction that computes something known, or null.</summary>
    public static RowRegion? Around(Scope scope, int reduction)
    {
        string read = scope.Nodes[reduction].Input(0);
        if (scope.FutileRowSearches > Scope.MostFutileRowSearches)
            return null;
        foreach (string input in Sources(scope, read))
        {
            HashSet<int> lengths = [];
            if (Search(scope, reduction, input, RowProbe.Usual, lengths) is { } found)
                return found;
            foreach (int length in lengths)
                if (Search(scope, reduction, input, length, null) is { } fitting)
                    return fitting;
        }

        scope.FutileRowSearches++;
        return null;
    }

    /// <summary>Where a row may begin: behind the squares, exponentials and casts that reductions are given.</summary>
    private static IEnumerable<string> Sources(Scope scope, string tensor)
    {
        List<string> sources = [tensor];
        for (int steps = 0; steps < 2 && scope.ProducerOf(sources[^1]) is var made and >= 0; steps++)
        {
            OnnxNode node = scope.Nodes[made];
            bool isOne = node.OpType is "Pow" or "Abs" or "Exp" or "Cast" or "Identity" || (node.OpType == "Mul" && node.Input(0) == node.Input(1));
            if (!isOne)
                break;
            sources.Add(node.Input(0));
        }

        return Enumerable.Reverse(sources).Where(source => source.Length > 0 && !scope.IsConstant(source) && !scope.IsShape(source));
    }

    private static RowRegion? Search(Scope scope, int reduction, string input, int length, HashSet<int>? lengths)
    {
        RowProbe probe = new(scope, input, length);
        RowRegion? best = null;
        Queue<int> open = new([reduction]);
        HashSet<int> seen = [reduction];
        while (open.TryDequeue(out int next))
        {
            string tensor = scope.Nodes[next].Output(0);
            if (probe.Of(tensor) is not { } value)
                continue;
            if (!value.IsOne && RowProbe.NameOf(probe.Rows, value) is { } name && probe.Region(tensor) is { } nodes && nodes.Contains(reduction)
                && IsClosed(scope, nodes, input, tensor))
            {
                (IReadOnlyList<string> scales, IReadOnlyList<string> shifts) = probe.Learned(nodes);
                best = new([.. nodes], input, tensor, name, scales, shifts);
            }

            foreach (int user in scope.ConsumersOf(tensor))
                if (seen.Count < MostNodes && seen.Add(user))
                    open.Enqueue(user);
        }

        if (best is null)
            lengths?.UnionWith(probe.Lengths);
        return best;
    }

    /// <summary>Whether nobody outside uses what lies inside.</summary>
    private static bool IsClosed(Scope scope, IReadOnlyCollection<int> nodes, string input, string output) => nodes
        .SelectMany(i => scope.Nodes[i].Outputs)
        .Where(tensor => tensor.Length > 0 && tensor != output && tensor != input)
        .All(tensor => !scope.IsOutput(tensor) && scope.ConsumersOf(tensor).All(nodes.Contains));
}
