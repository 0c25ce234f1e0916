using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>
/// Learned numbers that no other layer owns: a class token that is repeated for every row, a table of positions that is added, a scale of a
/// branch. They have no operator of their own.
/// </summary>
internal static class LearnedTable
{
    /// <summary>The layer of a node that adds, multiplies or repeats learned numbers, or null.</summary>
    /// <param name="scope">The graph.</param>
    /// <param name="node">The node.</param>
    /// <param name="leadsToWeights">Whether weights come behind it; numbers behind all weights may be the anchors of a detector.</param>
    public static LayerDraft? Of(Scope scope, OnnxNode node, bool leadsToWeights)
    {
        bool repeats = node.OpType is "Expand" or "Tile" && IsLearned(scope, node.Input(0)) && !scope.IsConstant(node.Input(1));
        bool combines = node.OpType is "Add" or "Mul" && node.Inputs.Count == 2 && node.Inputs.Any(input => IsLearned(scope, input))
            && node.Inputs.Any(input => scope.IsActivation(input) && scope.ProducerOf(input) >= 0 // data are normalised, not learned
                && (leadsToWeights || HasToken(scope, input)));
        if (node.Domain.Length > 0 || !(repeats || combines))
            return null;
        string table = node.Inputs.First(input => IsLearned(scope, input)), other = node.Inputs.FirstOrDefault(scope.IsActivation, "");
        LayerDraft draft = new(scope, repeats ? LayerKind.Embedding : LayerKind.Affine, node, other, node.Output(0));
        draft.Add(node.OpType == "Mul" ? ParameterRole.Scale : ParameterRole.Bias, table);
        return draft;
    }

    /// <summary>A row of places to which a learned one was joined, such as the class token of a vision transformer.</summary>
    private static bool HasToken(Scope scope, string tensor) =>
        scope.Nodes[scope.ProducerOf(tensor)] is { OpType: "Concat" } joined
            && joined.Inputs.Any(input => scope.IsDataFree(input) && scope.IsActivation(input));

    private static bool IsLearned(Scope scope, string tensor) =>
        scope.ConstantOf(tensor) is { } constant && constant.ElementType.IsFloating() && constant.Count > 1 && constant.Roots.Count > 0;
}
