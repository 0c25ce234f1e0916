namespace ML.Thermo.Onnx.Signals;

/// <summary>
/// Counts of values by the leading 12 bits of their float pattern: sign, exponent and three bits of mantissa. Eight bins an octave over
/// the whole range of floats, so no range must be known beforehand and any two histograms add up exactly.
/// </summary>
internal static class SignalHistogram
{
    /// <summary>2¹² bins.</summary>
    public const int Bins = 4096;

    private const int Shift = 20;

    /// <summary>Adds values to counts; of a long tensor every k-th value, so that at most <paramref name="limit"/> are read.</summary>
    /// <param name="values">Any floats.</param>
    /// <param name="limit">Most values to read; ≥ 1.</param>
    /// <param name="counts"><see cref="Bins"/> counts.</param>
    public static void Add(ReadOnlySpan<float> values, int limit, Span<double> counts)
    {
        // An odd stride visits all units of a tensor whose axes are powers of two.
        int stride = values.Length <= limit ? 1 : (values.Length / limit) | 1;
        for (int i = 0; i < values.Length; i += stride)
            counts[(int)(BitConverter.SingleToUInt32Bits(values[i]) >> Shift)]++;
    }

    /// <summary>
    /// Differential entropy −Σ p ln(p/width) with the Miller–Madow correction (K − 1)/2N, nats, and its standard error
    /// √(Var ln(p/width)/N). The bin at zero is left out: values that are exactly zero are an atom, not a density.
    /// </summary>
    /// <param name="counts"><see cref="Bins"/> counts.</param>
    /// <returns>NaN where fewer than two values were counted.</returns>
    public static Estimate Entropy(ReadOnlySpan<double> counts)
    {
        double total = 0, sum = 0, square = 0;
        int occupied = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            if (counts[bin] > 0 && !IsZero(bin))
                total += counts[bin];
        }

        for (int bin = 0; bin < Bins; bin++)
        {
            if (counts[bin] == 0 || IsZero(bin))
                continue;
            double surprise = -Math.Log(counts[bin] / total / Width(bin));
            sum += counts[bin] / total * surprise;
            square += counts[bin] / total * surprise * surprise;
            occupied++;
        }

        return total < 2
            ? Estimate.Undefined
            : new Estimate(sum + ((occupied - 1) / (2 * total)), Math.Sqrt(Math.Max(square - (sum * sum), 0) / total));
    }

    /// <summary>Share of the counted values whose bin lies inside [low, high].</summary>
    public static double Share(ReadOnlySpan<double> counts, double low, double high)
    {
        double inside = 0, total = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            uint bits = (uint)bin << Shift;
            double near = BitConverter.UInt32BitsToSingle(bits), far = BitConverter.UInt32BitsToSingle(bits | ((1u << Shift) - 1));
            total += counts[bin];
            inside += Math.Min(near, far) >= low && Math.Max(near, far) <= high ? counts[bin] : 0;
        }

        return inside / total;
    }

    private static bool IsZero(int bin) => bin is 0 or Bins / 2;

    private static double Width(int bin)
    {
        uint bits = (uint)bin << Shift;
        double low = BitConverter.UInt32BitsToSingle(bits), high = BitConverter.UInt32BitsToSingle(bits + (1u << Shift));
        return double.IsFinite(high) ? Math.Abs(high - low) : double.NaN;
    }
}
