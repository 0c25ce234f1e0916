using ML.Thermo.Entropies;
using ML.Thermo.Report.Wording;
using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Transitions;

/// <summary>A transition in two to four plain sentences, none of which claims more than status and errors allow.</summary>
internal static class TransitionSummary
{
    private const int MostSentences = 4;

    /// <summary>The sentences, the most important first.</summary>
    public static IEnumerable<string> Of(TransitionFindings findings)
    {
        Status status = findings.Transition.Status;
        IEnumerable<string> main = status.HasFlag(Status.Undefined) ? Undefined(findings)
            : status.HasFlag(Status.EnergyRises) || status.HasFlag(Status.EnergyUnresolved) ? NotLearnt(findings)
            : findings.Transition.Temperature.Value < 0 ? Negative(findings) : Positive(findings);
        return main.Concat(Warnings(status)).Concat(Curvature(findings)).Take(MostSentences);
    }

    private static IEnumerable<string> Positive(TransitionFindings findings)
    {
        Transition transition = findings.Transition;
        double width = Math.Exp(Math.Abs(transition.DeltaEntropy.Value));
        yield return $"Training takes the mean loss from {Numbers.Value(transition.From.Energy)} to "
            + $"{Numbers.Value(transition.To.Energy)} (ΔE = {Numbers.Show(transition.DeltaEnergy)}), and its distribution becomes "
            + $"{Times(width)} narrower (ΔS = {Numbers.Show(transition.DeltaEntropy)} nats).";
        if (transition.Status.HasFlag(Status.NearPole))
            yield return NearPole(transition);
        else
            yield return $"T = ΔE/ΔS = {Numbers.Show(transition.Temperature)} of loss for each nat of spread{Interval(transition)}: by its "
                + $"definition the temperature at which both states have equal free energy; no more is known of it.";
    }

    private static IEnumerable<string> NotLearnt(TransitionFindings findings)
    {
        Transition transition = findings.Transition;
        yield return Losses(transition);
        yield return $"ΔS = {Numbers.Show(transition.DeltaEntropy)} nats, so T = {Numbers.Show(transition.Temperature)}{Interval(transition)}, "
            + $"which says nothing about learning here.";
    }

    private static IEnumerable<string> Negative(TransitionFindings findings)
    {
        Transition transition = findings.Transition;
        yield return $"Training takes the mean loss from {Numbers.Value(transition.From.Energy)} to "
            + $"{Numbers.Value(transition.To.Energy)} (ΔE = {Numbers.Show(transition.DeltaEnergy)}), but the untrained loss was known "
            + $"more sharply than the trained one is over {findings.FreshPoints} fresh points (ΔS = {Numbers.Show(transition.DeltaEntropy)} "
            + $"nats): T = {Numbers.Show(transition.Temperature)}, a negative temperature, which is a result and not an error.";
        yield return "A wider initialisation or more fresh points lead through infinite to positive temperatures; β = ΔS/ΔE stays finite on the way.";
        if (transition.Status.HasFlag(Status.NearPole))
            yield return NearPole(transition);
    }

    private static string Interval(Transition transition) => transition.TemperatureConfidence is { } interval
        ? $" (95 %: {Numbers.Brief(interval.Lower)} to {Numbers.Brief(interval.Upper)})" : "";

    private static string NearPole(Transition transition)
    {
        (double lower, double upper, bool bounded) = transition.TemperatureInterval();
        string margin = $"ΔS = {Numbers.Show(transition.DeltaEntropy)} is near zero, where T has its pole, so T ± error misleads";
        return bounded
            ? $"{margin}: with 95 % confidence T lies between {Numbers.Brief(lower)} and {Numbers.Brief(upper)}."
            : $"{margin}: rely on β = {Numbers.Show(transition.Beta)}.";
    }

