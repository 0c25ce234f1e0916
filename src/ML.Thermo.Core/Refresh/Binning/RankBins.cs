using ML.Thermo.Initialization;

namespace ML.Thermo.Refresh.Binning;

/// <summary>
/// Bins on the axis of ranks, cut between order statistics of a sample of N losses, with equal losses put into a random order. A window's
/// counts in them follow Pólya's urn for losses of any law: ties are broken by chance, so the losses behave as continuous ones do.
/// </summary>
/// <remarks>A loss that many rows share has a bin of its own among <see cref="Bins"/>; its count is split here among the parts into which cuts divide
/// it.</remarks>
internal sealed class RankBins
{
    private readonly int[] _first;
    private readonly double[][] _cuts;
    private readonly long[] _balls, _sampleCounts;

    /// <param name="first">Of each bin of losses: the first rank bin that it lies in.</param>
    /// <param name="cuts">Of each: where cuts divide it, ascending in (0, 1); empty where it lies in one rank bin as a whole.</param>
    /// <param name="balls">Spacings of the sample by rank bin: N + 1 in all.</param>
    /// <param name="sampleCounts">The sample's counts by bin of losses.</param>
    public RankBins(int[] first, double[][] cuts, long[] balls, long[] sampleCounts) =>
        (_first, _cuts, _balls, _sampleCounts) = (first, cuts, balls, sampleCounts);

    /// <summary>The urn that a reference leaves, whose first rows were the sample.</summary>
    public PolyaUrn Urn(ReadOnlySpan<long> counts, RandomStream random)
    {
        long[] later = counts.ToArray();
        for (int k = 0; k < later.Length; k++)
            later[k] -= _sampleCounts[k];
        long[] balls = Split(later, random);
        for (int k = 0; k < balls.Length; k++)
            balls[k] += _balls[k];
        return PolyaUrn.OfBalls(balls);
    }

    /// <summary>Counts by rank bin; what falls on a loss that several of them share is divided by chance.</summary>
    public long[] Split(ReadOnlySpan<long> counts, RandomStream random)
    {
        long[] split = new long[_balls.Length];
        for (int k = 0; k < counts.Length; k++)
        {
            if (_cuts[k].Length == 0)
            {
                split[_first[k]] += counts[k];
                continue;
            }

            for (long i = 0; i < counts[k]; i++)
            {
                int part = Array.BinarySearch(_cuts[k], random.NextDouble());
                split[_first[k] + (part < 0 ? ~part : part)]++;
            }
        }

        return split;
    }

    /// <summary>Scores fixed by rank alone: Savage's −ln(1 − u) − 1 (a higher mean loss), u − ½ (higher) and (u − ½)² (wider).</summary>
    public static double[][] Scores(PolyaUrn urn)
    {
        double[] middle = new double[urn.Balls.Length];
        double below = 0;
        for (int k = 0; k < middle.Length; k++)
        {
            middle[k] = (below + (0.5 * urn.Balls[k])) / urn.Total;
            below += urn.Balls[k];
        }

        return [[.. middle.Select(u => -Math.Log(1 - u))], middle, [.. middle.Select(u => (u - 0.5) * (u - 0.5))]];
    }

    public void Write(BinaryWriter to)
    {
        to.Write(_balls.Length);
        foreach (long balls in _balls)
            to.Write(balls);
        for (int k = 0; k < _first.Length; k++)
        {
            to.Write(_first[k]);
            to.Write(_sampleCounts[k]);
            to.Write(_cuts[k].Length);
            foreach (double cut in _cuts[k])
                to.Write(cut);
        }
    }

    /// <param name="from">What <see cref="Write"/> wrote.</param>
    /// <param name="bins">How many bins of losses there are.</param>
    public static RankBins Read(BinaryReader from, int bins)
    {
        long[] balls = [.. Enumerable.Range(0, from.ReadInt32()).Select(_ => from.ReadInt64())];
        int[] first = new int[bins];
        long[] counts = new long[bins];
        double[][] cuts = new double[bins][];
        for (int k = 0; k < bins; k++)
        {
            first[k] = from.ReadInt32();
            counts[k] = from.ReadInt64();
            cuts[k] = [.. Enumerable.Range(0, from.ReadInt32()).Select(_ => from.ReadDouble())];
            if (first[k] < 0 || first[k] + cuts[k].Length >= balls.Length)
                throw new UnusableDataException($"Bin {k} of a reference lies in rank bin {first[k]} of {balls.Length}: the reference is damaged.");
        }

        return new RankBins(first, cuts, balls, counts);
    }
}
