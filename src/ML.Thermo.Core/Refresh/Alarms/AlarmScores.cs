using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Refresh.Alarms;

/// <summary>
/// What an alarm adds up: Shiryaev–Roberts sums of windows' mean scores, R ← (1 + R)·exp(2k(z − k)), for every way that a score can go, for k = ¼, ½
/// and 1, and for two references: the one that was given, and that one with all windows since. A state is a row of numbers.
/// </summary>
/// <remarks>
/// Scores are fixed by rank alone: Savage's −ln(1 − u), nearly the loss itself where losses fall off as χ² or exponential ones do, and the rank u.
/// z is the difference of the window's mean and the reference's in standard errors of both. The fixed reference is quick where drift comes early,
/// the growing one where it comes late. For both ways the same falls of both scores are added, and (u − ½)², which widens.
/// </remarks>
internal sealed class AlarmScores
{
    private const double Most = 1e100; // of a sum: far above any limit, far below infinity
    private const int References = 2, Strengths = 3;

    private readonly double[][] _scores;
    private readonly double[] _means, _deviations;
    private readonly (int Score, int Sign)[] _ways;
    private readonly double _rows;

    /// <param name="urn">The law of a window's counts by rank.</param>
    /// <param name="bothWays">Whether losses that fall, or spread, count too.</param>
    public AlarmScores(PolyaUrn urn, bool bothWays)
    {
        _scores = bothWays ? RankBins.Scores(urn) : RankBins.Scores(urn)[..2];
        _means = [.. _scores.Select(score => urn.Moments(score).Mean)];
        _deviations = [.. _scores.Select(score => Math.Sqrt(urn.Moments(score).Variance))];
        _ways = bothWays ? [(0, 1), (1, 1), (0, -1), (1, -1), (2, 1)] : [(0, 1), (1, 1)];
        _rows = urn.Total;
    }

    /// <summary>Number of scores.</summary>
    public int Count => _scores.Length;

    /// <summary>Numbers of a state: the sums R, then the totals of the scores over reference and windows.</summary>
    public int Width => (References * Strengths * _ways.Length) + Count;

    /// <summary>The score of each bin.</summary>
    public double[][] ByBin => _scores;

    /// <summary>The state before the first window.</summary>
    public void Start(Span<double> state)
    {
        state.Clear();
        for (int j = 0; j < Count; j++)
            state[^(Count - j)] = _rows * _means[j];
    }

    /// <summary>Adds a window to a state.</summary>
    /// <param name="state">It is changed.</param>
    /// <param name="sums">Sum of each score over the window.</param>
    /// <param name="rows">Rows of the window, at least one.</param>
    /// <param name="before">Rows of all windows before.</param>
    /// <param name="shrink">What differences are multiplied by: 1 where rows are independent.</param>
    /// <returns>Mean of the sums R: what is compared with the limit.</returns>
    public double Add(Span<double> state, ReadOnlySpan<double> sums, long rows, double before, double shrink = 1)
    {
        Span<double> totals = state[^Count..];
        double sum = 0;
        int at = 0;
        for (int reference = 0; reference < References; reference++)
        {
            double known = reference == 0 ? _rows : _rows + before;
            double error = Math.Sqrt((known + rows) / (rows * (known + 1)));
            foreach ((int score, int sign) in _ways)
            {
                double mean = reference == 0 ? _means[score] : totals[score] / known;
                double z = _deviations[score] > 0 ? shrink * sign * ((sums[score] / rows) - mean) / (_deviations[score] * error) : 0;
                double half = Math.Exp(0.5 * z), whole = half * half;
                sum += Grow(ref state[at], half * 0.88249690258459546); // exp(2k(z − k)) for k = ¼: e^(z/2 − ⅛)
                sum += Grow(ref state[at + 1], whole * 0.60653065971263342); // k = ½: e^(z − ½)
                sum += Grow(ref state[at + 2], whole * whole * 0.1353352832366127); // k = 1: e^(2z − 2)
                at += Strengths;
            }
        }

        for (int j = 0; j < Count; j++)
            totals[j] += sums[j];
        return sum / at;
    }

    /// <summary>Sum of each score over counts by bin.</summary>
    public double[] Sums(ReadOnlySpan<long> counts)
    {
        double[] sums = new double[Count];
        for (int j = 0; j < Count; j++)
        {
            for (int k = 0; k < counts.Length; k++)
                sums[j] += counts[k] * _scores[j][k];
        }

        return sums;
    }

    private static double Grow(ref double sum, double ratio) => sum = Math.Min((1 + sum) * ratio, Most);
}
