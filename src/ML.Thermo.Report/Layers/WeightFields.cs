using ML.Thermo.Onnx.Weights;
using ML.Thermo.Report.Fields;

namespace ML.Thermo.Report.Layers;

/// <summary>What a layer's weights look like by themselves, whatever law was assumed.</summary>
internal static class WeightFields
{
    private const string Unfitted = "too few different weights, or one that is not finite";

    public static IReadOnlyList<Field<WeightAnalysis>> Own { get; } =
    [
        new("zeroShare", "zeros", "share of weights that are exactly zero", weights => Cell.Of(weights.Entries.ZeroFraction, ""), Shown.Data | Shown.Page),
        new("fittedLaw", "fits", "the law that the middle half of the weights looks drawn from", weights => Cell.Nested(json =>
        {
            if (weights.Fitted is not { } law)
            {
                json.WriteNull("fittedLaw");
                return;
            }

            json.WriteStartObject("fittedLaw");
            json.WriteString("law", law.Law);
            json.WriteNumberOrNull("mean", law.Mean);
            json.WriteNumberOrNull("sd", law.StandardDeviation);
            json.WriteNumberOrNull("kolmogorovSmirnov", law.KolmogorovSmirnov);
            json.WriteEndObject();
        }), Shown.Json),
        new("fittedLaw", "fits", "the law that the middle half of the weights looks drawn from", weights => Cell.Of(weights.Fitted?.Law), Shown.Csv),
        new("fittedMean", "its mean", "mean of the fitted law", weights => Cell.Of(weights.Fitted?.Mean ?? double.NaN, Unfitted), Shown.Csv),
        new("fittedSd", "its sd", "standard deviation of the fitted law",
            weights => Cell.Of(weights.Fitted?.StandardDeviation ?? double.NaN, Unfitted), Shown.Csv | Shown.Page),
    ];
}
