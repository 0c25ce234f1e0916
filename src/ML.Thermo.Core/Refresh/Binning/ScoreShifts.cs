namespace ML.Thermo.Refresh.Binning;

/// <summary>How far a window's mean scores lie from those of its reference's urn.</summary>
internal sealed class ScoreShifts(Bins bins, PolyaUrn urn, IReadOnlyList<double[]>? scores = null)
{
    private readonly IReadOnlyList<double[]> _scores = scores ?? bins.Scores;
    private readonly (double Mean, double Variance)[] _moments = [.. (scores ?? bins.Scores).Select(urn.Moments)];

    public Bins Bins => bins;

    public PolyaUrn Urn => urn;

    /// <summary>(mean score − expected)/standard deviation of one row; zero for an empty window.</summary>
    public double[] Effects(ReadOnlySpan<long> counts)
    {
        double[] effects = new double[_moments.Length];
        double n = Rows(counts);
        for (int j = 0; j < effects.Length && n > 0; j++)
        {
            double sum = 0;
            for (int k = 0; k < counts.Length; k++)
                sum += counts[k] * _scores[j][k];
            effects[j] = _moments[j].Variance > 0 ? ((sum / n) - _moments[j].Mean) / Math.Sqrt(_moments[j].Variance) : 0;
        }

        return effects;
    }

    /// <summary>(mean score − expected)/standard error of the mean over the window, the reference's own error included.</summary>
    public double[] Shifts(ReadOnlySpan<long> counts)
    {
        double[] shifts = Effects(counts);
        double n = Rows(counts), error = Math.Sqrt(urn.MeanFactor(Math.Max(n, 1)));
        for (int j = 0; j < shifts.Length; j++)
            shifts[j] /= error;
        return shifts;
    }

    /// <summary>Sum of the counts.</summary>
    public static long Rows(ReadOnlySpan<long> counts)
    {
        long rows = 0;
        foreach (long count in counts)
            rows += count;
        return rows;
    }
}
