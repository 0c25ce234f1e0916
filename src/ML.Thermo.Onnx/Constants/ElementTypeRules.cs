using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Constants;

/// <summary>Element types of results, as far as the grouping needs them.</summary>
internal static class ElementTypeRules
{
    public static ElementType Result(OnnxNode node, ElementType first, ElementType second) => node.OpType switch
    {
        "Cast" => (ElementType)node.Integer("to", (long)first),
        "Shape" or "Size" or "ArgMax" or "ArgMin" or "NonZero" => ElementType.Int64,
        "Equal" or "Greater" or "GreaterOrEqual" or "Less" or "LessOrEqual" or "Not" or "And" or "Or" or "Xor" or "IsNaN" or "IsInf" => ElementType.Bool,
        "DequantizeLinear" or "CastLike" or "Where" => second,
        "QuantizeLinear" or "DynamicQuantizeLinear" => ElementType.UInt8,
        "ConstantOfShape" => node.Attribute("value")?.Tensors is [var value] ? value.ElementType : ElementType.Float,
        "RandomNormal" or "RandomUniform" or "EyeLike" or "OneHot" => ElementType.Float,
        _ when node.OpType.EndsWith("Integer", StringComparison.Ordinal) => ElementType.Int32, // sums of codes, in steps
        _ => first,
    };
}
