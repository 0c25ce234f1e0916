using System.Runtime.InteropServices;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Folding;

/// <summary>
/// A linear model of ai.onnx.ml as a Gemm whose weights are initialisers: the same numbers, which can then be redrawn. The name of the node stays.
/// </summary>
internal static class LinearModelRewrite
{
    /// <summary>Gemm broadcasts its offset from operator set 7 on.</summary>
    public const long OldestOperatorSet = 7;

    /// <summary>The nodes and initialisers in the place of one; null for what is no linear model, or one that no Gemm says.</summary>
    public static (IReadOnlyList<WireMessage> Nodes, IReadOnlyList<WireMessage> Initializers)? Of(OnnxNode node, Scope scope)
    {
        if (node.Domain != "ai.onnx.ml" || LinearModels.Linear(node) is not var (weights, offsets, output) || weights.Length == 0)
            return null;
        string? activation = node.Text("post_transform", "NONE") switch { "NONE" => "", "LOGISTIC" => "Sigmoid", "SOFTMAX" => "Softmax", _ => null };
        if (activation is null)
            return null;
        int outputs = offsets.Length;
        string name = node.Name.Length > 0 ? node.Name : node.OpType, w = $"{output}/coefficients", b = $"{output}/intercepts";
        string linear = activation.Length > 0 ? $"{output}/linear" : output, input = node.Input(0);
        List<WireMessage> nodes = [];
        if (scope.TypeOf(input) != ElementType.Float)
        {
            nodes.Add(new WireMessage().Text(1, input).Text(2, $"{output}/float").Text(4, "Cast").Message(5, Attribute("to", (long)ElementType.Float)));
            input = $"{output}/float";
        }

        nodes.Add(new WireMessage().Text(1, input).Text(1, w).Text(1, b).Text(2, linear).Text(3, name).Text(4, LayerOperators.Gemm)
            .Message(5, Attribute("transB", 1)));
        if (activation.Length > 0)
            nodes.Add(new WireMessage().Text(1, linear).Text(2, output).Text(3, $"{name}/{activation}").Text(4, activation));
        return (nodes, [Tensor(w, [outputs, weights.Length / outputs], weights), Tensor(b, [outputs], offsets)]);
    }

    private static WireMessage Attribute(string name, long value) => new WireMessage().Text(1, name).Number(3, value).Number(20, 2);

    private static WireMessage Tensor(string name, long[] shape, float[] values)
    {
        WireMessage tensor = new();
        foreach (long extent in shape)
            tensor.Number(1, extent);
        return tensor.Number(2, (long)ElementType.Float).Text(8, name).Bytes(9, MemoryMarshal.AsBytes(values.AsSpan()));
    }
}
