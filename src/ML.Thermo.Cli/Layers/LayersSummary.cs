using ML.Thermo.Onnx.Weights;
using ML.Thermo.Report.Layers;

namespace ML.Thermo.Cli.Layers;

/// <summary>The sentences about a network, and what the signs in the tables mean.</summary>
internal static class LayersSummary
{
    /// <summary>Sentences, a paragraph a subject.</summary>
    public static IEnumerable<string> Of(LayersResult report)
    {
        string signs = string.Join(' ', Signs([.. report.Rows.Select(row => row.Weights.Analysis).OfType<WeightAnalysis>()]));
        return signs.Length == 0 ? report.Findings.Summary : report.Findings.Summary.Append(signs);
    }

    private static IEnumerable<string> Signs(WeightAnalysis[] weights)
    {
        if (weights.Any(spectrum => spectrum.Bulk.Law is not null && !spectrum.HasRandomBulk()))
            yield return "A spike count in brackets is unreliable: the spectrum does not look like noise plus outliers.";
        if (weights.Any(spectrum => spectrum.Alpha.IsDefined && spectrum.HasFewInTail()))
            yield return $"An α in brackets rests on fewer than {TailExponent.ReliableTail} singular values.";
    }
}
