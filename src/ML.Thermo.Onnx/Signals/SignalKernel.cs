using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static ML.Thermo.Onnx.Signals.UnitSums;

namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// One pass over a tensor of shape outer × units × inner: per unit the sums of x, x², x⁺ and (x⁺)², the smallest and the largest
/// value. Float lanes are emptied into doubles every 64 steps, so the sums keep about seven digits at memory speed.
/// </summary>
/// <remarks>x⁺ = max(x, 0), or x held between two bounds where the activation clips. With x = x⁺ − x⁻ and x⁺x⁻ = 0, the moments of every
/// homogeneous activation p·x⁺ − n·x⁻ follow from these four sums, so that its output need not be read.</remarks>
internal static class SignalKernel
{
    private const int Lanes = 16;
    private const int Steps = 64;

    /// <summary>Adds a tensor to running sums.</summary>
    /// <param name="values">outer × units × inner numbers, row-major.</param>
    /// <param name="units">Number of units.</param>
    /// <param name="inner">Number of values of one unit that lie side by side (the pixels of a channel); 1 where the unit is the last axis.</param>
    /// <param name="clip">x⁺ is x held between these, (0, ∞) for the positive part, (−∞, ∞) for x itself; low ≤ 0 ≤ high.</param>
    /// <param name="bounds">Values at or beyond these are counted; null counts none.</param>
    /// <param name="sums"><see cref="UnitSums"/>: fields × units.</param>
    /// <returns>The count.</returns>
    public static long Accumulate(
        ReadOnlySpan<float> values, int units, int inner, (float Low, float High) clip, (float Low, float High)? bounds, Span<double> sums)
    {
        if (inner == 1)
        {
            int unit = 0;
            for (; unit + Lanes <= units; unit += Lanes)
                AccumulateColumns(values, units, unit, clip, sums);
            for (int row = 0; unit < units && row < values.Length; row += units)
            {
                for (int left = unit; left < units; left++)
                    AddOne(values[row + left], units, left, clip, sums);
            }

            return CountIn(values);
        }

        long count = 0;
        for (int start = 0, unit = 0; start < values.Length; start += inner, unit = unit + 1 == units ? 0 : unit + 1)
        {
            for (ReadOnlySpan<float> rest = values.Slice(start, inner); !rest.IsEmpty; rest = rest[Math.Min(rest.Length, 2 * Steps * Lanes)..])
            {
                ReadOnlySpan<float> run = rest[..Math.Min(rest.Length, 2 * Steps * Lanes)];
                AccumulateRun(run, units, unit, clip, sums);
                count += CountIn(run); // now, while it is in the nearest cache
            }
        }

        return count;

        long CountIn(ReadOnlySpan<float> some) => bounds is { } ends ? CountOutside(some, ends.Low, ends.High) : 0;
    }

    /// <summary>Number of values at or below <paramref name="low"/> or at or above <paramref name="high"/>.</summary>
    public static long CountOutside(ReadOnlySpan<float> values, float low, float high)
    {
        long count = 0;
        int i = 0;
        for (Vector512<float> lows = Vector512.Create(low), highs = Vector512.Create(high); i <= values.Length - Lanes; i += Lanes)
        {
            Vector512<float> x = Vector512.Create(values[i..]);
            count += BitOperations.PopCount((Vector512.LessThanOrEqual(x, lows) | Vector512.GreaterThanOrEqual(x, highs)).ExtractMostSignificantBits());
        }

        for (; i < values.Length; i++)
            count += values[i] <= low || values[i] >= high ? 1 : 0;
        return count;
    }

    /// <summary>Values of one unit side by side: lanes hold neighbours and are added up at the end.</summary>
    private static void AccumulateRun(ReadOnlySpan<float> run, int units, int unit, (float Low, float High) clip, Span<double> sums)
    {
        if (run.Length < Lanes)
        {
            foreach (float x in run)
                AddOne(x, units, unit, clip, sums);
            return;
        }

        // Two sets of lanes, so that no addition waits for the one before it.
        bool clips = Clips(clip);
        Vector512<float> low = Vector512.Create(clip.Low), high = Vector512.Create(clip.High);
        Vector512<float> sum = default, square = default, plus = default, plusSquare = default, otherSum = default, otherSquare = default, otherPlus = default,
            otherPlusSquare = default;
        Vector512<float> least = Vector512.Create(run), most = least;
        ref float first = ref MemoryMarshal.GetReference(run);
        int i = 0;
        for (; i <= run.Length - (2 * Lanes); i += 2 * Lanes)
        {
            Add(Vector512.LoadUnsafe(ref first, (nuint)i), clips, low, high, ref sum, ref square, ref plus, ref plusSquare, ref least, ref most);
            Add(Vector512.LoadUnsafe(ref first, (nuint)(i + Lanes)), clips, low, high, ref otherSum, ref otherSquare, ref otherPlus, ref otherPlusSquare,
                ref least, ref most);
        }

        if (i <= run.Length - Lanes)
        {
            Add(Vector512.LoadUnsafe(ref first, (nuint)i), clips, low, high, ref sum, ref square, ref plus, ref plusSquare, ref least, ref most);
            i += Lanes;
        }

        if (i < run.Length)
        {
            // The last values once more as a whole vector, those that were added already set to zero.
            Vector512<float> last = Vector512.LoadUnsafe(ref first, (nuint)(run.Length - Lanes));
            least = Vector512.MinNative(least, last);
            most = Vector512.MaxNative(most, last);
            last &= Vector512.GreaterThanOrEqual(Vector512<int>.Indices, Vector512.Create(Lanes - (run.Length - i))).AsSingle();
            Vector512<float> ignored = default;
            Add(last, clips, low, high, ref otherSum, ref otherSquare, ref otherPlus, ref otherPlusSquare, ref ignored, ref ignored);
        }

        double total = Total(sum, otherSum), totalSquare = Total(square, otherSquare);
        sums[At(Sum, units, unit)] += total;
        sums[At(Square, units, unit)] += totalSquare;
        sums[At(Plus, units, unit)] += clips ? Total(plus, otherPlus) : total;
        sums[At(PlusSquare, units, unit)] += clips ? Total(plusSquare, otherPlusSquare) : totalSquare;
        sums[At(Least, units, unit)] = Math.Min(sums[At(Least, units, unit)], Minimum(least));
        sums[At(Most, units, unit)] = Math.Max(sums[At(Most, units, unit)], -Minimum(-most));
    }

