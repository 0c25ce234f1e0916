using ML.Thermo.Refresh;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Monitors;

/// <summary>Where the rows of a window lie in the bins of its reference. Edges of bins are values of the reference's rows: shown where asked for.</summary>
internal static class MonitorBins
{
    /// <summary>Inputs with their bins: the range of each, and shares of reference and window.</summary>
    public static IEnumerable<object> Of(DriftReference reference, DriftWindow window) => Enumerable.Range(0, reference.Inputs.Count).Select(j => new
    {
        reference.Inputs[j].Name,
        Bins = Bins(reference, window, j),
    });

    private static object[] Bins(DriftReference reference, DriftWindow window, int j)
    {
        long[] before = [.. reference.Rows.Counts(j)], after = [.. window.Counts(j)];
        double[] edges = [.. reference.Layout.InputBins[j].Edges];
        double all = Math.Max(1, before.Sum()), here = Math.Max(1, after.Sum());
        return [.. before.Select((count, bin) => new { Range = Range(reference.Inputs[j].IsCategory, edges, bin, before.Length),
            Reference = Quantity.Share(count / all, ""), Window = Quantity.Share(after[bin] / here, "") })];
    }

    private static string Range(bool isCategory, double[] edges, int bin, int bins) =>
        isCategory ? (bin == bins - 1 ? "unseen" : $"code {bin}")
        : edges.Length == 0 ? "all"
        : bin == 0 ? $"≤ {Numbers.Brief(edges[0])}"
        : bin == edges.Length ? $"> {Numbers.Brief(edges[^1])}"
        : $"({Numbers.Brief(edges[bin - 1])}, {Numbers.Brief(edges[bin])}]";
}
