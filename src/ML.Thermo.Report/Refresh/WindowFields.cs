using System.Text.Json;
using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Transitions;
using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Refresh;

/// <summary>The numbers of a window and of its inputs: a new one is a line here.</summary>
internal static class WindowFields
{
    private const Shown Programs = Shown.Json | Shown.CsvWithError, People = Shown.Console | Shown.Page;
    private const string TooFew = "too few rows", NoSuch = "it does not apply to this column",
        NotLinear = "the model is no linear fit, or the rows are too few";

    /// <summary>Every number of an input.</summary>
    public static IReadOnlyList<Field<InputDrift>> Inputs { get; } =
    [
        new("name", "input", "its column", input => Cell.Of(input.Input.Name), Shown.Json),
        new("isCategory", "category", "whether it holds names", input => Cell.Of(input.Input.IsCategory), Shown.Json),
        new("effect", "shift", "in standard deviations of one row", input => Cell.Of(input.Effect, TooFew), Shown.Json),
        new("significance", "significance", "the same in standard errors", input => Cell.Of(input.Significance, TooFew), Shown.Json),
        .. Distances.Select(field => field.On((InputDrift input) => input.Distances)),
        new("unseen", "unseen", "categories that the reference did not have", input => Cell.Of(input.Unseen), Shown.Json),
        new("missing", "missing", "empty cells", input => Cell.Of(input.Missing), Shown.Json),
        new("pValue", "p-value", "of any change of this column, by itself", input => Cell.Of(input.PValue, TooFew), Shown.Json),
        new("adjustedPValue", "adjusted p-value", "the same as one of all columns", input => Cell.Of(input.AdjustedPValue, TooFew), Shown.Json),
        new("fault", "fault", "missing or unseen, where the column is broken rather than moved", input => Cell.Of(Name(input.Fault)), Shown.Json),
    ];

    private static IReadOnlyList<Field<Attribution>> Shares { get; } =
    [
        new("name", "feature", "whose share it is, or label", share => Cell.Of(share.Name ?? "label"), Shown.Json),
        new("deltaEnergy", "share of ΔE", "loss units", share => Cell.Of(share.DeltaEnergy.Value, "it does not follow from these data"), Shown.Json),
    ];

