namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// What leaves the session of one tensor of one batch, as one run of doubles: the kernel's sums (<see cref="UnitSums.Fields"/> × units), then a
/// header (number of values, of saturated values, rank, extents), then a histogram or the units' entropies where they were asked for.
/// </summary>
internal static class SignalRecord
{
    /// <summary>Highest rank whose shape is kept.</summary>
    public const int MaximalRank = 8;

    /// <summary>Length of the header.</summary>
    public const int HeaderLength = ExtentsAt + MaximalRank;

    private const int CountAt = 0, SaturatedAt = 1, RankAt = 2, ExtentsAt = 3;

    /// <summary>The number of units of a shape.</summary>
    public static int Units(ReadOnlySpan<long> shape, double axis) => shape.IsEmpty ? 1 : checked((int)shape[Axis(shape, axis)]);

    /// <summary>The number of doubles of a record.</summary>
    public static long Length(ReadOnlySpan<long> shape, SignalSettings settings) =>
        ((UnitSums.Fields + (settings.HasEntropies ? 1L : 0)) * Units(shape, settings.UnitAxis))
        + HeaderLength + (settings.HasHistogram ? SignalHistogram.Bins : 0);

    /// <summary>The header of a record.</summary>
    public static Header HeaderOf(ReadOnlySpan<double> record, int units) => new(record.Slice(UnitSums.Fields * units, HeaderLength));

    /// <summary>Writes everything but the sums, the histogram and the entropies, and prepares those.</summary>
    public static void Begin(ReadOnlySpan<long> shape, int units, Span<double> record)
    {
        record.Clear();
        UnitSums.Clear(record[..(UnitSums.Fields * units)], units);
        Span<double> header = record.Slice(UnitSums.Fields * units, HeaderLength);
        header[CountAt] = Count(shape);
        header[RankAt] = shape.Length;
        for (int i = 0; i < Math.Min(shape.Length, MaximalRank); i++)
            header[ExtentsAt + i] = shape[i];
    }

    /// <summary>Notes how many values are saturated.</summary>
    public static void SetSaturated(Span<double> record, int units, double count) => record[(UnitSums.Fields * units) + SaturatedAt] = count;

    /// <summary>Computes a record from the values themselves.</summary>
    /// <param name="data">All values, row-major.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="settings">What is wanted of them.</param>
    /// <param name="record">As many doubles as <see cref="Length"/> says.</param>
    public static unsafe void Fill(float* data, ReadOnlySpan<long> shape, SignalSettings settings, Span<double> record)
    {
        int units = Units(shape, settings.UnitAxis), axis = Axis(shape, settings.UnitAxis);
        Begin(shape, units, record);
        long count = Count(shape), inner = shape.IsEmpty ? 1 : Count(shape[(axis + 1)..]);
        if (count == 0)
            return;
        Span<double> tail = record[((UnitSums.Fields * units) + HeaderLength)..];
        SetSaturated(record, units, settings.HasEntropies && inner > 1
            ? SumRows(data, units, (int)inner, settings, record, tail)
            : SumSlices(data, count, units, inner, settings, record, tail));
        UnitSums.Of(record, UnitSums.Count, units).Fill(count / (double)units);
        if (settings.HasEntropies && inner == 1)
            tail[..units].Fill(double.NaN); // of one value a row
    }

    /// <summary>The number of values that count, where a mask leaves some out.</summary>
    public static void SetCount(Span<double> record, int units, double count) => record[(UnitSums.Fields * units) + CountAt] = count;

    /// <summary>The units are rows. What a row's entropy needs is taken while the row is in the cache.</summary>
    private static unsafe long SumRows(float* data, int units, int inner, SignalSettings settings, Span<double> sums, Span<double> entropies)
    {
        using var rows = new RowEntropies(inner);
        long saturated = 0;
        int done = 0;
        for (int unit = 0; unit < units; unit++)
        {
            ReadOnlySpan<float> row = new(data + ((long)unit * inner), inner);
            saturated += SignalKernel.Accumulate(row, units, inner, settings.Clip, settings.Saturation, sums[unit..]);
            rows.Add(row);
            if (rows.IsFull)
                done += rows.Take(entropies[done..]);
        }

        rows.Take(entropies[done..]);
        return saturated;
    }

    /// <summary>Tensors beyond 2³¹ elements come in slices of whole outer rows.</summary>
    private static unsafe long SumSlices(
        float* data, long count, int units, long inner, SignalSettings settings, Span<double> sums, Span<double> histogram)
    {
        long saturated = 0, outer = units * inner, slice = Math.Max(int.MaxValue / outer, 1) * outer;
        for (long start = 0; start < count; start += slice)
        {
            ReadOnlySpan<float> part = new(data + start, (int)Math.Min(slice, count - start));
            saturated += SignalKernel.Accumulate(part, units, (int)inner, settings.Clip, settings.Saturation, sums);
            if (settings.HasHistogram)
                SignalHistogram.Add(part, (int)settings.HistogramLimit, settings.GridStep, histogram[^SignalHistogram.Bins..]);
        }

        return saturated;
    }

    private static int Axis(ReadOnlySpan<long> shape, double axis) =>
        Math.Clamp((int)(axis < 0 ? axis + shape.Length : axis), 0, Math.Max(shape.Length - 1, 0));

    private static long Count(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long extent in shape)
            count *= extent;
        return count;
    }

    /// <summary>The numbers between a record's sums and its tail.</summary>
    internal readonly ref struct Header(ReadOnlySpan<double> numbers)
    {
        private readonly ReadOnlySpan<double> _numbers = numbers;

        public double Count => _numbers[CountAt];

        public double Saturated => _numbers[SaturatedAt];

        /// <summary>The extents, of more than eight the first eight.</summary>
        public long[] Shape
        {
            get
            {
                long[] shape = new long[Math.Min((int)_numbers[RankAt], MaximalRank)];
                for (int i = 0; i < shape.Length; i++)
                    shape[i] = (long)_numbers[ExtentsAt + i];
                return shape;
            }
        }
    }
}
