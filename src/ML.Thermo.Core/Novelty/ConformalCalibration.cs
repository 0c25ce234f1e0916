namespace ML.Thermo.Novelty;

/// <summary>How rare a score is among rows that are known to be in order: conformal p-values.</summary>
/// <remarks>
/// p = (1 + how many of the m calibration scores are at least as large)/(1 + m). For a row that is exchangeable with them P(p ≤ α) ≤ α, whatever the score and
/// the law, and it is ⌊α(m + 1)⌋/(m + 1) where no scores are equal (V. Vovk, A. Gammerman, G. Shafer 2005). Several rows share the calibration
/// scores, so that their p-values are not independent, and the share of false alarms of one calibration follows a beta law around α. The calibration
/// rows must be others than those from which the score was made or chosen.
/// </remarks>
[Maturity(Maturity.Theorem, "the level, for rows that are exchangeable with the calibration rows")]
public sealed class ConformalCalibration
{
    private readonly double[] _scores;

    /// <summary>Keeps the scores.</summary>
    /// <param name="scores">Of at least one row; larger is stranger; not NaN.</param>
    /// <exception cref="UnusableDataException">There is none, or one is NaN.</exception>
    public ConformalCalibration(IEnumerable<double> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        _scores = [.. scores.Order()];
        if (_scores.Length == 0 || double.IsNaN(_scores[0]))
            throw new UnusableDataException(
                $"There are {_scores.Length} calibration scores, the first {_scores.FirstOrDefault()}: expected at least one, and no NaN.");
    }

    /// <summary>m.</summary>
    public int Rows => _scores.Length;

    /// <summary>1/(m + 1): no row can be rarer.</summary>
    public double LeastPValue => 1.0 / (1 + Rows);

    /// <summary>Calibration rows without which no row can be at a level: ⌈1/α⌉ − 1; 99 for .01.</summary>
    /// <param name="level">α, above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is none.</exception>
    public static int RowsNeeded(double level)
    {
        if (!(level > 0 && level < 1))
            throw new ArgumentOutOfRangeException(nameof(level), $"{level} is no rate of false alarms: expected a number above 0 and below 1.");
        return (int)Math.Ceiling((1 / level) - 1e-9) - 1;
    }

    /// <summary>The p-value of a score; NaN counts as stranger than all.</summary>
    /// <param name="score">Larger is stranger.</param>
    public double PValue(double score)
    {
        if (double.IsNaN(score))
            return LeastPValue;
        int low = 0, high = _scores.Length; // the first that is at least the score
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_scores[middle] < score)
                low = middle + 1;
            else
                high = middle;
        }

        return (1.0 + _scores.Length - low) / (1 + _scores.Length);
    }
}
