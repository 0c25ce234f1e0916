using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;
using ML.Thermo.Scans;

namespace ML.Thermo.Report.Scans;

/// <summary>The page of a scan.</summary>
internal static class ScanPage
{
    private static readonly string[] s_distances = ["linear", "totalVariation", "jensenShannon", "hellinger", "fisher"];
    private static readonly string[] s_states = ["energy", "entropy", "heatCapacity", "energyFluctuation"];

    public static PageContent Of(ScanFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        ScanReport report = findings.Report;
        IReadOnlyList<Field<ScanSplit>> distances = [.. ScanFields.Splits(report.Grid).Where(field => s_distances.Contains(field.Name))];
        IReadOnlyList<Field<ScanPoint>> states = [.. ScanFields.Points.Where(field => s_states.Contains(field.Name))];
        string scale = report.Grid.Scale == GridScale.Geometric ? $"ln {report.Grid.Name}" : report.Grid.Name;
        return new PageContent
        {
            Title = $"{findings.Subject}: where it changes over {report.Grid.Name}",
            Subtitle = $"{report.Grid.Count} values, {report.Splits.Count} splits with windows of {report.Window}, measured in {scale}",
            Summary = findings.Summary,
            Status = StatusWords.Of(report.Status),
            Scripts = ["scan.js"],
            Data = new
            {
                Over = new { report.Grid.Name, Geometric = IsLogarithmic(report), Low = report.Grid.Values[0], High = report.Grid.Values[^1] },
                Observer = $"{report.Observer}".ToLowerInvariant(),
                CriticalValue = Quantity.Finite(report.CriticalValue),
                Length = Quantity.Of(report.Length, "the observer gives no unbiased overlap"),
                Change = Quantity.Of(report.ChangePValue, "for counts alone"),
                Distances = Columns(distances),
                States = Columns(states),
                Splits = report.Splits.Select(split => new
                {
                    split.At,
                    Left = report.Grid.Values[split.Left],
                    Right = report.Grid.Values[split.Right],
                    Values = Values(distances, split),
                }),
                Points = report.Points.Select(point => new { point.X, Values = Values(states, point) }),
                Peaks = report.Transitions.Select(peak => Peak(findings, peak)),
                Passed = Passed(report),
                report.Pairs,
                Texts = Texts(findings),
            },
        };
    }

    private static object Peak(ScanFindings findings, ScanTransition peak) => new
    {
        At = Quantity.Of(peak.At, ""),
        Height = Quantity.Of(peak.Height, ""),
        peak.PValue,
        Kind = peak.Kind.ToString(),
        Drivers = findings.Report.Splits[peak.Split].Drivers.Select(driver => new
        {
            Outcome = findings.Outcomes?[driver.Outcome] ?? $"{driver.Outcome}",
            driver.Left,
            driver.Right,
            driver.Contribution,
        }),
    };

    /// <summary>Both sides of the highest peak.</summary>
    private static IEnumerable<object> Texts(ScanFindings findings)
    {
        if (findings.Texts is not { } texts || findings.Report.Transitions is not [var peak, ..])
            return [];
        ScanSplit split = findings.Report.Splits[peak.Split];
        return [.. new[] { split.Left, split.Right }.Where(texts.ContainsKey)
            .Select(k => (object)new { X = findings.Report.Grid.Values[k], Outputs = texts[k] })];
    }

    /// <summary>Length from the first value on, where windows of one give it.</summary>
    private static List<double[]> Passed(ScanReport report)
    {
        if (report.Window != 1 || !report.Length.IsDefined)
            return [];
        double sum = 0;
        List<double[]> passed = [[report.Grid.Values[0], 0]];
        foreach (ScanSplit split in report.Splits)
        {
            sum += 2 * Math.Acos(Math.Clamp(1 - split.Hellinger.Value, -1, 1));
            passed.Add([report.Grid.Values[split.Right], sum]);
        }

        return passed;
    }

    private static bool IsLogarithmic(ScanReport report) => report.Grid.Scale == GridScale.Geometric && report.Grid.Values[0] > 0;

    private static IEnumerable<object> Columns<T>(IEnumerable<Field<T>> fields) => fields.Select(field => new { field.Name, field.Label, field.Meaning });

    private static Dictionary<string, Quantity> Values<T>(IEnumerable<Field<T>> fields, T of) =>
        fields.ToDictionary(field => field.Name, field => field.Of(of).Page);
}
