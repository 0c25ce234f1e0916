using ML.Thermo.Onnx.Ensembles;
using ML.Thermo.Onnx.Layers;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Transitions;
using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Layers;

/// <summary>What a layer is, what redrawing it shows, and how the loss bends in its weights: a new number is a line here. Its signal and
/// its weights are <see cref="SignalFields"/> and <see cref="WeightFields"/>.</summary>
/// <param name="findings">Knows why a layer was left out.</param>
internal sealed class LayerFields(NetworkFindings findings)
{
    /// <summary>Status of what was not run at all, and of what was not redrawn.</summary>
    public const string NotRun = "NotRun", NotRedrawn = "NotRedrawn", WeightsNotAsked = "not asked for";

    /// <summary>What the page shows of a layer, a heading each: only what was asked for.</summary>
    public IReadOnlyList<(string Group, IReadOnlyList<Field<LayerFindings>> Fields)> OnPage =>
    [
        .. findings.Thermodynamics is null ? [] : new[] { ("Temperature", Redrawn) },
        .. findings.Sharpness is null ? [] : new[] { ("Curvature", Bent) },
        .. findings.Signals is null ? [] : new[] { ("Signal", SignalFields.Of(findings)) },
        .. findings.Layers.All(layer => layer.Weights is null) ? [] : new[] { ("Weights", Weights) },
    ];

    /// <summary>The columns of CSV.</summary>
    public IReadOnlyList<Field<LayerFindings>> Csv => [.. Identity, .. Weights, .. Redrawn, .. Bent, .. SignalFields.Of(findings)];

    /// <summary>What a layer is.</summary>
    public static IReadOnlyList<Field<LayerFindings>> Identity { get; } =
    [
        new("index", "index", "number of the layer, from 0", row => Cell.Of(row.Layer.Index), Shown.Data),
        new("name", "layer", "its name in the file", row => Cell.Of(row.Layer.Name), Shown.Data),
        new("type", "type", "its operator", row => Cell.Of(row.Layer.OpType) with { Short = Start(row.Layer.OpType, 14) }, Shown.Data | Shown.Console),
        new(
            "activation", "activation", "operator of its activation",
            row => Cell.Of(row.Layer.Activation?.Operator) with { Short = Start(row.Layer.Activation?.ToString() ?? "", 10) }, Shown.Data | Shown.Console),
        new("activationFunction", "function", "its activation, if it acts unit by unit", row => Cell.Of(row.Layer.Activation?.Function?.Name), Shown.Json),
        new(
            "parameters", "parameters", "how many numbers it owns",
            row => Cell.Of(row.Layer.ParameterCount) with { Short = row.Layer.ParameterCount == 0 ? "" : Numbers.Count(row.Layer.ParameterCount) },
            Shown.Data | Shown.Console),
        new("fanIn", "fan in", "inputs of a unit", row => Cell.Of(row.Layer.FanIn), Shown.Data),
        new("fanOut", "fan out", "units that an input reaches", row => Cell.Of(row.Layer.FanOut), Shown.Data),
        new(
            "fan", "fan-in→out", "both",
            row => Cell.Of(row.Layer.FanIn) with { Short = row.Layer.FanIn == 0 ? ""
                : $"{Numbers.Count(row.Layer.FanIn)}→{Numbers.Count(row.Layer.FanOut)}" }, Shown.Console),
    ];

    /// <summary>What redrawing the layer alone shows.</summary>
    public IReadOnlyList<Field<LayerFindings>> Redrawn => RedrawnFrom<LayerFindings>(
        row => row.Result?.Transition, row => row.Result?.Engine, row => row.Result?.Energies.Length,
        row => findings.Thermodynamics?.Skipped.FirstOrDefault(skipped => skipped.Layer == row.Layer).Reason ?? "it was not redrawn");

    /// <summary>The same of the whole network.</summary>
    public static IReadOnlyList<Field<NetworkThermodynamics>> Network { get; } = RedrawnFrom<NetworkThermodynamics>(
        found => found.Network.Transition, _ => null, found => found.Network.Energies.Length, _ => "it was not redrawn");

