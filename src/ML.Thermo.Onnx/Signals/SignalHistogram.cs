namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// Counts of values on one of two grids. Range-free: by the leading 12 bits of the float pattern (sign, exponent and three bits of
/// mantissa), eight bins an octave over the whole range of floats, so that no range must be known beforehand. Fixed: cells of one width
/// around zero, for values that are codes times a step. Any two histograms of one grid add up exactly.
/// </summary>
internal static class SignalHistogram
{
    /// <summary>2¹² bins.</summary>
    public const int Bins = 4096;

    private const int Shift = 20;

    /// <summary>Adds values to counts; of a long tensor every k-th value, k odd, so that about <paramref name="limit"/> are read.</summary>
    /// <param name="values">Any floats.</param>
    /// <param name="limit">Values to read, less than twice as many at most; ≥ 1.</param>
    /// <param name="step">Width of a cell of the fixed grid; 0 for the range-free one.</param>
    /// <param name="counts"><see cref="Bins"/> counts.</param>
    public static void Add(ReadOnlySpan<float> values, int limit, double step, Span<double> counts)
    {
        // An odd stride visits all units of a tensor whose axes are powers of two.
        int stride = values.Length <= limit ? 1 : (values.Length / limit) | 1;
        for (int i = 0; i < values.Length; i += stride)
            counts[step > 0 ? Cell(values[i], step) : (int)(BitConverter.SingleToUInt32Bits(values[i]) >> Shift)]++;
    }

    /// <summary>
    /// Differential entropy −Σ p ln(p/width) with the Miller–Madow correction (K − 1)/2N, nats. It states no error: values
    /// of one row go together, so that √(Var ln(p/width)/N) was up to 1.4 times too small on a network of eight units (docs/evidence.md). The range-free
    /// grid leaves out its bin at zero: values that are exactly zero are an atom, not a density.
    /// </summary>
    /// <param name="counts"><see cref="Bins"/> counts.</param>
    /// <param name="step">As for <see cref="Add"/>.</param>
    /// <returns>NaN where fewer than two values were counted.</returns>
    public static Estimate Entropy(ReadOnlySpan<double> counts, double step)
    {
        double total = 0, sum = 0;
        int occupied = 0;
        for (int bin = 0; bin < Bins; bin++)
            total += IsAtom(bin, step) ? 0 : counts[bin];
        for (int bin = 0; bin < Bins; bin++)
        {
            if (counts[bin] == 0 || IsAtom(bin, step))
                continue;
            sum -= counts[bin] / total * Math.Log(counts[bin] / total / (step > 0 ? step : Width(bin)));
            occupied++;
        }

        return total < 2 ? Estimate.Undefined : new Estimate(sum + ((occupied - 1) / (2 * total)), double.NaN);
    }

    /// <summary>The bins that hold anything, in the order of their values; the range-free grid's zeros are one bin without width.</summary>
    /// <param name="counts"><see cref="Bins"/> counts.</param>
    /// <param name="step">As for <see cref="Add"/>.</param>
    public static IReadOnlyList<SignalBin> Occupied(IReadOnlyList<double> counts, double step)
    {
        List<SignalBin> bins = [];
        for (int bin = 0; bin < Bins; bin++)
        {
            if (counts[bin] == 0)
                continue;
            double low = step > 0 ? (bin - (Bins / 2) - 0.5) * step : IsAtom(bin, step) ? 0 : BitConverter.UInt32BitsToSingle((uint)bin << Shift);
            double high = step > 0 ? low + step : IsAtom(bin, step) ? 0 : low + (Math.Sign(low) * Width(bin));
            if (double.IsFinite(low) && double.IsFinite(high))
                bins.Add(new(Math.Min(low, high), Math.Max(low, high), counts[bin]));
        }

        return [.. bins.OrderBy(bin => bin.From)];
    }

    private static int Cell(float value, double step) => (int)Math.Clamp(Math.Round(value / step) + (Bins / 2), 0, Bins - 1);

    private static bool IsAtom(int bin, double step) => !(step > 0) && (bin is 0 or Bins / 2);

    private static double Width(int bin)
    {
        uint bits = (uint)bin << Shift;
        double low = BitConverter.UInt32BitsToSingle(bits), high = BitConverter.UInt32BitsToSingle(bits + (1u << Shift));
        return double.IsFinite(high) ? Math.Abs(high - low) : double.NaN;
    }
}
