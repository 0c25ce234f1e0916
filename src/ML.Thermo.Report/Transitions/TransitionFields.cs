using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Transitions;

/// <summary>The numbers of a transition: the same for a training, a window, a layer, a tempering.</summary>
internal static class TransitionFields
{
    private const Shown Everywhere = Shown.Json | Shown.CsvWithError | Shown.Console | Shown.Page;

    /// <summary>ΔE, ΔS, T and β.</summary>
    /// <param name="of">Finds the transition; null where there is none.</param>
    /// <param name="otherwise">Why there is none, where there is none.</param>
    public static IReadOnlyList<Field<T>> Differences<T>(Func<T, Transition?> of, string otherwise)
    {
        Cell Estimated(T row, Func<Transition, Estimate> number) => of(row) is { } transition
            ? Cell.Of(number(transition), StatusWords.WhyUndefined(transition))
            : Cell.Of(Estimate.Undefined, otherwise);
        double Value(T row, Func<Transition, Estimate> number) => of(row) is { } transition ? number(transition).Value : double.NaN;
        return
        [
            new(
                "deltaEnergy", "ΔE", "difference of the mean losses, loss units",
                row => Estimated(row, t => t.DeltaEnergy) with { Short = Numbers.Show(of(row)?.DeltaEnergy ?? Estimate.Undefined) }, Everywhere),
            new(
                "deltaEntropy", "ΔS", "difference of the entropies, nats",
                row => Estimated(row, t => t.DeltaEntropy) with { Short = Numbers.Significant(Value(row, t => t.DeltaEntropy), 2) }, Everywhere),
            new(
                "temperature", "T", "ΔE/ΔS, loss per nat",
                row => Estimated(row, t => t.Temperature) with { Short = Numbers.Significant(Value(row, t => t.Temperature), 3) }, Everywhere),
            new("beta", "β", "ΔS/ΔE = 1/T, finite where T has its pole", row => Estimated(row, t => t.Beta), Shown.Data),
        ];
    }

    /// <summary>The other temperatures of a transition.</summary>
    /// <param name="of">Finds the transition.</param>
    public static IReadOnlyList<Field<T>> Temperatures<T>(Func<T, Transition> of)
    {
        const string NoNoise = "a state does not fluctuate, or its floor is not known";
        return
        [
            new("gaussianTemperature", "T Gaussian", "with normal entropies", row => Cell.Of(of(row).GaussianTemperature, NoNoise), Shown.Json),
            new("resolvedTemperature", "T resolved", "entropy counted at the resolution of the trained loss; no pole", row => Cell.Of(of(row).ResolvedTemperature, NoNoise), Shown.Json),
            new("fluctuationTemperature", "T fluctuation", "Var E/(⟨E⟩ − E₀), needs no entropy", row => Cell.Of(of(row).FluctuationTemperature, NoNoise), Shown.Json),
            new("effectiveDegreesOfFreedom", "degrees of freedom", "2(⟨E⟩ − E₀)²/Var E", row => Cell.Of(of(row).EffectiveDegreesOfFreedom, NoNoise), Shown.Json),
        ];
    }
}