    /// <summary>Every number of a window, in the order of JSON and CSV.</summary>
    public static IReadOnlyList<Field<DriftPoint>> All { get; } =
    [
        new("index", "index", "number of the window, from 0", window => Cell.Of(window.Index) with { Short = $"{window.Index}" },
            Shown.Data | Shown.Console) { Heading = "" },
        new("firstRow", "first row", "number of its first row in the file, from 1", window => Cell.Of(window.FirstRow) with { Short = $"{window.FirstRow}" },
            Shown.Data | Shown.Console) { Heading = "from row" },
        new("start", "start", "time of its first row", window => Cell.Of(window.Start) with { Short = window.ShownStart },
            Shown.Data | Shown.Console) { Heading = "#start" },
        new("rows", "rows", "how many", window => Cell.Of(window.Drift.Rows) with { Short = $"{window.Drift.Rows}" }, Shown.Data | Shown.Console),
        new("labelled", "labelled", "rows with a known loss", window => Cell.Of(window.Drift.Labelled), Shown.Data),
        .. TransitionFields.Differences<DriftPoint>(window => window.Transition, _ => TooFew).Select(field =>
            field with { In = field.In & People, Heading = field.Label }),
        .. Energy<DriftPoint>(window => window.Drift.Energy).Select(field => field with { In = field.In & Programs }),
        new("selfDeltaEnergy", "ΔE expected", "the same of the loss that the predictions expect of " +
            "themselves", window => Cell.Of(window.Drift.SelfEnergy?.Transition?.DeltaEnergy.Value ?? double.NaN, TooFew), Shown.Csv),
        new("final", "final", "whether its labels are there, those of four fifths of its rows", window => Cell.Of(window.IsFinal), Shown.Data),
        new("rule", "rule", "what decided", window => Cell.Of(Name(window.Drift.Rule)), Shown.Data),
        new("pValue", "p-value", "of the rule", window =>
            Cell.Of(window.Drift.PValue, TooFew) with { Short = Numbers.Significant(window.Drift.PValue, window.Drift.PValue < 0.001 ? 1 : 2) },
            Shown.Data | Shown.Console | Shown.Page) { Heading = "p" },
        new("effect", "shift", "that the rule saw, in standard deviations of one row", window => Cell.Of(window.Drift.Effect, TooFew), Shown.Data | Shown.Page),
        new("refresh", "refresh", "whether it is time to", window => Cell.Of(window.Drift.Refresh), Shown.Data | Shown.Console),
        new("drift", "drift", "whether anything has changed: losses, either way, or inputs", window => Cell.Of(window.Drift.Drift), Shown.Data | Shown.Console),
        new("direction", "direction", "worse, better, other or none: which way the losses went", window => Cell.Of(Name(window.Drift.Direction)), Shown.Data),
        new("cause", "cause", "what is behind it, as far as losses and inputs tell", window => Cell.Of(Name(window.Drift.Cause)), Shown.Data),
        new("designEffect", "design effect", "how many times as much the mean of such a window varies as that of independent rows; 1 where that cannot be told",
            window => Cell.Of(window.Drift.Dependence.DesignEffect, "the order of the reference is not known"), Shown.Data),
        new("eValue", "e-value", "evidence of all windows so far against no drift yet", window => Cell.Of(window.Step.EValue, TooFew), Shown.Data),
        new("logEValue", "ln e-value", "the same as a logarithm, nats", window => Cell.Of(window.Step.LogEValue, TooFew), Shown.Data),
        new("detector", "detector", "of the sequential test, over its limit", window => Cell.Of(window.Step.Detector, TooFew), Shown.Data),
        new("alarm", "alarm", "whether the sequential test has given alarm", window => Cell.Of(window.Step.Alarm), Shown.Data | Shown.Console),
        new("labelFreePValue", "p-value without labels", "of the rule that needs none", window => Cell.Of(window.Drift.LabelFreePValue, TooFew), Shown.Data),
        new("labelFreeEffect", "shift without labels", "that that rule saw", window => Cell.Of(window.Drift.LabelFreeEffect, TooFew), Shown.Json),
        new("selfEnergy", "", "", window => Cell.Nested(json => WriteSelf(json, window.Drift.SelfEnergy)), Shown.Json),
        new("inputs", "", "", window => Cell.Nested(json => json.WriteRows("inputs", Inputs, window.Drift.InputsBySurprise)), Shown.Json),
        new("performance", "", "", window => Cell.Nested(json => WritePerformance(json, window.Performance)), Shown.Json),
        new("attribution", "", "", window => Cell.Nested(json => json.WriteRows("attribution", Shares, window.Shares)), Shown.Json),
        new("refreshRelease", "release", "loss that a refresh on this window would release on rows to come", window =>
            Cell.Of(window.Warm?.Release ?? double.NaN, NotLinear), Shown.Data),
        new("refreshTemperature", "T of a refresh", "of that release, loss per nat", window => Cell.Of(window.Warm?.Temperature ?? double.NaN, NotLinear),
            Shown.Json),
        new("status", "status", "what stands against the numbers", window => Cell.Of(window.Drift.Status.Names()), Shown.Data),
    ];

    /// <summary>The rule's name in JSON and tables.</summary>
    public static string Name(DriftRule rule) => rule switch { DriftRule.Energy => "energy", DriftRule.LabelFree => "label-free", _ => "none" };

    private static string Name(DriftDirection direction) => direction switch
    {
        DriftDirection.Worse => "worse",
        DriftDirection.Better => "better",
        DriftDirection.Other => "other",
        _ => "none",
    };

