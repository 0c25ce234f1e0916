using ML.Thermo.Refresh.Alarms;

namespace ML.Thermo.Refresh;

/// <summary>One input that is watched: a feature, a prediction, or anything else that a row has and that needs no label.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="IsCategory">Its values are codes 0, 1, … of categories; −1 stands for one that the reference did not have.</param>
/// <param name="IsPrediction">It is what the model makes of a row: the label-free rule looks at it separately, as label shift shows there.</param>
public sealed record DriftInput(string Name, bool IsCategory = false, bool IsPrediction = false);

/// <summary>How drift is told from chance.</summary>
/// <remarks>
/// A window is flagged where its p-value is at most <see cref="FalseAlarmRate"/> and its shift at least <see cref="LeastEffect"/>: a
/// tiny shift in a huge window is significant, and no reason to refresh.</remarks>
[Maturity(Maturity.Estimator, "a convention, with its error rate stated")]
public readonly record struct DriftOptions()
{
    /// <summary>Share of windows without drift that may be flagged, in (0, 1). Default 0.05.</summary>
    public double FalseAlarmRate { get; init; } = 0.05;

    /// <summary>Least shift that counts, in standard deviations of one row of the reference, ≥ 0. Default 0.1.</summary>
    public double LeastEffect { get; init; } = 0.1;

    /// <summary>Draws of the null law; p-values are multiples of 1/(draws + 1). Default 4095, at least 99.</summary>
    public int Draws { get; init; } = 4095;

    /// <summary>Seed of the draws.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>m, fresh points over which a Type II energy is averaged, ≥ 1; both states take the same. Default 1000.</summary>
    public long FreshPoints { get; init; } = 1000;

    /// <summary>
    /// ARL, windows: without drift each window gives a sequential alarm with probability 1/ARL at most, in (1, 100 000]. Default 1000. With labels limits
    /// are drawn from 10 ARL streams (ARL above 2,000: fewer times ARL), once for all monitors whose references and windows have the same sizes.
    /// </summary>
    public double RunLength { get; init; } = 1000;

    /// <summary>Ask for a refresh whichever way the losses went; by default only where they rose.</summary>
    public bool BothWays { get; init; }

    /// <summary>
    /// The reference's rows come in the order of time (default): where they depend on each other, significantly at 1 %, p-values are corrected by the
    /// design effect of window means. Say false of rows that are sorted otherwise, by a label say. Rows in a random order show no dependence.
    /// </summary>
    public bool RowsInOrder { get; init; } = true;

    internal DriftOptions Checked()
    {
        if (!(FalseAlarmRate is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(FalseAlarmRate), FalseAlarmRate, "Expected a rate of false alarms in (0, 1), such as 0.05.");
        if (!(LeastEffect >= 0 && double.IsFinite(LeastEffect)))
            throw new ArgumentOutOfRangeException(nameof(LeastEffect), LeastEffect, "Expected a shift ≥ 0, in standard deviations of one row.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Draws, 99);
        if (Draws + 1 < 1 / FalseAlarmRate)
            throw new ArgumentOutOfRangeException(nameof(Draws), Draws,
                $"A false-alarm rate of {FalseAlarmRate} needs at least {Math.Ceiling(1 / FalseAlarmRate) - 1} draws.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(FreshPoints);
        if (!(RunLength is > 1 and <= AlarmLimits.MostRunLength))
            throw new ArgumentOutOfRangeException(nameof(RunLength), RunLength, $"Expected a run length above 1 window, and at most " +
                $"{AlarmLimits.MostRunLength}.");
        return this;
    }
}
