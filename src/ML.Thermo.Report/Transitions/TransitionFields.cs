using ML.Thermo.Entropies;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Transitions;

/// <summary>The numbers of a transition: the same for a training, a window, a layer, a tempering.</summary>
internal static class TransitionFields
{
    private const Shown Everywhere = Shown.Json | Shown.CsvWithError | Shown.Console | Shown.Page, JsonAndPeople = Shown.Json | Shown.Console | Shown.Page;

    /// <summary>The numbers of one state.</summary>
    public static IReadOnlyList<Field<State>> State { get; } =
    [
        new(
            "energy", "E", "mean loss: over the initialisation, or of the trained model over fresh data",
            state => Full(state.Energy, "it is not finite") with { Short = Numbers.Show(state.Energy) }, JsonAndPeople)
            { Heading = "energy ⟨E⟩" },
        new(
            "variance", "Var E", "variance of the mean loss, squared loss units",
            state => Cell.Of(state.Variance.Value, "it is not finite") with { Short = Numbers.Show(state.Variance) }, Shown.Json | Shown.Console)
            { Heading = "variance" },
        new("thirdCumulant", "third cumulant", "of the mean loss, cubed loss units", state => Cell.Of(state.ThirdCumulant, "it is not known"), Shown.Json),
        new("entropy", "S", "differential entropy of the loss, nats", Entropy, JsonAndPeople) { Heading = "entropy S, nats" },
        new(
            "entropyMethod", "entropy from", "how the entropy was found",
            state => Cell.Of(EntropyEstimators.NameOf(state.Entropy.Method)), Shown.Json | Shown.Console),
    ];

    private static Field<State> Floor { get; } = new(
        "floor", "E₀", "least loss within reach of the initialisation, on the rows of this state",
        state => Cell.Of(state.GroundEnergy, "it is not known"), Shown.Json);

    /// <summary>Both states, for JSON.</summary>
    public static IReadOnlyList<Field<Transition>> States { get; } =
    [
        new("typeI", "untrained state", "before training", t => Cell.Nested(json => json.WriteObject("typeI", [.. State, Floor], t.From)), Shown.Json),
        new("typeII", "trained state", "after training", t => Cell.Nested(json => json.WriteObject("typeII", State, t.To)), Shown.Json),
    ];

    /// <summary>All that JSON says of a transition; the status is left to whoever writes it.</summary>
    public static IReadOnlyList<Field<Transition>> All { get; } =
    [
        .. States,
        .. Differences<Transition>(t => t, _ => ""),
        .. Temperatures<Transition>(t => t, _ => ""),
    ];

    /// <summary>ΔE, ΔS, T and β.</summary>
    /// <param name="of">Finds the transition; null where there is none.</param>
    /// <param name="otherwise">Why there is none, where there is none.</param>
    public static IReadOnlyList<Field<T>> Differences<T>(Func<T, Transition?> of, Func<T, string> otherwise)
    {
        Cell Estimated(T row, Func<Transition, Estimate> number, Func<Transition, string> why) => of(row) is { } transition
            ? Full(number(transition), why(transition))
            : Cell.Of(Estimate.Undefined, otherwise(row));
        double Value(T row, Func<Transition, Estimate> number) => of(row) is { } transition ? number(transition).Value : double.NaN;
        return
        [
            new(
                "deltaEnergy", "ΔE", "difference of the mean losses, loss units",
                row => Estimated(row, t => t.DeltaEnergy, _ => "an energy is not finite")
                    with { Short = Numbers.Show(of(row)?.DeltaEnergy ?? Estimate.Undefined) }, Everywhere),
            new(
                "deltaEntropy", "ΔS", "difference of the entropies, nats",
                row => Estimated(row, t => t.DeltaEntropy,
                    StatusWords.WhyUndefined) with { Short = Numbers.Significant(Value(row, t => t.DeltaEntropy), 2) }, Everywhere),
            new(
                "temperature", "T", "ΔE/ΔS, loss per nat",
                row => Estimated(row, t => t.Temperature, StatusWords.WhyUndefined) with { Short = Numbers.Significant(Value(row, t => t.Temperature), 3) },
                    Everywhere)
                { Heading = "temperature", Symbol = "T = ΔE/ΔS" },
            new(
                "beta", "β", "ΔS/ΔE = 1/T, finite where T has its pole", row => Estimated(row, t => t.Beta, StatusWords.WhyUndefined), Shown.Data)
                { Heading = "inverse temperature", Symbol = "β = ΔS/ΔE" },
        ];
    }

    /// <summary>The other temperatures of a transition.</summary>
    /// <param name="of">Finds the transition; null where there is none.</param>
    /// <param name="otherwise">Why there is none, where there is none.</param>
    public static IReadOnlyList<Field<T>> Temperatures<T>(Func<T, Transition?> of, Func<T, string> otherwise)
    {
        Cell Number(T row, Func<Transition, Estimate> number) => of(row) is { } transition
            ? Full(number(transition), "a state does not fluctuate, or its floor is not known") with { Short = Numbers.Show(number(transition)) }
            : Cell.Of(Estimate.Undefined, otherwise(row));
        const string NoInterval = "T is undefined, or the rows behind it are not kept";
        return
        [
            new(
                "temperatureInterval", "T, 95 %", "what the rows leave open of T, by resampling them (bootstrap-t)",
                row => Cell.Of(of(row)?.TemperatureConfidence, NoInterval), JsonAndPeople)
                { Heading = "95 % interval", Symbol = "bootstrap-t" },
            new(
                "trainedEntropyInterval", "S trained, 95 %", "what the rows leave open of S of the trained state, nats",
                row => Cell.Of(of(row)?.TrainedEntropyConfidence, NoInterval), Shown.Json),
            new("gaussianTemperature", "T Gaussian", "with normal entropies, loss per nat", row => Number(row, t => t.GaussianTemperature), JsonAndPeople)
                { Heading = "with Gaussian entropies", Symbol = "T_G" },
            new(
                "resolvedTemperature", "T resolved", "with the most entropy at the resolution of the trained loss, loss per nat; no pole",
                row => Number(row, t => t.ResolvedTemperature), JsonAndPeople)
                { Heading = "most entropy, trained resolution", Symbol = "T_res" },
            new(
                "fluctuationTemperature", "T fluctuation", "Var E/(⟨E⟩ − E₀), loss units; needs no entropy",
                row => Number(row, t => t.FluctuationTemperature), JsonAndPeople)
                { Heading = "fluctuation, Var E/(⟨E⟩ − E₀)", Symbol = "T_fluct" },
            new("effectiveDegreesOfFreedom", "degrees of freedom", "2(⟨E⟩ − E₀)²/Var E", row => Number(row, t => t.EffectiveDegreesOfFreedom), JsonAndPeople)
                { Heading = "effective degrees of freedom", Symbol = "d_eff" },
        ];
    }

    private static Cell Entropy(State state)
    {
        var entropy = new Estimate(state.Entropy.Differential, state.Entropy.StandardError);
        string why = double.IsNegativeInfinity(entropy.Value) ? "−∞, the energy does not fluctuate" : "it is not finite";
        return Full(entropy, why) with { Short = Numbers.Show(entropy) };
    }

    /// <summary>As the console's table has it: a number has one rounding on a screen.</summary>
    public static Cell Full(Estimate value, string otherwise) => Cell.Of(value, Quantity.Full(value, otherwise));
}
