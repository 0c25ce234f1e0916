using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>Readable names for layers, out of what exporters leave in the file.</summary>
internal static class LayerNames
{
    private static readonly HashSet<string> Suffixes = ["weight", "bias", "w", "b", "kernel", "gamma", "beta", "weights", "W", "B", "scale", "mean", "var",
        "moving_mean", "moving_variance", "ReadVariableOp", "coefficients", "intercepts"];

    private static readonly string[] QuantizationSuffixes =
        ["_quantized", "_quant", "_Q4", "_Q8", "_Q2", "_q4", "_q8", "_DequantizeLinear", "_QuantizeLinear", "_dequantized", "_scale", "_zero_point"];

    /// <summary>A quantiser keeps the name of the node that it replaces, with its number.</summary>
    private static readonly string[] Replaced = ["MatMul_", "Gemm_", "Conv_"];

    /// <summary>From the exporter's notes, else the node's name, else its weights' name, else its tensor's.</summary>
    public static string Of(LayerDraft draft) =>
        OfModule(draft.Anchor.ReadMetadata()) ?? OfNode(draft.Anchor) ?? OfWeights(draft) ?? (draft.Anchor.Name.Length > 0 ? draft.Anchor.Name : draft.Key);

    /// <summary>Names made different where they repeat.</summary>
    public static IEnumerable<string> Distinct(IEnumerable<string> names)
    {
        Dictionary<string, int> used = new(StringComparer.Ordinal);
        foreach (string name in names)
        {
            int times = used[name] = used.GetValueOrDefault(name) + 1;
            string distinct = name;
            while (times > 1 && !used.TryAdd(distinct = $"{name} #{times}", 1))
                times = used[name] += 1;
            yield return distinct;
        }
    }

    /// <summary>PyTorch's exporter notes the module path as a list, the module before the operation itself.</summary>
    private static string? OfModule(IReadOnlyDictionary<string, string> notes)
    {
        if (!notes.TryGetValue("pkg.torch.onnx.name_scopes", out string? scopes))
            return null;
        IEnumerable<string> quoted = scopes.Split('\'').Where((_, i) => i % 2 == 1);
        return quoted.SkipLast(1).LastOrDefault(m => m.Length > 0);
    }

    /// <summary>A node's name without the operators at its end; a name that is nothing but an operator or a letter and a number says nothing.</summary>
    private static string? OfNode(OnnxNode node)
    {
        string name = WithoutQuantization(node.Name.Trim('/'));
        string[] parts = name.Split('/');
        int kept = parts.Length;
        while (kept > 1 && (IsNumbered(parts[kept - 1], node.OpType) || parts[kept - 1] is "Tensordot" or "Conv1D" or "BiasAdd"))
            kept--;
        bool says = name.Skip(1).Any(c => !char.IsDigit(c)) && !(kept == 1 && IsNumbered(parts[0], node.OpType));
        return says ? string.Join('/', parts[..kept]) : null;
    }

    /// <summary>What the names of the weights begin with: <c>layer1.0.conv1</c> of <c>layer1.0.conv1.weight</c>.</summary>
    private static string? OfWeights(LayerDraft draft)
    {
        foreach (ParameterRoot root in draft.Parameters.Where(p => p.IsLearned).SelectMany(p => p.Roots))
        {
            string name = WithoutQuantization(root.Name.Split(':')[0]);
            if (name.All(char.IsDigit) || root.Name.StartsWith("onnx::", StringComparison.Ordinal))
                continue;
            int end = name.LastIndexOfAny(['.', '/', '_']);
            while (end > 0 && (Suffixes.Contains(name[(end + 1)..]) || name[(end + 1)..].All(char.IsDigit)))
            {
                bool suffix = !name[(end + 1)..].All(char.IsDigit);
                name = name[..end];
                if (suffix)
                    break;
                end = name.LastIndexOfAny(['.', '/', '_']);
            }

            return name;
        }

        return null;
    }

    /// <summary>A quantised layer is called like the layer that it was made of.</summary>
    internal static string WithoutQuantization(string name)
    {
        while (QuantizationSuffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal)) is { } suffix)
            name = name[..^suffix.Length];
        return name;
    }

    private static bool IsNumbered(string text, string opType)
    {
        string rest = text.StartsWith("node_", StringComparison.Ordinal) ? text["node_".Length..] : text;
        if (Replaced.FirstOrDefault(op => rest.StartsWith(op, StringComparison.Ordinal)) is { } op)
            return rest[op.Length..].All(char.IsDigit);
        return rest.StartsWith(opType, StringComparison.OrdinalIgnoreCase) && rest[opType.Length..].All(c => c == '_' || char.IsDigit(c));
    }
}