    private static string Name(InputFault fault) => fault switch { InputFault.Missing => "missing", InputFault.Unseen => "unseen", _ => "none" };

    /// <summary>The cause's name in JSON and tables.</summary>
    public static string Name(DriftCause cause) => cause switch
    {
        DriftCause.BrokenInput => "broken-input",
        DriftCause.LossRose => "loss-rose",
        DriftCause.InputsMoved => "inputs-moved",
        DriftCause.InputsMovedAndLossRose => "inputs-moved-and-loss-rose",
        DriftCause.LossChanged => "loss-changed",
        _ => "none",
    };

    /// <summary>Distances of a column from the reference, as others measure drift.</summary>
    public static IReadOnlyList<Field<BinDistances>> Distances =>
    [
        new("populationStability", "PSI", "population stability index, nats", distances => Cell.Of(distances.PopulationStability, NoSuch),
            Shown.Data | Shown.Page),
        new("jensenShannon", "JS", "Jensen–Shannon divergence, nats", distances => Cell.Of(distances.JensenShannon, NoSuch), Shown.Data | Shown.Page),
        new("hellinger", "Hellinger", "Hellinger distance, 0 … 1", distances => Cell.Of(distances.Hellinger, NoSuch), Shown.Json),
        new("kolmogorovSmirnov", "KS", "largest difference of the distribution functions, at the edges of bins (of the losses: " +
            "anywhere)", distances => Cell.Of(distances.KolmogorovSmirnov, NoSuch), Shown.Data | Shown.Page),
        new("wasserstein", "W₁", "Wasserstein distance, units of the column", distances => Cell.Of(distances.Wasserstein, NoSuch), Shown.Json),
        new("chiSquare", "χ²", "of the counts", distances => Cell.Of(distances.ChiSquare, NoSuch), Shown.Json),
        new("chiSquarePValue", "p of χ²", "of the counts", distances => Cell.Of(distances.ChiSquarePValue, NoSuch), Shown.Json),
    ];

    /// <summary>The numbers of one energy, against labels or expected.</summary>
    private static IReadOnlyList<Field<T>> Energy<T>(Func<T, EnergyDrift?> of) =>
    [
        .. TransitionFields.Differences<T>(row => of(row)?.Transition, _ => TooFew),
        new("smallShiftTemperature", "T of a small shift", "dE/dS to first order, dS = ½ dV/V", row =>
            Cell.Of(of(row)?.SmallShiftTemperature ?? double.NaN, TooFew), Shown.Json),
        .. Distances.Select(field => field.On((T row) => of(row)?.Distances ?? BinDistances.Of([], []))),
    ];

    private static void WritePerformance(Utf8JsonWriter json, WindowPerformance? performance)
    {
        if (performance is null)
            return;
        PredictionQuality realised = performance.Realised;
        json.WriteStartObject("performance");
        json.WriteStartObject("realised");
        json.WriteNumberOrNull("accuracy", realised.Accuracy);
        json.WriteNumberOrNull("areaUnderCurve", realised.AreaUnderCurve);
        json.WriteNumberOrNull("f1", realised.F1);
        json.WriteNumberOrNull("calibrationError", realised.CalibrationError);
        json.WriteNumberOrNull("meanAbsoluteError", realised.MeanAbsoluteError);
        json.WriteNumberOrNull("rootMeanSquaredError", realised.RootMeanSquaredError);
        json.WriteEndObject();
        json.WriteStartObject("estimated");
        json.WriteEstimate("accuracy", performance.EstimatedAccuracy);
        json.WriteEndObject();
        json.WriteBoolean("withdrawn", performance.IsWithdrawn);
        json.WriteEndObject();
    }

    private static void WriteSelf(Utf8JsonWriter json, EnergyDrift? self)
    {
        if (self is null)
            return;
        json.WriteStartObject("selfEnergy");
        json.WriteFields(Energy<EnergyDrift>(energy => energy), self);
        json.WriteEndObject();
    }
}
