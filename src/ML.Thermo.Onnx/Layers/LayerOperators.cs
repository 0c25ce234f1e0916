using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>The operations that layers are built around, with what their inputs are for.</summary>
internal static class LayerOperators
{
    /// <summary>
    /// One letter an input: x activations, W weight, R recurrent weight, B bias, G scale, M mean, V variance, P peepholes, s and z scale
    /// and zero point of codes, D activations or weight (whichever is constant), a dot for anything else.
    /// </summary>
    private static readonly Dictionary<string, (LayerKind Kind, string Inputs)> Known = new(StringComparer.Ordinal)
    {
        ["Conv"] = (LayerKind.Convolution, "xWB"),
        ["FusedConv"] = (LayerKind.Convolution, "xWBx"),
        ["NhwcFusedConv"] = (LayerKind.Convolution, "xWBx"),
        ["DeformConv"] = (LayerKind.Convolution, "xWxBx"),
        ["QLinearConv"] = (LayerKind.Convolution, "xszWszszB"),
        ["ConvInteger"] = (LayerKind.Convolution, "xWzz"),
        ["ConvTranspose"] = (LayerKind.TransposedConvolution, "xWB"),
        ["MatMul"] = (LayerKind.Dense, "DD"),
        ["FusedMatMul"] = (LayerKind.Dense, "DD"),
        ["Einsum"] = (LayerKind.Dense, "DD"),
        ["Gemm"] = (LayerKind.Dense, "DDB"),
        ["FusedGemm"] = (LayerKind.Dense, "DDB"),
        ["MatMulInteger"] = (LayerKind.Dense, "DDzz"),
        ["QLinearMatMul"] = (LayerKind.Dense, "DszDszsz"),
        ["QGemm"] = (LayerKind.Dense, "DszDszBsz"),
        ["DynamicQuantizeMatMul"] = (LayerKind.Dense, "xWszB"),
        ["MatMulIntegerToFloat"] = (LayerKind.Dense, "xWsszzB"),
        ["MatMulNBits"] = (LayerKind.Dense, "xWsz.B"),
        ["LSTM"] = (LayerKind.Recurrent, "xWRBxxxP"),
        ["GRU"] = (LayerKind.Recurrent, "xWRB"),
        ["RNN"] = (LayerKind.Recurrent, "xWRB"),
        ["DynamicQuantizeLSTM"] = (LayerKind.Recurrent, "xWRBxxxPszsz"),
        ["com.microsoft::Attention"] = (LayerKind.Attention, "xWB"),
        ["QAttention"] = (LayerKind.Attention, "xWBss.zz"),
        ["PackedAttention"] = (LayerKind.Attention, "xWB"),
        ["LongformerAttention"] = (LayerKind.Attention, "xWB"),
        ["Attention"] = (LayerKind.Attention, "xxx"),
        ["MultiHeadAttention"] = (LayerKind.Attention, "xxxB"),
        ["PackedMultiHeadAttention"] = (LayerKind.Attention, "xxxB"),
        ["GroupQueryAttention"] = (LayerKind.Attention, "xxx"),
        ["BatchNormalization"] = (LayerKind.Normalization, "xGBMV"),
        ["InstanceNormalization"] = (LayerKind.Normalization, "xGB"),
        ["LayerNormalization"] = (LayerKind.Normalization, "xGB"),
        ["GroupNormalization"] = (LayerKind.Normalization, "xGB"),
        ["GroupNorm"] = (LayerKind.Normalization, "xGB"),
        ["RMSNormalization"] = (LayerKind.Normalization, "xG"),
        ["SimplifiedLayerNormalization"] = (LayerKind.Normalization, "xG"),
        ["SkipLayerNormalization"] = (LayerKind.Normalization, "xxGBB"),
        ["SkipSimplifiedLayerNormalization"] = (LayerKind.Normalization, "xxGB"),
        ["LpNormalization"] = (LayerKind.Normalization, "x"),
        ["MeanVarianceNormalization"] = (LayerKind.Normalization, "x"),
        ["LRN"] = (LayerKind.Normalization, "x"),
        ["Gather"] = (LayerKind.Embedding, "W."),
        ["EmbedLayerNormalization"] = (LayerKind.Embedding, "..WWWGB"),
        ["Add"] = (LayerKind.Residual, "xx"),
        ["Sum"] = (LayerKind.Residual, "xx"),
        ["QLinearAdd"] = (LayerKind.Residual, "xszxszsz"),
        ["LinearClassifier"] = (LayerKind.LinearModel, "x"),
        ["LinearRegressor"] = (LayerKind.LinearModel, "x"),
    };

