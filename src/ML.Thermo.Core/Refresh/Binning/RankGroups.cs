namespace ML.Thermo.Refresh.Binning;

/// <summary>
/// Eight groups of neighbouring ranks of a pool, and χ² of how many of the chosen rows are in each: it sees changes of a law's shape that no shift of mean,
/// entropy or rank shows. Equal losses share a group.
/// </summary>
internal sealed class RankGroups
{
    private const int Groups = 8;
    private readonly int[] _group;
    private readonly double[] _shares = new double[Groups];

    /// <param name="ranks">Anything that orders the pool's rows as their ranks do.</param>
    public RankGroups(double[] ranks)
    {
        double[] sorted = [.. ranks.Order()];
        _group = [.. ranks.Select(rank =>
        {
            int first = Array.BinarySearch(sorted, rank), last = first;
            while (first > 0 && sorted[first - 1] == rank)
                first--;
            while (last + 1 < sorted.Length && sorted[last + 1] == rank)
                last++;
            return (int)(Groups * (first + last + 1.0) / (2.0 * sorted.Length));
        })];
        foreach (int group in _group)
            _shares[group] += 1.0 / _group.Length;
    }

    /// <summary>Σ(count − expected)²/expected of the chosen rows.</summary>
    public double Statistic(ReadOnlySpan<int> chosen)
    {
        Span<double> counts = stackalloc double[Groups];
        foreach (int row in chosen)
            counts[_group[row]]++;
        double sum = 0;
        for (int g = 0; g < Groups; g++)
        {
            double expected = chosen.Length * _shares[g];
            sum += expected > 0 ? (counts[g] - expected) * (counts[g] - expected) / expected : 0;
        }

        return sum;
    }
}
