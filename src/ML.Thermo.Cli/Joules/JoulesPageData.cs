using ML.Thermo.Joules;
using ML.Thermo.Joules.Tuning;
using ML.Thermo.Report.Joules;

namespace ML.Thermo.Cli.Joules;

/// <summary>Joules for a page.</summary>
internal static class JoulesPageData
{
    public static JouleFindings Of(RunResult result) => new()
    {
        Subject = result.Command,
        Seconds = result.Total.Seconds,
        Total = Entry("total", result.Total.Basis, ""),
        IsLowerBound = result.Total.TotalIsLowerBound,
        Components = [.. result.Total.Components.Select(component =>
            Entry(component.Name, new(component.Joules, component.StandardError, component.Status, component.Reason), component.Source))],
        Process = result.Total.Process is { } share ? Entry("this command", share, "CPU time") : null,
        PerPrediction = result.PerPrediction is { } each ? Entry("per prediction", each, "") : null,
        Power = result.Total.Power,
    };

    public static JouleFindings Of(string command, Race race, Goal goal) => new()
    {
        Subject = command,
        Seconds = race.Contestants.Sum(contestant => contestant.Runs.Sum(run => run.Seconds)),
        Eta = goal.Eta,
        Slowdown = goal.Slowdown,
        MaximumWatts = race.MaximumWatts,
        Settings =
        [
            .. race.Contestants.Select((contestant, i) => new JouleSetting(
                contestant.Setting.ToString(), contestant.Seconds, contestant.Joules, contestant.Runs.Count, race.ParetoSet.Contains(i), i == race.Choice,
                    contestant.WasDropped)),
        ],
    };

    private static JouleEntry Entry(string name, JouleQuantity quantity, string source) =>
        new(name, new Estimate(quantity.Value ?? double.NaN, quantity.StandardError ?? double.NaN), quantity.Status.ToString(), source, quantity.Reason ?? "");
}
