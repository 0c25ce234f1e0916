using ML.Thermo.Display;

namespace ML.Thermo.Onnx.Layers;

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
