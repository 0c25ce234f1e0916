using System.Collections.Concurrent;
using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Nulls;

namespace ML.Thermo.Refresh.Binning;

/// <summary>
/// Has the law of the energy changed? For references of the first format, which kept counts and no losses: the largest standardised shift of
/// three scores fixed by rank, ranked among draws from the urn that the reference leaves.
/// </summary>
/// <remarks>Exact for continuous losses; counts of equal losses are not split, which makes it approximate.</remarks>
internal sealed class RankRule
{
    private readonly PolyaUrn _urn;
    private readonly double[][] _scores;
    private readonly int _draws;
    private readonly ulong _seed;
    private readonly ConcurrentDictionary<long, NullDistribution> _laws = new();

    public RankRule(PolyaUrn urn, int draws, ulong seed)
    {
        (_urn, _draws, _seed) = (urn, draws, seed);
        _scores = [.. RankBins.Scores(urn).Select(score => urn.Standardized(score))];
    }

    /// <summary>The p-value of a window.</summary>
    public double PValue(ReadOnlySpan<long> counts) => _laws.GetOrAdd(ScoreShifts.Rows(counts), Law).PValue(Largest(counts));

    private NullDistribution Law(long rows)
    {
        double[] values = new double[_draws];
        long[] counts = new long[_urn.Balls.Length];
        for (int i = 0; i < _draws; i++)
        {
            _urn.Draw((int)Math.Min(rows, int.MaxValue), new RandomStream(_seed, (ulong)i), counts);
            values[i] = Largest(counts);
        }

        return new NullDistribution(values);
    }

    private double Largest(ReadOnlySpan<long> counts)
    {
        double largest = 0;
        foreach (double[] score in _scores)
        {
            double sum = 0;
            for (int k = 0; k < counts.Length; k++)
                sum += counts[k] * score[k];
            largest = Math.Max(largest, Math.Abs(sum));
        }

        return largest;
    }
}
