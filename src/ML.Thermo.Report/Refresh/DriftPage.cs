using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Refresh;

/// <summary>The page of a stream of data.</summary>
internal static class DriftPage
{
    private const string TooFew = "too few rows", NoSuch = "it does not apply to this column";

    public static PageContent Of(DriftFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return new PageContent
        {
            Title = $"{findings.Subject}: drift and refresh",
            Subtitle = $"{findings.Windows.Count} {(findings.Windows.Count == 1 ? "window" : "windows")}, {findings.Windows.Sum(window => window.Rows):N0} rows; rule: {findings.Rule}; rate of false alarms {findings.FalseAlarmRate}",
            Summary = findings.Summary,
            Scripts = ["refresh.js"],
            Data = new
            {
                findings.FalseAlarmRate,
                findings.LeastEffect,
                Windows = findings.Windows.Select(Window),
            },
        };
    }

    private static object Window(DriftPoint window)
    {
        Transition? transition = window.Transition;
        return new
        {
            window.Label,
            window.Rows,
            window.Refresh,
            Energy = transition is null ? Quantity.Undefined(TooFew) : Quantity.Of(transition.DeltaEnergy, StatusWords.WhyUndefined(transition)),
            Entropy = transition is null ? Quantity.Undefined(TooFew) : Quantity.Of(transition.DeltaEntropy, StatusWords.WhyUndefined(transition)),
            Temperature = transition is null ? Quantity.Undefined(TooFew) : Quantity.Of(transition.Temperature, StatusWords.WhyUndefined(transition)),
            PValue = Quantity.Of(window.PValue, TooFew),
            Effect = Quantity.Of(window.Effect, TooFew),
            Shares = window.Shares.Select(share => new { Name = share.Name ?? "target", Share = Quantity.Of(share.DeltaEnergy, "it does not follow from these data") }),
            Distances = window.Distances.Select(column => new
            {
                column.Name,
                PopulationStability = Quantity.Of(column.PopulationStability, NoSuch),
                JensenShannon = Quantity.Of(column.JensenShannon, NoSuch),
                KolmogorovSmirnov = Quantity.Of(column.KolmogorovSmirnov, NoSuch),
            }),
        };
    }
}
