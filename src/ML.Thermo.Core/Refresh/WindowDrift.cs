using ML.Thermo.Energies;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Transitions;

namespace ML.Thermo.Refresh;

/// <summary>What decided about a window.</summary>
/// <remarks>Maturity: theorem (names of rules).</remarks>
public enum DriftRule
{
    /// <summary>Too few rows to decide.</summary>
    None,

    /// <summary>Losses against labels: the energy itself.</summary>
    Energy,

    /// <summary>Self-energy and inputs, no label: it sees shifts of what goes in and comes out, and no change of what the right answer is.</summary>
    LabelFree,
}

/// <summary>The drift of one energy.</summary>
/// <param name="Transition">ΔE = E′ − E, ΔS, T and β with errors; null below two losses.</param>
/// <param name="SmallShiftTemperature">T to first order in the shift, loss units per nat.</param>
/// <param name="PValue">Of the re-labelling test; NaN below the least number of rows, and for a self-energy, which the label-free rule judges with the inputs.</param>
/// <param name="Effect">Largest of the three shifts, in standard deviations of one loss.</param>
/// <param name="Shifts">Shifts of loss, entropy density and rank, in standard deviations of one loss.</param>
/// <param name="Distances">Of the bin counts.</param>
/// <remarks>Maturity: paper (ΔE, ΔS, T); p-value theorem for continuous losses.</remarks>
public sealed record EnergyDrift(
    Transition? Transition, double SmallShiftTemperature, double PValue, double Effect, IReadOnlyList<double> Shifts, BinDistances Distances);

/// <summary>The drift of one input.</summary>
/// <param name="Input">Which.</param>
/// <param name="Effect">Its largest standardised shift, in standard deviations of one row.</param>
/// <param name="Significance">The same in standard errors: what the label-free rule sees of it.</param>
/// <param name="Distances">Of the bin counts.</param>
/// <param name="Unseen">Values of categories that the reference did not have.</param>
/// <param name="Missing">Missing values.</param>
/// <remarks>Maturity: estimator.</remarks>
public sealed record InputDrift(DriftInput Input, double Effect, double Significance, BinDistances Distances, long Unseen, long Missing);

/// <summary>How far a window has drifted from its reference, and whether it is time to refresh.</summary>
/// <remarks>Maturity: paper (ΔE, ΔS, T of a shifted state); decision rule: theorem for the urn test, estimator for the label-free one.</remarks>
public sealed class WindowDrift
{
    /// <summary>Rows in the window.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows with a known energy.</summary>
    public required long Labelled { get; init; }

    /// <summary>Drift of the losses against labels; null where the reference has none.</summary>
    public required EnergyDrift? Energy { get; init; }

    /// <summary>Drift of the self-energy; null where the reference has none.</summary>
    public required EnergyDrift? SelfEnergy { get; init; }

    /// <summary>Drift of each input, in the order of the reference.</summary>
    public required IReadOnlyList<InputDrift> Inputs { get; init; }

    /// <summary>p-value of the label-free rule; NaN where it cannot be had.</summary>
    public required double LabelFreePValue { get; init; }

    /// <summary>Largest shift that the label-free rule saw, in standard deviations of one row.</summary>
    public required double LabelFreeEffect { get; init; }

    /// <summary>Rate of false alarms that <see cref="Refresh"/> was decided at.</summary>
    public required double FalseAlarmRate { get; init; }

    /// <summary>Least shift that <see cref="Refresh"/> counts.</summary>
    public required double LeastEffect { get; init; }

    /// <summary>What decided: the energy where at least <see cref="DriftReference.LeastWindowRows"/> rows are labelled, else the label-free rule.</summary>
    public DriftRule Rule =>
        !double.IsNaN(Energy?.PValue ?? double.NaN) ? DriftRule.Energy
        : !double.IsNaN(LabelFreePValue) ? DriftRule.LabelFree
        : DriftRule.None;

    /// <summary>The energy that decided, of the labels or of the predictions themselves; null where the reference has none.</summary>
    public EnergyDrift? Decisive => Rule == DriftRule.LabelFree ? SelfEnergy : Energy;

