using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Inputs;

/// <summary>What the whole numbers of an input stand for, by what the graph does with them and by what they are called.</summary>
/// <param name="Kind">What they are.</param>
/// <param name="Below">Numbers are drawn below this; 0 where none are drawn.</param>
internal readonly record struct InputRole(InputKind Kind, long Below)
{
    private const long Byte = 256, Binary = 2;

    private static readonly HashSet<string> Passing = new(StringComparer.Ordinal)
    {
        "Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Slice", "Flatten", "Transpose", "Expand", "Concat", "Clip", "Max", "Min", "Pad", "Where",
    };

    /// <summary>The role of one input: by what the graph does with it where that tells, else by its name. That positions are counted and not drawn, and
    /// which numbers are lengths, only names tell.</summary>
    /// <param name="model">The network.</param>
    /// <param name="input">One of its inputs.</param>
    /// <param name="padding">The mask of its attention, found by structure; null where there is none.</param>
    public static InputRole Of(OnnxModel model, OnnxValue input, PaddingMask? padding = null)
    {
        if (padding?.Input == input.Name)
            return new(padding.KeepsNonZero ? InputKind.Mask : InputKind.ZeroMask, 0);
        string name = input.Name.ToLowerInvariant();
        long rows = RowsOfTable(model, input.Name);
        return input.ElementType.IsFloating() ? (name.Contains("mask", StringComparison.Ordinal) ? new(InputKind.Mask, 0) : new(InputKind.Numbers, 0))
            : name.Contains("mask", StringComparison.Ordinal) || (input.ElementType == ElementType.Bool && rows == 0) ? new(InputKind.Mask, 0)
            : name.Contains("position", StringComparison.Ordinal) || name.Contains("pos_id", StringComparison.Ordinal) ? new(InputKind.Positions, rows)
            : rows > 0 ? new(InputKind.Ids, rows)
            : name.Contains("len", StringComparison.Ordinal) ? new(InputKind.Length, 0)
            : new(InputKind.Ids, input.ElementType == ElementType.UInt8 ? Byte : Binary);
    }

    /// <summary>The least number of rows of the tables that an input picks from; 0 where it picks from none.</summary>
    private static long RowsOfTable(OnnxModel model, string input)
    {
        Dictionary<string, IReadOnlyList<long>> tables = new(StringComparer.Ordinal);
        foreach (OnnxTensor tensor in model.Graph.Initializers.Where(t => t.Shape.Count >= 2))
            tables[tensor.Name] = tensor.Shape;
        HashSet<string> same = [input];
        long least = long.MaxValue;
        foreach (OnnxNode node in model.Graph.Nodes)
        {
            if (node is { OpType: "Constant", Outputs: [var made, ..] } && node.Attribute("value")?.Tensors is [{ Shape.Count: >= 2 } value])
                tables[made] = value.Shape;
            if (Passing.Contains(node.OpType) || node.OpType is "DequantizeLinear")
            {
                if (tables.TryGetValue(node.Input(0), out IReadOnlyList<long>? copied) && node.OpType is "Cast" or "Identity" or "DequantizeLinear")
                    tables[node.Output(0)] = copied;
                if (node.Inputs.Any(same.Contains))
                    same.UnionWith(node.Outputs);
            }

            foreach ((int indices, int at) in node.Integer("axis", 0) == 0 ? LayerOperators.Of(node)?.Picks ?? [] : [])
                if (same.Contains(node.Input(indices)) && tables.TryGetValue(node.Input(at), out IReadOnlyList<long>? table))
                    least = Math.Min(least, table[0]);
        }

        return least == long.MaxValue ? 0 : least;
    }
}

/// <summary>What an input holds.</summary>
internal enum InputKind
{
    /// <summary>Real numbers.</summary>
    Numbers,

    /// <summary>Rows of a table, or classes.</summary>
    Ids,

    /// <summary>1 where a place counts, 0 where it is padding.</summary>
    Mask,

    /// <summary>0 where a place counts, 1 where it is padding.</summary>
    ZeroMask,

    /// <summary>0, 1, 2, … along the last axis.</summary>
    Positions,

    /// <summary>How many places there are.</summary>
    Length,
}
