using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>The input that says which places of a row are padding: [rows, places].</summary>
/// <param name="Input">The input.</param>
/// <param name="KeepsNonZero">Whether places that count are those that are not zero, as in an attention_mask; else those that are zero.</param>
public sealed record PaddingMask(string Input, bool KeepsNonZero)
{
    private const double Masked = -100;
    private const int DeepestChain = 40;

    /// <summary>The mask that the network's attention scores are given, or null.</summary>
    /// <param name="network">The network.</param>
    public static PaddingMask? Of(LayerGraph network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!network.Layers.Any(layer => layer.Mask.Length > 0 && layer.Path.Length == 0))
            return null;
        Scope scope = new(network.Model.Graph);
        foreach (Layer layer in network.Layers.Where(layer => layer.Mask.Length > 0 && layer.Path.Length == 0))
        {
            OnnxValue[] candidates = [.. InputsOf(scope, network.Model.Graph, layer.Mask)];
            OnnxValue? input = candidates.FirstOrDefault(i => i.Name.Contains("mask", StringComparison.OrdinalIgnoreCase))
                ?? (candidates is [var only] ? only : null);
            if (input is null)
                continue;
            OnnxNode masking = scope.Nodes[scope.ConsumersOf(layer.Pre)[0]];
            double? atZero = At(scope, layer.Mask, input.Name, 0, 0), atOne = At(scope, layer.Mask, input.Name, 1, 0);
            bool keepsNonZero = masking.OpType == "Where"
                ? (atOne ?? 1) != 0 == (masking.Input(1) == layer.Pre)
                : !(atOne < Masked && !(atZero < Masked));
            return new(input.Name, keepsNonZero);
        }

        return null;
    }

    /// <summary>Inputs of two axes that a tensor follows from.</summary>
    private static IEnumerable<OnnxValue> InputsOf(Scope scope, OnnxGraph graph, string tensor)
    {
        HashSet<string> seen = [tensor];
        Stack<string> open = new([tensor]);
        while (open.TryPop(out string? next))
            if (scope.ProducerOf(next) is var made and >= 0 && !scope.IsShape(next))
                foreach (string read in scope.Nodes[made].Inputs.Where(seen.Add))
                    open.Push(read);
        return graph.Inputs.Where(input => seen.Contains(input.Name) && input.Shape is { Count: 2 } && !scope.IsConstant(input.Name));
    }

    /// <summary>What the mask is worth where the input has a value; null where that is not followed.</summary>
    private static double? At(Scope scope, string tensor, string input, double value, int depth)
    {
        if (tensor == input)
            return value;
        if (ConstantValues.TryScalar(scope.ConstantOf(tensor)) is { } scalar)
            return scalar;
        if (scope.ProducerOf(tensor) is not (var made and >= 0) || depth > DeepestChain)
            return null;
        OnnxNode node = scope.Nodes[made];
        if (node.OpType == "ConstantOfShape")
            return node.Attribute("value")?.Tensors is [{ Count: 1 } fill] ? fill.ToDoubles()[0] : 0;
        if (Operators.IsCopy(node.OpType) || Operators.IsReshape(node.OpType) || node.OpType is "Expand" or "Slice" or "Tile" or "Gather")
            return At(scope, node.Input(0), input, value, depth + 1);
        double[] x = new double[node.Inputs.Count];
        for (int i = 0; i < x.Length; i++)
        {
            if (At(scope, node.Inputs[i], input, value, depth + 1) is not { } known)
                return null;
            x[i] = known;
        }

        return node.OpType switch
        {
            "Equal" => x[0] == x[1] ? 1 : 0,
            "And" => x[0] != 0 && x[1] != 0 ? 1 : 0,
            "Or" => x[0] != 0 || x[1] != 0 ? 1 : 0,
            _ => ElementwiseRegion.Arithmetic(node.OpType, x),
        };
    }
}
