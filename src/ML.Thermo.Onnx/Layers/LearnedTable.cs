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
    public static LayerDraft? Of(Scope scope, OnnxNode node)
    {
        bool repeats = node.OpType is "Expand" or "Tile" && IsLearned(scope, node.Input(0)) && !scope.IsConstant(node.Input(1));
        bool combines = node.OpType is "Add" or "Mul" && node.Inputs.Count == 2 && node.Inputs.Any(input => IsLearned(scope, input))
            && node.Inputs.Any(input => scope.IsActivation(input) && scope.ProducerOf(input) >= 0); // data are normalised, not learned
        if (node.Domain.Length > 0 || !(repeats || combines))
            return null;
        string table = node.Inputs.First(input => IsLearned(scope, input)), other = node.Inputs.FirstOrDefault(scope.IsActivation, "");
        LayerDraft draft = new(scope, repeats ? LayerKind.Embedding : LayerKind.Affine, node, other, node.Output(0));
        draft.Add(node.OpType == "Mul" ? ParameterRole.Scale : ParameterRole.Bias, table);
        return draft;
    }

    private static bool IsLearned(Scope scope, string tensor) =>
        scope.ConstantOf(tensor) is { } constant && constant.ElementType.IsFloating() && constant.Count > 1 && constant.Roots.Count > 0;
}
