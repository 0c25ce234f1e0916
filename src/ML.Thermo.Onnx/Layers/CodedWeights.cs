using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>Weights that operators take as codes, with scales and zero points as further inputs, as the numbers they stand for.</summary>
internal static class CodedWeights
{
    /// <summary>The weight at an input; itself where the operator takes it as it is.</summary>
    public static Constant Of(Scope scope, LayerOperator known, OnnxNode node, int input, Constant weight)
    {
        if (known.HasBlockCodes)
            return BlockCodedConstant.Of(node, weight, scope.ConstantOf(node.Input(2)), scope.ConstantOf(node.Input(3))) ?? weight;
        if (known.Codes.Where(places => places.Codes == input).ToList() is not [var (_, scale, zeroPoint)])
            return weight;

        // Where the scale is applied to the integer sums later, the weights are given in steps.
        Constant? step = scale < 0
            ? new ListedConstant([1], ElementType.Float, [], new("", null, 1, isInitializer: false))
            : scope.ConstantOf(node.Input(scale));
        bool rowsFirst = known.ScalesByRow || node.Integer("transB", 0) != 0;
        return step is null ? weight : new CodedConstant(weight, step, scope.ConstantOf(node.Input(zeroPoint)), rowsFirst ? 0 : -1);
    }
}
