using System.Text.Json.Serialization;

namespace ML.Thermo.Explanations;

/// <summary>One feature over many explained rows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="MeanShare">Mean of its shares.</param>
/// <param name="MeanEffect">Mean of its effects, with the standard error of a mean over rows.</param>
/// <param name="MeanSize">Mean of its |effect|.</param>
/// <param name="Chosen">Share of the rows whose explanation has chosen it.</param>
[Maturity(Maturity.Estimator, "rows are taken as a sample of independent ones")]
[JsonConverter(typeof(ResultJsonConverter))]
public sealed record FeatureOverRows(string Name, double MeanShare, Estimate MeanEffect, double MeanSize, double Chosen);

/// <summary>Many explanations in one table: what matters on the whole.</summary>
[Maturity(Maturity.Estimator, "means over rows")]
public static class ExplanationTable
{
    /// <summary>The features by falling mean share. A row in which a feature has no share (nothing moves) is left out of its means.</summary>
    /// <param name="explanations">At least one.</param>
    public static IReadOnlyList<FeatureOverRows> Of(IReadOnlyList<Explanation> explanations)
    {
        ArgumentNullException.ThrowIfNull(explanations);
        return
        [
            .. explanations.SelectMany(why => why.Terms).Where(term => !double.IsNaN(term.Share)).GroupBy(term => term.Name, StringComparer.Ordinal)
                .Select(group => Mean(group.Key, [.. group])).OrderByDescending(feature => feature.MeanShare),
        ];
    }

    private static FeatureOverRows Mean(string name, Term[] terms) => new(
        name, terms.Average(term => term.Share), MeanEffect.Of([.. terms.Select(term => term.Effect.Value)]),
        terms.Average(term => Math.Abs(term.Effect.Value)), terms.Count(term => term.IsChosen) / (double)terms.Length);
}
