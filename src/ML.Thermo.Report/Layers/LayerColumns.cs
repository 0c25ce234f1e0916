using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Signals;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Layers;

/// <summary>A number that every layer has, or has a reason not to have.</summary>
/// <param name="Key">Its name in the page's data.</param>
/// <param name="Label">As people read it.</param>
/// <param name="Group">The heading it stands under.</param>
/// <param name="Meaning">What it is, in a line.</param>
/// <param name="InTable">Whether it is a column of the table.</param>
/// <param name="Of">Its value.</param>
internal sealed record LayerColumn(string Key, string Label, string Group, string Meaning, bool InTable, Func<LayerFindings, Quantity> Of);

/// <summary>The numbers of a network's layers: only of what was asked for.</summary>
internal sealed class LayerColumns(NetworkFindings findings)
{
    private const string Heat = "Temperature", Signal = "Signal", Matrix = "Weights";

    public IEnumerable<LayerColumn> All() =>
    [
        .. findings.Thermodynamics is null ? [] : Temperatures(),
        .. findings.Signals is null ? [] : Signals(),
        .. findings.Layers.Any(layer => layer.Weights is not null) ? Weights() : [],
    ];

    private IEnumerable<LayerColumn> Temperatures()
    {
        const string NoEngine = "the layer's or the network's temperature is undefined or not positive";
        return
        [
            new("temperature", "T", Heat, "ΔE/ΔS of redrawing this layer alone, loss per nat", true, layer => Result(layer, r => Quantity.Of(r.Transition.Temperature, StatusWords.WhyUndefined(r.Transition)))),
            new("efficiency", "η = 1 − T/T_l", Heat, "efficiency against the network's temperature; at most 1", true, layer => Result(layer, r => Quantity.Of(r.Engine.Efficiency, NoEngine))),
            new("boundedEfficiency", "η bounded", Heat, "(T_l − T)/max(T_l, T), between −1 and 1", false, layer => Result(layer, r => Quantity.Of(r.Engine.BoundedEfficiency, NoEngine))),
            new("work", "work", Heat, "ΔE_l − T ΔS_l, loss units", false, layer => Result(layer, r => Quantity.Of(r.Engine.Work, NoEngine))),
            new("deltaEnergy", "ΔE", Heat, "loss that training removed in this layer", true, layer => Result(layer, r => Quantity.Of(r.Transition.DeltaEnergy, "an energy is not finite"))),
            new("deltaEntropy", "ΔS", Heat, "nats of certainty about the loss gained", true, layer => Result(layer, r => Quantity.Of(r.Transition.DeltaEntropy, StatusWords.WhyUndefined(r.Transition)))),
            new("fluctuation", "T_fluct", Heat, "Var E/(⟨E⟩ − E₀), needs no entropy", false, layer => Result(layer, r => Quantity.Of(r.Transition.FluctuationTemperature, "the ground energy is not known or not below the mean"))),
            new("draws", "draws", Heat, "how often it was redrawn", false, layer => Result(layer, r => Quantity.Of(r.Energies.Length))),
        ];
    }

    private IEnumerable<LayerColumn> Signals() =>
    [
        new("activationEfficiency", "η of the activation", Signal, "1 − τ, the share of the signal's variance that the activation takes", true, layer => Seen(layer, s => layer.Layer.Activation is null ? Quantity.Undefined("the layer has no activation") : Quantity.Of(s.ActivationEfficiency, "nothing varies before the activation, or nothing is seen of it"))),
        new("gaussianPrediction", "η if normal", Signal, "what it would be for a normal signal of the same mean and variance", false, layer => Seen(layer, s => Quantity.Of(s.GaussianPrediction, "the activation is not known by name, or nothing varies before it"))),
        new("inputVariance", "variance in", Signal, "mean variance of a unit before the activation", false, layer => Seen(layer, s => Quantity.Of(s.InputVariance, "it cannot be seen"))),
        new("outputVariance", "variance out", Signal, "mean variance of a unit behind the activation", false, layer => Seen(layer, s => Quantity.Of(s.OutputVariance, "it cannot be seen"))),
        new("entropy", "S of the signal", Signal, "differential entropy of the signal before the activation, nats", true, layer => Seen(layer, s => Quantity.Of(s.Entropy, "it was not asked for or cannot be seen"))),
        new("dead", "dead", Signal, "share of the units whose output never varied", true, layer => Seen(layer, s => Quantity.Share(s.DeadFraction, "there are no units"))),
        new("saturated", "saturated", Signal, "share of the outputs at a bound of the activation", true, layer => Seen(layer, s => Quantity.Share(s.SaturatedFraction, "the activation is not bounded on both sides"))),
        new("units", "units", Signal, "channels or features", false, layer => Seen(layer, s => Quantity.Of(s.Units))),
        .. SignalFields.Tails.Where(field => field.In.HasFlag(Shown.Page)).Select(field =>
            new LayerColumn(field.Name == "kurtosis" ? "signalKurtosis" : field.Name, field.Label, Signal, field.Meaning, field.Name is "absMax" or "int8SignalToNoiseDecibel", layer => Seen(layer, s => field.Of(s).Page))),
    ];

