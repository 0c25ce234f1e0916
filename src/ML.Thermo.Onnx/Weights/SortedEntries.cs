using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ML.Thermo.Onnx.Weights;

/// <summary>
/// A layer's weights in ascending order and single precision, by a radix sort of their bit patterns in three passes of eleven bits. Of more than are
/// wanted every k-th, k odd, so that all rows and columns of a matrix are met.
/// </summary>
internal sealed class SortedEntries : IDisposable
{
    private const int DigitBits = 11, Passes = 3;
    private const int Digits = 1 << DigitBits;

    private readonly float[] _sorted;

    private SortedEntries(float[] sorted, int count) => (_sorted, Count) = (sorted, count);

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>In ascending order.</summary>
    public ReadOnlySpan<float> Values => _sorted.AsSpan(0, Count);

    /// <summary>Sorts a copy.</summary>
    /// <param name="weights">The layer.</param>
    /// <param name="most">About so many are wanted; ≥ 1.</param>
    public static SortedEntries Of(WeightMatrix weights, int most = int.MaxValue)
    {
        long all = weights.Layout.Count;
        int stride = all <= most ? 1 : (int)(all / most) | 1, count = (int)((all + stride - 1) / stride);
        float[] sorted = ArrayPool<float>.Shared.Rent(count), other = ArrayPool<float>.Shared.Rent(count);
        if (weights.IsSingle)
            Sample(weights.Gather(weights.Single), stride, sorted.AsSpan(0, count));
        else
            Sample(weights.Gather(weights.Double), stride, sorted.AsSpan(0, count));

        Order(Bits(sorted, count));
        Span<int> counts = stackalloc int[Passes * Digits];
        Tally(Bits(sorted, count), counts);
        for (int pass = 0; pass < Passes; pass++)
        {
            Distribute(Bits(sorted, count), Bits(other, count), pass * DigitBits, counts.Slice(pass * Digits, Digits));
            (sorted, other) = (other, sorted);
        }

        Restore(Bits(sorted, count));
        ArrayPool<float>.Shared.Return(other);
        return new(sorted, count);
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<float>.Shared.Return(_sorted);

    private static Span<uint> Bits(float[] entries, int count) => MemoryMarshal.Cast<float, uint>(entries.AsSpan(0, count));

    private static void Sample<T>(ReadOnlySpan<T> entries, int stride, Span<float> sample)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        if (stride == 1)
            TensorPrimitives.ConvertTruncating(entries, sample);
        for (int i = 0; stride > 1 && i < sample.Length; i++)
            sample[i] = float.CreateTruncating(entries[i * stride]);
    }

    /// <summary>As unsigned integers, non-negative numbers order as their bits do; negative ones in reverse and below them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Order(Span<uint> keys)
    {
        foreach (ref uint key in keys)
            key ^= (uint)((int)key >> 31) | 0x80000000;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Restore(Span<uint> keys)
    {
        foreach (ref uint key in keys)
            key ^= (uint)((int)~key >> 31) | 0x80000000;
    }

    /// <summary>How many keys have each digit, for all passes at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tally(ReadOnlySpan<uint> keys, Span<int> counts)
    {
        counts.Clear();
        foreach (uint key in keys)
        {
            counts[(int)(key & (Digits - 1))]++;
            counts[Digits + (int)((key >> DigitBits) & (Digits - 1))]++;
            counts[(2 * Digits) + (int)(key >> (2 * DigitBits))]++;
        }
    }

    /// <summary>Puts the keys in the order of one digit, those with equal digits as they came.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Distribute(ReadOnlySpan<uint> source, Span<uint> target, int shift, Span<int> counts)
    {
        int next = 0;
        foreach (ref int count in counts)
            (count, next) = (next, next + count);
        foreach (uint key in source)
            target[counts[(int)((key >> shift) & (Digits - 1))]++] = key;
    }
}
