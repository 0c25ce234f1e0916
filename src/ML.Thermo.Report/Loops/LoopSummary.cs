using System.Globalization;
using ML.Thermo.Loops;
using ML.Thermo.Loops.Diversity;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Loops;

/// <summary>Loops in plain sentences.</summary>
internal static class LoopSummary
{
    /// <summary>A plan: first what to do, then why.</summary>
    public static IEnumerable<string> Of(LoopPlan plan)
    {
        LoopPlanOptions options = plan.Options;
        string kept = Percent(options.Retain), rows = Count(options.Rows);
        string unless = plan.TemperatureRule == TemperatureRule.Coexistence ? ", if the categories are equally frequent" : "";
        yield return plan.CriticalRows switch
        {
            null => $"Make generations larger: {rows} rows cannot keep {kept} of the diversity whatever their fresh share.",
            0 => $"No fresh rows are needed: generations of {rows} rows keep {kept} of the diversity without them.",
            long need => $"Put at least {Count(need)} fresh {(need == 1 ? "row" : "rows")} into every generation of {rows} "
                + $"({Percent(need / (double)options.Rows)}) to keep {kept} of the diversity for ever{unless}.",
        };
        if (!double.IsNaN(plan.ResamplingRows) && plan.ResamplingRows > 0)
            yield return $"Against chance, which loses rare things each time {rows} rows are drawn, {Numbers.Brief(plan.ResamplingRows)} fresh rows a "
                + $"generation are needed{Bound(options.Policy)}.";
        if (Temperature(plan) is { } temperature)
            yield return temperature;
        if (plan.Weight is { Fresh: var fresh, Generated: var generated, Total: var total } && !double.IsNaN(generated))
            yield return $"Weigh a fresh row {Numbers.Brief(fresh)} and a generated one {Numbers.Brief(generated)}: all fresh rows together then weigh "
                + $"{Percent(total)}, which makes the long-run variance of a mean least.";
        if (plan.Available is { } at)
        {
            string cold = double.IsNaN(at.Temperature) || at.Temperature == 1 ? "" : $", at the sampling temperature {Percent(at.Temperature)} of the entropy";
            string enough = at.Enough ? "enough" : "too few";
            yield return $"The {Numbers.Brief(at.FreshRows)} fresh rows at hand are {enough}: against chance they keep {Percent(at.Resampling)}{cold}.";
        }
    }

    /// <summary>How a verdict is coloured.</summary>
    public static VerdictTone Tone(LoopVerdict verdict) => verdict switch
    {
        LoopVerdict.Alive => VerdictTone.Good,
        LoopVerdict.Freezing or LoopVerdict.Boiling => VerdictTone.Bad,
        _ => VerdictTone.Open,
    };

    /// <summary>A guard's verdict.</summary>
    public static IEnumerable<string> Of(GuardFinding finding)
    {
        string kept = Percent(finding.Options.Retain);
        int last = finding.Generations.Count - 1;
        yield return finding.Verdict switch
        {
            LoopVerdict.Alive => $"The loop is alive: going on as it does, it keeps at least {kept} of the reference's entropy.",
            LoopVerdict.Freezing when finding.Drift.PValue <= finding.Options.ErrorRate / 2 =>
                "The loop is freezing: more diversity has gone than drawing rows by chance explains.",
            LoopVerdict.Freezing => $"The loop is freezing: going on as it does, it keeps less than {kept} of the reference's entropy.",
            LoopVerdict.Boiling => "The loop is boiling: its sampler is hotter than 1 and the entropy has risen above the reference.",
            _ => $"It cannot be said yet whether the loop keeps {kept} of the reference's entropy: more generations, more rows or a known fresh share would "
                + "tell.",
        };
        yield return $"From generation 0 to {last} the entropy went from {Numbers.Brief(finding.Generations[0].Entropy)} to "
            + $"{Numbers.Brief(finding.Generations[last].Entropy)} nats; the chance to lose as much diversity by resampling alone is p = "
            + $"{Numbers.Significant(finding.Drift.PValue, 2)} (exact, {Count(finding.Drift.Draws)} simulated loops).";
        if (finding.Fit is { Temperature.IsDefined: true } fit)
        {
            string share = fit.FreshShare.StandardError == 0
                ? $"with a fresh share of {Percent(fit.FreshShare.Value)} as given"
                : $"with a fresh share of {Percent(fit.FreshShare.Value)} ({Range(fit.FreshShareInterval)})";
            yield return $"Fitted: sampling temperature {Numbers.Brief(fit.Temperature)} ({Level(finding)} interval {Range(fit.TemperatureInterval)}), "
                + $"{share}.";
        }

        if (finding.Forecast is { } forecast)
        {
            (double low, double high) = forecast.RetentionInterval;
            string half = double.IsNaN(forecast.HalfLife)
                ? ""
                : $"; half of it is gone after {Numbers.Significant(forecast.HalfLife, 3)} generations from the start";
            yield return $"If nothing changes it keeps {Percent(forecast.Retention)} of the entropy in the long run "
                + $"({Level(finding)} interval {Percent(low)} to {Percent(high)}){half}.";
            yield return forecast.CriticalRows is long rows
                ? $"To keep {kept}: at least {Count(rows)} fresh rows in every generation of {Count(forecast.Rows)} ({Percent(forecast.CriticalShare)})."
                : $"Generations of {Count(forecast.Rows)} rows cannot keep {kept} whatever their fresh share.";
        }

        foreach (string caution in Cautions(finding))
            yield return caution;
        yield return $"A wrong verdict is given in at most about {Percent(finding.Options.ErrorRate)} of loops of this kind, if generation t is the whole "
            + "training data of generation t + 1, its rows are independent, and the reference is large.";
    }