    /// <summary>The layer that begins at a node, or null with a reason where one might be expected.</summary>
    public static LayerDraft? Match(Scope scope, OnnxNode node, out string? reason)
    {
        reason = null;
        if (!Operators.AreKnown(node.Domain) || !TryFind(node, out (LayerKind Kind, string Inputs) known))
            return null;
        bool[] constant = [.. node.Inputs.Select(scope.IsConstant)];
        LayerKind kind = known.Kind;
        if (known.Inputs.Contains('D'))
            kind = known.Inputs.Zip(constant, (role, is_) => role == 'D' && is_).Any(weight => weight) ? kind : LayerKind.Product;
        else if (known.Inputs.IndexOf('W', StringComparison.Ordinal) is var weight and >= 0 && !scope.IsConstant(node.Input(weight)))
            reason = kind == LayerKind.Embedding ? "picks among activations: no table of weights" : "its weights are computed by the graph itself";
        if (reason is not null || !Fits(scope, node, kind, known.Inputs, ref reason))
            return null;
        string first = node.Inputs.Where((t, i) => !constant[i] && t.Length > 0).FirstOrDefault("");
        string output = node.Outputs.FirstOrDefault(o => o.Length > 0, "");
        LayerDraft draft = new(scope, kind, node, first, output);
        if (node.OpType != "BatchNormalization" || !draft.TryAddBatchNormalization(node))
            AddInputs(draft, known.Inputs, constant);
        AddAttributes(draft);
        return draft;
    }

    private static bool TryFind(OnnxNode node, out (LayerKind Kind, string Inputs) known) =>
        (node.Domain.Length > 0 && Known.TryGetValue($"{node.Domain}::{node.OpType}", out known)) || Known.TryGetValue(node.OpType, out known);

    private static bool Fits(Scope scope, OnnxNode node, LayerKind kind, string inputs, ref string? reason)
    {
        switch (kind)
        {
            case LayerKind.Embedding when node.OpType == "Gather":
                Constant table = scope.ConstantOf(node.Input(0))!;
                bool isTable = table.Shape is { Count: >= 2 } && node.Integer("axis", 0) == 0 && table.ElementType is not (ElementType.Int64 or ElementType.Int32 or ElementType.Bool or ElementType.Text);
                reason = isTable ? null : "picks from constants that are no table of weights";
                return isTable;
            case LayerKind.Residual:
                return node.Inputs.Where((_, i) => inputs[Math.Min(i, inputs.Length - 1)] == 'x' && IsSummand(scope, node.Inputs[i])).Skip(1).Any();
            case LayerKind.Product:
                return node.Inputs.Take(2).All(t => t.Length > 0);
            default:
                return node.Outputs.Any(o => o.Length > 0);
        }
    }

    private static bool IsSummand(Scope scope, string tensor) =>
        scope.IsActivation(tensor) || (!scope.IsConstant(tensor) && !scope.IsShape(tensor) && scope.TypeOf(tensor) is ElementType.UInt8 or ElementType.Int8);

    private static void AddInputs(LayerDraft draft, string roles, bool[] constant)
    {
        OnnxNode node = draft.Anchor;
        for (int i = 0; i < node.Inputs.Count && i < roles.Length; i++)
        {
            if (!constant[i])
                continue;
            ParameterRole? role = roles[i] switch
            {
                'W' or 'D' => ParameterRole.Weight,
                'R' => ParameterRole.RecurrentWeight,
                'B' => ParameterRole.Bias,
                'G' => ParameterRole.Scale,
                'M' => ParameterRole.RunningMean,
                'V' => ParameterRole.RunningVariance,
                'P' => ParameterRole.Peephole,
                's' => ParameterRole.QuantizationScale,
                'z' => ParameterRole.QuantizationZeroPoint,
                _ => null,
            };
            if (role is ParameterRole.Weight or ParameterRole.RecurrentWeight)
                AddWeight(draft, role.Value, i);
            else if (role is { } other)
                draft.Add(other, node.Input(i));
        }
    }

    private static void AddWeight(LayerDraft draft, ParameterRole role, int input)
    {
        OnnxNode node = draft.Anchor;
        Constant weight = CodedWeights.Of(draft.Scope, node, input, draft.Scope.ConstantOf(node.Input(input))!);
        draft.Add(new ParameterTensor(role, node.Input(input), weight, WeightLayouts.Of(node, input, weight.Shape)));
    }

    private static void AddAttributes(LayerDraft draft)
    {
        OnnxNode node = draft.Anchor;
        if (draft.Kind == LayerKind.LinearModel)
            LinearModels.Describe(draft);
        if (node.OpType is "FusedConv" or "NhwcFusedConv" or "FusedGemm" && node.Text("activation", "") is { Length: > 0 } activation)
            draft.Activation = new(activation, ActivationNames.OfFused(activation, node));
        int scale = node.OpType switch { "QLinearConv" or "QLinearMatMul" or "QLinearAdd" => 6, "QGemm" => 7, _ => -1 };
        if (scale >= 0 && ConstantValues.TryScalar(draft.Scope.ConstantOf(node.Input(scale))) is { } step)
            draft.OutputQuantization = new(step, ConstantValues.TryScalar(draft.Scope.ConstantOf(node.Input(scale + 1))) ?? 0);
    }
}
