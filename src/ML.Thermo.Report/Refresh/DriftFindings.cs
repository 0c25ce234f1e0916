using ML.Thermo.Refresh;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Refresh;

/// <summary>One window of a stream of data, and how far it has drifted from the reference.</summary>
/// <param name="Index">Its number, 0, 1, ….</param>
/// <param name="Drift">How far it has drifted, as a <see cref="DriftReference"/> measures it.</param>
[Maturity(Maturity.Paper, "ΔE, ΔS, T of a shifted state; tests and distances name their own")]
public sealed record DriftPoint(int Index, WindowDrift Drift)
{
    /// <summary>Number of its first row in the stream, from 1.</summary>
    public required long FirstRow { get; init; }

    /// <summary>Time of its first row, as the data have it; null without one.</summary>
    public string? Start { get; init; }

    /// <summary>The same as people write it: a day has no midnight.</summary>
    internal string? ShownStart => Start?.EndsWith(Midnight, StringComparison.Ordinal) == true ? Start[..^Midnight.Length] : Start;

    private const string Midnight = "T00:00:00";

    /// <summary>The rule of the whole stream, whose energy is shown also of windows too short to decide.</summary>
    public required DriftRule StreamRule { get; init; }

    /// <summary>What the sequential detector says after it; no evidence where there is none.</summary>
    public SequentialStep Step { get; init; }

    /// <summary>What each feature adds to ΔE, loss units; a null name stands for the label. Empty where it was not asked for.</summary>
    public IReadOnlyList<Attribution> Shares { get; init; } = [];

    /// <summary>What a refresh on this window would release, for a linear model with rows enough.</summary>
    public WarmRefresh? Warm { get; init; }

    /// <summary>The window in words: its time or its rows.</summary>
    public string Label => ShownStart ?? $"rows {FirstRow}–{FirstRow + Drift.Rows - 1}";

    /// <summary>How well its predictions did, and would have done by the reference's calibration; null where no prediction is known.</summary>
    public WindowPerformance? Performance { get; init; }

    /// <summary>Its labels are there: those of at least four fifths of its rows, or none is awaited.</summary>
    public bool IsFinal => StreamRule == DriftRule.LabelFree || Drift.Labelled >= 0.8 * Drift.Rows;

    /// <summary>The energy that the stream's rule looks at: against labels, or as the model itself expects it.</summary>
    public EnergyDrift? Energy => StreamRule == DriftRule.LabelFree ? Drift.SelfEnergy : Drift.Energy;

    /// <summary>The transition that would undo the drift, from the shifted state to the reference: ΔE = E′ − E, ΔS = S′ − S, T. Null where
    /// there are too few losses for it.</summary>
    public Transition? Transition => Energy?.Transition;
}

/// <summary>How well the predictions of a window did.</summary>
/// <param name="Realised">By its labels.</param>
/// <param name="EstimatedAccuracy">Without them: every confidence right as often as in the reference.</param>
/// <param name="IsWithdrawn">Labels, of this window or one before, disagree with that estimate by more than three standard errors.</param>
[Maturity(Maturity.Estimator)]
public sealed record WindowPerformance(PredictionQuality Realised, Estimate EstimatedAccuracy, bool IsWithdrawn);

/// <summary>What was found of a stream of data against its reference.</summary>
[Maturity(Maturity.Paper, "refresh as a transition; the rule is that of DriftReference")]
public sealed record DriftFindings : Findings
{
    /// <summary>What was compared with what, for the page's title.</summary>
    public required string Subject { get; init; }

    /// <summary>What the whole stream is judged by.</summary>
    public required DriftRule Rule { get; init; }

    /// <summary>How drift was told from chance.</summary>
    public required DriftOptions Options { get; init; }

    /// <summary>Whose losses or inputs are watched, in words; empty where it is not known.</summary>
    public string Model { get; init; } = "";

    /// <summary>The windows, in order of time.</summary>
    public required IReadOnlyList<DriftPoint> Windows { get; init; }

    /// <summary>What other ways to keep a linear model fresh would have lost; null where there is nothing to compare.</summary>
    public RefreshPolicies? Policies { get; init; }

    /// <summary>No label was seen: energies are self-energies, expected by the model itself.</summary>
    public bool IsLabelFree => Rule == DriftRule.LabelFree;

    /// <summary>The window of an earlier run at which the sequential detector gave alarm; null where there was none.</summary>
    public int? EarlierAlarm { get; init; }

    /// <summary>The first window at which the sequential detector gave alarm; null where it gave none.</summary>
    public int? FirstAlarm => EarlierAlarm ?? Windows.FirstOrDefault(window => window.Step.Alarm)?.Index;

    /// <summary>How much the reference's rows depend on each other, for the window for which it matters most.</summary>
    public RowDependence Dependence => Windows.Select(window => window.Drift.Dependence).MaxBy(found => (!found.RatesHold, found.DesignEffect))
        ?? new RowDependence(double.NaN, true);

    /// <summary>The window that has drifted farthest by its rule, the last of equals; null without windows.</summary>
    public DriftPoint? Farthest =>
        Windows.MaxBy(window => (double.IsNaN(window.Drift.Effect) ? -1 : window.Drift.Effect, window.Index));

    /// <summary>The findings in plain sentences, none of which claims more than the tests and errors allow.</summary>
    public override IReadOnlyList<string> Summary => [.. DriftSummary.Of(this)];

    internal override PageContent ToPage() => DriftPage.Of(this);
}
