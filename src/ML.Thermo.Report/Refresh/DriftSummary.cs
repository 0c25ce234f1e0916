using MathNet.Numerics.Distributions;
using ML.Thermo.Refresh;
using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Refresh;

/// <summary>Drift in plain sentences, for console and page alike.</summary>
internal static class DriftSummary
{
    /// <summary>What a rule without labels cannot see.</summary>
    public const string LabelFree =
        "Without labels only the inputs and what the model makes of them are seen: that the right answers have changed, or that noise has grown, cannot be.";

    private const double TellingErrors = 2;

    /// <summary>What decides, in words.</summary>
    public static string Rule(DriftFindings findings) => findings.IsLabelFree ? "inputs and self-energy, without labels" : "losses against labels";

    public static IEnumerable<string> Of(DriftFindings findings)
    {
        DriftPoint[] judged = [.. findings.Windows.Where(window => !double.IsNaN(window.Drift.PValue))];
        if (judged.Length == 0)
        {
            yield return "No window has enough rows to be judged.";
            yield break;
        }

        yield return Decision(findings, judged);
        if (Dependence(findings) is { } dependence)
            yield return dependence;
        if (judged.LastOrDefault(window => window.Drift.Status.HasFlag(Status.LabelsSelected)) is { } selected)
            yield return $"In {selected.Label} rows with a label have other predictions than rows that wait for one: the losses known so far are no " +
                "fair sample.";
        if (judged.LastOrDefault(window => window.Drift.Cause != DriftCause.None) is { } last)
            yield return Cause(last, judged);
        if (DriftOrder.Of(judged) is { } order)
            yield return order;
        if (findings.Windows.Count > judged.Length)
            yield return $"{Windows(findings.Windows.Count - judged.Length)} had too few rows to be judged.";
        if (findings.Windows is [_, _, ..] && findings.Windows[^1].Step.Windows > 0)
            yield return Sequential(findings);
        DriftPoint[] measured = [.. findings.Windows.Where(window => window.Transition is { DeltaEnergy.IsDefined: true })];
        if (measured.MaxBy(window => window.Transition!.DeltaEnergy.Value) is { Transition: { } worst } largest)
            yield return Energy(findings, largest.Label, worst);
        if (findings.Farthest is { Drift.Refresh: true } farthest)
        {
            if (farthest.Shares.Count > 0)
                yield return Carriers(farthest);
            if (farthest.Warm is { } warm)
                yield return Release(farthest, warm);
        }

        if (findings.Policies is { } policies)
            yield return Policies(policies, findings);
        if (findings.IsLabelFree)
            yield return LabelFree;
    }

    /// <summary>The flag is evidence of drift; what to do about it is another question, and these losses answer it.</summary>
    private static string Policies(RefreshPolicies policies, DriftFindings findings)
    {
        string asked = policies.Retrainings == 1 ? "the window that asked for it" : $"each of the {policies.Retrainings} windows that asked for it";
        string none = findings.Windows.SkipLast(1).Any(window => window.Drift.Refresh)
            ? "no window that asked for a refresh has rows enough to train a model on"
            : findings.Windows.Any(window => window.Drift.Refresh)
            ? "only the last window asked for a refresh, and none is there to judge a model that was trained on it"
            : "no window asked for a refresh, so training anew at alarms would have changed nothing";
        string retrained = policies.Retrainings == 0 ? none
            : $"one trained anew on {asked} {Numbers.Brief(policies.RetrainAtAlarms)}";
        return $"From the second window on the deployed model lost {Numbers.Brief(policies.Deployed)} a row; a tempered linear model, which learns from every "
            + $"window, would have lost {Numbers.Brief(policies.Tempered)} (it remembers {Numbers.Significant(policies.EffectiveRows, 3)} rows); {retrained}. "
            + "A window that asks for a refresh is evidence of drift, not a policy.";
    }

