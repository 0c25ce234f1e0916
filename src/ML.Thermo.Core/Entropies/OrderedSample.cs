namespace ML.Thermo.Entropies;

/// <summary>What the estimators that sort their sample have in common.</summary>
internal static class OrderedSample
{
    /// <summary>A sorted copy of the sample.</summary>
    /// <param name="sample">Energies in any order.</param>
    /// <param name="least">The fewest energies the method can work with.</param>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    public static double[] Of(ReadOnlySpan<double> sample, int least)
    {
        if (sample.Length < least)
            throw new ArgumentException($"Expected at least {least} energies, got {sample.Length}.", nameof(sample));
        double[] sorted = sample.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    /// <summary>The answer where the sample itself decides: −∞ for a point, NaN where an energy is not finite, else none.</summary>
    public static EntropyEstimate? Degenerate(double[] sorted, EntropyMethod method) =>
        !double.IsFinite(sorted[0]) || !double.IsFinite(sorted[^1]) ? new(double.NaN, double.NaN, method, Status.Undefined) { Bias = double.NaN }
        : sorted[0] == sorted[^1] ? new(double.NegativeInfinity, 0, method, Status.PointState)
        : null;

    /// <summary>Distance between the quartiles, by linear interpolation.</summary>
    public static double InterquartileRange(double[] sorted) => Quantile(sorted, 0.75) - Quantile(sorted, 0.25);

    private static double Quantile(double[] sorted, double level)
    {
        double position = level * (sorted.Length - 1);
        int below = (int)position, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
