using ML.Thermo.Numerics;
using ML.Thermo.Transitions;

namespace ML.Thermo.Refresh.Binning;

/// <summary>Exact sums of the first four powers of the losses about a fixed centre: constant memory, any order, exact merges.</summary>
/// <param name="centre">The reference's mean loss or so: near it nothing cancels. Sums merge only about the same centre.</param>
internal sealed class EnergySums(double centre)
{
    private readonly ExactSum[] _powers = [new(), new(), new(), new()];

    public long Count { get; private set; }

    public double Centre { get; } = centre;

    /// <summary>Refuses a loss that cannot be summed.</summary>
    public void Check(double loss)
    {
        double square = (loss - Centre) * (loss - Centre);
        if (!double.IsFinite(square * square))
            throw new UnusableDataException($"A loss is {loss}: expected a finite number whose fourth power about {Centre} is finite too.");
    }

    public void Add(double loss)
    {
        Check(loss);
        double d = loss - Centre, square = d * d, fourth = square * square;
        _powers[0].Add(d);
        _powers[1].Add(square);
        _powers[2].Add(square * d);
        _powers[3].Add(fourth);
        Count++;
    }

    public void Add(EnergySums other)
    {
        if (BitConverter.DoubleToInt64Bits(other.Centre) != BitConverter.DoubleToInt64Bits(Centre))
            throw new ArgumentException($"Sums about {other.Centre} and about {Centre} do not merge: take both windows from the same reference.",
                nameof(other));
        for (int power = 0; power < _powers.Length; power++)
            _powers[power].Add(other._powers[power]);
        Count += other.Count;
    }

    /// <summary>Mean, unbiased variance and higher central moments of one loss.</summary>
    public LossMoments ToMoments()
    {
        double n = Count, s1 = _powers[0].Value, s2 = _powers[1].Value, s3 = _powers[2].Value, s4 = _powers[3].Value, m = s1 / n;
        double second = Math.Max(s2 - (m * s1), 0);
        double third = s3 - (3 * m * s2) + (2 * m * m * s1);
        double fourth = Math.Max(s4 - (4 * m * s3) + (6 * m * m * s2) - (3 * m * m * m * s1), 0);
        return new LossMoments(Count, Centre + m, second / (n - 1), third / n, fourth / n);
    }

    public void Write(BinaryWriter to)
    {
        to.Write(Centre);
        to.Write(Count);
        foreach (ExactSum power in _powers)
            power.Write(to);
    }

    public static EnergySums Read(BinaryReader from)
    {
        var sums = new EnergySums(from.ReadDouble()) { Count = from.ReadInt64() };
        for (int power = 0; power < sums._powers.Length; power++)
            sums._powers[power] = ExactSum.Read(from);
        return sums;
    }
}