    private static string Decision(DriftFindings findings, DriftPoint[] judged)
    {
        DriftPoint[] flagged = [.. findings.Windows.Where(window => window.Drift.Refresh)];
        DriftOptions options = findings.Options;
        string rule = $"p at most {options.FalseAlarmRate}, and a shift of at least {options.LeastEffect} standard deviations";
        if (flagged.Length == 0)
        {
            int moved = judged.Count(window => window.Drift.Drift);
            string rest = moved == 0 ? "That is no proof that there is no drift."
                : $"{moved} of {judged.Length} {(moved == 1 ? "shows" : "show")} drift of another kind.";
            return $"Refresh: no. None of {Windows(judged.Length)} asks for a refresh ({rule}). {rest}";
        }

        string expected = Numbers.Significant(options.FalseAlarmRate * judged.Length, 2);
        string chance = $"Without any drift at most {expected} of {judged.Length} would, on " +
            $"average{(findings.Dependence.RatesHold ? ", if rows are independent" : "")}.";
        string verdict = IsAsked(findings, judged) is { } since ? $"Refresh: yes, since {since}." : "Refresh: no, chance alone gives as many windows.";
        return $"{verdict} {flagged.Length} of {Windows(judged.Length)} {(flagged.Length == 1 ? "asks" : "ask")} for a refresh, the first one " +
            $"{flagged[0].Label}: {rule}. {chance}";
    }

    /// <summary>
    /// Since when a refresh is asked for without a break: all windows together gave alarm, or more of them ask for it than chance would let, which is
    /// rarer than the rate of false alarms; null where neither. A number of windows by chance is binomial where windows are independent.</summary>
    internal static string? IsAsked(DriftFindings findings, IReadOnlyList<DriftPoint> judged)
    {
        DriftPoint[] flagged = [.. judged.Where(window => window.Drift.Refresh)];
        double rate = findings.Options.FalseAlarmRate;
        bool isRare = flagged.Length > 0 && 1 - Binomial.CDF(rate, judged.Count, flagged.Length - 1) <= rate * (1 + 1e-9);
        bool hasAlarm = findings.FirstAlarm is not null && flagged.Length > 0;
        if (!isRare && !hasAlarm)
            return null;
        int ask = judged.Count;
        while (ask > 0 && judged[ask - 1].Drift.Refresh)
            ask--;
        return (ask < judged.Count ? judged[ask] : findings.Windows.FirstOrDefault(window => window.Index == findings.FirstAlarm) ?? flagged[0]).Label;
    }

    /// <summary>What the order of the reference says of its rows; null where nothing.</summary>
    private static string? Dependence(DriftFindings findings)
    {
        if (findings.Dependence is not { DesignEffect: > 1 } dependence)
            return null;
        string effect = $"Rows of the reference depend on each other: the mean of such a window varies " +
            $"{Numbers.Significant(dependence.DesignEffect, 2)} times as much as that of independent rows.";
        return dependence.RatesHold ? $"{effect} That is allowed for." : $"{effect} That is allowed for, but the rates stated here do not hold.";
    }

