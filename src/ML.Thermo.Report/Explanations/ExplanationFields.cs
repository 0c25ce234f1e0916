using System.Text.Json;
using ML.Thermo.Explanations;
using ML.Thermo.Report.Fields;

namespace ML.Thermo.Report.Explanations;

/// <summary>An explanation as JSON and CSV: the names are a contract.</summary>
internal static class ExplanationFields
{
    private const string OneReplicate = "one replicate", NothingMoves = "the output does not move nearby", NoPairs = "rows come in no pairs of opposite signs";

    /// <summary>The numbers of the whole.</summary>
    public static IReadOnlyList<Field<Explanation>> Whole { get; } =
    [
        new("row", "row", "row of the data, from 0", why => Cell.Of(why.Row), Shown.Data | Shown.Page),
        new("output", "output", "which number is explained", why => Cell.Nested(json => WriteOutput(json, why)), Shown.Json),
        new("value", "value", "the output at the row", why => Cell.Of(why.Value, ""), Shown.Data | Shown.Page),
        new("rows", "rows scored", "the row and its neighbourhood", why => Cell.Of(why.Rows), Shown.Data | Shown.Page),
        new("linearShare", "linear", "share of the output's variance nearby that single effects explain (R²)",
            why => Cell.Share(why.LinearShare, NothingMoves), Shown.Data | Shown.Page),
        new("oddShare", "odd", "share that changes sign with all moves", why => Cell.Share(why.OddShare, Odd(why)), Shown.Data | Shown.Page),
        new("evenShare", "even", "the rest: curvature and pairs", why => Cell.Share(why.EvenShare, Odd(why)), Shown.Data | Shown.Page),
    ];

    /// <summary>What comes after features and stand-ins.</summary>
    public static IReadOnlyList<Field<Explanation>> Choice { get; } =
    [
        new("chosen", "features chosen", "how many pay for themselves", why => Cell.Of(why.Chosen), Shown.Data | Shown.Page),
        new("rule", "rule", "how they were chosen", why => Cell.Of(why.Choice.ToString()), Shown.Json | Shown.Page),
        new("unfaithfulness", "U", "of the chosen stand-in", why => Cell.Of(why.Unfaithfulness, ""), Shown.Data | Shown.Page),
        new("entropy", "S", "of the chosen stand-in", why => Cell.Of(why.Entropy, NothingMoves), Shown.Data | Shown.Page),
        new("effectiveFeatures", "effective features", "of the chosen stand-in", why => Cell.Of(why.EffectiveFeatures, NothingMoves), Shown.Data | Shown.Page),
        new("stability", "stability", "mean overlap of what single replicates choose", why => Cell.Share(why.Stability, OneReplicate), Shown.Data | Shown.Page),
        new("notVaried", "not varied", "constant in the data, or padding", why => Cell.Of(why.NotVaried), Shown.Json),
        new("status", "status", "what stands against the numbers", why => Cell.Of(Names(why.Status)), Shown.Json | Shown.Page),
    ];

    /// <summary>A feature over many rows.</summary>
    public static IReadOnlyList<Field<FeatureOverRows>> OverRows { get; } =
    [
        new("name", "feature", "its name", feature => Cell.Of(feature.Name), Shown.Json | Shown.Console | Shown.Page),
        new("meanShare", "mean share", "mean over rows", feature => Cell.Share(feature.MeanShare, ""), Shown.Json | Shown.Console | Shown.Page),
        new("meanEffect", "mean effect", "mean over rows, with its error", feature => Cell.Of(feature.MeanEffect, ""), Shown.Json | Shown.Console | Shown.Page),
        new("meanSize", "mean |effect|", "mean over rows", feature => Cell.Of(feature.MeanSize, ""), Shown.Json | Shown.Console | Shown.Page),
        new("chosen", "chosen in", "share of rows", feature => Cell.Share(feature.Chosen, ""), Shown.Json | Shown.Console | Shown.Page),
    ];

    /// <summary>The flags that are set, or <c>Defined</c> alone.</summary>
    public static IReadOnlyList<string> Names(ExplanationStatus status) => status == ExplanationStatus.Defined ? [nameof(ExplanationStatus.Defined)]
        : [.. Enum.GetValues<ExplanationStatus>().Where(flag => flag != ExplanationStatus.Defined && status.HasFlag(flag)).Select(flag => flag.ToString())];

    /// <summary>The members of one explanation.</summary>
    public static void Write(Utf8JsonWriter json, Explanation why)
    {
        json.WriteFields(Whole, why);
        json.WriteRows("features", TermFields.All, Terms(why));
        json.WriteRows("models", SurrogateFields.All, why.Models);
        json.WriteStartArray("pairs");
        Dictionary<int, string> names = why.Terms.ToDictionary(term => term.Index, term => term.Name);
        foreach (PairInteraction pair in why.Pairs)
        {
            json.WriteStartObject();
            json.WriteString("first", names[pair.First]);
            json.WriteString("second", names[pair.Second]);
            json.WriteNumberOrNull("interaction", pair.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteFields(Choice, why);
    }

    /// <summary>A line a row and feature.</summary>
    public static byte[] Csv(IReadOnlyList<Explanation> explanations) =>
        FieldWriters.Csv([.. TermFields.OfRow, .. TermFields.All], explanations.SelectMany(Terms));

    /// <summary>The features with what they explain.</summary>
    public static IEnumerable<ExplainedTerm> Terms(Explanation why) => why.Terms.Select(term => new ExplainedTerm(why, term));

    private static string Odd(Explanation why) => why.Status.HasFlag(ExplanationStatus.ConstantOutput) ? NothingMoves : NoPairs;

    private static void WriteOutput(Utf8JsonWriter json, Explanation why)
    {
        json.WriteStartObject("output");
        json.WriteString("name", why.Output);
        json.WriteString("class", why.Class);
        json.WriteString("scale", JsonNamingPolicy.CamelCase.ConvertName(why.Scale.ToString()));
        json.WriteEndObject();
    }
}
