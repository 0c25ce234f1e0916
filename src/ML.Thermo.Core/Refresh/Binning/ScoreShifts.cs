namespace ML.Thermo.Refresh.Binning;

/// <summary>How far a window's mean scores lie from those of its reference's urn.</summary>
internal sealed class ScoreShifts(Bins bins, PolyaUrn urn)
{
    private readonly (double Mean, double Variance)[] _moments = [.. bins.Scores.Select(urn.Moments)];

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
                sum += counts[k] * bins.Scores[j][k];
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

    /// <summary>A score brought to mean zero and variance one, within ±<paramref name="most"/>; all zero where it cannot vary.</summary>
    public double[] Standardized(int score, double most)
    {
        (double mean, double variance) = _moments[score];
        return [.. bins.Scores[score].Select(value => variance > 0 ? Math.Clamp((value - mean) / Math.Sqrt(variance), -most, most) : 0)];
    }

    /// <summary>Correlation of two scores when one row is drawn.</summary>
    public double Correlation(int a, int b) => a == b ? 1 : urn.Covariance(bins.Scores[a], bins.Scores[b]) / Math.Sqrt(_moments[a].Variance * _moments[b].Variance);

    /// <summary>Sum of the counts.</summary>
    public static long Rows(ReadOnlySpan<long> counts)
    {
        long rows = 0;
        foreach (long count in counts)
            rows += count;
        return rows;
    }
}