    /// <summary>Repetition in text, which may fall in the first generation of a collapse.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<TextDiversity> repetition)
    {
        if (repetition.Count == 0)
            yield break;
        yield return $"In the first {Count(repetition[0].Lines)} lines of generation 0 and of generation {repetition.Count - 1} "
            + $"{Percent(repetition[0].DuplicateShare)} and {Percent(repetition[^1].DuplicateShare)} repeat an earlier one; Brotli packs them to "
            + $"{Percent(repetition[0].CompressionRatio)} and {Percent(repetition[^1].CompressionRatio)} of their size. These numbers decide nothing: a first "
            + "model breaks the long repeats of real text.";
    }

    /// <summary>What a status means.</summary>
    public static IEnumerable<string> Cautions(GuardFinding finding)
    {
        if (finding.Status.HasFlag(GuardStatus.Novelty))
            yield return $"{Count(finding.Fit!.NovelRows)} rows are of categories that neither the fresh data nor the generation before had: the model "
                + "invents, or fresh data come from elsewhere. They were left out of the fit.";
        if (finding.Status.HasFlag(GuardStatus.FlatProfile))
            yield return "Temperature and fresh share trade off: a colder loop with more fresh rows fits nearly as well. Give the fresh share if you know it.";
        if (finding.Status.HasFlag(GuardStatus.AtBoundary))
            yield return "The best fresh share is 0, the edge of its range: only its upper limit is known.";
        if (finding.Status.HasFlag(GuardStatus.NoTemperature))
            yield return "The data do not tell a temperature, so there is no forecast.";
        if (finding.Status.HasFlag(GuardStatus.Subsampled))
            yield return "Only part of the rows was read: no temperature is fitted and there is no forecast, because the next generation was trained on all "
                + "of them.";
    }

    private static string? Temperature(LoopPlan plan) => (plan.TemperatureRule, plan.Options.Temperature) switch
    {
        (TemperatureRule.Reference, double t) =>
            $"Against the sampling temperature {Numbers.Brief(t)}, for the shares of your reference, {Percent(plan.TemperatureShare)} of each generation "
                + $"must be fresh; at the planned share the loop comes to rest at {Percent(plan.FixedPoint?.Retention ?? double.NaN)} of the entropy.",
        (TemperatureRule.Coexistence, double t) =>
            $"Against the sampling temperature {Numbers.Brief(t)} equally frequent categories need {Percent(plan.TemperatureShare)}: below it a collapse "
                + "does not heal. Where one is a favourite more is needed; give --reference to know.",
        (TemperatureRule.None, > 1) => "A sampler hotter than 1 leaves equally frequent categories as they are; for other shares give --reference.",
        _ => null,
    };

    private static string Bound(RefillPolicy policy) => policy.Window switch
    {
        1 => "",
        int.MaxValue => " where only the last generation is kept; growing data need no more",
        _ => " where only the last generation is kept; a window needs no more",
    };

    private static string Level(GuardFinding finding) => Percent(1 - finding.Options.ErrorRate);

    private static string Range((double Low, double High) interval) => $"{Numbers.Brief(interval.Low)} to {Numbers.Brief(interval.High)}";

    internal static string Percent(double share) => double.IsFinite(share) ? $"{(100 * share).ToString("G3", CultureInfo.InvariantCulture)} %" : "—";

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
