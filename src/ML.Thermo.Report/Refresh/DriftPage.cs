using ML.Thermo.Refresh.Binning;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Refresh;

/// <summary>The page of a stream of data.</summary>
internal static class DriftPage
{
    public static PageContent Of(DriftFindings findings)
    {
        string windows = findings.Windows.Count == 1 ? "1 window" : $"{findings.Windows.Count} windows";
        string rows = findings.Windows.Sum(window => window.Drift.Rows).ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
        return new PageContent
        {
            Title = $"{findings.Subject}: drift and refresh",
            Subtitle = $"{windows}, {rows} rows; rule: {DriftSummary.Rule(findings)}; rate of false alarms {findings.Options.FalseAlarmRate} where rows " +
                "are independent",
            Summary = findings.Summary,
            Scripts = ["timelines.js", "refresh.js"],
            Data = new
            {
                findings.Options.FalseAlarmRate,
                findings.Options.LeastEffect,
                Columns = FieldWriters.PageColumns(WindowFields.All),
                DistanceColumns = FieldWriters.PageColumns(WindowFields.Distances),
                Windows = findings.Windows.Select(Window),
            },
        };
    }

    private static object Window(DriftPoint window)
    {
        IEnumerable<(string Name, BinDistances Distances)> columns = window.Drift.Inputs.Select(input => (input.Input.Name, input.Distances));
        return new
        {
            window.Label,
            window.Drift.Rows,
            window.Drift.Refresh,
            Values = FieldWriters.PageValues(WindowFields.All, window),
            Shares = window.Shares.Select(share =>
                new { Name = share.Name ?? "label", Share = Quantity.Of(share.DeltaEnergy, "it does not follow from these data") }),
            Distances = (window.Energy is { } energy ? columns.Prepend((Name: "loss", energy.Distances)) : columns)
                .Select(column => new { column.Name, Values = FieldWriters.PageValues(WindowFields.Distances, column.Distances) }),
        };
    }
}
