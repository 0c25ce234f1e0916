using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>
/// Takes into a layer what follows it and belongs to nobody else: bias, scale, batch normalisation, copies, and then one activation.
/// </summary>
internal sealed class LayerEpilogue(Scope scope, LayerDraft draft, Func<int, bool> isFree, Action<int> take)
{
    private static readonly HashSet<LayerKind> Linear = [LayerKind.Convolution, LayerKind.TransposedConvolution, LayerKind.Dense, LayerKind.LinearModel];

    /// <summary>Reshapes that are taken only if something behind them is.</summary>
    private readonly List<int> _pending = [];

    public void Absorb()
    {
        string current = draft.Post;
        if (draft.Anchor.Outputs.Count(o => o.Length > 0 && (scope.IsOutput(o) || scope.ConsumersOf(o).Count > 0)) > 1)
            return;
        while (draft.Activation is null && !TryActivate(current))
        {
            int next = scope.OnlyConsumerOf(current);
            if (next < 0 || !isFree(next) || Step(scope.Nodes[next], next, current) is not { } output)
                break;
            current = output;
        }

        AbsorbCopies();
    }

    private bool TryActivate(string current)
    {
        if (ElementwiseRegion.Find(scope, isFree, current) is { } found)
        {
            TakePending();
            draft.Pre = current;
            draft.Close([.. found.Nodes.Select(Take)], found.Output, found.Activation);
            return true;
        }

        int next = scope.OnlyConsumerOf(current);
        if (next < 0 || !isFree(next))
            return false;
        OnnxNode node = scope.Nodes[next];
        bool gelu = node.OpType is "BiasGelu" or "FastGelu" && scope.IsConstant(node.Input(1));
        if (!gelu && !(Operators.IsSoftmax(node.OpType) && Operators.AreKnown(node.Domain)))
            return false;
        TakePending();
        if (gelu)
            draft.Add(ParameterRole.Bias, node.Input(1));
        draft.Pre = current;
        draft.Close([Take(next)], node.Output(0), new(node.OpType, gelu ? ActivationNames.OfOperator(node, scope) : null));
        return true;
    }

    /// <summary>Takes one node before the activation; the tensor behind it, or null where the layer ends.</summary>
    private string? Step(OnnxNode node, int index, string current)
    {
        if (!Operators.AreKnown(node.Domain))
            return null;
        string output = node.Output(0);
        if (Operators.IsReshape(node.OpType) && node.Input(0) == current)
        {
            _pending.Add(index);
            return output;
        }

        if (Operators.IsCopy(node.OpType) && node.Input(0) == current)
        {
            if (!scope.IsActivation(output) && scope.TypeOf(output) is not (ElementType.UInt8 or ElementType.Int8))
                return null;
            _pending.Add(index);
            return output;
        }

        if (node.OpType == "BatchNormalization" && Linear.Contains(draft.Kind) && draft.BatchNormalization is null)
            return Normalize(node, index);
        return node.OpType is "Add" or "Sub" or "Mul" or "Div" && TakesFactors() ? Combine(node, index, current) : null;
    }

    private bool TakesFactors() => draft.Kind is not (LayerKind.Residual or LayerKind.Recurrent or LayerKind.Activation);

    private string? Combine(OnnxNode node, int index, string current)
    {
        if (node.Inputs.Count != 2 || (node.OpType is "Sub" or "Div" && node.Inputs[0] != current))
            return null;
        string other = node.Inputs[node.Inputs[0] == current ? 1 : 0];
        bool isSum = node.OpType is "Add" or "Sub";
        if (scope.ConstantOf(other) is { } constant)
        {
            // Numbers without an axis are part of the formula, such as 1/√d of attention; they were not learned.
            if (constant.Shape is not { } shape || (isSum ? shape.Count > 0 : constant.Count > 1))
                draft.Add(isSum ? ParameterRole.Bias : ParameterRole.Scale, other);
        }
        else if (node.OpType == "Mul" && MeasuredStep(other) is { } made)
        {
            draft.Add(ParameterRole.QuantizationScale, scope.Nodes[made].Inputs.FirstOrDefault(scope.IsConstant, ""));
            if (scope.Nodes[made].OpType == "Mul")
                draft.Nodes.Add(Take(made));
        }
        else if (!isSum || !IsMask(node))
        {
            return null;
        }

        TakePending();
        draft.Advance(Take(index), node.Output(0));
        return node.Output(0);
    }

    /// <summary>Attention scores plus a mask, on their way to the softmax.</summary>
    private bool IsMask(OnnxNode node) => draft.Kind == LayerKind.Product
        && scope.OnlyConsumerOf(node.Output(0)) is var next and >= 0 && Operators.IsSoftmax(scope.Nodes[next].OpType);

    /// <summary>The node that makes the step of integer sums: the one that dynamic quantisation measured, alone or times the weights' own.</summary>
    private int? MeasuredStep(string tensor)
    {
        int made = scope.ProducerOf(tensor);
        if (made < 0 || LayerOperators.Of(draft.Anchor) is not { SumsInSteps: true })
            return null;
        OnnxNode node = scope.Nodes[made];
        int measured = node.OpType == "Mul" && isFree(made) ? scope.ProducerOf(node.Inputs.FirstOrDefault(t => !scope.IsConstant(t), "")) : made;
        return measured >= 0 && scope.Nodes[measured].OpType == "DynamicQuantizeLinear" ? made : null;
    }

    private string? Normalize(OnnxNode node, int index)
    {
        if (!draft.TryAddBatchNormalization(node))
            return null;
        TakePending();
        draft.Advance(Take(index), node.Output(0));
        return node.Output(0);
    }

    /// <summary>Copies behind the layer belong to it, but its tensors stay where they are.</summary>
    private void AbsorbCopies()
    {
        string current = draft.Post;
        while (scope.OnlyConsumerOf(current) is var next and >= 0 && isFree(next) && Operators.IsCopy(scope.Nodes[next].OpType) && scope.Nodes[next]
            .Input(0) == current)
        {
            draft.Nodes.Add(Take(next));
            current = scope.Nodes[next].Output(0);
        }
    }

    private void TakePending()
    {
        foreach (int index in _pending)
            draft.Advance(Take(index), scope.Nodes[index].Output(0));
        _pending.Clear();
    }

    private OnnxNode Take(int index)
    {
        take(index);
        return scope.Nodes[index];
    }
}
