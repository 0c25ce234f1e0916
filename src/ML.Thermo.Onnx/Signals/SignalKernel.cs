using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// One pass over a tensor of shape outer × units × inner: per unit the sums of x, x², x⁺ and (x⁺)², the smallest and the largest
/// value. Float lanes are emptied into doubles every 64 steps, so the sums keep about seven digits at memory speed.
/// </summary>
/// <remarks>x⁺ = max(x, 0), or x held between two bounds where the activation clips. With x = x⁺ − x⁻ and x⁺x⁻ = 0, the moments of every homogeneous activation p·x⁺ − n·x⁻ follow from
/// these four sums, so that its output need not be read.</remarks>
internal static class SignalKernel
{
    /// <summary>Numbers kept for one unit.</summary>
    public const int Fields = 6;

    private const int Lanes = 16;
    private const int Steps = 64;

    /// <summary>Prepares running sums: zeros, and an empty range.</summary>
    /// <param name="sums">Fields × units.</param>
    /// <param name="units">Number of units.</param>
    public static void Clear(Span<double> sums, int units)
    {
        sums.Clear();
        sums.Slice(4 * units, units).Fill(double.PositiveInfinity);
        sums.Slice(5 * units, units).Fill(double.NegativeInfinity);
    }

    /// <summary>Adds a tensor to running sums.</summary>
    /// <param name="values">outer × units × inner numbers, row-major.</param>
    /// <param name="units">Number of units.</param>
    /// <param name="inner">Number of values of one unit that lie side by side (the pixels of a channel); 1 where the unit is the last axis.</param>
    /// <param name="clip">x⁺ is x held between these, (0, ∞) for the positive part; low ≤ 0 ≤ high.</param>
    /// <param name="sums">Fields × units running sums: Σx, Σx², Σx⁺, Σ(x⁺)², least, most.</param>
    public static void Accumulate(ReadOnlySpan<float> values, int units, int inner, (float Low, float High) clip, Span<double> sums)
    {
        if (inner == 1)
        {
            int unit = 0;
            for (; unit + (2 * Lanes) <= units; unit += 2 * Lanes)
                AccumulateTwoColumns(values, units, unit, clip, sums);
            for (; unit < units; unit += Lanes)
                AccumulateColumn(values, units, unit, Math.Min(Lanes, units - unit), clip, sums);
            return;
        }

        for (int start = 0, unit = 0; start < values.Length; start += inner, unit = unit + 1 == units ? 0 : unit + 1)
        {
            for (ReadOnlySpan<float> run = values.Slice(start, inner); !run.IsEmpty; run = run[Math.Min(run.Length, Steps * Lanes)..])
                AccumulateRun(run[..Math.Min(run.Length, Steps * Lanes)], units, unit, clip, sums);
        }
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
        var lanes = new LaneSums(clip);
        int i = 0;
        for (; i <= run.Length - Lanes; i += Lanes)
            lanes.Add(Vector512.Create(run[i..]));
        if (i > 0 && i < run.Length)
        {
            // The last values once more as a whole vector, those that were added already taken out.
            Vector512<int> isNew = Vector512.GreaterThanOrEqual(Vector512<int>.Indices, Vector512.Create(Lanes - (run.Length - i)));
            lanes.Add(Vector512.Create(run[^Lanes..]), isNew.AsSingle());
            i = run.Length;
        }

        if (i > 0)
            lanes.Empty(units, unit, sums);
        for (; i < run.Length; i++)
            AddOne(run[i], units, unit, clip, sums);
    }

    /// <summary>Units side by side: each lane belongs to one unit, and the rows go by beneath; 32 units read two cache lines a row.</summary>
    private static void AccumulateTwoColumns(ReadOnlySpan<float> values, int units, int unit, (float Low, float High) clip, Span<double> sums)
    {
        ref float first = ref MemoryMarshal.GetReference(values);
        for (int row = unit; row < values.Length;)
        {
            LaneSums left = new(clip), right = new(clip);
            for (int step = 0; step < Steps && row < values.Length; step++, row += units)
            {
                left.Add(Vector512.LoadUnsafe(ref first, (nuint)row));
                right.Add(Vector512.LoadUnsafe(ref first, (nuint)(row + Lanes)));
            }

            left.EmptyEach(units, unit, sums);
            right.EmptyEach(units, unit + Lanes, sums);
        }
    }

