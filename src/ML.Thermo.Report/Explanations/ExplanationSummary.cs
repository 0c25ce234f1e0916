using ML.Thermo.Explanations;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Explanations;

/// <summary>Explanations in plain sentences, for console and page.</summary>
internal static class ExplanationSummary
{
    private const int MostNamed = 4;
    private const double WellLinear = 0.8;

    /// <summary>One row.</summary>
    public static IReadOnlyList<string> Of(Explanation why) => [string.Join(' ', Sentences(why))];

    /// <summary>Many rows.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<Explanation> explanations)
    {
        if (explanations is [var only])
            return Of(only);
        IReadOnlyList<FeatureOverRows> features = ExplanationTable.Of(explanations);
        int constant = explanations.Count(why => why.Status.HasFlag(ExplanationStatus.ConstantOutput));
        int nonlinear = explanations.Count(why => why.Status.HasFlag(ExplanationStatus.Nonlinear));
        List<string> sentences = [];
        if (features.Count > 0)
        {
            string move = features.Count == 1 ? "moves" : "move";
            sentences.Add($"Over {Numbers.Count(explanations.Count)} rows {Join(features.Take(3).Select(f => f.Name))} {move} the output most. "
                + $"An explanation takes {Numbers.Significant(explanations.Average(why => (double)why.Chosen), 3)} features on average and leaves "
                + $"U = {Numbers.Significant(explanations.Average(why => why.Unfaithfulness), 2)}.");
        }

        if (constant > 0)
            sentences.Add($"In {Rows(constant)} nothing within the radius changes the output: widen it with --radius.");
        if (nonlinear > 0)
            sentences.Add($"In {Rows(nonlinear)} more than half of the output's movement is curvature and pairs of features, which effects do not tell.");
        return [string.Join(' ', sentences)];
    }

    private static IEnumerable<string> Sentences(Explanation why)
    {
        if (why.Status.HasFlag(ExplanationStatus.ConstantOutput))
        {
            yield return "Nothing within the radius changes this prediction, so there is nothing to explain: widen it with --radius.";
            yield break;
        }

        if (why.Chosen == 0)
        {
            yield return "No single feature moves this prediction: all of its movement nearby is curvature and pairs of features (try --pairs).";
            yield break;
        }

        SurrogateModel chosen = why.Models[why.Chosen - 1];
        double explained = (1 - chosen.Unfaithfulness) * (1 - chosen.Unfaithfulness);
        string explain = why.Chosen == 1 ? "explains" : "explain", faith = Numbers.Brief(chosen.Unfaithfulness);
        yield return $"{Join(why.ChosenTerms.Select(term => term.Name))} {explain} {Percent(explained)} of how this prediction moves nearby (U = {faith}, "
            + $"{Numbers.Brief(chosen.EffectiveFeatures)} effective features).";
        if (why.Models.Where(model => model.Features > why.Chosen && double.IsFinite(model.PriceTo)).MinBy(model => model.Features) is { } next)
        {
            int more = next.Features - why.Chosen;
            yield return $"{(more == 1 ? "One more feature pays" : $"{more} more features pay")} only below a price of {Numbers.Brief(next.PriceTo)}.";
        }

        if (why.Status.HasFlag(ExplanationStatus.Unreached))
            yield return "No number of features is as faithful as asked for, so all are taken.";
        if (why.Status.HasFlag(ExplanationStatus.Nonlinear))
            yield return $"Mind that {Percent(why.EvenShare)} of the movement is curvature and pairs of features, which effects do not tell (try --pairs).";
        else if (why.Scale == OutputScale.Probability && why.LinearShare < WellLinear)
            yield return $"Effects tell {Percent(why.LinearShare)} of the probability's movement; log-odds are often nearer to a sum (try --log-odds).";
        if (why.Stability < 1)
            yield return $"Other blocks of features choose the same ones to {Percent(why.Stability)}.";
        if (why.Pairs is [var pair, ..])
        {
            Dictionary<int, string> names = why.Terms.ToDictionary(term => term.Index, term => term.Name);
            yield return $"The strongest pair is {names[pair.First]} with {names[pair.Second]} ({Numbers.Brief(pair.Value)}).";
        }
    }

    private static string Rows(int count) => count == 1 ? "one row" : $"{Numbers.Count(count)} rows";

    private static string Percent(double share) => $"{Numbers.Significant(100 * share, 2)} %";

    private static string Join(IEnumerable<string> names)
    {
        string[] all = [.. names];
        if (all.Length > MostNamed)
            return $"{string.Join(", ", all.Take(MostNamed - 1))} and {Numbers.Count(all.Length - MostNamed + 1)} more features";
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }
}
