using System.Runtime.InteropServices;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Folding;

/// <summary>
/// A linear model of ai.onnx.ml as a Gemm whose weights are initialisers: the same numbers, which can then be redrawn. The name of the node stays. A
/// classifier's label is the one at the largest score.
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
        List<WireMessage> initializers = [Tensor(w, [outputs, weights.Length / outputs], weights), Tensor(b, [outputs], offsets)];
        if (node.OpType == "LinearClassifier" && node.Output(0) is { Length: > 0 } label)
        {
            nodes.Add(new WireMessage().Text(1, linear).Text(2, $"{output}/largest").Text(4, "ArgMax").Message(5, Attribute("axis", 1))
                .Message(5, Attribute("keepdims", 0)));
            nodes.Add(new WireMessage().Text(1, $"{output}/labels").Text(1, $"{output}/largest").Text(2, label).Text(4, "Gather"));
            initializers.Add(Labels($"{output}/labels", node));
        }

        return (nodes, initializers);
    }

    private static WireMessage Labels(string name, OnnxNode node)
    {
        IReadOnlyList<long> numbers = node.Attribute("classlabels_ints")?.ReadIntegers() ?? [];
        IReadOnlyList<string> texts = node.Attribute("classlabels_strings")?.ReadTexts() ?? [];
        WireMessage tensor = new WireMessage().Number(1, Math.Max(numbers.Count, texts.Count))
            .Number(2, (long)(texts.Count > 0 ? ElementType.Text : ElementType.Int64)).Text(8, name);
        foreach (string text in texts)
            tensor.Text(6, text);
        return texts.Count > 0 ? tensor : tensor.Bytes(9, MemoryMarshal.AsBytes<long>(numbers.ToArray()));
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
