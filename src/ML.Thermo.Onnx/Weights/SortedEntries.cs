using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ML.Thermo.Onnx.Weights;

/// <summary>A layer's weights in ascending order, by a radix sort of their bit patterns in three passes of eleven bits.</summary>
internal static class SortedEntries
{
    private const int DigitBits = 11;
    private const int Digits = 1 << DigitBits;

    /// <summary>A sorted copy in single precision.</summary>
    public static float[] Of(WeightMatrix weights)
    {
        float[] sorted = new float[weights.Layout.Count], other = new float[sorted.Length];
        if (weights.IsSingle)
            weights.Gather(weights.Single).CopyTo(sorted);
        else
            TensorPrimitives.ConvertTruncating(weights.Gather(weights.Double), sorted.AsSpan());

        // As unsigned integers, non-negative numbers order as their bits do; negative ones in reverse and below them.
        foreach (ref uint key in Bits(sorted))
            key ^= (uint)((int)key >> 31) | 0x80000000;
        for (int shift = 0; shift < 32; shift += DigitBits)
        {
            Pass(Bits(sorted), Bits(other), shift);
            (sorted, other) = (other, sorted);
        }

        foreach (ref uint key in Bits(sorted))
            key ^= (uint)((int)~key >> 31) | 0x80000000;
        return sorted;
    }

    private static Span<uint> Bits(float[] entries) => MemoryMarshal.Cast<float, uint>(entries.AsSpan());

    private static void Pass(ReadOnlySpan<uint> source, Span<uint> target, int shift)
    {
        Span<int> next = stackalloc int[Digits + 1];
        next.Clear();
        foreach (uint key in source)
            next[(int)((key >> shift) & (Digits - 1)) + 1]++;
        for (int digit = 1; digit < Digits; digit++)
            next[digit] += next[digit - 1];
        foreach (uint key in source)
            target[next[(int)((key >> shift) & (Digits - 1))]++] = key;
    }
}
