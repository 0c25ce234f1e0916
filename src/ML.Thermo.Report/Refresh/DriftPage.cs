using ML.Thermo.Refresh;
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
        DriftPoint[] judged = [.. findings.Windows.Where(window => !double.IsNaN(window.Drift.PValue))];
        string rows = findings.Windows.Sum(window => window.Drift.Rows).ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
        return new PageContent
        {
            Title = $"{findings.Subject}: drift and refresh",
            Subtitle = $"{windows}, {rows} rows; rates hold where rows are independent",
            Tone = judged.Length == 0 ? VerdictTone.Open : DriftSummary.IsAsked(findings, judged) is null ? VerdictTone.Good : VerdictTone.Bad,
            Settings =
            [
                ("false alarms", $"{findings.Options.FalseAlarmRate} a window"), ("least shift", $"{findings.Options.LeastEffect} sd"),
                ("average run length", $"{findings.Options.RunLength}"), ("rule", DriftSummary.Rule(findings)),
                .. findings.Model.Length > 0 ? [("model", findings.Model)] : Array.Empty<(string, string)>(),
            ],
            Summary = findings.Summary,
            Scripts = ["refresh.js"],
            Data = new
            {
                findings.Options.FalseAlarmRate,
                findings.Options.LeastEffect,
                Columns = FieldWriters.PageColumns(WindowFields.All),
                DistanceColumns = FieldWriters.PageColumns(WindowFields.Distances),
                FirstAlarm = findings.Windows.ToList().FindIndex(window => window.Index == findings.FirstAlarm),
                findings.Options.RunLength,
                Inputs = Inputs(findings),
                Windows = findings.Windows.Select(Window),
            },
        };
    }

    /// <summary>The inputs, those that moved in most windows first: for each window p, shift, and the counts of its bins.</summary>
    private static IEnumerable<object> Inputs(DriftFindings findings)
    {
        if (findings.Windows.Count == 0)
            return [];
        double rate = findings.Options.FalseAlarmRate;
        return Enumerable.Range(0, findings.Windows[0].Drift.Inputs.Count)
            .Select(j => (Of: findings.Windows.Select(window => window.Drift.Inputs[j]).ToArray(), Index: j))
            .OrderByDescending(input => input.Of.Count(window => window.AdjustedPValue <= rate))
            .ThenBy(input => input.Of.Select(window => double.IsNaN(window.AdjustedPValue) ? 1 : window.AdjustedPValue).Min())
            .ThenByDescending(input => input.Of.Max(window => window.Effect))
            .Select(input => new
            {
                input.Of[0].Input.Name,
                input.Of[0].Input.IsCategory,
                Edges = input.Of[0].Counts?.Edges,
                Reference = input.Of[0].Counts?.Reference,
                PValues = input.Of.Select(window => Quantity.Finite(window.AdjustedPValue)),
                Effects = input.Of.Select(window => Quantity.Finite(window.Effect) is { } effect ? Math.Round(effect, 4) : (double?)null),
                Faults = input.Of.Select(window => window.Fault switch { InputFault.Missing => "missing", InputFault.Unseen => "unseen", _ => null }),
                Missing = input.Of.Select(window => window.Missing),
                Counts = input.Of.Select(window => window.Counts?.Window),
            });
    }

    private static object Window(DriftPoint window)
    {
        IEnumerable<(string Name, BinDistances Distances)> columns = window.Drift.Inputs.Select(input => (input.Input.Name, input.Distances));
        return new
        {
            window.Label,
            window.Start,
            window.Drift.Rows,
            window.Drift.Refresh,
            window.Drift.Drift,
            window.Step.Alarm,
            LogEValue = window.Step.Windows > 0 ? Quantity.Finite(window.Step.LogEValue) : null,
            Cause = DriftSummary.Behind(window),
            Values = FieldWriters.PageValues(WindowFields.All, window),
            Shares = window.Shares.Select(share =>
                new { Name = share.Name ?? "label", Share = Quantity.Of(share.DeltaEnergy, "it does not follow from these data") }),
            Distances = (window.Energy is { } energy ? columns.Prepend((Name: "loss", energy.Distances)) : columns)
                .Select(column => new { column.Name, Values = FieldWriters.PageValues(WindowFields.Distances, column.Distances) }),
        };
    }
}
