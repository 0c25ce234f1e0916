using ML.Thermo.Explanations;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Explanations;

/// <summary>The page of explained predictions.</summary>
internal static class ExplanationPage
{
    private const int MostRows = 200;

    public static PageContent Of(ExplanationFindings findings)
    {
        IReadOnlyList<Explanation> all = findings.Explanations;
        Explanation first = all[0];
        string which = all.Count == 1 ? $"row {first.Row}" : $"{Numbers.Count(all.Count)} rows";
        return new PageContent
        {
            Title = $"{findings.Subject}: why {(all.Count == 1 ? "this prediction" : "these predictions")}",
            Subtitle = $"{which}; output {first.Output}{(all.Count == 1 && first.Class is { } name ? $", class {name}" : "")}, "
                + $"{Scale(first.Scale)}; {Numbers.Count(all.Sum(why => (long)why.Rows))} rows scored",
            Summary = findings.Summary,
            Warnings = all.Count <= MostRows ? []
                : [$"The page shows the first {MostRows} of {Numbers.Count(all.Count)} rows one by one; the table of features is over all of them."],
            Scripts = ["explain.js"],
            Data = new
            {
                TermColumns = FieldWriters.PageColumns(TermFields.All),
                ModelColumns = FieldWriters.PageColumns(SurrogateFields.All),
                WholeColumns = FieldWriters.PageColumns(s_whole),
                OverColumns = FieldWriters.PageColumns(ExplanationFields.OverRows),
                Rows = all.Take(MostRows).Select(Row),
                Over = (all.Count > 1 ? ExplanationTable.Of(all) : []).Select(feature => FieldWriters.PageValues(ExplanationFields.OverRows, feature)),
            },
        };
    }

    private static readonly Field<Explanation>[] s_whole = [.. ExplanationFields.Whole, .. ExplanationFields.Choice];

    private static object Row(Explanation why) => new
    {
        why.Row,
        why.Class,
        why.Output,
        why.Chosen,
        Whole = FieldWriters.PageValues(s_whole, why),
        Summary = ExplanationSummary.Of(why),
        Terms = ExplanationFields.Terms(why).Select(term => new
        {
            term.Term.Name,
            term.Term.Index,
            term.Term.IsChosen,
            Value = term.Term.Feature.Text,
            Effect = Quantity.Finite(term.Term.Effect.Value),
            Error = Quantity.Finite(term.Term.Effect.StandardError),
            Values = FieldWriters.PageValues(TermFields.All, term),
        }),
        Models = why.Models.Select(model => new
        {
            model.Features,
            U = model.Unfaithfulness,
            S = Quantity.Finite(model.Entropy),
            IsBest = double.IsFinite(model.PriceFrom),
            Values = FieldWriters.PageValues(SurrogateFields.All, model),
        }),
        Shares = new[] { Quantity.Finite(why.LinearShare), Quantity.Finite(why.OddShare - why.LinearShare), Quantity.Finite(why.EvenShare) },
        IsText = why.Picture is null && why.Terms.Count > 0 && why.Terms.All(term => term.Feature.Kind == FeatureKind.Mask),
        Picture = why.Picture is { } picture ? new { picture.Height, picture.Width, picture.Channels, Pixels = Brightness(picture), picture.Parts } : null,
    };

    /// <summary>Whole numbers from 0 to 255, a channel after the other: what a screen shows.</summary>
    private static int[] Brightness(ExplainedPicture picture)
    {
        double low = picture.Pixels.Min(), high = picture.Pixels.Max(), range = high > low ? high - low : 1;
        return [.. picture.Pixels.Select(value => (int)Math.Round(255 * (value - low) / range))];
    }

    private static string Scale(OutputScale scale) => scale switch
    {
        OutputScale.Probability => "as a probability",
        OutputScale.LogOdds => "as log-odds",
        _ => "as the score that the model gives",
    };
}
