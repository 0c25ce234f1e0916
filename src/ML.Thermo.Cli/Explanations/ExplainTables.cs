using ML.Thermo.Cli.Output;
using ML.Thermo.Explanations;
using ML.Thermo.Report.Explanations;
using Spectre.Console;

namespace ML.Thermo.Cli.Explanations;

/// <summary>Explanations as tables for people.</summary>
internal static class ExplainTables
{
    private const int MostFeatures = 12, MostModels = 8;

    public static void Write(IAnsiConsole console, IReadOnlyList<Explanation> found)
    {
        if (found is [var only])
        {
            Write(console, only);
            return;
        }

        IReadOnlyList<FeatureOverRows> features = ExplanationTable.Of(found);
        console.WriteLine($"{found.Count} rows; output {found[0].Output} ({Scale(found[0])})", new Style(decoration: Decoration.Bold));
        if (features.Count == 0)
            return;
        console.Write(Sheet.Of(ExplanationFields.OverRows, [.. features.Take(MostFeatures)]));
        if (features.Count > MostFeatures)
            console.WriteProse($"{MostFeatures} of {features.Count} features; --csv and --json have all, row by row.");
    }

    private static void Write(IAnsiConsole console, Explanation why)
    {
        string name = why.Class is null ? why.Output : $"{why.Output}[{why.Class}]";
        console.WriteLine($"row {why.Row}: {name} = {Numbers.Brief(why.Value)} ({Scale(why)})", new Style(decoration: Decoration.Bold));
        console.WriteProse($"{Numbers.Count(why.Rows)} rows scored; of the output's movement {Percent(why.LinearShare)} is single effects, "
            + $"{Percent(why.EvenShare)} curvature and pairs");
        if (why.NotVaried.Count > 0)
        {
            string more = why.NotVaried.Count > MostFeatures ? ", …" : "";
            console.WriteProse($"not varied: {string.Join(", ", why.NotVaried.Take(MostFeatures))}{more}");
        }

        if (why.Models.Count == 0)
            return;
        console.Write(Sheet.Of(TermFields.All, [.. ExplanationFields.Terms(why).Take(MostFeatures)]));
        if (why.Terms.Count > MostFeatures)
            console.WriteProse($"{MostFeatures} of {why.Terms.Count} features; --csv and --json have all.");
        SurrogateModel[] best = [.. why.Models.Where(model => double.IsFinite(model.PriceFrom) || model.Features == why.Chosen)];
        console.Write(Sheet.Of(SurrogateFields.All, [.. best.Take(MostModels).Union(best.Where(model => model.Features == why.Chosen))]));
    }

    private static string Percent(double share) => double.IsNaN(share) ? "an unknown part" : $"{Numbers.Significant(100 * share, 3)} %";

    private static string Scale(Explanation why) => why.Scale switch
    {
        OutputScale.Probability => "probability",
        OutputScale.LogOdds => "log-odds",
        _ => "score",
    };
}