    /// <summary>All that JSON says of the redraws of one layer.</summary>
    public static IReadOnlyList<Field<LayerResult>> Transition { get; } =
    [
        .. TransitionFields.All.Select(field => field.On((LayerResult result) => result.Transition)),
        new("draws", "draws", "how often it was redrawn", result => Cell.Of(result.Energies.Length), Shown.Json),
        new("status", "status", "what stands against the numbers", result => Cell.Of(result.Transition.Status.Names()), Shown.Json),
    ];

    /// <summary>The laws that a redraw takes.</summary>
    public static IReadOnlyList<Field<AssumedLaw>> Assumed { get; } =
    [
        new("parameter", "parameter", "its name in the file", law => Cell.Of(law.Root.Name), Shown.Data),
        new("role", "role", "weight, bias, gain, …", law => Cell.Of(law.Role.ToString()), Shown.Data),
        new("law", "law", "null where it is kept as trained", law => Cell.Of(law.Law?.ToString()), Shown.Data),
        new("because", "because", "why this law", law => Cell.Of(law.Note), Shown.Data),
    ];

    private static IReadOnlyList<Field<LayerFindings>> Weights { get; } =
        [.. WeightFields.Entries, .. WeightFields.Spectrum, .. WeightFields.Law, WeightFields.Status];

    /// <summary>How the loss bends in the weights of a layer, or of the network.</summary>
    public static IReadOnlyList<Field<Sharpness>> Curvature { get; } =
    [
        new("parameters", "d", "directions in which the weights can move",
            s => Cell.Of(s.Traces.Dimension) with { Short = Numbers.Count(s.Traces.Dimension) }, Shown.Json | Shown.Console)
            { FlatName = "curvatureParameters" },
        new("step", "step", "length of the probes", s => Cell.Of(s.Step, "there is none"), Shown.Json),
        Bend("trace", "tr H", "trace of the loss's second derivatives, loss units", s => s.Traces.Trace,
            Shown.Json | Shown.CsvWithError | Shown.Console | Shown.Page)
            with { FlatName = "hessianTrace" },
        new(
            "tracePerParameter", "tr H/d", "the same for each parameter",
            s => Cell.Of(PerParameter(s), "nothing can be moved") with { Short = Digits(PerParameter(s)) }, Shown.Console),
        Bend("traceOfSquare", "tr H²", "trace of their square", s => s.Traces.TraceOfSquare, Shown.Json),
        Bend("effectiveDegreesOfFreedom", "d_eff", "(tr H)²/tr H², directions that count; 2λ", s => s.Traces.EffectiveDegreesOfFreedom,
            Shown.Data | Shown.Console | Shown.Page)
            with { Heading = "d_eff = 2λ", FlatName = "curvatureDegreesOfFreedom" },
        Bend("learningCoefficient", "λ", "the learning coefficient", s => s.LearningCoefficient.Value, Shown.Data | Shown.Page),
        new("status", "status", "what stands against the numbers", s => Cell.Of((s.Traces.Status | s.LearningCoefficient.Status).Names()), Shown.Json),
    ];

    /// <summary>The curvature of a layer.</summary>
    public static IReadOnlyList<Field<LayerFindings>> Bent { get; } =
        [.. Curvature.Select(field => field.On((LayerFindings row) => row.Sharpness, _ => "nothing in it can be moved"))];

    /// <summary>What stands against a temperature; nothing where it is defined.</summary>
    public static string Remark(Transition transition) => transition.Status == Status.Defined ? ""
        : transition.Status.Names().FirstOrDefault(name => name != nameof(Status.Undefined)) ?? nameof(Status.Undefined);

    /// <summary>At most so many characters from the start.</summary>
    internal static string Start(string text, int longest) => text.Length <= longest ? text : $"{text[..(longest - 1)]}…";

