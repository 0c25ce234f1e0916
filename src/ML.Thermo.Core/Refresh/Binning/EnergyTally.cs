using ML.Thermo.Transitions;

namespace ML.Thermo.Refresh.Binning;

/// <summary>A window's losses: themselves, counts by bin and exact sums.</summary>
internal sealed class EnergyTally(Bins bins, double centre)
{
    private long[] _counts = new long[bins.Count];
    private EnergySums _sums = new(centre);
    private LossSample _losses = new();

    public ReadOnlySpan<long> Counts => _counts;

    public long Count => _sums.Count;

    /// <summary>The losses; fewer than <see cref="Count"/> only in what the first format held, which kept none.</summary>
    public LossSample Losses => _losses;

    /// <summary>Refuses a loss that cannot be summed; NaN, which is not known, passes.</summary>
    public void Check(double loss)
    {
        if (!double.IsNaN(loss))
            _sums.Check(loss);
    }

    public void Add(double loss)
    {
        _sums.Add(loss);
        _losses.Add(loss);
        _counts[bins.Find(loss)]++;
    }

    public void Add(EnergyTally other)
    {
        _sums.Add(other._sums);
        _losses.Add(other._losses);
        for (int k = 0; k < _counts.Length; k++)
            _counts[k] += other._counts[k];
    }

    /// <summary>The Type II state of m fresh points; null below two losses.</summary>
    public State? ToState(long freshPoints) =>
        Count < 2 ? null : TypeIIState.FromMoments(_sums.ToMoments(), freshPoints, TypeIIEntropy.CentralLimit);

    public void Clear()
    {
        _counts.AsSpan().Clear();
        _losses.Clear();
        _sums = new EnergySums(_sums.Centre);
    }

    public void Write(BinaryWriter to)
    {
        _sums.Write(to);
        foreach (long count in _counts)
            to.Write(count);
        _losses.Write(to);
    }

    public void Read(BinaryReader from, int version)
    {
        _sums = EnergySums.Read(from);
        _counts = [.. _counts.Select(_ => from.ReadInt64())];
        _losses = version > 1 ? LossSample.Read(from) : new LossSample();
        if (version > 1 && _losses.Count != Count)
            throw new UnusableDataException($"A window claims {Count} losses and holds {_losses.Count}: it is damaged.");
    }
}