    /// <summary>p-value of the rule that decided; NaN for none.</summary>
    public double PValue => Rule == DriftRule.Energy ? Energy!.PValue : LabelFreePValue;

    /// <summary>Shift that the rule saw, in standard deviations of one row; NaN for none.</summary>
    public double Effect => Rule switch { DriftRule.Energy => Energy!.Effect, DriftRule.LabelFree => LabelFreeEffect, _ => double.NaN };

    /// <summary>Time to refresh: the p-value is at most the rate of false alarms and the shift at least the least that counts.</summary>
    public bool Refresh => PValue <= FalseAlarmRate && Effect >= LeastEffect;

    /// <summary>What stands against the numbers: of the transition of the energy that decided, and <see cref="ML.Thermo.Status.SmallSample"/>.</summary>
    public Status Status =>
        (Decisive?.Transition?.Status ?? Status.Defined)
        | (Rule == DriftRule.None ? Status.SmallSample : Status.Defined);

    internal static WindowDrift Of(DriftReference reference, DriftWindow window)
    {
        DriftOptions options = reference.Options;
        List<double> shifts = [], effects = [];
        EnergyDrift? self = Of(reference.Rows.SelfEnergy, window.SelfEnergy, reference.SelfEnergyShifts, null, options.FreshPoints);
        if (self is not null)
        {
            shifts.AddRange(reference.SelfEnergyRankShifts!.Shifts(window.SelfEnergy!.Counts));
            effects.AddRange(self.Shifts);
        }

        InputDrift[] inputs = [.. window.Layout.Inputs.Select((_, j) => Of(reference, window, j, shifts, effects))];
        bool decides = window.Rows >= DriftReference.LeastWindowRows && reference.InputRule is not null;
        return new WindowDrift
        {
            Rows = window.Rows,
            Labelled = window.Labelled,
            Energy = Of(reference.Rows.Energy, window.Energy, reference.EnergyShifts, reference.EnergyPValue, options.FreshPoints),
            SelfEnergy = self,
            Inputs = inputs,
            LabelFreePValue = decides ? reference.InputRule!.PValue(window.Sample, () => [.. shifts]) : double.NaN,
            LabelFreeEffect = effects.Count == 0 ? double.NaN : effects.Max(Math.Abs),
            FalseAlarmRate = options.FalseAlarmRate,
            LeastEffect = options.LeastEffect,
        };
    }

    private static EnergyDrift? Of(EnergyTally? before, EnergyTally? after, ScoreShifts? shifts, Func<EnergyTally, double>? rule, long freshPoints)
    {
        if (before is null || after is null || shifts is null)
            return null;
        State? reference = before.ToState(freshPoints), current = after.ToState(freshPoints);
        bool states = reference is not null && current is not null;
        double[] effects = shifts.Effects(after.Counts);
        return new EnergyDrift(
            states ? TypeIIDrift.Between(reference!, current!) : null,
            states ? TypeIIDrift.SmallShiftTemperature(reference!, current!) : double.NaN,
            rule is not null && after.Count >= DriftReference.LeastWindowRows ? rule(after) : double.NaN,
            effects.Max(Math.Abs),
            effects,
            BinDistances.Of(before.Counts, after.Counts, shifts.Bins.Edges));
    }

    private static InputDrift Of(DriftReference reference, DriftWindow window, int j, List<double> shifts, List<double> effects)
    {
        ScoreShifts input = reference.InputShifts[j];
        ReadOnlySpan<long> counts = window.Counts(j);
        double[] standardized = input.Shifts(counts), sizes = input.Effects(counts);
        shifts.AddRange(standardized);
        effects.AddRange(sizes);
        return new InputDrift(
            window.Layout.Inputs[j],
            sizes.Select(Math.Abs).DefaultIfEmpty(0).Max(),
            standardized.Select(Math.Abs).DefaultIfEmpty(0).Max(),
            BinDistances.Of(reference.Rows.Counts(j), counts, input.Bins.Edges),
            input.Bins.IsCategory ? counts[^1] : 0,
            window.Missing(j));
    }
}
