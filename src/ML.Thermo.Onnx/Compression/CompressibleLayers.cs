using System.IO.Enumeration;
using ML.Thermo.Onnx.Compression.Roundings;
using ML.Thermo.Onnx.Constants;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Compression;

/// <summary>A layer whose weights stay as they are.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Parameters">Its number of weights.</param>
/// <param name="Reason">Why.</param>
public sealed record KeptLayer(string Name, long Parameters, string Reason);

/// <summary>The weights that can be stored otherwise, layer by layer; tied ones belong to the first layer that has them.</summary>
internal sealed class CompressibleLayers
{
    private readonly LayerGraph _network;
    private readonly CompressionOptions _options;
    private readonly Func<string, bool> _matters;
    private readonly HashSet<ParameterRoot> _seen = [];
    private readonly Dictionary<string, List<int>> _readers = new(StringComparer.Ordinal);

    private CompressibleLayers(LayerGraph network, CompressionOptions options, Func<string, bool> matters)
    {
        (_network, _options, _matters) = (network, options, matters);
        for (int i = 0; i < network.Model.Graph.Nodes.Count; i++)
        {
            foreach (string read in Reads(network.Model.Graph.Nodes[i]).Distinct())
            {
                if (!_readers.TryGetValue(read, out List<int>? readers))
                    _readers.Add(read, readers = []);
                readers.Add(i);
            }
        }
    }

    public List<(Layer Layer, IReadOnlyList<CompressibleWeight> Weights)> Found { get; } = [];

    public List<KeptLayer> Kept { get; } = [];

    /// <summary>Finds them.</summary>
    /// <param name="network">The layers.</param>
    /// <param name="options">Which are to be kept.</param>
    /// <param name="matters">Whether a tensor has a part in the output that loss is measured at.</param>
    /// <exception cref="ThermoException">A pattern of layers to keep matches none, or there is nothing to compress.</exception>
    public static CompressibleLayers Of(LayerGraph network, CompressionOptions options, Func<string, bool> matters)
    {
        if (options.Keep.FirstOrDefault(glob => !network.Layers.Any(layer => FileSystemName.MatchesSimpleExpression(glob, layer.Name, ignoreCase: false)))
            is { } idle)
        {
            throw new ThermoException($"'{idle}' matches no layer of '{network.Model.Name}': expected the name or pattern of layers to keep, such as "
                + $"{string.Join(", ", network.Layers.Where(layer => layer.Weight is not null).Take(5).Select(layer => $"'{layer.Name}'"))}.");
        }

        CompressibleLayers layers = new(network, options, matters);
        foreach (Layer layer in network.Layers)
            layers.Add(layer);
        return layers.Found.Count > 0 ? layers : throw new ThermoException($"There is nothing to compress in '{network.Model.Name}': "
            + (layers.Kept.Count == 0 ? "it has no weights." : $"{string.Join("; ", layers.Kept.Take(3).Select(kept => $"'{kept.Name}': {kept.Reason}"))}."));
    }

    private void Add(Layer layer)
    {
        List<CompressibleWeight> weights = [];
        foreach (ParameterTensor parameter in layer.Parameters.Where(p => p.Role is ParameterRole.Weight or ParameterRole.RecurrentWeight))
        {
            foreach (ParameterRoot root in parameter.Roots.Where(root => _seen.Add(root)))
            {
                if (Obstacle(layer, root) is { } reason)
                    Kept.Add(new(layer.Name, root.Count, reason));
                else
                    weights.Add(WeightOf(parameter, root.Tensor!));
            }
        }

        if (weights.Count > 0)
            Found.Add((layer, weights));
    }

    private string? Obstacle(Layer layer, ParameterRoot root) =>
        _options.Keep.Any(glob => FileSystemName.MatchesSimpleExpression(glob, layer.Name, ignoreCase: false)) ? "to be kept"
        : root.Tensor is null ? "its numbers are an attribute or a fill"
        : !root.IsInitializer ? "its numbers are those of a Constant node"
        : root.Tensor.ElementType is ElementType.Float16 or ElementType.BFloat16 ? $"stored as {root.Tensor.ElementType} already: expected 32-bit floats"
        : root.Tensor.ElementType != ElementType.Float ? $"stored as {root.Tensor.ElementType}: compressed already"
        : root.Tensor.Shape.Count < 2 || root.Tensor.Count > int.MaxValue ? "no matrix of at most 2³¹ − 1 numbers"
        : !_matters(root.Name) ? "the output does not follow from it"
        : Array.Exists(root.Tensor.ToArray<float>(), w => !float.IsFinite(w)) ? "a weight is not finite"
        : null;

    private CompressibleWeight WeightOf(ParameterTensor parameter, OnnxTensor tensor)
    {
        List<int> readers = _readers.GetValueOrDefault(tensor.Name, []);
        int[] gathers = [.. readers.Where(i => IsGather(_network.Model.Graph.Nodes[i], tensor.Name))];
        bool only = gathers.Length == readers.Count && _network.Model.Graph.Outputs.All(o => o.Name != tensor.Name);
        return new(tensor, gathers.Length > 0 ? tensor.Shape.Count - 1 : AxisOf(parameter, tensor), gathers, only)
        {
            Layout = parameter.Stored == tensor ? parameter.Layout : null,
            Readers = readers,
        };
    }

    /// <summary>The axis of the layer's outputs, by the strides of its matrices; the last one where the weight is not seen as stored.</summary>
    private static int AxisOf(ParameterTensor parameter, OnnxTensor tensor)
    {
        long[] strides = Strided.RowMajor(tensor.Shape);
        int axis = parameter.Layout is { } layout && parameter.Stored == tensor ? Array.IndexOf(strides, layout.RowStride) : -1;
        return axis >= 0 ? axis : tensor.Shape.Count - 1;
    }

    /// <summary>Picks rows of a table, so that the rows can be picked as codes.</summary>
    private static bool IsGather(OnnxNode node, string table) =>
        node is { OpType: "Gather", Domain: "" } && node.Input(0) == table && node.Input(1) != table && node.Integer("axis", 0) == 0;

    private static IEnumerable<string> Reads(OnnxNode node) => node.Inputs.Where(input => input.Length > 0)
        .Concat(node.Attributes.SelectMany(a => a.Graphs).SelectMany(body => body.Nodes.SelectMany(Reads).Concat(body.Outputs.Select(o => o.Name))));
}