    private static void AccumulateColumn(ReadOnlySpan<float> values, int units, int unit, int width, (float Low, float High) clip, Span<double> sums)
    {
        if (width < Lanes)
        {
            for (int row = unit; row < values.Length; row += units)
            {
                for (int lane = 0; lane < width; lane++)
                    AddOne(values[row + lane], units, unit + lane, clip, sums);
            }

            return;
        }

        ref float first = ref MemoryMarshal.GetReference(values);
        for (int row = unit; row < values.Length;)
        {
            var lanes = new LaneSums(clip);
            for (int step = 0; step < Steps && row < values.Length; step++, row += units)
                lanes.Add(Vector512.LoadUnsafe(ref first, (nuint)row));
            lanes.EmptyEach(units, unit, sums);
        }
    }

    private static void AddOne(float x, int units, int unit, (float Low, float High) clip, Span<double> sums)
    {
        double plus = Math.Min(Math.Max(x, clip.Low), clip.High);
        sums[unit] += x;
        sums[units + unit] += (double)x * x;
        sums[(2 * units) + unit] += plus;
        sums[(3 * units) + unit] += plus * plus;
        sums[(4 * units) + unit] = Math.Min(sums[(4 * units) + unit], x);
        sums[(5 * units) + unit] = Math.Max(sums[(5 * units) + unit], x);
    }

    /// <summary>Sixteen running sums of each kind.</summary>
    private struct LaneSums((float Low, float High) clip)
    {
        private readonly Vector512<float> _low = Vector512.Create(clip.Low);
        private readonly Vector512<float> _high = Vector512.Create(clip.High);
        private Vector512<float> _sum;
        private Vector512<float> _square;
        private Vector512<float> _plus;
        private Vector512<float> _plusSquare;
        private Vector512<float> _least = Vector512.Create(float.PositiveInfinity);
        private Vector512<float> _most = Vector512.Create(float.NegativeInfinity);

        public void Add(Vector512<float> x)
        {
            _least = Vector512.Min(_least, x);
            _most = Vector512.Max(_most, x);
            AddToSums(x);
        }

        /// <summary>Adds the lanes whose mask is set; the others have been added before, and count again only in the range.</summary>
        public void Add(Vector512<float> x, Vector512<float> mask)
        {
            _least = Vector512.Min(_least, x);
            _most = Vector512.Max(_most, x);
            AddToSums(x & mask);
        }

        /// <summary>All lanes belong to one unit.</summary>
        public readonly void Empty(int units, int unit, Span<double> sums)
        {
            sums[unit] += Total(_sum);
            sums[units + unit] += Total(_square);
            sums[(2 * units) + unit] += Total(_plus);
            sums[(3 * units) + unit] += Total(_plusSquare);
            ref double least = ref sums[(4 * units) + unit], most = ref sums[(5 * units) + unit];
            Vector256<float> low = Vector256.Min(_least.GetLower(), _least.GetUpper()), high = Vector256.Max(_most.GetLower(), _most.GetUpper());
            for (int lane = 0; lane < Lanes / 2; lane++)
            {
                least = Math.Min(least, low[lane]);
                most = Math.Max(most, high[lane]);
            }
        }

        /// <summary>Lane i belongs to the unit <paramref name="unit"/> + i.</summary>
        public readonly void EmptyEach(int units, int unit, Span<double> sums)
        {
            AddTo(sums[unit..], _sum);
            AddTo(sums[(units + unit)..], _square);
            AddTo(sums[((2 * units) + unit)..], _plus);
            AddTo(sums[((3 * units) + unit)..], _plusSquare);
            for (int lane = 0; lane < Lanes; lane++)
            {
                ref double least = ref sums[(4 * units) + unit + lane], most = ref sums[(5 * units) + unit + lane];
                least = Math.Min(least, _least[lane]);
                most = Math.Max(most, _most[lane]);
            }
        }

        private void AddToSums(Vector512<float> x)
        {
            Vector512<float> plus = Vector512.Min(Vector512.Max(x, _low), _high);
            _sum += x;
            _square = Vector512.FusedMultiplyAdd(x, x, _square);
            _plus += plus;
            _plusSquare = Vector512.FusedMultiplyAdd(plus, plus, _plusSquare);
        }

        private static double Total(Vector512<float> lanes) => Vector512.Sum(Vector512.WidenLower(lanes) + Vector512.WidenUpper(lanes));

        private static void AddTo(Span<double> sums, Vector512<float> lanes)
        {
            (Vector512.Create<double>(sums) + Vector512.WidenLower(lanes)).CopyTo(sums);
            (Vector512.Create<double>(sums[8..]) + Vector512.WidenUpper(lanes)).CopyTo(sums[8..]);
        }
    }
}
