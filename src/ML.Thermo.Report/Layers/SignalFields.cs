using ML.Thermo.Onnx.Signals;
using ML.Thermo.Report.Fields;

namespace ML.Thermo.Report.Layers;

/// <summary>The size and the tails of a layer's values: what decides whether they can be held in fewer bits.</summary>
internal static class SignalFields
{
    private const string Unsampled = "no sample of its values was taken, or it is too coarse for them";

    /// <summary>One number a layer.</summary>
    public static IReadOnlyList<Field<LayerSignal>> Tails { get; } =
    [
        new("least", "least", "smallest value before the activation", signal => Cell.Of(signal.Tails.Least, Unsampled), Shown.Data | Shown.Page),
        new("most", "most", "largest value before the activation", signal => Cell.Of(signal.Tails.Most, Unsampled), Shown.Data | Shown.Page),
        new("absMax", "|z| max", "largest size of a value before the activation", signal => Cell.Of(signal.Tails.AbsMax, Unsampled), Shown.Data | Shown.Page),
        new("p999", "|z| 99.9 %", "size that 99.9 % of the values do not exceed", signal => Cell.Of(signal.Tails.P999, Unsampled), Shown.Data | Shown.Page),
        new("kurtosis", "kurtosis of z", "fourth moment over the square of the second: 3 for a normal law",
            signal => Cell.Of(signal.Tails.Kurtosis, Unsampled), Shown.Data | Shown.Page),
        new("outlierShare", "outliers", "share of values beyond six standard deviations",
            signal => Cell.Of(signal.Tails.OutlierShare, Unsampled), Shown.Data | Shown.Page),
        new("halfHeadroom", "half headroom", "65504 over the largest size: below 1 the values overflow in half precision",
            signal => Cell.Of(signal.Tails.HalfHeadroom, "all values are zero"), Shown.Data | Shown.Page),
        new("int8SignalToNoiseDecibel", "int8 dB", "signal-to-noise of the values in 255 levels up to the largest size, decibels",
            signal => Cell.Of(signal.Tails.Int8SignalToNoise, Unsampled), Shown.Data | Shown.Page),
    ];

    /// <summary>One number a unit.</summary>
    public static IReadOnlyList<Field<LayerSignal>> Units { get; } =
    [
        new("deadUnits", "dead units", "their places on the unit axis",
            signal => Cell.Nested(json => json.WriteNumbers("deadUnits", signal.DeadUnits.Select(unit => (double)unit))), Shown.Json),
        new("channelAbsMax", "|z| max by unit", "largest size of a value of each unit",
            signal => Cell.Nested(json => json.WriteNumbers("channelAbsMax", signal.Tails.UnitAbsMax)), Shown.Json),
    ];
}