    private static IEnumerable<LayerColumn> Weights()
    {
        const string NotFinite = "weights are zero or not finite";
        return
        [
            new("varianceRatio", "variance / law", Matrix, "variance of the weights over that of the assumed law", true, layer => Read(layer, w => Quantity.Of(w.Initialization?.VarianceRatio ?? double.NaN, layer.Assumed is { Law: null, Note: var why } ? why : "no random law is assumed"))),
            new("spectralNorm", "spectral norm", Matrix, "largest singular value", false, layer => Read(layer, w => Quantity.Of(w.SpectralNorm, NotFinite))),
            new("stableRank", "stable rank", Matrix, "‖W‖²_F over the square of the largest singular value", false, layer => Read(layer, w => Quantity.Of(w.StableRank, NotFinite))),
            new("spectralEntropy", "spectral entropy", Matrix, "entropy of the spectrum over its largest possible value", true, layer => Read(layer, w => Quantity.Of(w.SpectralEntropy, "fewer than two singular values"))),
            new("alpha", "α", Matrix, "exponent of the power law that fits the upper tail best", true, layer => Read(layer, w => Quantity.Of(w.Alpha, "too few singular values for a tail") is var alpha && alpha.Value is not null && w.HasFewInTail() ? alpha with { Text = $"{alpha.Text} (few values)" } : alpha)),
            new("spikes", "spikes", Matrix, "singular values beyond the bulk of random numbers", true, layer => Read(layer, w => w.HasRandomBulk() ? Quantity.Of(w.Spikes) : Quantity.Undefined("the spectrum has no bulk like that of random numbers, or is too small to tell"))),
            new("kurtosis", "excess kurtosis", Matrix, "0 for a normal law", false, layer => Read(layer, w => Quantity.Of(w.Kurtosis, "all weights are equal"))),
            .. WeightFields.Own.Where(field => field.In.HasFlag(Shown.Page)).Select(field =>
                new LayerColumn(field.Name, field.Label, Matrix, field.Meaning, false, layer => Read(layer, w => field.Of(w).Page))),
            new("kolmogorov", "distance from the law", Matrix, "Kolmogorov–Smirnov, 0 … 1", false, layer => Read(layer, w => Quantity.Of(w.Initialization?.KolmogorovSmirnov ?? double.NaN, "no law is assumed"))),
        ];
    }

    private Quantity Result(LayerFindings layer, Func<LayerResult, Quantity> of) => layer.Result is { } result
        ? of(result)
        : Quantity.Undefined(findings.Thermodynamics!.Skipped.FirstOrDefault(skipped => skipped.Layer == layer.Layer).Reason ?? "it was not redrawn");

    private Quantity Seen(LayerFindings layer, Func<LayerSignal, Quantity> of) => layer.Signal is { } signal
        ? of(signal)
        : Quantity.Undefined(findings.Signals!.Unwatched.FirstOrDefault(unwatched => unwatched.Layer == layer.Layer)?.Reason ?? "it was not watched");

    private static Quantity Read(LayerFindings layer, Func<Onnx.Weights.WeightAnalysis, Quantity> of) =>
        layer.Weights is { } weights ? of(weights) : Quantity.Undefined(layer.WeightsReason ?? "no weights");
}
