using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>Makes a layer of a node whose operator is known and whose inputs fit it.</summary>
internal static class LayerMatch
{
    /// <summary>The layer that begins at a node, or null with a reason where one might be expected.</summary>
    public static LayerDraft? Of(Scope scope, OnnxNode node, out string? reason)
    {
        reason = null;
        if (LayerOperators.Of(node) is not { } known)
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
            AddInputs(draft, known, constant);
        AddAttributes(draft, known);
        return draft;
    }

    private static bool Fits(Scope scope, OnnxNode node, LayerKind kind, string inputs, ref string? reason)
    {
        switch (kind)
        {
            case LayerKind.Embedding when inputs[0] == 'W':
                Constant table = scope.ConstantOf(node.Input(0))!;
                bool isTable = table.Shape is { Count: >= 2 } && node.Integer("axis", 0) == 0
                    && table.ElementType is not (ElementType.Int64 or ElementType.Int32 or ElementType.Bool or ElementType.Text);
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
        (scope.IsActivation(tensor) && !scope.IsDataFree(tensor))
        || (!scope.IsConstant(tensor) && !scope.IsShape(tensor) && scope.TypeOf(tensor) is ElementType.UInt8 or ElementType.Int8);

    private static void AddInputs(LayerDraft draft, LayerOperator known, bool[] constant)
    {
        OnnxNode node = draft.Anchor;
        for (int i = 0; i < node.Inputs.Count && i < known.Inputs.Length; i++)
        {
            if (!constant[i])
                continue;
            ParameterRole? role = known.Inputs[i] switch
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
                AddWeight(draft, known, role.Value, i);
            else if (role is { } other)
                draft.Add(other, node.Input(i));
        }
    }

    private static void AddWeight(LayerDraft draft, LayerOperator known, ParameterRole role, int input)
    {
        OnnxNode node = draft.Anchor;
        Constant weight = CodedWeights.Of(draft.Scope, known, node, input, draft.Scope.ConstantOf(node.Input(input))!);
        draft.Add(new ParameterTensor(role, node.Input(input), weight, WeightLayouts.Of(known, node, input, weight.Shape)));
    }

    private static void AddAttributes(LayerDraft draft, LayerOperator known)
    {
        OnnxNode node = draft.Anchor;
        if (known.Numbers.Count > 0)
            LinearModels.Describe(draft, known.Numbers);
        if (known.Gates.Count > 0)
            draft.Gates = [.. (node.Attribute("activations")?.ReadTexts() ?? known.Gates).Distinct().Select(
                gate => new LayerActivation(gate, ActivationNames.OfFused(gate, node)))];
        if (known.FusesActivation && node.Text("activation", "") is { Length: > 0 } activation)
            draft.Activation = new(activation, ActivationNames.OfFused(activation, node));
        if (known.ResultStep >= 0 && ConstantValues.TryScalar(draft.Scope.ConstantOf(node.Input(known.ResultStep))) is { } step)
            draft.OutputQuantization = new(step, ConstantValues.TryScalar(draft.Scope.ConstantOf(node.Input(known.ResultStep + 1))) ?? 0);
    }
}
