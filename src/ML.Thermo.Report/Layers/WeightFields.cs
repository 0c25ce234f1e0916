using System.Globalization;
using System.Text.Json;
using ML.Thermo.Onnx.Weights;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Layers;

/// <summary>The numbers of a layer's weights: a new one is a line here.</summary>
internal static class WeightFields
{
    private const string NotFinite = "weights are zero or not finite", NoLaw = "no law is assumed";

    /// <summary>The weights one by one.</summary>
    public static IReadOnlyList<Field<LayerFindings>> Entries { get; } = OnLayer(
        new("mean", "mean", "of the weights", w => Cell.Of(w.Mean, NotFinite), Shown.Data),
        new(
            "variance", "variance", "of the weights",
            w => Cell.Of(w.Variance, NotFinite) with { Short = LayerFields.Digits(w.Variance) }, Shown.Data | Shown.Console),
        new(
            "kurtosis", "excess kurtosis", "0 for a normal law",
            w => Cell.Of(w.Kurtosis, "all weights are equal") with { Short = LayerFields.Digits(w.Kurtosis) }, Shown.Data | Shown.Console | Shown.Page)
        { Heading = "kurtosis" },
        new("zeroFraction", "zeros", "share of the weights that are 0", w => Cell.Share(w.Entries.ZeroFraction, NotFinite), Shown.Json),
        new("zeroShare", "zeros", "share of weights that are exactly zero", w => Cell.Share(w.Entries.ZeroFraction, NotFinite), Shown.Data | Shown.Page),
        new("fittedLaw", "fits", "the law that the middle half of the weights looks drawn from", w => Cell.Nested(json => WriteFitted(json, w.Fitted)),
            Shown.Json),
        new("fittedSd", "fits", "standard deviation of the law that the middle half of the weights looks drawn from",
            w => Cell.Of(w.Fitted?.StandardDeviation ?? double.NaN, "too few different weights") with { Short = Fits(w.Fitted) },
            Shown.Csv | Shown.Console | Shown.Page),
        new("fittedMean", "mean of the fit", "its mean", w => Cell.Of(w.Fitted?.Mean ?? double.NaN, "too few different weights"), Shown.Csv),
        new("fittedLawName", "fitted law", "normal or uniform", w => Cell.Of(w.Fitted?.Law), Shown.Csv) { FlatName = "fittedLaw" },
        new("notFinite", "not finite", "weights that are NaN or infinite", w => Cell.Of(w.Entries.NotFinite), Shown.Json));

    private static string Fits(FittedLaw? law) => law is null ? "—" : $"{(law.Law == "normal" ? "N" : "U")} {Numbers.Significant(law.StandardDeviation, 2)}";

    private static void WriteFitted(Utf8JsonWriter json, FittedLaw? law)
    {
        if (law is null)
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
    }

    /// <summary>Their spectrum.</summary>
    public static IReadOnlyList<Field<LayerFindings>> Spectrum { get; } = OnLayer(
        Measured("spectralNorm", "spectral norm", "largest singular value", w => w.SpectralNorm, NotFinite) with { Heading = "‖W‖₂" },
        new("frobeniusNorm", "Frobenius norm", "root of the sum of all squares", w => Cell.Of(w.FrobeniusNorm, NotFinite), Shown.Data),
        Measured("stableRank", "stable rank", "‖W‖²_F over the square of the largest singular value", w => w.StableRank, NotFinite),
        Measured("spectralEntropy", "spectral entropy", "entropy of the spectrum over its largest possible value", w => w.SpectralEntropy,
            "fewer than two singular values")
            with
        { Heading = "entropy", InPageTable = true },
        new("spectrumMethod", "spectrum by", "how it was found", w => Cell.Of(w.Matrix.Method.ToString()), Shown.Json),
        new("alpha", "α", "exponent of the power law that fits the upper tail best", Alpha,
            Shown.Json | Shown.CsvWithError | Shown.Console | Shown.Page)
        { InPageTable = true },
        new("alphaDistance", "distance of the tail", "Kolmogorov–Smirnov, from that power law", w => Cell.Of(w.Positions.Tail.KolmogorovDistance, "no tail"),
            Shown.Json),
        new("alphaTailSize", "size of the tail", "singular values in it", w => Cell.Of((double)w.Positions.Tail.Count, "no tail"), Shown.Json),
        new("alphaStatus", "status of α", "what stands against it", w => Cell.Of(w.Positions.Tail.Status.Names()), Shown.Json),
        new("marchenkoPasturEdge", "edge of the bulk", "largest singular value of random numbers", w => Cell.Of(w.MarchenkoPasturEdge, "no bulk"), Shown.Data),
        new("spikes", "spikes", "singular values beyond the bulk of random numbers", Spikes, Shown.Data | Shown.Console | Shown.Page) { InPageTable = true },
        new("marchenkoPasturStatus", "status of the bulk", "what stands against it", w => Cell.Of(w.Bulk.Status.Names()), Shown.Json));

