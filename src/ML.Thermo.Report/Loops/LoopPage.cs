using ML.Thermo.Loops;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Loops;

/// <summary>The page of a closed loop.</summary>
internal static class LoopPage
{
    private const int MostCategories = 12;
    private const string AllDistinct = "all rows are distinct", NoFit = "no temperature could be fitted";

    public static PageContent Of(LoopFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        GuardFinding finding = findings.Finding;
        return new PageContent
        {
            Title = $"{findings.Subject}: a loop on its own output",
            Subtitle = $"{finding.Generations.Count} generations, {finding.Generations.Sum(generation => generation.Rows):N0} rows, "
                + $"{finding.Reference.Rows:N0} of the reference; verdict {finding.Verdict}, rate of error {finding.Options.ErrorRate}",
            Tone = LoopSummary.Tone(finding.Verdict),
            Summary = findings.Summary,
            Scripts = ["loops.js"],
            Data = new
            {
                Verdict = finding.Verdict.ToString(),
                Generations = finding.Generations.Select((generation, t) => new
                {
                    generation.Rows,
                    Entropy = Quantity.Of(generation.Entropy, AllDistinct),
                    Gini = Quantity.Of(generation.GiniSimpson, AllDistinct),
                    Low = t == 0 ? null : Quantity.Finite(finding.Drift.Band[t - 1].Low),
                    High = t == 0 ? null : Quantity.Finite(finding.Drift.Band[t - 1].High),
                    Coverage = Quantity.Share(generation.Coverage, AllDistinct),
                    Richness = Quantity.Of(generation.Richness, AllDistinct),
                    generation.NewCategories,
                }),
                PValue = Quantity.Of(finding.Drift.PValue, NoFit),
                Temperature = Quantity.Of(finding.Fit?.Temperature ?? Estimate.Undefined, NoFit),
                FreshShare = Quantity.Of(finding.Fit?.FreshShare ?? Estimate.Undefined, NoFit),
                Retention = Quantity.Share(finding.Forecast?.Retention ?? double.NaN, NoFit),
                Plane = Plane(finding),
                Categories = Categories(finding.Table),
                Needs = Needs(finding),
            },
        };
    }

    /// <summary>Temperature and fresh share: what the data allow, and the two thresholds of equally frequent categories.</summary>
    private static object Plane(GuardFinding finding)
    {
        int classes = Math.Max(finding.Table.Names.Count, 2);
        double[] temperatures = [.. Enumerable.Range(0, 46).Select(i => 0.1 + (0.02 * i))];
        return new
        {
            Classes = classes,
            Stability = temperatures.Select(t => new[] { LoopThresholds.Stability(t), t }),
            Coexistence = temperatures.Select(t => new[] { LoopThresholds.Coexistence(classes, t), t }),
            Profile = (finding.Fit?.Profile ?? []).Where(point => point.LogLikelihood > -3).OrderBy(point => point.FreshShare)
                .Select(point => new[] { point.FreshShare, point.Temperature, point.LogLikelihood, point.TemperatureStandardError }),
        };
    }

    private static object Categories(CategoryTable table)
    {
        double[] rows = [.. table.Generations.Select(counts => (double)counts.Sum())];
        return table.Names.Take(MostCategories).Select((name, i) => new { Name = name, Shares = table.Generations.Select((counts, t) => counts[i] / rows[t]) });
    }

    /// <summary>Fresh rows a generation against what they keep of any quadratic diversity.</summary>
    private static IEnumerable<double[]> Needs(GuardFinding finding)
    {
        double rows = finding.Generations[^1].Rows;
        return Enumerable.Range(1, 99).Select(percent => new[] { percent / 100.0, ResamplingLaw.FreshRows(rows, percent / 100.0) })
            .Where(point => double.IsFinite(point[1]));
    }
}
