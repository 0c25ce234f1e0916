using System.Text.Json.Serialization;
using ML.Thermo.Display;
using ML.Thermo.Energies;
using ML.Thermo.Numerics;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Refresh.Dependence;
using ML.Thermo.Transitions;

namespace ML.Thermo.Refresh;

/// <summary>What decided about a window.</summary>
public enum DriftRule
{
    /// <summary>Too few rows to decide.</summary>
    None,

    /// <summary>Losses against labels: the energy itself.</summary>
    Energy,

    /// <summary>Self-energy and inputs, no label: it sees shifts of what goes in and comes out, and no change of what the right answer is.</summary>
    LabelFree,
}

/// <summary>How far a window has drifted from its reference, and whether it is time to refresh.</summary>
[Maturity(Maturity.Paper, "ΔE, ΔS, T of a shifted state; decision rule: theorem for the urn test, estimator for the label-free one")]
[JsonConverter(typeof(ResultJsonConverter))]
[TypeFormatterSource(typeof(WindowDriftDisplay))]
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

    /// <summary>The inputs, the most surprising first.</summary>
    public IEnumerable<InputDrift> InputsBySurprise => Inputs.OrderBy(input => input.PValue).ThenByDescending(input => input.Significance);

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

    /// <summary>p-value of the inputs' wholeness: empty cells, unseen categories, and rare or many categories in another mix; NaN with too few rows.</summary>
    public required double QualityPValue { get; init; }

    /// <summary>p-value of the inputs' values, apart from their wholeness; NaN where it cannot be had.</summary>
    public required double MovedPValue { get; init; }

    /// <summary>The reference's choice: a refresh is asked for whichever way the losses went.</summary>
    public required bool BothWays { get; init; }

    /// <summary>
    /// Anything has changed: losses, either way, or inputs. Of windows of independent rows without drift at most the stated share says so: with
    /// labels, losses and inputs have half of it each; of the inputs' part, broken inputs have 15 %.
    /// </summary>
    public bool Drift => LossDrift || InputDrift || IsBroken;

    /// <summary>
    /// Time to refresh: with labels, the losses rose (of <see cref="BothWays"/>: changed) by at least the least shift that counts; without,
    /// the inputs moved by as much. Broken inputs are <see cref="Drift"/> and no reason to train again.
    /// </summary>
    public bool Refresh => Effect >= LeastEffect && (Rule == DriftRule.Energy
        ? (BothWays || double.IsNaN(Energy!.WorsePValue) ? PValue : Energy.WorsePValue) <= FalseAlarmRate
        : MovedPValue <= FalseAlarmRate);

    /// <summary>Which way the losses went.</summary>
    public DriftDirection Direction =>
        !LossDrift ? DriftDirection.None
        : Energy!.WorsePValue <= Math.Min(FalseAlarmRate, Energy.BetterPValue) ? DriftDirection.Worse
        : Energy.BetterPValue <= FalseAlarmRate ? DriftDirection.Better
        : DriftDirection.Other;

    /// <summary>What is behind it.</summary>
    public DriftCause Cause =>
        IsBroken && Inputs.Any(input => input.Fault != InputFault.None) ? DriftCause.BrokenInput
        : InputDrift || IsBroken ? (Direction == DriftDirection.Worse ? DriftCause.InputsMovedAndLossRose : DriftCause.InputsMoved)
        : Direction == DriftDirection.Worse ? DriftCause.LossRose
        : LossDrift ? DriftCause.LossChanged
        : DriftCause.None;

    private const double QualityShare = 0.15, SelectionRate = 0.01;

    private const int MostBins = 32;

    private double Share => Rule == DriftRule.Energy && !double.IsNaN(LabelFreePValue) ? 0.5 * FalseAlarmRate : FalseAlarmRate;

    private bool LossDrift => Rule == DriftRule.Energy && PValue <= Share && Effect >= LeastEffect;

    private bool InputDrift => MovedPValue <= (1 - QualityShare) * Share && LabelFreeEffect >= LeastEffect;

    private bool IsBroken => QualityPValue <= (double.IsNaN(MovedPValue) ? 1 : QualityShare) * Share;

    /// <summary>
    /// p-value of "rows that have their label have the same predictions as rows that wait for it"; 1 where all rows or none have one. At most 0.01, the
    /// losses known so far are no fair sample: <see cref="ML.Thermo.Status.LabelsSelected"/>.
    /// </summary>
    public required double SelectionPValue { get; init; }

    /// <summary>How the reference's losses depend on each other.</summary>
    public required RowDependence LossDependence { get; init; }

    /// <summary>The same of inputs and self-energy.</summary>
    public required RowDependence InputDependence { get; init; }

    /// <summary>Of what decided.</summary>
    public RowDependence Dependence => Rule == DriftRule.Energy ? LossDependence : InputDependence;

    /// <summary>What stands against the numbers: of the transition of the energy that decided, <see cref="ML.Thermo.Status.SmallSample"/>, and
    /// <see cref="ML.Thermo.Status.RowsDepend"/>.</summary>
    public Status Status =>
        (Decisive?.Transition?.Status ?? Status.Defined)
        | (Rule == DriftRule.None ? Status.SmallSample : Status.Defined)
        | (SelectionPValue <= SelectionRate ? Status.LabelsSelected : Status.Defined)
        | (Dependence.RatesHold ? Status.Defined : Status.RowsDepend);

    /// <summary>One line: <c>200 rows, Energy: ΔE 0.31 ± 0.04, …, p 0.0001: refresh</c>.</summary>
    public override string ToString() =>
        $"{Rows} rows, {Rule}: {(Decisive?.Transition is { } transition ? $"{transition}, " : "")}p {NumberText.Show(PValue)}: " +
            $"{(Refresh ? "refresh" : "keep")}";

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

        foreach (int j in Enumerable.Range(0, window.Layout.Inputs.Count))
        {
            shifts.AddRange(reference.InputShifts[j].Shifts(window.Counts(j)));
            effects.AddRange(reference.InputShifts[j].Effects(window.Counts(j)));
        }

        DesignEffects? dependence = reference.Order?.OfInputs(window.Rows), ofLosses = reference.Order?.OfLosses(window.Labelled);
        bool isEnough = window.Rows >= DriftReference.LeastWindowRows;
        InputPValues? moved = isEnough ? reference.InputRule?.PValues(window.Sample, () => [.. shifts], dependence) : null;
        InputQuality[] quality = [.. window.Layout.Inputs.Select((_, j) => isEnough ? Quality(reference, window, j, dependence) : InputQuality.Unknown)];
        double worst = !isEnough || quality.Length == 0 ? double.NaN : Math.Min(1, quality.Length * quality.Min(input => input.PValue));
        InputDrift[] inputs = [.. window.Layout.Inputs.Select((_, j) => Of(reference, window, j, quality, moved, isEnough))];
        return new WindowDrift
        {
            Rows = window.Rows,
            Labelled = window.Labelled,
            Energy = Of(reference.Rows.Energy, window.Energy, reference.EnergyShifts, reference.EnergyPValue, options.FreshPoints),
            SelfEnergy = self,
            Inputs = inputs,
            MovedPValue = moved?.Any ?? double.NaN,
            QualityPValue = worst,
            LabelFreePValue = moved is null ? worst : double.IsNaN(worst) ? moved.Any : Shared(moved.Any, worst),
            BothWays = options.BothWays,
            SelectionPValue = window.SelectionPValue(options.Draws, options.Seed),
            LossDependence = RowDependence.Of(reference.Order, ofLosses),
            InputDependence = RowDependence.Of(reference.Order, dependence),
            LabelFreeEffect = effects.Count == 0 ? double.NaN : effects.Max(Math.Abs),
            FalseAlarmRate = options.FalseAlarmRate,
            LeastEffect = options.LeastEffect,
        };
    }

    private static EnergyDrift? Of(EnergyTally? before, EnergyTally? after, ScoreShifts? shifts, Func<EnergyTally, EnergyPValues>? rule, long freshPoints)
    {
        if (before is null || after is null || shifts is null)
            return null;
        State? reference = before.ToState(freshPoints), current = after.ToState(freshPoints);
        bool states = reference is not null && current is not null;
        double[] effects = shifts.Effects(after.Counts);
        EnergyPValues p = rule is not null && after.Count >= DriftReference.LeastWindowRows ? rule(after) : EnergyPValues.Unknown;
        return new EnergyDrift(
            states ? TypeIIDrift.Between(reference!, current!) : null,
            states ? TypeIIDrift.SmallShiftTemperature(reference!, current!) : double.NaN,
            p.Any,
            p.Worse,
            p.Better,
            effects.Max(Math.Abs),
            effects,
            Distances(before, after, shifts.Bins));
    }

    /// <summary>Distances of the bin counts; that of Kolmogorov and Smirnov from the losses themselves, where they are kept.</summary>
    private static BinDistances Distances(EnergyTally before, EnergyTally after, Bins bins)
    {
        var distances = BinDistances.Of(before.Counts, after.Counts, bins.Edges);
        bool areKept = Math.Min(before.Losses.Count, after.Losses.Count) > 0;
        return areKept ? distances with { KolmogorovSmirnov = LossSample.Distance(before.Losses, after.Losses) } : distances;
    }

    private static InputQuality Quality(DriftReference reference, DriftWindow window, int j, DesignEffects? dependence)
    {
        var found = InputQuality.Of(
            window.Layout.InputBins[j], reference.Rows.Counts(j), reference.Rows.Missing(j), window.Counts(j), window.Missing(j),
            reference.Options.Draws, reference.Options.Seed);
        int channel = j + window.Layout.Channels - window.Layout.Inputs.Count;
        return found.Corrected(dependence, dependence?.Of([reference.Scores.Count + j]) ?? 1, dependence?.Of(reference.Scores.Of(channel)) ?? 1);
    }

    /// <summary>One p-value of two, of which broken inputs have their share of the rate.</summary>
    private static double Shared(double moved, double broken) => Math.Min(1, Math.Min(moved / (1 - QualityShare), broken / QualityShare));

    private static InputDrift Of(DriftReference reference, DriftWindow window, int j, InputQuality[] quality, InputPValues? moved, bool isEnough)
    {
        ScoreShifts input = reference.InputShifts[j];
        ReadOnlySpan<long> counts = window.Counts(j);
        int channel = j + window.Layout.Channels - window.Layout.Inputs.Count;
        IReadOnlyList<int> scores = reference.Scores.Of(channel);
        double own = 1, adjusted = 1;
        if (moved is not null && scores.Count > 0)
        {
            own = Math.Min(1, scores.Count * scores.Min(score => moved.Scores[score]));
            adjusted = scores.Min(score => moved.Adjusted[score]);
        }

        double rate = reference.Options.FalseAlarmRate, broken = quality[j].PValue, ofAll = Math.Min(1, quality.Length * broken);
        InputFault fault = !isEnough || ofAll > QualityShare * rate ? InputFault.None
            : quality[j].IsMissingLeast ? InputFault.Missing
            : quality[j].IsUnseenLeast ? InputFault.Unseen
            : InputFault.None;
        return new InputDrift(
            window.Layout.Inputs[j],
            input.Effects(counts).Select(Math.Abs).DefaultIfEmpty(0).Max(),
            input.Shifts(counts).Select(Math.Abs).DefaultIfEmpty(0).Max(),
            BinDistances.Of(reference.Rows.Counts(j), counts, input.Bins.Edges),
            input.Bins.IsCategory ? counts[^1] : 0,
            window.Missing(j),
            isEnough ? Shared(own, broken) : double.NaN,
            isEnough ? Shared(adjusted, ofAll) : double.NaN,
            fault)
        {
            Counts = counts.Length <= MostBins ? new([.. input.Bins.Edges], [.. reference.Rows.Counts(j)], [.. counts]) : null,
        };
    }
}
