using ML.Thermo.Onnx.Comparison;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Layers;

/// <summary>The page of two networks side by side: what changed along the depth, and every layer in a table.</summary>
internal static class ComparisonPage
{
    public static PageContent Of(ComparisonFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        string first = Path.GetFileName(findings.First.Model.Name), second = Path.GetFileName(findings.Second.Model.Name);
        Field<LayerChange>[] columns = [.. FieldWriters.OnPage(ComparisonFields.All)];
        return new PageContent
        {
            Title = $"{first} against {second}: layer by layer",
            Subtitle = findings.Rows == 0 ? "weights only, nothing was run"
                : $"both ran the same {findings.Rows} rows of {(findings.IsSynthetic ? "noise" : "data")}",
            Warnings = findings.Rows > 0 && findings.IsSynthetic ? [NetworkSummary.Synthetic] : [],
            Summary = findings.Summary,
            Scripts = ["against.js"],
            Data = new
            {
                First = first,
                Second = second,
                Facts = Facts(findings.Found),
                Columns = FieldWriters.PageColumns(columns),
                Layers = findings.Found.Layers.Select((change, order) => new
                {
                    change.Pair.First.Name,
                    OtherName = change.Pair.Second.Name,
                    change.Pair.MatchedBy,
                    Depth = change.Pair.First.Index,
                    Order = order,
                    Values = FieldWriters.PageValues(columns, change),
                }),
                OnlyInFirst = Names(findings.Found.OnlyInFirst),
                OnlyInSecond = Names(findings.Found.OnlyInSecond),
            },
        };
    }

    private static IEnumerable<object> Facts(NetworkComparison found)
    {
        yield return new { Label = "Pairs", Text = Numbers.Count(found.Layers.Count), Meaning = "layers with weights that answer to each other" };
        yield return new
        {
            Label = "In one alone",
            Text = Numbers.Count(found.OnlyInFirst.Count + found.OnlyInSecond.Count),
            Meaning = $"{found.OnlyInFirst.Count} of the first, {found.OnlyInSecond.Count} of the second",
        };
        yield return new
        {
            Label = "Equal weights",
            Text = Numbers.Count(found.Layers.Count(change => change.Weights is { RelativeChange: 0 })),
            Meaning = "pairs without a change",
        };
    }

    private static IEnumerable<object> Names(IEnumerable<Layer> layers) => layers.Select(layer => new { layer.Name, Type = layer.OpType });
}