    /// <summary>Units side by side: each lane belongs to one unit, and the rows go by beneath.</summary>
    private static void AccumulateColumns(ReadOnlySpan<float> values, int units, int unit, (float Low, float High) clip, Span<double> sums)
    {
        bool clips = Clips(clip);
        Vector512<float> low = Vector512.Create(clip.Low), high = Vector512.Create(clip.High);
        Vector512<float> least = Vector512.Create(values[unit..]), most = least;
        ref float first = ref MemoryMarshal.GetReference(values);
        for (int row = unit; row < values.Length;)
        {
            Vector512<float> sum = default, square = default, plus = default, plusSquare = default;
            int end = (int)Math.Min(values.Length, row + ((long)Steps * units));
            for (; row < end; row += units)
                Add(Vector512.LoadUnsafe(ref first, (nuint)row), clips, low, high, ref sum, ref square, ref plus, ref plusSquare, ref least, ref most);
            AddTo(sums[At(Sum, units, unit)..], sum);
            AddTo(sums[At(Square, units, unit)..], square);
            AddTo(sums[At(Plus, units, unit)..], clips ? plus : sum);
            AddTo(sums[At(PlusSquare, units, unit)..], clips ? plusSquare : square);
        }

        for (int lane = 0; lane < Lanes; lane++)
        {
            ref double lowest = ref sums[At(Least, units, unit + lane)], highest = ref sums[At(Most, units, unit + lane)];
            lowest = Math.Min(lowest, least[lane]);
            highest = Math.Max(highest, most[lane]);
        }
    }

    public static void AddOne(float x, int units, int unit, (float Low, float High) clip, Span<double> sums)
    {
        double plus = Math.Min(Math.Max(x, clip.Low), clip.High);
        sums[At(Sum, units, unit)] += x;
        sums[At(Square, units, unit)] += (double)x * x;
        sums[At(Plus, units, unit)] += plus;
        sums[At(PlusSquare, units, unit)] += plus * plus;
        sums[At(Least, units, unit)] = Math.Min(sums[At(Least, units, unit)], x);
        sums[At(Most, units, unit)] = Math.Max(sums[At(Most, units, unit)], x);
    }

    /// <summary>One vector into sixteen running sums of each kind. A NaN may be lost from the range but never from the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        Vector512<float> x, bool clips, Vector512<float> low, Vector512<float> high, ref Vector512<float> sum, ref Vector512<float> square,
        ref Vector512<float> plus, ref Vector512<float> plusSquare, ref Vector512<float> least, ref Vector512<float> most)
    {
        sum += x;
        square = Vector512.FusedMultiplyAdd(x, x, square);
        if (clips)
        {
            Vector512<float> clipped = Vector512.MinNative(Vector512.MaxNative(x, low), high);
            plus += clipped;
            plusSquare = Vector512.FusedMultiplyAdd(clipped, clipped, plusSquare);
        }

        least = Vector512.MinNative(least, x);
        most = Vector512.MaxNative(most, x);
    }

    private static void AddTo(Span<double> sums, Vector512<float> lanes)
    {
        (Vector512.Create<double>(sums) + Vector512.WidenLower(lanes)).CopyTo(sums);
        (Vector512.Create<double>(sums[8..]) + Vector512.WidenUpper(lanes)).CopyTo(sums[8..]);
    }

    private static double Total(Vector512<float> lanes, Vector512<float> others)
    {
        Vector512<double> eight = Vector512.WidenLower(lanes) + Vector512.WidenUpper(lanes) + (Vector512.WidenLower(others) + Vector512.WidenUpper(others));
        Vector256<double> four = eight.GetLower() + eight.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    private static bool Clips((float Low, float High) clip) => clip.Low > float.NegativeInfinity || clip.High < float.PositiveInfinity;

    private static float Minimum(Vector512<float> lanes)
    {
        Vector256<float> eight = Vector256.MinNative(lanes.GetLower(), lanes.GetUpper());
        Vector128<float> four = Vector128.MinNative(eight.GetLower(), eight.GetUpper());
        Vector128<float> two = Vector128.MinNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Math.Min(two[0], two[1]);
    }
}
