using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ML.Thermo.Onnx.Weights;

/// <summary>
/// A layer's weights, or an <see cref="EntrySample"/> of them, in ascending order and single precision, by a radix sort of their bit patterns in three passes
/// of eleven bits.
/// </summary>
internal sealed class SortedEntries : IDisposable
{
    private const int DigitBits = 11;
    private const int Digits = 1 << DigitBits;
    private const uint Mask = Digits - 1;

    private readonly float[] _sorted;

    private SortedEntries(float[] sorted, int count) => (_sorted, Count) = (sorted, count);

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>In ascending order.</summary>
    public ReadOnlySpan<float> Values => _sorted.AsSpan(0, Count);

    /// <summary>Sorts a copy of all of them.</summary>
    /// <param name="weights">The layer.</param>
    public static SortedEntries Of(WeightMatrix weights)
    {
        if (weights.IsSingle)
            return Of(weights.Gather(weights.Single)); // read where it lies
        using EntrySample all = new(weights.Layout.Count, int.MaxValue);
        all.Take(weights.Gather(weights.Double), 0);
        return Of(all.Values);
    }

    /// <summary>Sorts a copy.</summary>
    public static SortedEntries Of(ReadOnlySpan<float> source)
    {
        int count = source.Length;
        float[] sorted = ArrayPool<float>.Shared.Rent(count), other = ArrayPool<float>.Shared.Rent(count);
        Span<int> counts = stackalloc int[3 * Digits];
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(source);
        Span<uint> there = Bits(sorted, count), back = Bits(other, count);
        Tally(bits, counts);
        First(bits, there, counts[..Digits]);
        Second(there, back, counts.Slice(Digits, Digits));
        Third(back, there, counts[(2 * Digits)..]);
        ArrayPool<float>.Shared.Return(other);
        return new(sorted, count);
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<float>.Shared.Return(_sorted);

    private static Span<uint> Bits(float[] entries, int count) => MemoryMarshal.Cast<float, uint>(entries.AsSpan(0, count));

    /// <summary>As unsigned integers, non-negative numbers order as their bits do; negative ones in reverse and below them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Key(uint bits) => bits ^ ((uint)((int)bits >> 31) | 0x80000000);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Restored(uint key) => key ^ ((uint)((int)~key >> 31) | 0x80000000);

    /// <summary>How many keys begin before each digit, for all passes at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tally(ReadOnlySpan<uint> source, Span<int> counts)
    {
        counts.Clear();
        foreach (uint bits in source)
        {
            uint key = Key(bits);
            counts[(int)(key & Mask)]++;
            counts[Digits + (int)((key >> DigitBits) & Mask)]++;
            counts[(2 * Digits) + (int)(key >> (2 * DigitBits))]++;
        }

        for (int start = 0; start < counts.Length; start += Digits)
        {
            int next = 0;
            foreach (ref int count in counts.Slice(start, Digits))
                (count, next) = (next, next + count);
        }
    }

    /// <summary>Keys in the order of their last digit, those with equal digits as they came.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void First(ReadOnlySpan<uint> source, Span<uint> target, Span<int> next)
    {
        foreach (uint bits in source)
        {
            uint key = Key(bits);
            target[next[(int)(key & Mask)]++] = key;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Second(ReadOnlySpan<uint> source, Span<uint> target, Span<int> next)
    {
        foreach (uint key in source)
            target[next[(int)((key >> DigitBits) & Mask)]++] = key;
    }

    /// <summary>The last pass hands out numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Third(ReadOnlySpan<uint> source, Span<uint> target, Span<int> next)
    {
        foreach (uint key in source)
            target[next[(int)(key >> (2 * DigitBits))]++] = Restored(key);
    }
}
