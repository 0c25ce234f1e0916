using ML.Thermo.Onnx.Layers;

namespace ML.Thermo.Onnx.Comparison;

/// <summary>A layer of one network and the layer of another that it answers to.</summary>
/// <param name="First">Of the first network.</param>
/// <param name="Second">Of the second.</param>
/// <param name="MatchedBy"><c>weight</c> (the stored tensor's name), <c>name</c> (the layer's) or <c>shape</c> (shape and order).</param>
public sealed record LayerPair(Layer First, Layer Second, string MatchedBy)
{
    /// <summary>Pairs the layers with weights: by the names of their tensors, then by their own, then by shape and order.</summary>
    /// <param name="first">A network.</param>
    /// <param name="second">Another: a fine-tune, a quantised twin, a checkpoint, a pruned one.</param>
    /// <returns>The pairs in the first network's order, and what is left of either.</returns>
    public static (IReadOnlyList<LayerPair> Pairs, IReadOnlyList<Layer> OnlyInFirst, IReadOnlyList<Layer> OnlyInSecond) Match(
        LayerGraph first, LayerGraph second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        List<Layer> left = [.. first.Layers.Where(layer => layer.Weight is not null)], right = [.. second.Layers.Where(layer => layer.Weight is not null)];
        List<LayerPair> pairs = [];
        Take("weight", WeightNames);
        Take("name", layer => [layer.Name]);
        Take("shape", layer => [Shape(layer)]);
        return ([.. pairs.OrderBy(pair => pair.First.Index)], left, right);

        void Take(string by, Func<Layer, IEnumerable<string>> keys)
        {
            foreach (Layer layer in left.ToArray())
            {
                HashSet<string> own = [.. keys(layer)];
                if (right.FirstOrDefault(other => Shape(other) == Shape(layer) && keys(other).Any(own.Contains)) is not { } other)
                    continue;
                pairs.Add(new(layer, other, by));
                left.Remove(layer);
                right.Remove(other);
            }
        }
    }

    /// <summary>Outputs × inputs, which a transposed or quantised copy keeps.</summary>
    private static string Shape(Layer layer) => layer.Weight!.Layout is { } layout
        ? $"{layer.Kind} {layout.Groups} x {layout.Rows} x {layout.Columns} x {layout.Positions}"
        : $"{layer.Kind} {string.Join(',', layer.Weight.Shape ?? [])}";

    private static IEnumerable<string> WeightNames(Layer layer) => layer.Parameters
        .Where(parameter => parameter.Role == ParameterRole.Weight)
        .SelectMany(parameter => parameter.Roots)
        .Select(root => LayerNames.WithoutQuantization(root.Name))
        .Where(name => name.Length > 0 && !name.StartsWith("onnx::", StringComparison.Ordinal) && !name.All(char.IsDigit));
}