    /// <summary>How far they are from the law assumed before training.</summary>
    public static IReadOnlyList<Field<LayerFindings>> Law { get; } =
    [
        new("scheme", "law", "its scheme, or itself where it was given", row => Cell.Of(row.Law) with { Short = LayerFields.Start(ShortLaw(row), 14) },
            Shown.Data | Shown.Console)
            { Heading = "assumed, sd", FlatName = "initialization" },
        new("law", "law", "with its parameters", row => Cell.Of(row.Weights?.Initialization?.Law.ToString()), Shown.Json),
        Distance("varianceRatio", "variance / law", "variance of the weights over that of the assumed law", found => found.VarianceRatio, LayerFields.Digits)
            with { Heading = "Var/Var₀", InPageTable = true },
        Distance("kolmogorovSmirnov", "distance from the law", "Kolmogorov–Smirnov, 0 … 1", found => found.KolmogorovSmirnov, Decimals) with { Heading = "KS" },
        Distance("wasserstein", "Wasserstein", "distance from the law, units of the weights", found => found.Wasserstein,
            LayerFields.Digits) with { In = Shown.Json },
    ];

    /// <summary>The status in JSON; in CSV also the reason why there is no analysis.</summary>
    public static Field<LayerFindings> Status { get; } = new(
        "status", "status", "what stands against the numbers",
        row => Cell.Of(row.Weights?.Status.Names() ?? [row.WeightsReason ?? ""]), Shown.Data)
    { FlatName = "weightsStatus" };

    private static IReadOnlyList<Field<LayerFindings>> OnLayer(params IEnumerable<Field<WeightAnalysis>> fields) =>
        [.. fields.Select(field => field.On((LayerFindings row) => row.Weights, row => row.WeightsReason ?? "no weights"))];

    private static Field<WeightAnalysis> Measured(string name, string label, string meaning, Func<WeightAnalysis, Estimate> of, string otherwise) =>
        new(name, label, meaning, w => Cell.Of(of(w), otherwise) with { Short = Show(of(w)) }, Shown.Data | Shown.Console | Shown.Page);

    private static Field<LayerFindings> Distance(string name, string label, string meaning, Func<InitializationDistance, double> of, Func<double?,
        string> brief) => new(
        name, label, meaning,
        row => row.Weights?.Initialization is { } found
            ? Cell.Of(of(found), NoLaw) with { Short = brief(of(found)) }
            : Cell.Undefined(row.Weights is null ? row.WeightsReason ?? "no weights" : row.Assumed is { Law: null, Note: var why } ? why
                : NoLaw) with
            { Short = "—" },
        Shown.Data | Shown.Console | Shown.Page);

    private static Cell Alpha(WeightAnalysis weights)
    {
        var alpha = Quantity.Of(weights.Alpha, "too few singular values for a tail");
        bool isUncertain = alpha.Value is not null && weights.HasFewInTail();
        return Cell.Of(weights.Alpha, isUncertain ? alpha with { Text = $"{alpha.Text} (few values)" } : alpha)
            with
        { Short = isUncertain ? $"({Show(weights.Alpha)})" : Show(weights.Alpha) };
    }

    private static Cell Spikes(WeightAnalysis weights)
    {
        bool isReliable = weights.HasRandomBulk();
        Quantity page = isReliable ? Quantity.Of(weights.Spikes)
            : Quantity.Undefined("the spectrum has no bulk like that of random numbers, or is too small to tell");
        string count = Numbers.Count(weights.Spikes);
        return Cell.Count(weights.Spikes, page) with { Short = weights.Bulk.Law is null ? "—" : isReliable ? count : $"({count})" };
    }

    /// <summary>The law in a few characters: its scheme with the standard deviation that it gives here, or itself where it was given.</summary>
    private static string ShortLaw(LayerFindings row) => row.Assumed?.Law is not { } law ? "—"
        : row.Law == law.ToString() ? law.ToString()
        : $"{row.Law} {Numbers.Significant(law.StandardDeviation, 3)}";

    private static string Show(Estimate estimate) => estimate.StandardError > 0 ? Numbers.Show(estimate) : Numbers.Significant(estimate.Value, 4);

    private static string Decimals(double? value) => (value ?? double.NaN).ToString("F3", CultureInfo.InvariantCulture);
}
