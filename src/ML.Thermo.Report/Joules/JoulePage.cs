using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Joules;

/// <summary>The page of joules.</summary>
internal static class JoulePage
{
    private const string LowerBound = ", a lower bound: a part of the machine has no number";

    public static PageContent Of(JouleFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return new PageContent
        {
            Title = $"{findings.Subject}: joules",
            Subtitle = $"{Numbers.Brief(findings.Seconds)} s; joules of the whole machine while it ran, not the wall's",
            Summary = findings.Summary,
            Scripts = ["joules.js"],
            Data = new
            {
                Total = findings.Total is { } total ? Entry(total) : null,
                Components = findings.Components.Select(Entry),
                Shares = new[] { findings.Process, findings.PerPrediction }.OfType<JouleEntry>().Select(Entry),
                Power = findings.Power.Select(point => new[] { point.Seconds, point.Watts }),
                Settings = findings.Settings.Select(setting => new
                {
                    setting.Name,
                    Seconds = Quantity.Of(setting.Seconds, "it was not run"),
                    Joules = Quantity.Of(setting.Joules, "it has no joules"),
                    setting.Runs,
                    setting.IsPareto,
                    setting.IsChosen,
                    setting.WasDropped,
                }),
                findings.Eta,
                findings.Slowdown,
                findings.MaximumWatts,
                Models = findings.Models.Select(Entry),
            },
        };
    }

    public static IEnumerable<string> Summary(JouleFindings findings)
    {
        if (findings.Total is { Joules.IsDefined: true } total)
            yield return $"It cost {Numbers.Brief(total.Joules)} J ({total.Status}){(findings.IsLowerBound ? LowerBound : "")}.";
        else if (findings.Total is { } none)
            yield return $"There are no joules ({none.Status}): {none.Reason}";

        if (findings.Settings.FirstOrDefault(setting => setting.IsChosen) is { } choice)
        {
            string cost = $"{Numbers.Brief(choice.Joules)} J in {Numbers.Brief(choice.Seconds)} s";
            yield return $"Of {findings.Settings.Count} settings the choice is {choice.Name}: {cost}.";
        }
    }

    private static object Entry(JouleEntry entry) =>
        new { entry.Name, Joules = Quantity.Of(entry.Joules, entry.Status), entry.Status, entry.Source, entry.Reason };
}
