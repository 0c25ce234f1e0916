using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ML.Thermo.Onnx.Reading;

namespace ML.Thermo.Onnx.Weights;

/// <summary>Moments of a layer's weights. They describe exactly the weights that are there: their standard error is zero.</summary>
[Maturity(Maturity.Theorem, "definitions; one pass in double precision, whose parts are merged")]
public sealed record EntryMoments
{
    private const int ChunkSize = 1024, Lanes = 8;
    private const int PartSize = 4096 * ChunkSize; // of a file that are in memory at once

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
    public static EntryMoments Of(WeightMatrix weights) => Of(weights, null);

    /// <summary>The moments of all entries of a layer; the same pass fills a sample of them.</summary>
    internal static EntryMoments Of(WeightMatrix weights, EntrySample? sample)
    {
        OnnxTensor? stored = weights.LieTogether ? weights.Stored : null;
        return weights.IsSingle
            ? Of(weights.Gather(weights.Single), stored, sample)
            : Of(weights.Gather(weights.Double), stored, sample);
    }

    /// <summary>The entries where they lie; of a stored tensor, only a part of its file is in memory at a time.</summary>
    private static EntryMoments Of<T>(ReadOnlySpan<T> entries, OnnxTensor? stored, EntrySample? sample)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        MomentSums all = default;
        Seen seen = new(0, double.PositiveInfinity, double.NegativeInfinity, 0);
        for (long start = 0; start < entries.Length; start += PartSize)
        {
            int count = (int)Math.Min(PartSize, entries.Length - start), width = Unsafe.SizeOf<T>();
            using BorrowedBytes? bytes = stored?.Borrow(start * width, count * width);
            ReadOnlySpan<T> part = bytes is null ? entries.Slice((int)start, count) : MemoryMarshal.Cast<byte, T>(bytes.Span);
            for (int i = 0; i < part.Length; i += ChunkSize)
            {
                ReadOnlySpan<T> chunk = part.Slice(i, Math.Min(ChunkSize, part.Length - i));
                Seen here = typeof(T) == typeof(float) ? SeenIn(MemoryMarshal.Cast<T, float>(chunk)) : SeenIn(MemoryMarshal.Cast<T, double>(chunk));
                double mean = here.Sum / chunk.Length;
                seen = seen.With(here);
                all = all.With(typeof(T) == typeof(float)
                    ? MomentSums.Of(MemoryMarshal.Cast<T, float>(chunk), mean) : MomentSums.Of(MemoryMarshal.Cast<T, double>(chunk), mean));
                sample?.Take(chunk, (int)start + i);
            }
        }

        return Of(entries, all, seen);
    }

    private static EntryMoments Of<T>(ReadOnlySpan<T> entries, MomentSums all, Seen seen)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        double n = entries.Length, mean = seen.Sum / n, variance = all.Second / n;
        bool isFinite = double.IsFinite(seen.Sum);
        return new()
        {
            Count = entries.Length,
            Mean = isFinite ? mean : double.NaN,
            Variance = isFinite ? variance : double.NaN,
            Skewness = all.Third / n / Math.Pow(variance, 1.5),
            ExcessKurtosis = (all.Fourth / n / (variance * variance)) - 3,
            Minimum = isFinite ? seen.Least : double.CreateTruncating(TensorPrimitives.Min(entries)),
            Maximum = isFinite ? seen.Most : double.CreateTruncating(TensorPrimitives.Max(entries)),
            ZeroFraction = seen.Zeros / n,
            NotFinite = isFinite ? 0 : CountNotFinite(entries),
        };
    }

    /// <summary>What one pass over a few values shows.</summary>
    private readonly record struct Seen(double Sum, double Least, double Most, long Zeros)
    {
        public Seen With(Seen next) => new(Sum + next.Sum, Math.Min(Least, next.Least), Math.Max(Most, next.Most), Zeros + next.Zeros);
    }

    /// <summary>Least and most are right only where no value is NaN, which the sum tells.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Seen SeenIn(ReadOnlySpan<float> values)
    {
        ref float first = ref MemoryMarshal.GetReference(values);
        Vector256<double> even = default, odd = default;
        Vector256<float> least = Vector256.Create(float.PositiveInfinity), most = -least;
        Vector256<int> zeros = default;
        int i = 0;
        for (; i + Lanes <= values.Length; i += Lanes)
        {
            Vector256<float> x = Vector256.LoadUnsafe(ref first, (nuint)i);
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(x);
            (even, odd) = (even + low, odd + high);
            (least, most) = (Vector256.MinNative(x, least), Vector256.MaxNative(x, most));
            zeros -= Vector256.Equals(x, Vector256<float>.Zero).AsInt32(); // all ones is −1
        }

        Seen seen = new(Vector256.Sum(even) + Vector256.Sum(odd), double.PositiveInfinity, double.NegativeInfinity, Vector256.Sum(zeros));
        for (int lane = 0; i > 0 && lane < Lanes; lane++)
            seen = seen with { Least = Math.Min(seen.Least, least[lane]), Most = Math.Max(seen.Most, most[lane]) };
        for (; i < values.Length; i++)
            seen = seen.With(new(values[i], values[i], values[i], values[i] == 0 ? 1 : 0));
        return seen;
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
