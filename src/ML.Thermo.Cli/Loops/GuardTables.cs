using ML.Thermo.Cli.Output;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Report.Loops;
using Spectre.Console;

namespace ML.Thermo.Cli.Loops;

/// <summary>A guard's findings for people.</summary>
internal static class GuardTables
{
    public static Table Rows(GuardFinding finding)
    {
        Table table = Sheet.Create("#gen", "#rows", "#entropy", "#Gini", "chance allows", "#coverage", "#new");
        for (int t = 0; t < finding.Generations.Count; t++)
        {
            GenerationDiversity generation = finding.Generations[t];
            table.AddRow(
                $"{t}",
                Count(generation.Rows),
                Numbers.Show(generation.Entropy),
                Numbers.Significant(generation.GiniSimpson.Value, 4),
                t == 0 ? "" : $"{Numbers.Significant(finding.Drift.Band[t - 1].Low, 4)} to {Numbers.Significant(finding.Drift.Band[t - 1].High, 4)}",
                LoopSummary.Percent(generation.Coverage),
                $"{generation.NewCategories}");
        }

        return table;
    }

    public static Table Rows(NumberFinding finding)
    {
        Table table = Sheet.Create("#gen", "#rows", "#entropy change", "chance allows");
        for (int t = 0; t < finding.Generations.Count; t++)
        {
            NumberDiversity generation = finding.Generations[t];
            table.AddRow(
                $"{t}",
                Count(generation.Rows),
                Numbers.Show(generation.EntropyChange),
                t == 0 ? "" : $"{Numbers.Significant(finding.Band[t - 1].Low, 3)} to {Numbers.Significant(finding.Band[t - 1].High, 3)}");
        }

        return table;
    }

    private static string Count(long number) => number.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
}
