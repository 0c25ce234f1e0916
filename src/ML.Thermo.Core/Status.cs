namespace ML.Thermo;

/// <summary>
/// What must be known about a number before it is trusted. <see cref="Defined"/> (no flag) means: nothing stands against it.</summary>
/// <remarks>
/// A status accompanies every state and transition; it never replaces a value by a clamped one.</remarks>
[Flags]
public enum Status
{
    /// <summary>The number can be used as it is.</summary>
    Defined = 0,

    /// <summary>The temperature cannot be told from infinite: |ΔS| is below twice its standard error or lost in rounding, or an entropy is not
    /// finite.</summary>
    Undefined = 1 << 0,

    /// <summary>ΔE and ΔS have opposite signs: a negative temperature, which is a result and not an error.</summary>
    Negative = 1 << 1,

    /// <summary>|ΔS| is between two and four times its standard error: use β or the Fieller interval instead of T ± error.</summary>
    NearPole = 1 << 2,

    /// <summary>The energy of the state does not fluctuate (variance zero), so its entropy is −∞.</summary>
    PointState = 1 << 3,

    /// <summary>Some energies coincide exactly (an atom in the distribution); the finite-resolution entropy was used.</summary>
    Atoms = 1 << 4,

    /// <summary>The sample's kurtosis is so large that its variance, and what is built on it, is poorly known. Errors of redrawn networks and of chains
    /// are NaN then; those of a trained state's losses are too small.</summary>
    HeavyTail = 1 << 5,

    /// <summary>Cross-entropy has no minimum: a hyperplane separates the classes and the parameters run to infinity.</summary>
    Separable = 1 << 6,

    /// <summary>The model passes through every training point: the training loss is zero and says nothing about fresh data.</summary>
    Interpolation = 1 << 7,

    /// <summary>The features are linearly dependent: the ground state is the one of least norm among many.</summary>
    RankDeficient = 1 << 8,

    /// <summary>The estimate was made outside the range in which its formula is accurate.</summary>
    OutOfRange = 1 << 9,

    /// <summary>The sample is smaller than the estimator needs for its stated error.</summary>
    SmallSample = 1 << 10,

    /// <summary>An iteration stopped before it reached its tolerance.</summary>
    NotConverged = 1 << 11,

    /// <summary>The state before training stands for an untrained model by analogy (predictions without a link to the features); no
    /// law of parameters is behind it.</summary>
    Analogy = 1 << 12,

    /// <summary>A chain of parameters was still drifting when it was measured: the fluctuation–dissipation relation fails.</summary>
    NotInEquilibrium = 1 << 13,

    /// <summary>|ΔE| of a training is below twice its standard error: on these rows the trained parameters cannot be told from random ones.</summary>
    EnergyUnresolved = 1 << 14,

    /// <summary>The trained parameters lose more than random ones, by more than twice the standard error of ΔE.</summary>
    EnergyRises = 1 << 15,

    /// <summary>ΔE and ΔS of a training are both negative: T is positive, but the two states have changed places.</summary>
    Reversed = 1 << 16,

    /// <summary>Rows of the reference depend on each other so much, or it is so short for its windows, that stated rates of false alarms do not hold.</summary>
    RowsDepend = 1 << 17,

    /// <summary>Rows that have their label differ in their predictions from rows that wait for it: the losses known so far are no fair sample.</summary>
    LabelsSelected = 1 << 18,

    /// <summary>A curve is largest at an end of its grid: its summit may lie beyond, so the grid is to be extended on that side.</summary>
    AtEdge = 1 << 20,

    /// <summary>More than a fifth of a sample are outcomes seen only once: the estimate knows little of rare outcomes.</summary>
    LowCoverage = 1 << 21,

    /// <summary>The law was cut to its likeliest tokens (top-k, top-p); every number is of the cut law.</summary>
    Truncated = 1 << 22,
}

/// <summary>Names of <see cref="Status"/> flags as they appear in JSON and tables.</summary>
public static class StatusNames
{
    /// <summary>The flags that are set, or <c>Defined</c> alone.</summary>
    /// <param name="status">Any combination of flags.</param>
    /// <returns>At least one name.</returns>
    public static IReadOnlyList<string> Names(this Status status) =>
        status == Status.Defined
            ? [nameof(Status.Defined)]
            : [.. Enum.GetValues<Status>().Where(flag => flag != Status.Defined && status.HasFlag(flag)).Select(flag => flag.ToString())];
}
