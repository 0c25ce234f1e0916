using ML.Thermo.Initialization;

namespace ML.Thermo.Scans;

/// <summary>What the samples of one law say about every split.</summary>
internal sealed class LawSamples(RandomStream chance, int splits, int neighbours)
{
    private readonly double[] _parts = new double[SplitCurves.Parts * (splits + neighbours)];
    private readonly long[] _partCounts = new long[SplitCurves.Parts];
    private int _part;

    /// <summary>Four distances a split.</summary>
    public Moments[] Splits { get; } = Empty(4 * splits);

    /// <summary>Linear dissimilarity of doubled windows.</summary>
    public Moments[] Doubled { get; } = Empty(splits);

    /// <summary>Hellinger distance of neighbouring laws.</summary>
    public Moments[] Neighbours { get; } = Empty(neighbours);

    /// <summary>Σ of the linear dissimilarities of any two laws; null where nobody asked.</summary>
    public PairTable? Pairs { get; init; }

    /// <summary>−ln P under the sample's own law.</summary>
    public Moments Entropy { get; } = new();

    public long Count => Entropy.Count;

    /// <summary>Opens the next sample, which belongs to a random tenth.</summary>
    public void Begin(double entropy)
    {
        Entropy.Add(entropy);
        _part = (int)chance.NextInteger(SplitCurves.Parts);
        _partCounts[_part]++;
    }

    /// <summary>Adds what the sample says about a split.</summary>
    public void Add(int s, Distances sums, double scale)
    {
        Splits[4 * s].Add(sums.Linear / scale);
        Splits[(4 * s) + 1].Add(sums.TotalVariation / scale);
        Splits[(4 * s) + 2].Add(sums.JensenShannon / scale);
        Splits[(4 * s) + 3].Add(sums.Hellinger / scale);
        _parts[PartAt(_part, s)] += sums.Linear / scale;
    }

    /// <summary>Adds what the sample says about a pair of neighbouring laws.</summary>
    public void AddNeighbours(int k, double hellinger)
    {
        Neighbours[k].Add(hellinger);
        _parts[PartAt(_part, splits + k)] += hellinger;
    }

    /// <summary>The mean of the linear dissimilarity without one tenth of the samples.</summary>
    public double Without(int part, int s) => Without(part, s, Splits[4 * s]);

    /// <summary>The mean of the neighbours' distance without one tenth of the samples.</summary>
    public double NeighboursWithout(int part, int k) => Without(part, splits + k, Neighbours[k]);

    private double Without(int part, int curve, Moments all) =>
        _partCounts[part] == Count ? all.Mean.Value : (all.Sum - _parts[PartAt(part, curve)]) / (Count - _partCounts[part]);

    private int PartAt(int part, int curve) => (part * (splits + neighbours)) + curve;

    private static Moments[] Empty(int count) => [.. Enumerable.Range(0, count).Select(_ => new Moments())];
}
