using System.Globalization;
using ML.Thermo.Explanations;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Explanations;

/// <summary>A feature of one explained row.</summary>
/// <param name="Why">The explanation.</param>
/// <param name="Term">The feature in it.</param>
internal sealed record ExplainedTerm(Explanation Why, Term Term);

/// <summary>The numbers of a feature: JSON, CSV, console and page.</summary>
internal static class TermFields
{
    private const string NoEffect = "no feature has an effect", OneReplicate = "one replicate";

    /// <summary>What tells rows apart in CSV.</summary>
    public static IReadOnlyList<Field<ExplainedTerm>> OfRow { get; } =
    [
        new("row", "row", "row of the data, from 0", term => Cell.Of(term.Why.Row), Shown.Csv),
        new("class", "class", "class that is explained", term => Cell.Of(term.Why.Class), Shown.Csv),
    ];

    /// <summary>All numbers of a feature.</summary>
    public static IReadOnlyList<Field<ExplainedTerm>> All { get; } =
    [
        new("name", "feature", "its name", term => Cell.Of(term.Term.Name), Shown.Data | Shown.Console | Shown.Page),
        new("kind", "kind", "how it is moved", term => Cell.Of(Kind(term.Term)), Shown.Data | Shown.Page),
        new("value", "value", "in the explained row", term => Value(term.Term.Feature), Shown.Data | Shown.Console | Shown.Page),
        new("effect", "effect", "change of the output a standard deviation of a number or switch, or by what is present",
            term => Effect(term.Term.Effect), Shown.Json | Shown.CsvWithError | Shown.Console | Shown.Page),
        new("share", "share", "of all |effect| times spread", term => Cell.Share(term.Term.Share, NoEffect), Shown.Data | Shown.Console | Shown.Page),
        new("rank", "rank", "in the order in which features enter a stand-in", term => Cell.Of(term.Term.Rank), Shown.Data | Shown.Page),
        new("chosen", "chosen", "is among the features that pay for themselves", term => Cell.Of(term.Term.IsChosen), Shown.Data | Shown.Console | Shown.Page),
    ];

    private static string Kind(Term term) => term.Feature.Kind.ToString().ToLowerInvariant();

    private static Cell Value(ExplainedFeature feature) =>
        double.IsNaN(feature.Number) ? Cell.Of(feature.Text) : Cell.Of(feature.Number, "") with { Short = Numbers.Brief(feature.Number) };

    private static Cell Effect(Estimate effect) => double.IsNaN(effect.StandardError)
        ? Cell.Of(effect, new Quantity(effect.Value, null, Numbers.Brief(effect.Value))) : Cell.Of(effect, OneReplicate);

    /// <summary>A number of features as text.</summary>
    public static string Counted(int count) => count.ToString(CultureInfo.InvariantCulture);
}
