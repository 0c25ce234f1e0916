using ML.Thermo.Numerics;

namespace ML.Thermo.Forecasts;

/// <summary>Where a forecast of more rows comes from.</summary>
public enum MoreDataMethod
{
    /// <summary>The gap between losses of rows left out one by one, in closed form, and training losses.</summary>
    LeaveOneOut,

    /// <summary>The gap between held-out and training losses of the folds of a cross-validation.</summary>
    CrossValidation,

    /// <summary>The mean of the cross-validated gap and of tr(H⁻¹C)/2 of one fit: for cross-entropy, whose gap is too wide at few rows.</summary>
    CrossValidationAndCurvature,

    /// <summary>Half of what the last doubling of the rows brought: for models that are not regular.</summary>
    HalfOfLastDoubling,
}

/// <summary>What more rows would bring, and what no number of rows can bring.</summary>
/// <remarks>
/// <para>At n rows a regular model loses E_held-out = E_∞ + λ/n on rows to come and E_training = E_∞ − λ/n on its own: two Type II states tell λ, the
/// learning coefficient in loss units, and E_∞, the floor. N rows bring λ(1/n − 1/N), twice as many λ/2n.</para>
/// <para>Prior art: the network information criterion (Murata, Yoshizawa and Amari 1994), Watanabe's equation of states.</para>
/// </remarks>
[Maturity(Maturity.Estimator, "to first order in 1/n, for regular models and independent rows")]
public sealed record MoreDataForecast
{
    /// <summary>n, the rows that the model learns from.</summary>
    public required long Rows { get; init; }

    /// <summary>The loss that twice as many rows would take off, loss units.</summary>
    public required Estimate GainOfDoubling { get; init; }

    /// <summary>E_∞, the loss on rows to come that would remain with endless rows; undefined for models that are not regular.</summary>
    public required Estimate Floor { get; init; }

    /// <summary>λ, loss units times rows; undefined for models that are not regular.</summary>
    public required Estimate LearningCoefficient { get; init; }

    /// <summary>Mean loss on rows that the model had not.</summary>
    public required double HeldOutLoss { get; init; }

    /// <summary>Mean loss on the rows that it had.</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>How it was found.</summary>
    public required MoreDataMethod Method { get; init; }

    /// <summary>Whether the law of the two gaps holds: the training loss is not far below the other, and two estimates of λ agree where there are
    /// two.</summary>
    public bool IsRegular => Method != MoreDataMethod.HalfOfLastDoubling && Floor.IsDefined;

    /// <summary>The loss that a number of rows would take off, against n; negative for fewer rows.</summary>
    /// <param name="rows">N ≥ 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no rows.</exception>
    public Estimate GainOf(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        double share = 2 * (1 - (Rows / (double)rows));
        return IsRegular ? new(GainOfDoubling.Value * share, GainOfDoubling.StandardError * Math.Abs(share)) : Estimate.Undefined;
    }

    /// <summary>The rows at which the loss on rows to come would be this low; +∞ where no number of rows does, NaN where the model is not regular.</summary>
    /// <param name="loss">Loss units.</param>
    public double RowsFor(double loss) =>
        !IsRegular ? double.NaN : loss <= Floor.Value ? double.PositiveInfinity : LearningCoefficient.Value / (loss - Floor.Value);

    /// <summary>The forecast from losses of the same rows, held out and trained on.</summary>
    /// <param name="heldOut">Loss of each row by a model that had not seen it, learnt from <paramref name="learntFrom"/> rows.</param>
    /// <param name="training">Loss of each row by a model that had seen it; the same order.</param>
    /// <param name="rows">n, the rows of the model that is asked about.</param>
    /// <param name="learntFrom">Rows that each of the models learnt from: n of leave-one-out (to first order), n(1 − 1/k) of k folds.</param>
    /// <param name="method">How the losses were found.</param>
    /// <exception cref="ArgumentException">The lists differ in length, have fewer than two rows, or a loss is not finite.</exception>
    public static MoreDataForecast FromLosses(
        IReadOnlyList<double> heldOut, IReadOnlyList<double> training, long rows, double learntFrom, MoreDataMethod method)
    {
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(training);
        if (heldOut.Count != training.Count || heldOut.Count < 2)
            throw new ArgumentException($"There are {heldOut.Count} held-out and {training.Count} training losses: expected one of each a row, and two rows.");
        if (heldOut.Concat(training).Any(loss => !double.IsFinite(loss)))
            throw new ArgumentException("A loss is not finite.");
        Estimate gap = SampleMean.Of([.. heldOut.Zip(training, (h, t) => h - t)]);
        Estimate middle = SampleMean.Of([.. heldOut.Zip(training, (h, t) => (h + t) / 2)]);
        return Of(gap, middle, rows, learntFrom, method) with { HeldOutLoss = heldOut.Average(), TrainingLoss = training.Average() };
    }

    /// <summary>The training loss below this share of the other is far below: the first order in 1/n does not hold.</summary>
    internal const double FarBelow = 1.0 / 3;

    internal static MoreDataForecast Of(Estimate gap, Estimate middle, long rows, double learntFrom, MoreDataMethod method) => new()
    {
        Rows = rows,
        LearningCoefficient = new(gap.Value * learntFrom / 2, gap.StandardError * learntFrom / 2),
        GainOfDoubling = new(gap.Value * learntFrom / (4 * rows), gap.StandardError * learntFrom / (4 * rows)),
        Floor = middle,
        HeldOutLoss = middle.Value + (gap.Value / 2),
        TrainingLoss = middle.Value - (gap.Value / 2),
        Method = method,
    };
}
