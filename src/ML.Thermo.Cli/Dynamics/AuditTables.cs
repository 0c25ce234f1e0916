using ML.Thermo.Cli.Output;
using ML.Thermo.Dynamics.Audit;
using Spectre.Console;

namespace ML.Thermo.Cli.Dynamics;

/// <summary>An audit for people.</summary>
internal static class AuditTables
{
    private const int MostInFull = 3;

    public static void Write(IAnsiConsole console, AuditResult result)
    {
        if (result.Trajectories.Count > MostInFull)
        {
            console.Write(List(result));
            return;
        }

        foreach (AuditedTrajectory trajectory in result.Trajectories)
        {
            if (trajectory.Name.Length > 0)
                console.WriteLine($"trajectory {trajectory.Name}", new Style(decoration: Decoration.Bold));
            console.Write(One(trajectory.Report));
        }
    }

    public static Table One(LawReport report)
    {
        Table table = Sheet.Create("", "", "#");
        if (report.FirstLaw is { } first)
        {
            table.AddRow("first law", "largest residual max |R|", Numbers.Show(first.MaxResidual));
            table.AddRow("", "energy exchanged X", Numbers.Show(first.Scale));
            table.AddRow("", "max |R|/X", Numbers.Show(first.Relative));
            table.AddRow("", "slope of R in time", Numbers.Show(first.Slope));
            table.AddRow("", "class", first.Class.ToString());
            if (first.Noise > 0)
                table.AddRow("", "p-value of the slope", Numbers.Show(first.PValue));
        }

        SecondLaw second = report.SecondLaw;
        table.AddRow("second law", "rise from first to last row", Numbers.Show(second.Change));
        table.AddRow("", "largest drawdown", Numbers.Show(second.Drawdown));
        table.AddRow("", second.FirstFall < 0 ? "falls" : $"falls, the first in row {second.FirstFall}", $"{second.Falls}");
        if (second.Noise > 0)
            table.AddRow("", "p-value", second.PValue < DrawdownLaw.Resolution ? "< 1e-9" : Numbers.Show(second.PValue));
        table.AddRow("verdict", "", AuditSummary.Verdict(report));
        return table;
    }

    private static Table List(AuditResult result)
    {
        Table table = Sheet.Create("trajectory", "#rows", "#max |R|", "class", "#drawdown", "#falls", "verdict");
        foreach (AuditedTrajectory trajectory in result.Trajectories)
        {
            LawReport report = trajectory.Report;
            table.AddRow(
                Plain.Cell(trajectory.Name), $"{report.Rows}", report.FirstLaw is { } first ? Numbers.Brief(first.MaxResidual) : "—",
                    report.FirstLaw?.Class.ToString() ?? "—",
                Numbers.Brief(report.SecondLaw.Drawdown), $"{report.SecondLaw.Falls}", AuditSummary.Verdict(report));
        }

        return table;
    }
}
