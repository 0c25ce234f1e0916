using ML.Thermo.Loops;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Loops;

/// <summary>The page of a closed loop.</summary>
internal static class LoopPage
{
    private const int MostCategories = 12;
    private const string AllDistinct = "all rows are distinct", NoFit = "no temperature could be fitted", NoText = "there is no text";

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
                Ahead = Ahead(finding),
                Repetition = findings.Repetition.Select(text => new
                {
                    Duplicates = Quantity.Share(text.DuplicateShare, NoText),
                    Compressed = Quantity.Share(text.CompressionRatio, NoText),
                }),
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
            Region = Region(finding),
        };
    }

    /// <summary>
    /// The border of what the data allow, as a closed curve: at each share the likelihood falls from its profile as a parabola in T, down to the rate of
    /// error (two degrees of freedom).
    /// </summary>
    private static IEnumerable<double[]> Region(GuardFinding finding)
    {
        double limit = Math.Log(finding.Options.ErrorRate);
        ProfilePoint[] points = [.. (finding.Fit?.Profile ?? []).Where(point => point.LogLikelihood > limit && double.IsFinite(point.TemperatureStandardError))
            .OrderBy(point => point.FreshShare)];
        double[][] lower = [.. points.Select(point => Edge(point, -1))], upper = [.. points.Select(point => Edge(point, 1))];
        return points.Length == 0 ? [] : [.. lower, .. upper.Reverse(), lower[0]];

        double[] Edge(ProfilePoint point, int side) =>
            [point.FreshShare, Math.Max(0, point.Temperature + (side * point.TemperatureStandardError * Math.Sqrt(2 * (point.LogLikelihood - limit))))];
    }

    /// <summary>Gini–Simpson that the fitted loop makes next, from the last generation on: of the map, and of chance too where no row is fresh.</summary>
    private static IEnumerable<double> Ahead(GuardFinding finding)
    {
        if (finding.Fit is not { Temperature.IsDefined: true } fit)
            yield break;
        CategoryTable table = finding.Table;
        double rows = table.Generations[^1].Sum(), kept = fit.FreshShare.Value == 0 ? 1 - (1 / rows) : 1, chance = 1;
        double[] law = Shares(table.Generations[^1]);
        var loop = new CategoricalLoop(Shares(table.Reference ?? table.Generations[0]), fit.Temperature.Value, fit.FreshShare.Value);
        for (int t = 0; t < table.Generations.Count; t++)
        {
            loop.Next(law, law);
            yield return chance * (1 - law.Sum(share => share * share));
            chance *= kept;
        }

        static double[] Shares(IReadOnlyList<long> counts)
        {
            double sum = counts.Sum();
            return [.. counts.Select(count => count / sum)];
        }
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