    /// <summary>What is behind the drift of a window, and what to do.</summary>
    /// <param name="window">The window.</param>
    /// <param name="judged">It and the windows before, which say since when an input has been broken; none says nothing of it.</param>
    public static string Cause(DriftPoint window, IReadOnlyList<DriftPoint> judged)
    {
        InputDrift[] broken = [.. window.Drift.Inputs.Where(input => input.Fault != InputFault.None).OrderBy(input => input.AdjustedPValue)];
        string moved = window.Drift.Inputs.MinBy(input => input.AdjustedPValue) is { } input ? $"'{input.Input.Name}' most" : "";
        string at = char.ToUpperInvariant(window.Label[0]) + window.Label[1..];
        return window.Drift.Cause switch
        {
            DriftCause.BrokenInput => $"{at}: {string.Join("; ", broken.Take(3).Select(Fault))}. Mend the pipeline before the model.",
            DriftCause.LossRose => $"{at}: the loss rose and no input moved: the right answers have changed, or noise has grown. Train again on rows " +
                "like these.",
            DriftCause.InputsMovedAndLossRose => $"{at}: inputs moved ({moved}) and the loss rose. Train again on rows like these.",
            DriftCause.InputsMoved when window.Drift.Rule == DriftRule.Energy => $"{at}: inputs moved ({moved}), the loss did not rise.",
            DriftCause.InputsMoved => $"{at}: inputs moved ({moved}); only labels can tell whether the loss did.",
            _ => window.Drift.Direction == DriftDirection.Better ? $"{at}: the loss fell. Nothing needs mending."
                : $"{at}: the law of the losses changed its shape, not its height.",
        };

        string Fault(InputDrift input)
        {
            string since = DriftOrder.SinceFault(judged, window, input) is { } first ? $", since {first.Label}" : "";
            return input.Fault == InputFault.Missing
                ? $"input '{input.Input.Name}' has {input.Missing} empty cells, more than its reference{since}"
                : $"input '{input.Input.Name}' has {input.Unseen} values that its reference did not have{since}";
        }
    }

    /// <summary>What is behind a window's drift; empty where nothing is.</summary>
    internal static string Behind(DriftPoint window) => window.Drift.Cause == DriftCause.None ? "" : Cause(window, []);

    private static string Sequential(DriftFindings findings)
    {
        string found = findings.FirstAlarm is not { } alarm ? "gives no alarm"
            : $"gives alarm at {findings.Windows.FirstOrDefault(window => window.Index == alarm)?.Label ?? $"window {alarm}, before these"}";
        return $"Over all windows together the sequential test {found}; without drift of independent rows it would within t windows with probability " +
            $"at most t/{findings.Options.RunLength}.";
    }

    private static string Energy(DriftFindings findings, string label, Transition worst)
    {
        string what = findings.IsLabelFree ? "expected loss (self-energy)" : "mean loss";
        return worst.DeltaEnergy.Value > TellingErrors * worst.DeltaEnergy.StandardError
            ? $"The {what} is highest in {label}: {Numbers.Value(worst.From.Energy)} instead of {Numbers.Value(worst.To.Energy)}, ΔE = " +
                $"{Numbers.Brief(worst.DeltaEnergy)}{Heat(worst)}."
            : $"In no window is the {what} above that of the reference by more than two standard errors (at most ΔE = " +
                $"{Numbers.Brief(worst.DeltaEnergy)}, {label}).";
    }

    private static string Heat(Transition worst) => worst.Temperature.IsDefined
        ? $", at T = {Numbers.Brief(worst.Temperature)} per nat of certainty lost"
        : $"; its temperature is undefined, because {StatusWords.WhyUndefined(worst)}";

    private static string Carriers(DriftPoint window)
    {
        Attribution[] telling =
        [
            .. window.Shares.Where(share => Math.Abs(share.DeltaEnergy.Value) > TellingErrors * share.DeltaEnergy.StandardError)
                .OrderByDescending(share => Math.Abs(share.DeltaEnergy.Value)),
        ];
        return telling.Length == 0
            ? $"No single feature's share of ΔE in {window.Label} can be told from zero."
            : $"Most of it in {window.Label} goes with " +
                $"{string.Join(", ", telling.Take(3).Select(share => $"{share.Name ?? "the label"} ({Numbers.Brief(share.DeltaEnergy)})"))}.";
    }

    private static string Release(DriftPoint window, WarmRefresh warm) => warm.Release > 0
        ? $"Refreshed on {window.Label}, the linear model would have a loss of about {Numbers.Brief(warm.FreshEnergy)} on rows to come, " +
            $"{Numbers.Brief(warm.Release)} less: too good where features have heavy tails, or rows resemble their neighbours."
        : $"Refreshed on {window.Label} alone, the linear model would do no better on rows to come: it has too few rows, or the noise itself has grown.";

    private static string Windows(int count) => count == 1 ? "1 window" : $"{count} windows";
}
