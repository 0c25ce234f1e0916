using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>Why a node belongs to no layer.</summary>
internal static class SkipReasons
{
    public const string LooseSoftmax = "softmax of values that come from no single layer";

    private static readonly Dictionary<string, string> ByOperator = Build(
        ("moves values and holds no parameters",
            "Reshape Flatten Squeeze Unsqueeze Transpose Concat Split Slice Gather GatherElements GatherND ScatterElements ScatterND Scatter Pad Expand "
            + "Tile Identity Dropout Cast CastLike DepthToSpace SpaceToDepth Resize Upsample Trilu ReverseSequence Compress"),
        ("pools values and holds no parameters",
            "MaxPool AveragePool GlobalAveragePool GlobalMaxPool LpPool GlobalLpPool QLinearAveragePool QLinearGlobalAveragePool MaxRoiPool RoiAlign"),
        ("reduces values and holds no parameters",
            "ReduceMean ReduceSum ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSum ReduceLogSumExp ArgMax ArgMin TopK CumSum"),
        (LooseSoftmax, "Softmax LogSoftmax Hardmax"),
        ("quantises activations while the network runs", "QuantizeLinear DequantizeLinear DynamicQuantizeLinear"),
        ("combines values without learned parameters", "Add Sub Mul Div Sum Max Min Mean Where Pow Mod"),
        ("acts unit by unit, but is no activation that is known by name",
            "Exp Log Sqrt Reciprocal Neg Erf Sign Floor Ceil Round Clip Tanh Sigmoid Relu PRelu LeakyRelu Elu Softplus Abs"),
        ("draws random numbers", "RandomNormal RandomNormalLike RandomUniform RandomUniformLike Multinomial Bernoulli"),
        ("compares or selects", "Equal Greater GreaterOrEqual Less LessOrEqual Not And Or Xor IsNaN IsInf NonZero OneHot NonMaxSuppression Unique"),
        ("is a model of trees, which have no layers", "TreeEnsembleClassifier TreeEnsembleRegressor TreeEnsemble"),
        ("prepares or names data",
            "Normalizer Imputer LabelEncoder OneHotEncoder CategoryMapper DictVectorizer FeatureVectorizer ArrayFeatureExtractor Binarizer ZipMap "
            + "CastMap StringNormalizer TfIdfVectorizer"));

    public static string Of(Scope scope, OnnxNode node)
    {
        if (!Operators.AreKnown(node.Domain))
            return $"the operator domain '{node.Domain}' is not known";
        if (scope.IsShapeSide(node))
            return "shape arithmetic";
        if (node.OpType is "Mul" && node.Inputs.Count(scope.IsActivation) > 1)
            return "multiplies two activations (a gate)";
        string reason = ByOperator.GetValueOrDefault(node.OpType, "has no parameters and no activation that are known");
        long numbers = node.Inputs.Select(scope.ConstantOf).Sum(c => c is { Count: > 2 and var count } && c.ElementType.IsFloating() ? count : 0);
        return numbers > 0 ? $"{reason}; its {numbers} constant numbers belong to no layer" : reason;
    }

    private static Dictionary<string, string> Build(params (string Reason, string Operators)[] rows)
    {
        Dictionary<string, string> reasons = new(StringComparer.Ordinal);
        foreach ((string reason, string operators) in rows)
        {
            foreach (string op in operators.Split(' '))
                reasons.Add(op, reason);
        }

        return reasons;
    }
}
