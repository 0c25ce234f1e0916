using ML.Thermo.Transitions;

namespace ML.Thermo.Report.Wording;

/// <summary>What the flags of a status mean, a sentence each.</summary>
internal static class StatusWords
{
    /// <summary>The flags in words.</summary>
    public static IReadOnlyList<string> Of(Status status) =>
        [.. status.Names().Select(name => $"{name}: {Meaning(Enum.Parse<Status>(name))}")];

    private static string Meaning(Status flag) => flag switch
    {
        Status.Defined => "the number can be used as it is.",
        Status.Undefined => "the temperature cannot be told from infinite, or an energy or entropy is not finite.",
        Status.Negative => "ΔE and ΔS have opposite signs. A negative temperature is a result and not an error.",
        Status.NearPole => "ΔS is within four standard errors of zero, where T has its pole: rely on β.",
        Status.PointState => "the energy of a state does not fluctuate, so its entropy is −∞.",
        Status.Atoms => "some energies coincide exactly; the entropy is the one at finite resolution.",
        Status.HeavyTail => "a few losses dominate: the variance, and what is built on it, is poorly known; errors are not given, or too small.",
        Status.Separable => "the classes can be separated, so the cross-entropy has no minimum.",
        Status.Interpolation => "the model passes through every training point.",
        Status.RankDeficient => "the features are linearly dependent; the shortest of many optima was taken.",
        Status.OutOfRange => "an estimate was made outside the range in which its formula is accurate.",
        Status.SmallSample => "the sample is smaller than the stated errors need: ± 1.96 errors and the 95 % interval hold less often "
            + "(at ten losses 73 and 79 %, at 30 87 %).",
        Status.NotConverged => "an iteration stopped before its tolerance.",
        Status.Analogy => "the untrained state stands for an untrained model by analogy; no law of parameters is behind it.",
        Status.NotInEquilibrium => "the chain of parameters was still drifting, so the temperature of its fluctuations is none.",
        Status.EnergyUnresolved => "ΔE is within two standard errors of zero: the trained parameters cannot be told from random ones on these rows.",
        Status.EnergyRises => "the trained parameters lose more than random ones on these rows: what was learnt does not carry over.",
        Status.Reversed => "ΔE and ΔS are both negative: T is positive, but the untrained state is the one of less loss and less spread.",
        Status.AtEdge => "the curve is largest at an end of the grid: extend the grid on that side before speaking of a transition.",
        Status.LowCoverage => "more than a fifth of the sample are outcomes seen only once: what is rare is poorly known.",
        Status.Truncated => "the law was cut to its likeliest tokens; all numbers are of the cut law.",
        Status.RowsDepend => "rows of the reference depend on each other so much, or it is so short for its windows, that stated rates do not hold.",
        Status.LabelsSelected => "rows with a label differ in their predictions from rows that wait for one: the losses known so far are no fair sample.",
        _ => throw new ArgumentOutOfRangeException(nameof(flag), flag, "Expected one flag."),
    };

    /// <summary>Why a transition has no temperature.</summary>
    public static string WhyUndefined(Transition transition) =>
        transition.Status.HasFlag(Status.Separable) ? "the classes can be separated, so there is no trained state"
        : transition.To.Entropy.Value == double.NegativeInfinity ? "the trained energy does not fluctuate (a point state, S = −∞)"
        : transition.From.Entropy.Value == double.NegativeInfinity ? "the untrained energy does not fluctuate (a point state, S = −∞)"
        : transition.DeltaEntropy.IsDefined ? "ΔS cannot be told from zero by two standard errors"
        : "an energy or an entropy is not a finite number";
}
