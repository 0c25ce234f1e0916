using System.Globalization;
using ML.Thermo.Display;

namespace ML.Thermo.Onnx.Ensembles;

/// <summary>A network's temperatures: a row a layer with a bar from the network's own temperature, to the right where the layer is hotter.</summary>
internal sealed class NetworkDisplay : HtmlDisplay<NetworkThermodynamics>
{
    private const int MostLayers = 60, HalfWidth = 90;
    private const string Hot = "#d55e00", Cold = "#0072b2";

    /// <inheritdoc/>
    public override string Html(NetworkThermodynamics value)
    {
        Estimate network = value.Network.Transition.Temperature;
        double[] ratios = [.. value.Layers.Select(layer => Math.Log2(layer.Transition.Temperature.Value / network.Value))];
        double most = Math.Max(1, ratios.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max());
        string verdict = network.IsDefined ? $"T of the network = {network} per nat" : "T of the network is undefined";
        var table = new HtmlTable("layer", "T of the layer", "colder ← log₂(T of the layer / T) → hotter", "1 − T/T of the layer", "mode");
        foreach ((LayerResult layer, double ratio) in value.Layers.Zip(ratios).Take(MostLayers))
        {
            table.Markup(
                HtmlTable.Text(layer.Layer.Name), HtmlTable.Text($"{layer.Transition.Temperature}"), Bar(ratio, most),
                HtmlTable.Text($"{layer.Engine.Efficiency}"), $"{layer.Engine.Mode}");
        }

        int more = value.Layers.Count - MostLayers;
        return HtmlTable.Line($"{verdict} ({string.Join(", ", value.Network.Transition.Status.Names())})", isStrong: true)
            + table + (more > 0 ? HtmlTable.Line($"{more} more layers") : "")
            + HtmlTable.Line($"assumed initialisation: {string.Join("; ", value.Network.Assumed.Select(law => $"{law.Law}").Distinct())}");
    }

    private static string Bar(double ratio, double most)
    {
        if (!double.IsFinite(ratio))
            return "—";
        double length = Math.Abs(ratio) / most * HalfWidth, start = ratio > 0 ? HalfWidth : HalfWidth - length;
        string colour = ratio > 0 ? Hot : Cold;
        string bar = string.Create(CultureInfo.InvariantCulture, $"<rect x=\"{start:F1}\" y=\"2\" width=\"{length:F1}\" height=\"10\" fill=\"{colour}\"/>");
        string frame = $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{2 * HalfWidth}\" height=\"14\" role=\"img\" ";
        string label = string.Create(CultureInfo.InvariantCulture, $"aria-label=\"{ratio:F2}\">");
        return $"{frame}{label}{bar}<path d=\"M{HalfWidth} 0v14\" stroke=\"currentColor\"/></svg>";
    }
}
