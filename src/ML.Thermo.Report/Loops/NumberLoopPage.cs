using MathNet.Numerics.Distributions;
using ML.Thermo.Loops;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Loops;

/// <summary>The page of a closed loop of numbers.</summary>
internal static class NumberLoopPage
{
    private const int MostColumns = 6, MostLaws = 5, Places = 121;
    private const string Unknown = "the fresh share is one, so nothing was sampled";

    public static PageContent Of(NumberLoopFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        NumberFinding finding = findings.Finding;
        return new PageContent
        {
            Title = $"{findings.Subject}: a loop on its own numbers",
            Subtitle = $"{finding.Generations.Count} generations, {finding.Generations.Sum(generation => generation.Rows):N0} rows of "
                + $"{findings.Columns.Count} columns; verdict {finding.Verdict}, rate of error {findings.Options.ErrorRate}",
            Tone = LoopSummary.Tone(finding.Verdict),
            Summary = findings.Summary,
            Scripts = ["numbers.js"],
            Data = new
            {
                Verdict = finding.Verdict.ToString(),
                findings.Columns,
                Generations = finding.Generations.Select((generation, t) => new
                {
                    generation.Rows,
                    generation.Means,
                    Deviations = generation.Variances.Select(Math.Sqrt),
                    EntropyChange = Quantity.Of(generation.EntropyChange, Unknown),
                    Low = t == 0 ? null : Quantity.Finite(finding.Band[t - 1].Low),
                    High = t == 0 ? null : Quantity.Finite(finding.Band[t - 1].High),
                }),
                PValue = Quantity.Of(finding.DriftPValue, Unknown),
                Temperature = Quantity.Of(finding.Temperature, Unknown),
                FreshShare = Quantity.Share(finding.FreshShare, Unknown),
                Retention = Quantity.Share(finding.Retention, "the variance grows without end"),
                CriticalShare = Quantity.Share(finding.CriticalShare, "so few rows cannot keep it whatever their fresh share"),
                Densities = findings.Columns.Take(MostColumns).Select((name, column) => Densities(name, column, finding)),
                Needs = Needs(finding),
            },
        };
    }

    /// <summary>The normal laws that were fitted to a column: of the first generation, the last, and some between.</summary>
    private static object Densities(string name, int column, NumberFinding finding)
    {
        int last = finding.Generations.Count - 1, laws = Math.Min(MostLaws, last + 1);
        int[] shown = [.. Enumerable.Range(0, laws).Select(i => (int)Math.Round(i * last / (double)(laws - 1)))];
        (double Mean, double Deviation)[] fitted =
            [.. shown.Select(t => finding.Generations[t]).Select(generation => (generation.Means[column], Math.Sqrt(generation.Variances[column])))];
        double low = fitted.Min(law => law.Mean - (3 * law.Deviation)), high = fitted.Max(law => law.Mean + (3 * law.Deviation));
        double[] places = [.. Enumerable.Range(0, Places).Select(i => low + ((high - low) * i / (Places - 1)))];
        return new
        {
            Name = name,
            Places = places,
            Laws = shown.Select((t, i) => new { Generation = t, Values = places.Select(x => Normal.PDF(fitted[i].Mean, fitted[i].Deviation, x)) }),
        };
    }

    /// <summary>Fresh rows a generation against the part of a variance that they keep at τ = 1.</summary>
    private static IEnumerable<double[]> Needs(NumberFinding finding)
    {
        double rows = finding.Generations[^1].Rows;
        return Enumerable.Range(1, 99).Select(percent => new[] { percent / 100.0, ResamplingLaw.FreshRows(rows, percent / 100.0) })
            .Where(point => double.IsFinite(point[1]));
    }
}
