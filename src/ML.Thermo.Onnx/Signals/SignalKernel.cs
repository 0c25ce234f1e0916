using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// One pass over a tensor of shape outer × units × inner: per unit the sums of x, x², x⁺ and (x⁺)², the smallest and the largest
/// value. Float lanes are emptied into doubles every 64 steps, so the sums keep about seven digits at memory speed.
/// </summary>
/// <remarks>x⁺ = max(x, 0). With x = x⁺ − x⁻ and x⁺x⁻ = 0, the moments of every homogeneous activation p·x⁺ − n·x⁻ follow from
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
    /// <param name="sums">Fields × units running sums: Σx, Σx², Σx⁺, Σ(x⁺)², least, most.</param>
    public static void Accumulate(ReadOnlySpan<float> values, int units, int inner, Span<double> sums)
    {
        if (inner == 1)
        {
            for (int unit = 0; unit < units; unit += Lanes)
                AccumulateColumns(values, units, unit, Math.Min(Lanes, units - unit), sums);
            return;
        }

        for (int start = 0, unit = 0; start < values.Length; start += inner, unit = unit + 1 == units ? 0 : unit + 1)
        {
            for (ReadOnlySpan<float> run = values.Slice(start, inner); !run.IsEmpty; run = run[Math.Min(run.Length, Steps * Lanes)..])
                AccumulateRun(run[..Math.Min(run.Length, Steps * Lanes)], units, unit, sums);
        }
    }

    /// <summary>Values of one unit side by side: lanes hold neighbours and are added up at the end.</summary>
    private static void AccumulateRun(ReadOnlySpan<float> run, int units, int unit, Span<double> sums)
    {
        var lanes = new LaneSums();
        int i = 0;
        for (; i <= run.Length - Lanes; i += Lanes)
            lanes.Add(Vector512.Create(run[i..]));
        if (i > 0)
        {
            for (int lane = 0; lane < Lanes; lane++)
                lanes.Empty(lane, units, unit, sums);
        }

        for (; i < run.Length; i++)
            AddOne(run[i], units, unit, sums);
    }

    /// <summary>Units side by side: each lane belongs to one unit, and the rows go by beneath; a tile of 16 units reads one cache line a row.</summary>
    private static void AccumulateColumns(ReadOnlySpan<float> values, int units, int unit, int width, Span<double> sums)
    {
        if (width < Lanes)
        {
            for (int row = unit; row < values.Length; row += units)
            {
                for (int lane = 0; lane < width; lane++)
                    AddOne(values[row + lane], units, unit + lane, sums);
            }

            return;
        }

        ref float first = ref MemoryMarshal.GetReference(values);
        for (int row = unit; row < values.Length;)
        {
            var lanes = new LaneSums();
            for (int step = 0; step < Steps && row < values.Length; step++, row += units)
                lanes.Add(Vector512.LoadUnsafe(ref first, (nuint)row));
            for (int lane = 0; lane < Lanes; lane++)
                lanes.Empty(lane, units, unit + lane, sums);
        }
    }

    private static void AddOne(float x, int units, int unit, Span<double> sums)
    {
        double plus = Math.Max(x, 0);
        sums[unit] += x;
        sums[units + unit] += (double)x * x;
        sums[(2 * units) + unit] += plus;
        sums[(3 * units) + unit] += plus * plus;
        sums[(4 * units) + unit] = Math.Min(sums[(4 * units) + unit], x);
        sums[(5 * units) + unit] = Math.Max(sums[(5 * units) + unit], x);
    }

    /// <summary>Sixteen running sums of each kind.</summary>
    private struct LaneSums()
    {
        private Vector512<float> _sum;
        private Vector512<float> _square;
        private Vector512<float> _plus;
        private Vector512<float> _plusSquare;
        private Vector512<float> _least = Vector512.Create(float.PositiveInfinity);
        private Vector512<float> _most = Vector512.Create(float.NegativeInfinity);

        public void Add(Vector512<float> x)
        {
            Vector512<float> plus = Vector512.Max(x, Vector512<float>.Zero);
            _sum += x;
            _square = Vector512.FusedMultiplyAdd(x, x, _square);
            _plus += plus;
            _plusSquare = Vector512.FusedMultiplyAdd(plus, plus, _plusSquare);
            _least = Vector512.Min(_least, x);
            _most = Vector512.Max(_most, x);
        }

        public readonly void Empty(int lane, int units, int unit, Span<double> sums)
        {
            sums[unit] += _sum[lane];
            sums[units + unit] += _square[lane];
            sums[(2 * units) + unit] += _plus[lane];
            sums[(3 * units) + unit] += _plusSquare[lane];
            sums[(4 * units) + unit] = Math.Min(sums[(4 * units) + unit], _least[lane]);
            sums[(5 * units) + unit] = Math.Max(sums[(5 * units) + unit], _most[lane]);
        }
    }
}
