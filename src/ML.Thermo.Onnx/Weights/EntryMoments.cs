using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ML.Thermo.Onnx.Weights;

/// <summary>Moments of a layer's weights. They describe exactly the weights that are there: their standard error is zero.</summary>
[Maturity(Maturity.Theorem, "definitions; one pass in double precision, whose parts are merged")]
public sealed record EntryMoments
{
    private const int ChunkSize = 1024, Lanes = 8;

    /// <summary>Number of weights.</summary>
    public required long Count { get; init; }

    /// <summary>Mean, weight units; NaN where a weight is not finite.</summary>
    public required double Mean { get; init; }

    /// <summary>Mean squared deviation (divisor n), squared weight units.</summary>
    public required double Variance { get; init; }

    /// <summary>m₃/m₂^(3/2); NaN for a constant.</summary>
    public required double Skewness { get; init; }

    /// <summary>m₄/m₂² − 3: 0 for a normal law, −1.2 for a uniform one; NaN for a constant.</summary>
    public required double ExcessKurtosis { get; init; }

    /// <summary>Smallest weight.</summary>
    public required double Minimum { get; init; }

    /// <summary>Largest weight.</summary>
    public required double Maximum { get; init; }

    /// <summary>Share of weights that are exactly zero, 0 … 1.</summary>
    public required double ZeroFraction { get; init; }

    /// <summary>Number of weights that are NaN or infinite; where it is not zero, the moments are NaN.</summary>
    public required long NotFinite { get; init; }

    /// <summary>The moments of all entries of a layer.</summary>
    /// <param name="weights">The layer.</param>
    public static EntryMoments Of(WeightMatrix weights) => weights.IsSingle
        ? Of(weights.Gather(weights.Single))
        : Of(weights.Gather(weights.Double));

    private static EntryMoments Of<T>(ReadOnlySpan<T> entries)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Span<double> buffer = stackalloc double[ChunkSize];
        MomentSums all = default;
        Seen seen = new(0, double.PositiveInfinity, double.NegativeInfinity, 0);
        for (int start = 0; start < entries.Length; start += ChunkSize)
        {
            ReadOnlySpan<T> part = entries.Slice(start, Math.Min(ChunkSize, entries.Length - start));
            ReadOnlySpan<double> chunk = buffer[..part.Length];
            if (typeof(T) == typeof(float))
                Widen(MemoryMarshal.Cast<T, float>(part), buffer);
            else
                MemoryMarshal.Cast<T, double>(part).CopyTo(buffer);
            Seen here = SeenIn(chunk);
            seen = seen.With(here);
            all = all.With(MomentSums.Of(chunk, here.Sum / chunk.Length));
        }

        double n = entries.Length, mean = seen.Sum / n, variance = all.Second / n;
        return new()
        {
            Count = entries.Length,
            Mean = double.IsFinite(mean) ? mean : double.NaN,
            Variance = double.IsFinite(mean) ? variance : double.NaN,
            Skewness = all.Third / n / Math.Pow(variance, 1.5),
            ExcessKurtosis = (all.Fourth / n / (variance * variance)) - 3,
            Minimum = seen.Least,
            Maximum = seen.Most,
            ZeroFraction = seen.Zeros / n,
            NotFinite = double.IsFinite(seen.Sum) ? 0 : CountNotFinite(entries),
        };
    }

    /// <summary>What one pass over a few values shows.</summary>
    private readonly record struct Seen(double Sum, double Least, double Most, long Zeros)
    {
        public Seen With(Seen next) => new(Sum + next.Sum, Math.Min(Least, next.Least), Math.Max(Most, next.Most), Zeros + next.Zeros);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(ReadOnlySpan<float> from, Span<double> to)
    {
        int i = 0;
        for (; i + Vector512<float>.Count <= from.Length; i += Vector512<float>.Count)
        {
            Vector512<float> x = Vector512.Create(from[i..]);
            Vector512.WidenLower(x).CopyTo(to[i..]);
            Vector512.WidenUpper(x).CopyTo(to[(i + Lanes)..]);
        }

        for (; i < from.Length; i++)
            to[i] = from[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Seen SeenIn(ReadOnlySpan<double> values)
    {
        int i = 0;
        Vector512<double> sums = default, least = Vector512.Create(double.PositiveInfinity), most = -least;
        Vector512<long> zeros = default;
        for (; i + Lanes <= values.Length; i += Lanes)
        {
            Vector512<double> x = Vector512.Create(values[i..]);
            sums += x;
            (least, most) = (Vector512.Min(least, x), Vector512.Max(most, x));
            zeros -= Vector512.Equals(x, Vector512<double>.Zero).AsInt64(); // all ones is −1
        }

        Seen seen = new(Vector512.Sum(sums), double.PositiveInfinity, double.NegativeInfinity, Vector512.Sum(zeros));
        for (int lane = 0; i > 0 && lane < Lanes; lane++)
            seen = seen with { Least = Math.Min(seen.Least, least[lane]), Most = Math.Max(seen.Most, most[lane]) };
        for (; i < values.Length; i++)
            seen = seen.With(new(values[i], values[i], values[i], values[i] == 0 ? 1 : 0));
        return seen;
    }

    private static long CountNotFinite<T>(ReadOnlySpan<T> entries)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        long count = 0;
        foreach (T entry in entries)
            count += T.IsFinite(entry) ? 0 : 1;
        return count;
    }
}
