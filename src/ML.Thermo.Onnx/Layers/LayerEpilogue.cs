using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>
/// Takes into a layer what follows it and belongs to nobody else: bias, scale, batch normalisation, copies, and then one activation.
/// </summary>
internal sealed class LayerEpilogue(
    Scope scope, LayerDraft draft, Func<int, bool> isFree, Action<int> take, IReadOnlyDictionary<string, RowRegion> softmaxes)
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

        if (Softmax(current) is { } softmax)
        {
            TakePending();
            draft.Pre = current;
            draft.Close([.. softmax.Nodes.Select(Take)], softmax.Output, new(softmax.Operator, null));
            return true;
        }

        int next = scope.OnlyConsumerOf(current);
        if (next < 0 || !isFree(next))
            return false;
        OnnxNode node = scope.Nodes[next];
        bool gelu = node.OpType is "BiasGelu" or "FastGelu" && scope.IsConstant(node.Input(1));
        if (!gelu)
            return false;
        TakePending();
        draft.Add(ParameterRole.Bias, node.Input(1));
        draft.Pre = current;
        draft.Close([Take(next)], node.Output(0), new(node.OpType, ActivationNames.OfOperator(node, scope)));
        return true;
    }

    /// <summary>The softmax of a tensor that nobody else reads, as one operator or written out.</summary>
    private (IReadOnlyList<int> Nodes, string Output, string Operator)? Softmax(string current)
    {
        if (softmaxes.TryGetValue(current, out RowRegion? region))
            return !scope.IsOutput(current) && region.Nodes.All(isFree) && scope.ConsumersOf(current).All(region.Nodes.Contains)
                ? (region.Nodes, region.Output, region.OpType)
                : null;
        int next = scope.OnlyConsumerOf(current);
        return next >= 0 && isFree(next) && scope.Nodes[next] is var node && Operators.IsSoftmax(node.OpType) && Operators.AreKnown(node.Domain)
            ? ([next], node.Output(0), node.OpType)
            : null;
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
        if (node.OpType == "Where" && draft.Kind == LayerKind.Product)
            return Mask(node, index, current);
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
            if (draft.Add(ParameterRole.QuantizationScale, scope.Nodes[made].Inputs.FirstOrDefault(scope.IsConstant, "")) is { } step)
                draft.MeasureIn(step);
            if (scope.Nodes[made].OpType == "Mul")
                draft.Nodes.Add(Take(made));
        }
        else
        {
            return isSum ? Mask(node, index, current) : null;
        }

        TakePending();
        draft.Advance(Take(index), node.Output(0));
        return node.Output(0);
    }

    /// <summary>
    /// Attention scores and their mask, on their way to the softmax. The layer is looked at before the mask: −10,000 in a padded place is no
    /// signal.
    /// </summary>
    private string? Mask(OnnxNode node, int index, string current)
    {
        if (draft.Kind != LayerKind.Product || Softmax(node.Output(0)) is not { } softmax)
            return null;
        TakePending();
        draft.Pre = current;
        draft.Mask = node.Inputs.FirstOrDefault(input => input != current && !scope.IsDataFree(input), "");
        draft.Close([Take(index), .. softmax.Nodes.Select(Take)], softmax.Output, new(softmax.Operator, null));
        return softmax.Output;
    }

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
