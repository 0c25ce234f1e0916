using System.Numerics.Tensors;
using ML.Thermo.Entropies;

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

    /// <summary>Most values of a unit that enter its entropy.</summary>
    private const int EntropySample = 1024;

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

        // Tensors beyond 2³¹ elements come in slices of whole outer rows.
        ref double saturated = ref record[(SignalKernel.Fields * units) + 1];
        Span<double> tail = record[((SignalKernel.Fields * units) + HeaderLength)..];
        (float, float)? bounds = double.IsFinite(settings[3]) || double.IsFinite(settings[4]) ? ((float)settings[3], (float)settings[4]) : null;
        long row = units * inner, slice = Math.Max(int.MaxValue / row, 1) * row;
        for (long start = 0; start < count; start += slice)
        {
            ReadOnlySpan<float> part = new(data + start, (int)Math.Min(slice, count - start));
            saturated += SignalKernel.Accumulate(part, units, (int)inner, ((float)settings[6], (float)settings[7]), bounds, record);
            if (limit > 0)
                SignalHistogram.Add(part, limit, settings[2], tail[^SignalHistogram.Bins..]);
        }

        for (int unit = 0; settings[5] > 0 && unit < units; unit++)
            tail[unit] = Entropy(new ReadOnlySpan<float>(data + (unit * inner), (int)inner));
    }

    /// <summary>Vasicek's estimate, as <see cref="SpacingEntropy"/> has it, in single precision: rows pass by the thousand.</summary>
    internal static double Entropy(ReadOnlySpan<float> values)
    {
        int stride = values.Length <= EntropySample ? 1 : (values.Length / EntropySample) | 1, n = (values.Length + stride - 1) / stride;
        if (n < 4)
            return double.NaN;
        Span<float> x = stackalloc float[n], spacings = stackalloc float[n];
        for (int i = 0; i < n; i++)
            spacings[i] = values[i * stride];
        if (!TensorPrimitives.IsFiniteAll<float>(spacings))
            return double.NaN;
        BucketSort.Sort(spacings, x);
        int m = Math.Min((int)(Math.Sqrt(n) + 0.5), (n - 1) / 2);
        TensorPrimitives.Subtract(x[m..(2 * m)], x[0], spacings[..m]);
        TensorPrimitives.Subtract(x[(2 * m)..], x[..^(2 * m)], spacings[m..^m]);
        TensorPrimitives.Subtract(x[^1], x[^(2 * m)..^m], spacings[^m..]);
        TensorPrimitives.Log(spacings, spacings);
        return (TensorPrimitives.Sum<float>(spacings) / n) + Math.Log(n / (2.0 * m));
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
