namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// What leaves the session of one tensor of one batch, as one run of doubles: the kernel's sums (6 × units), then the number of values,
/// of saturated values, the rank and eight extents, then a histogram or the units' entropies where they were asked for.
/// </summary>
internal static class SignalRecord
{
    /// <summary>Highest rank whose shape is kept.</summary>
    public const int MaximalRank = 8;

    /// <summary>Number of values, of saturated values, the rank, the extents.</summary>
    public const int HeaderLength = 3 + MaximalRank;

    /// <summary>The number of units of a shape.</summary>
    public static int Units(ReadOnlySpan<long> shape, double axis) => shape.IsEmpty ? 1 : checked((int)shape[Axis(shape, axis)]);

    /// <summary>The number of doubles of a record.</summary>
    public static long Length(ReadOnlySpan<long> shape, ReadOnlySpan<double> settings) =>
        ((SignalKernel.Fields + (settings[5] > 0 ? 1L : 0)) * Units(shape, settings[0])) + HeaderLength + (settings[1] > 0 ? SignalHistogram.Bins : 0);

    /// <summary>Writes everything but the sums, the histogram and the entropies, and prepares those.</summary>
    public static void Begin(ReadOnlySpan<long> shape, int units, Span<double> record)
    {
        record.Clear();
        SignalKernel.Clear(record[..(SignalKernel.Fields * units)], units);
        Span<double> header = record.Slice(SignalKernel.Fields * units, HeaderLength);
        header[0] = Count(shape);
        header[2] = shape.Length;
        for (int i = 0; i < Math.Min(shape.Length, MaximalRank); i++)
            header[3 + i] = shape[i];
    }

    /// <summary>Computes a record from the values themselves.</summary>
    /// <param name="data">All values, row-major.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="settings"><see cref="SignalTap.Settings"/>.</param>
    /// <param name="record">As many doubles as <see cref="Length"/> says.</param>
    public static unsafe void Fill(float* data, ReadOnlySpan<long> shape, ReadOnlySpan<double> settings, Span<double> record)
    {
        int units = Units(shape, settings[0]), axis = Axis(shape, settings[0]), limit = (int)settings[1];
        Begin(shape, units, record);
        long count = Count(shape), inner = shape.IsEmpty ? 1 : Count(shape[(axis + 1)..]);
        if (count == 0)
            return;

        ref double saturated = ref record[(SignalKernel.Fields * units) + 1];
        Span<double> tail = record[((SignalKernel.Fields * units) + HeaderLength)..];
        var clip = ((float)settings[6], (float)settings[7]);
        (float, float)? bounds = double.IsFinite(settings[3]) || double.IsFinite(settings[4]) ? ((float)settings[3], (float)settings[4]) : null;
        if (settings[5] > 0 && inner > 1)
        {
            // The units are rows. What a row's entropy needs is taken while the row is in the cache.
            using var entropies = new RowEntropies((int)inner);
            int done = 0;
            for (int unit = 0; unit < units; unit++)
            {
                ReadOnlySpan<float> row = new(data + (unit * inner), (int)inner);
                saturated += SignalKernel.Accumulate(row, units, (int)inner, clip, bounds, record[unit..]);
                entropies.Add(row);
                if (entropies.IsFull)
                    done += entropies.Take(tail[done..]);
            }

            entropies.Take(tail[done..]);
            return;
        }

        // Tensors beyond 2³¹ elements come in slices of whole outer rows.
        long outer = units * inner, slice = Math.Max(int.MaxValue / outer, 1) * outer;
        for (long start = 0; start < count; start += slice)
        {
            ReadOnlySpan<float> part = new(data + start, (int)Math.Min(slice, count - start));
            saturated += SignalKernel.Accumulate(part, units, (int)inner, clip, bounds, record);
            if (limit > 0)
                SignalHistogram.Add(part, limit, settings[2], tail[^SignalHistogram.Bins..]);
        }

        if (settings[5] > 0)
            tail[..units].Fill(double.NaN); // of one value a row
    }

    private static int Axis(ReadOnlySpan<long> shape, double axis) => Math.Clamp((int)(axis < 0 ? axis + shape.Length : axis), 0, Math.Max(shape.Length - 1, 0));

    private static long Count(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long extent in shape)
            count *= extent;
        return count;
    }
}
