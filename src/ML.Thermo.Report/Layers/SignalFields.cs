using System.Globalization;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Layers;

/// <summary>The numbers of a layer's signal: a new one is a line here.</summary>
internal static class SignalFields
{
    private const string Unseen = "it cannot be seen";

    /// <summary>All of them, of one signal.</summary>
    public static IReadOnlyList<Field<LayerSignal>> All { get; } =
    [
        new(
            "inputVariance", "variance in", "mean variance of a unit before the activation",
            s => Cell.Of(s.InputVariance, Unseen) with { Short = LayerFields.Digits(s.InputVariance) }, Shown.Data | Shown.Console | Shown.Page)
            { Heading = "Var z" },
        new("outputVariance", "variance out", "mean variance of a unit behind the activation", s => Cell.Of(s.OutputVariance, Unseen), Shown.Data | Shown.Page),
        new("transmission", "τ", "share of the variance that the activation lets pass", s => Cell.Of(s.Transmission, Unseen), Shown.Json),
        new("activationEfficiency", "η of the activation", "1 − τ, the share of the signal's variance that the activation takes", Efficiency,
            Shown.Data | Shown.Console | Shown.Page)
            { Heading = "η_φ", InPageTable = true },
        new(
            "gaussianPrediction", "η if normal", "what it would be for a normal signal of the same mean and variance",
            s => Cell.Of(s.GaussianPrediction, "the activation is not known by name, or nothing varies before it")
                with { Short = s.Layer.Activation is null || !double.IsFinite(s.GaussianPrediction) ? ""
                    : s.GaussianPrediction.ToString("F3", CultureInfo.InvariantCulture) },
            Shown.Json | Shown.Console | Shown.Page)
            { Heading = "normal" },
        new(
            "entropy", "S of the signal", "differential entropy of the signal before the activation, nats",
            s => Cell.Of(s.Entropy, "it was not asked for or cannot be seen")
                with { Short = double.IsFinite(s.Entropy.Value) ? Numbers.Significant(s.Entropy.Value, 3) : "—" }, Shown.Data | Shown.Console | Shown.Page)
            { Heading = "S", FlatName = "signalEntropy", InPageTable = true },
        new(
            "deadFraction", "dead", "share of the units whose output never varied",
            s => Cell.Share(s.DeadFraction, "there are no units") with { Short = Share(s.DeadFraction) }, Shown.Data | Shown.Console | Shown.Page)
            { InPageTable = true },
        new(
            "saturatedFraction", "saturated", "share of the outputs at a bound of the activation",
            s => Cell.Share(s.SaturatedFraction, "the activation is not bounded on both sides") with { Short = Share(s.SaturatedFraction) },
            Shown.Data | Shown.Console | Shown.Page)
            { Heading = "full", InPageTable = true },
        new("units", "units", "channels or features", s => Cell.Of(s.Units), Shown.Json | Shown.Page),
        Tail("least", "least", "smallest value before the activation", tails => tails.Least),
        Tail("most", "most", "largest value before the activation", tails => tails.Most),
        Tail("absMax", "|z| max", "largest size of a value before the activation", tails => tails.AbsMax) with { InPageTable = true },
        Tail("p999", "99.9 %", "size that 99.9 % of the values do not exceed", tails => tails.P999),
        Tail("kurtosis", "kurtosis", "of z: fourth moment over the square of the second, 3 for a normal law", tails => tails.Kurtosis)
            with { FlatName = "signalKurtosis" },
        Tail("outlierShare", ">6 sd", "share of values beyond six standard deviations", tails => tails.OutlierShare),
        Tail("halfHeadroom", "half", "65504 over the largest size: below 1 the values overflow in half precision", tails => tails.HalfHeadroom),
        Tail("int8SignalToNoiseDecibel", "int8 dB", "signal-to-noise of the values in 255 levels up to the largest size, decibels",
            tails => tails.Int8SignalToNoise) with { InPageTable = true },
        new("deadUnits", "dead units", "their places on the unit axis",
            s => Cell.Nested(json => json.WriteNumbers("deadUnits", s.DeadUnits.Select(unit => (double)unit))), Shown.Json),
        new("channelAbsMax", "|z| max by unit", "largest size of a value of each unit",
            s => Cell.Nested(json => json.WriteNumbers("channelAbsMax", s.Tails.UnitAbsMax)), Shown.Json),
        new("tailSample", "sample", "values behind p999, kurtosis, outlierShare and int8SignalToNoiseDecibel", s => Cell.Of(s.Tails.Sampled), Shown.Data),
        new("engineType", "engine type", "by the activation", s => Cell.Of(s.EngineType?.ToString()), Shown.Json),
        new("status", "status", "what stands against the numbers", s => Cell.Of(s.Status.Names()), Shown.Json),
    ];

    /// <summary>The size and the tails of the values, for a table of their own.</summary>
    /// <param name="findings">The network.</param>
    public static IEnumerable<Field<LayerFindings>> TailsOf(NetworkFindings findings) =>
        Of(findings).Where(field => Tails.Contains(field.Name)).Select(field => field with { In = Shown.Console });

    private static readonly HashSet<string> Tails = ["least", "most", "p999", "kurtosis", "outlierShare", "halfHeadroom", "int8SignalToNoiseDecibel"];

    private static Field<LayerSignal> Tail(string name, string label, string meaning, Func<SignalTails, double> of) => new(
        name, label, meaning,
        s => Cell.Of(of(s.Tails), "no sample of its values was taken, or it is too coarse for them") with { Short = Numbers.Significant(of(s.Tails), 3) },
        Shown.Data | Shown.Page);

    /// <summary>The same of a layer, with the reason where its signal was not watched.</summary>
    /// <param name="findings">Knows the reason.</param>
    public static IReadOnlyList<Field<LayerFindings>> Of(NetworkFindings findings) =>
    [
        .. All.Select(field => field.On(
            (LayerFindings row) => row.Signal,
            row => findings.Signals?.Unwatched.FirstOrDefault(unwatched => unwatched.Layer == row.Layer)?.Reason ?? "it was not watched")),
    ];

    /// <summary>To three decimals in the console, or to the second digit of a larger error.</summary>
    private static Cell Efficiency(LayerSignal signal)
    {
        Estimate found = signal.ActivationEfficiency;
        if (signal.Layer.Activation is null)
            return Cell.Of(found, Quantity.Undefined("the layer has no activation")) with { Short = "" };
        string brief = found.StandardError > 0.001 ? Numbers.Show(found)
            : double.IsFinite(found.Value) ? found.Value.ToString("F3", CultureInfo.InvariantCulture).Replace('-', '−')
            : "—";
        return Cell.Of(found, "nothing varies before the activation, or nothing is seen of it") with { Short = brief };
    }

    private static string Share(double fraction) => double.IsNaN(fraction) ? ""
        : fraction == 0 ? "0"
        : fraction.ToString("P1", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);
}