    private static IReadOnlyList<Field<T>> RedrawnFrom<T>(Func<T, Transition?> of, Func<T, LayerEngine?> engine, Func<T, int?> draws, Func<T, string> otherwise)
    {
        const string NoEngine = "the layer's or the network's temperature is undefined or not positive";
        IReadOnlyList<Field<T>> differences = TransitionFields.Differences(of, otherwise), others = TransitionFields.Temperatures(of, otherwise);
        string Why(T row) => of(row) is null ? otherwise(row) : NoEngine;
        Tone ToneOf(T row) => engine(row) is not { } own ? Tone.Strong
            : own.Mode switch { EngineMode.Engine => Tone.Hot, EngineMode.Pump => Tone.Cold, _ => Tone.Plain };
        Field<T> Toned(Field<T> field) => field with { Of = row => field.Of(row) with { Tone = ToneOf(row) } };
        Field<T> Of(string name, IReadOnlyList<Field<T>> list) => list.Single(field => field.Name == name);
        return
        [
            Of("deltaEnergy", differences).Shortened(row => Digits(of(row)?.DeltaEnergy.Value)) with
                { In = Shown.Csv | Shown.Console | Shown.Page, InPageTable = true },
            Of("deltaEntropy", differences).Shortened(row => Digits(of(row)?.DeltaEntropy.Value)) with
                { In = Shown.Csv | Shown.Console | Shown.Page, InPageTable = true },
            Toned(Of("temperature", differences).Shortened(row => Numbers.Show(of(row)?.Temperature ?? Estimate.Undefined))) with
                { Heading = "T", In = Shown.Json | Shown.CsvWithError | Shown.Console | Shown.Page, InPageTable = true },
            new(
                "efficiency", "η = 1 − T/T_l", "efficiency against the network's temperature; at most 1",
                row => Cell.Of(engine(row)?.Efficiency ?? Estimate.Undefined, Why(row))
                    with { Short = engine(row) is { } own ? Numbers.Show(own.Efficiency) : "" },
                Shown.Data | Shown.Console | Shown.Page)
                { Heading = "η", InPageTable = true },
            new(
                "boundedEfficiency", "η bounded", "(T_l − T)/max(T_l, T), between −1 and 1",
                row => Cell.Of(engine(row)?.BoundedEfficiency ?? double.NaN, Why(row)), Shown.Json | Shown.Page),
            new("work", "work", "ΔE_l − T ΔS_l, loss units", row => Cell.Of(engine(row)?.Work ?? double.NaN, Why(row)), Shown.Page),
            Of("fluctuationTemperature", others).Shortened(row => Digits(of(row)?.FluctuationTemperature.Value)) with
                { Label = "T_fluct", Heading = "T_fluct", In = Shown.Page },
            Of("effectiveDegreesOfFreedom", others).Shortened(row => Digits(of(row)?.EffectiveDegreesOfFreedom.Value)) with { Heading = "d_eff",
                In = Shown.Nowhere },
            new("draws", "draws", "how often it was redrawn", row => draws(row) is { } count ? Cell.Of(count) : Cell.Undefined(otherwise(row)), Shown.Page),
            new(
                "mode", "mode", "engine (hotter than the network), pump (colder) or idle",
                row => Cell.Of((engine(row)?.Mode ?? EngineMode.Undefined).ToString())
                    with { Short = ModeOf(row), Tone = engine(row) is null ? Tone.Plain : ToneOf(row) },
                Shown.Data | Shown.Console),
            new("status", "status", "what stands against the numbers", row => Cell.Of(of(row)?.Status.Names() ?? []), Shown.Csv)
                { FlatName = "transitionStatus" },
        ];

        string ModeOf(T row) => engine(row) is { Mode: not EngineMode.Undefined and var mode } ? mode.ToString().ToLowerInvariant()
            : of(row) is { } transition ? Remark(transition)
            : "";
    }

    private static Field<Sharpness> Bend(string name, string label, string meaning, Func<Sharpness, Estimate> of, Shown shown) =>
        new(name, label, meaning, s => Cell.Of(of(s), "it cannot be told from zero") with { Short = Numbers.Show(of(s)) }, shown);

    private static double PerParameter(Sharpness s) => s.Traces.Trace.Value / s.Traces.Dimension;

    internal static string Digits(double? value) => Numbers.Significant(value ?? double.NaN, 3);
}
