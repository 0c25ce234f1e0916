using System.Text.Json;
using ML.Thermo.Cli.Output;
using ML.Thermo.Onnx.Comparison;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Layers;
using Spectre.Console;

namespace ML.Thermo.Cli.Layers;

/// <summary>Two networks side by side as JSON and as a table of the layers that differ most.</summary>
internal static class ComparisonOutput
{
    private const int Shown = 10;

    public static void Write(Utf8JsonWriter json, ComparisonResult result)
    {
        json.WriteString("model", result.First.Graph.Model.Name);
        json.WriteString("against", result.Second.Graph.Model.Name);
        json.WriteNumber("samples", result.Rows);
        json.WriteStrings("summary", ComparisonSummary.Of(result.Found));
        json.WriteRows("layers", ComparisonFields.All, result.Found.Layers);
        json.WriteStrings("onlyInFirst", result.Found.OnlyInFirst.Select(layer => layer.Name));
        json.WriteStrings("onlyInSecond", result.Found.OnlyInSecond.Select(layer => layer.Name));
    }

    public static byte[] Csv(ComparisonResult result) => FieldWriters.Csv(ComparisonFields.All, result.Found.Layers);

    public static void Write(IAnsiConsole console, ComparisonResult result)
    {
        console.WriteLine($"{result.First.Graph.Model.Name} against {result.Second.Graph.Model.Name}", new Style(decoration: Decoration.Bold));
        foreach (string sentence in ComparisonSummary.Of(result.Found))
            console.WriteProse(sentence);
        Field<LayerChange>[] columns = [.. ComparisonFields.All.Where(field => field.In.HasFlag(Report.Fields.Shown.Console))
            .Where(field => result.Found.Layers.Any(change => field.Of(change).Page.Value is not null))];
        if (result.Found.Layers.Count == 0)
            return;
        int room = Math.Clamp(console.Profile.Width - Terminal.ReadableWidth, 0, 40);
        Field<LayerChange> index = new(
            "index", "", "", change => Cell.Of(change.Pair.First.Index) with { Short = $"{change.Pair.First.Index}" }, Report.Fields.Shown.Console);
        Field<LayerChange> name = new(
            "name", "layer", "", change => Cell.Of(LayersTables.Shorten(change.Pair.First.Name, 22 + room)), Report.Fields.Shown.Console);
        console.Write(Sheet.Of([index, name, .. columns], [.. result.Found.Layers.Take(Shown)]));
        if (result.Found.Layers.Count > Shown)
            console.WriteProse($"The {Shown} that changed most of {result.Found.Layers.Count}; --csv and --json have all.");
        Only(console, result.First.Graph, result.Found.OnlyInFirst);
        Only(console, result.Second.Graph, result.Found.OnlyInSecond);
    }

    private static void Only(IAnsiConsole console, LayerGraph graph, IReadOnlyList<Layer> layers)
    {
        if (layers.Count > 0)
        {
            string names = string.Join(", ", layers.Take(Shown).Select(layer => layer.Name));
            console.WriteProse($"Only in {graph.Model.Name}: {names}{(layers.Count > Shown ? ", …" : "")}.");
        }
    }
}
