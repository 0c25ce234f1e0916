using System.Globalization;
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
        IEnumerable<string> main = status.HasFlag(Status.Undefined) ? Undefined(findings) : findings.Transition.Temperature.Value < 0 ? Negative(findings)
            : Positive(findings);
        return main.Concat(Warnings(status)).Concat(Curvature(findings)).Take(MostSentences);
    }

    private static IEnumerable<string> Positive(TransitionFindings findings)
    {
        Transition transition = findings.Transition;
        double width = Math.Exp(Math.Abs(transition.DeltaEntropy.Value));
        (string verb, string change) = transition.DeltaEnergy.Value >= 0 ? ("takes", "narrower") : ("raises", "wider");
        yield return $"Training {verb} the mean loss from {Numbers.Brief(findings.Transition.From.Energy.Value)} to "
            + $"{Numbers.Brief(findings.Transition.To.Energy.Value)}, and its distribution becomes {Times(width)} {change}.";
        if (transition.Status.HasFlag(Status.NearPole))
            yield return NearPole(transition);
        else
            yield return $"So each nat of certainty goes with {Numbers.Show(transition.Temperature)} of loss: at that temperature trained and untrained "
                + "parameters have equal free energy.";
    }

    private static IEnumerable<string> Negative(TransitionFindings findings)
    {
        Transition transition = findings.Transition;
        if (transition.DeltaEnergy.Value < 0)
        {
            yield return "The temperature is negative because the trained parameters have a higher loss on these data "
                + $"({Numbers.Show(findings.Transition.To.Energy)}) than random ones ({Numbers.Brief(findings.Transition.From.Energy.Value)}): what was "
                + "learnt does not carry over.";
        }
        else
        {
            yield return "The temperature is negative, which is a result and not an error: training takes the mean loss from "
                + $"{Numbers.Brief(findings.Transition.From.Energy.Value)} to {Numbers.Brief(findings.Transition.To.Energy.Value)}, but the untrained loss "
                + $"was known more sharply than the trained one is over {findings.FreshPoints} fresh points.";
            yield return "A wider initialisation or more fresh points lead through infinite to positive temperatures; β = ΔS/ΔE stays finite on the way.";
        }

        if (transition.Status.HasFlag(Status.NearPole))
            yield return NearPole(transition);
    }

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
        if (status.HasFlag(Status.Separable))
            yield return "No temperature: a hyperplane separates the two labels, so the cross-entropy has no minimum: the parameters run to infinity, and "
                + "there is no trained state to measure. Fewer features or more rows can change that.";
        else if (status.HasFlag(Status.Interpolation) && findings.Transition.To.Entropy.Value == double.NegativeInfinity)
            yield return "No temperature: the model passes through every training row, so its training loss is zero and tells nothing about fresh data; "
                + "take held-out rows.";
        else if (findings.Transition.To.Entropy.Value == double.NegativeInfinity)
            yield return "No temperature: all trained losses are equal, so the trained state is a point with S = −∞.";
        else if (findings.Transition.From.Entropy.Value == double.NegativeInfinity)
            yield return "No temperature: the untrained loss does not fluctuate, so its state is a point with S = −∞; at least one parameter needs a random "
                + "initialisation.";
        else if (transition.DeltaEntropy.IsDefined)
            yield return $"The temperature cannot be told from infinite: ΔS = {Numbers.Show(transition.DeltaEntropy)} is within two standard errors of "
                + $"zero. Use β = {Numbers.Show(transition.Beta)}; more rows or draws sharpen it.";
        else
            yield return "No temperature: an energy or an entropy is not a finite number.";
        if (!status.HasFlag(Status.Separable) && transition.DeltaEnergy.IsDefined)
            yield return $"The mean loss itself goes from {Numbers.Brief(findings.Transition.From.Energy.Value)} to "
                + $"{Numbers.Brief(findings.Transition.To.Energy.Value)}.";
    }

    private static IEnumerable<string> Warnings(Status status)
    {
        if (status.HasFlag(Status.NotConverged))
            yield return "The search for the optimum stopped before its tolerance: take the trained state as an upper bound.";
        if (status.HasFlag(Status.HeavyTail))
            yield return "A few losses dominate (heavy tail): the variance, and every number built on it, is poorly known.";
        if (status.HasFlag(Status.Atoms))
            yield return "Some energies coincide exactly, so the entropy is the one at finite resolution.";
        if (status.HasFlag(Status.RankDeficient))
            yield return "The features are linearly dependent: of many equally good parameters the shortest were taken.";
        if (status.HasFlag(Status.OutOfRange))
            yield return "An entropy was estimated outside the range where its formula is accurate: compare with the Kozachenko–Leonenko estimator.";
        if (status.HasFlag(Status.SmallSample))
            yield return "The sample is smaller than the stated errors need.";
    }

    private static IEnumerable<string> Curvature(TransitionFindings findings)
    {
        if (findings.EquipartitionRatio is not { IsDefined: true, Value: var ratio } known || findings.Parameters == 1 || !findings.HasCurvature)
            yield break;
        string advice = ratio > 3 && !findings.IsStandardized ? "; standardised features often lower it" : "";
        yield return $"The equipartition ratio is {Numbers.Brief(known)} (1: the loss is equally steep in all directions, {findings.Parameters}: in one "
            + $"only); a large one hints, coarsely on real data, at slow gradient descent{advice}.";
    }

    private static string Times(double factor) => factor < 1e6 ? $"{factor.ToString("G3", CultureInfo.InvariantCulture)} times" : "over a million times";
}