    private static IEnumerable<string> Undefined(TransitionFindings findings)
    {
        Transition transition = findings.Transition;
        Status status = transition.Status;
        if (!status.HasFlag(Status.Separable) && transition.DeltaEnergy.IsDefined)
            yield return Losses(transition);
        if (status.HasFlag(Status.Separable))
            yield return "No temperature: a hyperplane separates the two labels, so the cross-entropy has no minimum: the parameters run to "
                + "infinity, and there is no trained state to measure. Fewer features or more rows can change that.";
        else if (status.HasFlag(Status.Interpolation) && transition.To.Energy.Value == 0)
            yield return "No temperature: the model passes through every training row, so its training loss is zero and tells nothing about "
                + "fresh data; take held-out rows.";
        else if (findings.Transition.To.Entropy.Value == double.NegativeInfinity)
            yield return "No temperature: all trained losses are equal to rounding, so the trained state is a point with S = −∞.";
        else if (findings.Transition.From.Entropy.Value == double.NegativeInfinity)
            yield return "No temperature: the untrained loss does not fluctuate, so its state is a point with S = −∞; at least one parameter "
                + "needs a random initialisation.";
        else if (transition.DeltaEntropy.IsDefined)
            yield return $"The temperature cannot be told from infinite: ΔS = {Numbers.Show(transition.DeltaEntropy)} is within two standard "
                + $"errors of zero. Use β = {Numbers.Show(transition.Beta)}; more rows or draws sharpen it.";
        else if (IsTooFine(transition))
            yield return "No temperature: the draws do not resolve the noise of the trained loss, at which the entropy was asked for; give more "
                + "--draws, or another entropy.";
        else
            yield return "No temperature: an energy or an entropy is not a finite number.";
    }

    private static bool IsTooFine(Transition transition) =>
        transition.From.Entropy is { Resolution: > 0 } entropy && entropy.Method == EntropyMethod.FiniteResolution && double.IsNaN(entropy.Value);

    /// <summary>What training did to the loss, in terms of ΔE.</summary>
    private static string Losses(Transition transition)
    {
        string losses = $"{Numbers.Show(transition.To.Energy)} against {Numbers.Show(transition.From.Energy)}, ΔE = "
            + $"{Numbers.Show(transition.DeltaEnergy)}";
        return transition.Status.HasFlag(Status.EnergyRises)
            ? $"On these rows the trained parameters lose more than random ones ({losses}): what was learnt does not carry over."
            : transition.Status.HasFlag(Status.EnergyUnresolved)
            ? $"On these rows the trained parameters cannot be told from random ones ({losses}, within two standard errors of zero)."
            : $"Training takes the mean loss from {Numbers.Value(transition.From.Energy)} to {Numbers.Value(transition.To.Energy)} "
                + $"(ΔE = {Numbers.Show(transition.DeltaEnergy)}).";
    }

    private static IEnumerable<string> Warnings(Status status)
    {
        if (status.HasFlag(Status.NotConverged))
            yield return "The search for the optimum stopped before its tolerance: take the trained state as an upper bound.";
        if (status.HasFlag(Status.HeavyTail))
            yield return "A few losses dominate (heavy tail): the variance, and every number built on it, is poorly known, and the stated errors "
                + "are too small.";
        if (status.HasFlag(Status.Atoms))
            yield return "Some energies coincide exactly, so the entropy is the one at finite resolution.";
        if (status.HasFlag(Status.RankDeficient))
            yield return "The features are linearly dependent: of many equally good parameters the shortest were taken.";
        if (status.HasFlag(Status.OutOfRange))
            yield return "An entropy was estimated outside the range where its formula is accurate: compare with the Kozachenko–Leonenko estimator.";
        if (status.HasFlag(Status.SmallSample))
        {
            yield return "The sample is smaller than the stated errors need. Of seeded samples of normal residuals, T ± 1.96 errors held T in 73 % "
                + "at ten losses, the 95 % interval in 79 %; at 30 losses both in 87 %.";
        }

    }

    private static IEnumerable<string> Curvature(TransitionFindings findings)
    {
        if (findings.EquipartitionRatio is not { IsDefined: true, Value: var ratio } known || findings.Parameters == 1 || !findings.HasCurvature)
            yield break;
        string advice = ratio > 3 && !findings.IsStandardized ? "; standardised features often lower it" : "";
        yield return $"The equipartition ratio is {Numbers.Show(known)} (1: the loss is equally steep in all directions, {findings.Parameters}: "
            + $"in one only); a large one hints, coarsely on real data, at slow gradient descent{advice}.";
    }

    private static string Times(double factor) => factor < 1e6 ? $"{factor:G3} times" : "over a million times";
}
