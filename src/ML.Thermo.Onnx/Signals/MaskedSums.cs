using System.Buffers;

namespace ML.Thermo.Onnx.Signals;

/// <summary>The record of a tensor some places of which are padding: they leave every sum.</summary>
internal static class MaskedSums
{
    /// <summary>Computes a record.</summary>
    /// <param name="data">All values, row-major.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="settings">What is wanted of them, and where the places lie.</param>
    /// <param name="mask">Rows × places.</param>
    /// <param name="places">Places of a row.</param>
    /// <param name="record">As many doubles as <see cref="SignalRecord.Length"/> says.</param>
    public static unsafe void Fill(float* data, ReadOnlySpan<long> shape, SignalSettings settings, ReadOnlySpan<float> mask, int places, Span<double> record)
    {
        bool keepsZero = settings.KeepsZero != 0;
        bool[] keeps = new bool[mask.Length];
        for (int i = 0; i < keeps.Length; i++)
            keeps[i] = mask[i] == 0 == keepsZero;
        if (places == 0 || Array.TrueForAll(keeps, kept => kept) || Axes.Of(shape, (TokenPlaces)settings.Places, mask.Length / places, places) is not { } axes)
        {
            SignalRecord.Fill(data, shape, settings, record);
            return;
        }

        int units = SignalRecord.Units(shape, settings.UnitAxis);
        SignalRecord.Begin(shape, units, record);
        float[] kept = ArrayPool<float>.Shared.Rent(checked((int)(axes.Outer * axes.Places * axes.Inner)));
        try
        {
            int count = axes.IsPairs ? Pairs(data, axes, keeps, settings, units, record, kept) : Rows(data, axes, keeps, settings, units, record, kept);
            ReadOnlySpan<float> values = kept.AsSpan(0, count);
            SignalRecord.SetCount(record, units, count);
            SignalRecord.SetSaturated(record, units, settings.Saturation is { } ends ? SignalKernel.CountOutside(values, ends.Low, ends.High) : 0);
            if (settings.HasHistogram && count > 0)
                SignalHistogram.Add(values, (int)settings.HistogramLimit, settings.GridStep, record[^SignalHistogram.Bins..]);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(kept);
        }
    }

    /// <summary>Whole places, with their units beside or before them.</summary>
    private static unsafe int Rows(float* data, Axes axes, bool[] keeps, SignalSettings settings, int units, Span<double> record, Span<float> kept)
    {
        int count = 0;
        Span<double> counts = UnitSums.Of(record, UnitSums.Count, units);
        for (long outer = 0; outer < axes.Outer; outer++)
        {
            int row = (int)(outer / axes.OuterOfRow), first = count;
            for (int place = 0; place < axes.Places; place++)
            {
                if (!keeps[(row * axes.Places) + place])
                    continue;
                new ReadOnlySpan<float>(data + (((outer * axes.Places) + place) * axes.Inner), (int)axes.Inner).CopyTo(kept[count..]);
                count += (int)axes.Inner;
            }

            if (axes.Inner == 1 && count > first)
            {
                int unit = (int)(outer % units); // channels lie outside the places
                SignalKernel.Accumulate(kept[first..count], units, count - first, settings.Clip, null, record[unit..]);
                counts[unit] += count - first;
            }
        }

        if (axes.Inner > 1)
        {
            SignalKernel.Accumulate(kept[..count], units, 1, settings.Clip, null, record);
            counts.Fill(count / (double)units);
        }

        return count;
    }

    /// <summary>Pairs of a query and a key; the key is the unit.</summary>
    private static unsafe int Pairs(float* data, Axes axes, bool[] keeps, SignalSettings settings, int units, Span<double> record, Span<float> kept)
    {
        int count = 0;
        Span<double> counts = UnitSums.Of(record, UnitSums.Count, units);
        for (long outer = 0; outer < axes.Outer; outer++)
        {
            int row = (int)(outer / axes.OuterOfRow) * axes.Places;
            for (int query = 0; query < axes.Places; query++)
            {
                if (!keeps[row + query])
                    continue;
                float* scores = data + (((outer * axes.Places) + query) * axes.Inner);
                for (int key = 0; key < axes.Inner; key++)
                {
                    if (!keeps[row + key])
                        continue;
                    SignalKernel.AddOne(scores[key], units, key, settings.Clip, record);
                    counts[key]++;
                    kept[count++] = scores[key];
                }
            }
        }

        return count;
    }

    /// <summary>A tensor seen as outer × places × inner, of which some outer ones belong to each row.</summary>
    private readonly record struct Axes(long Outer, long OuterOfRow, int Places, long Inner, bool IsPairs)
    {
        /// <summary>Null where the tensor has no axis of places, as behind pooling.</summary>
        public static Axes? Of(ReadOnlySpan<long> shape, TokenPlaces kind, int rows, int places)
        {
            int rank = shape.Length;
            int axis = kind switch
            {
                TokenPlaces.Pairs when rank >= 3 && shape[^1] == places && shape[^2] == places => rank - 2,
                TokenPlaces.Heads when rank >= 3 && shape[rank - 2] == places => rank - 2,
                TokenPlaces.Channels when rank == 3 && shape[2] == places => 2,
                TokenPlaces.Places or TokenPlaces.Heads when rank >= 3 && shape[1] == places => 1,
                TokenPlaces.Places when rank == 4 && shape[2] == places => 2,
                TokenPlaces.Places when rank == 2 && shape[0] == (long)rows * places => 0,
                _ => -1,
            };
            if (axis < 0)
                return null;
            long outer = axis == 0 ? rows : 1, inner = 1;
            for (int i = 0; i < axis; i++)
                outer *= shape[i];
            for (int i = axis + 1; i < rank; i++)
                inner *= shape[i];
            return outer % rows != 0 || outer * places * inner > Array.MaxLength ? null : new(outer, outer / rows, places, inner, kind == TokenPlaces.Pairs);
        }
    }
}
