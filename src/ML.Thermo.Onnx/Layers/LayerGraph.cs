using ML.Thermo.Display;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Layers;

/// <summary>
/// The layers of an imported network, found by the structure of its graph. Every node is in a layer, works on constants alone, or is
/// listed with the reason why it is in none.</summary>
/// <remarks>
/// <para>Bodies of If, Loop and Scan and of the model's own functions are entered too; layers found there carry a path.</para></remarks>
[Maturity(Maturity.Estimator, "grouping follows the structure of the graph, which need not be the author's division into layers")]
[TypeFormatterSource(typeof(LayerGraphDisplay))]
public sealed class LayerGraph
{
    private LayerGraph(OnnxModel model, IReadOnlyList<Layer> layers, IReadOnlyList<SkippedNode> skipped, int constantNodes)
    {
        Model = model;
        Layers = layers;
        Skipped = skipped;
        ConstantNodes = constantNodes;
    }

    /// <summary>The network.</summary>
    public OnnxModel Model { get; }

    /// <summary>The layers, in the graph's order; those of a body follow where the body is entered.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>The nodes that belong to no layer.</summary>
    public IReadOnlyList<SkippedNode> Skipped { get; }

    /// <summary>Number of nodes that work on constants alone, such as a reshape of weights.</summary>
    public int ConstantNodes { get; }

    /// <summary>Why the graph cannot be run in the order in which it stands: its first node that reads what no earlier one makes; null where there is none.
    /// ONNX Runtime refuses such a model; the layers are those of the nodes all the same.</summary>
    public string? Disorder { get; private init; }

    /// <summary>Number of learned numbers in all layers, those that several layers share counted once.</summary>
    public long ParameterCount => Layers.SelectMany(l => l.Parameters).Where(p => p.IsLearned).SelectMany(p => p.Roots).Distinct().Sum(root => root.Count);

    /// <summary>Groups the nodes of a model into layers. Touches no weights.</summary>
    /// <param name="model">The model; must outlive the result.</param>
    /// <exception cref="OnnxFormatException">A tensor is computed twice, or a constant's shape is absurd.</exception>
    public static LayerGraph Of(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        LayerFinder grouping = new(model);
        grouping.Group(new Scope(model.Graph));
        List<Layer> layers = [.. grouping.Drafts
            .Zip(LayerNames.Distinct(grouping.Drafts.Select(draft => draft.Scope.Path + LayerNames.Of(draft))))
            .Select((named, i) => new Layer(i, named.Second, named.First.Scope.Path, named.First))];
        var all = layers.SelectMany(layer => layer.Parameters.SelectMany(p => p.Roots.Select(root => new { root, p, layer })));
        foreach (var uses in all.GroupBy(use => use.root))
        {
            int sharers = uses.Select(use => use.layer).Distinct().Count();
            foreach (ParameterTensor parameter in uses.Select(use => use.p))
                parameter.SharedBy = Math.Max(parameter.SharedBy, sharers);
        }

        var limit = new FillLimit(model.Bytes.Length);
        foreach (ParameterTensor parameter in layers.SelectMany(layer => layer.Parameters).Where(parameter => !limit.TrySpend(parameter.Fill)))
            parameter.Refuse(limit.Value);
        return new(model, layers, grouping.Skipped, grouping.ConstantNodes) { Disorder = GraphOrder.FirstFault(model.Graph) };
    }
}

/// <summary>A network as a table of its layers.</summary>
internal sealed class LayerGraphDisplay : HtmlDisplay<LayerGraph>
{
    private const int MostLayers = 40;

    /// <inheritdoc/>
    public override string Html(LayerGraph value)
    {
        var table = new HtmlTable("layer", "operator", "activation", "parameters");
        foreach (Layer layer in value.Layers.Take(MostLayers))
            table.Row(layer.Name, layer.OpType, layer.Activation?.ToString() ?? "", FormattableString.Invariant($"{layer.ParameterCount:N0}"));
        int more = value.Layers.Count - MostLayers;
        return HtmlTable.Line(FormattableString.Invariant($"{value.Layers.Count} layers with {value.ParameterCount:N0} parameters"), isStrong: true)
            + table + (more > 0 ? HtmlTable.Line($"{more} more layers") : "");
    }
}
