namespace ML.Thermo.Langevin;

/// <summary>Errors of means along a chain, whose values remember each other.</summary>
internal static class BatchMeans
{
    /// <summary>
    /// The mean over consecutive batches, its error from the differences of neighbours (von Neumann 1941): a drift through all batches
    /// moves the mean and not the error.
    /// </summary>
    public static Estimate Of<T>(IReadOnlyList<T> batches, Func<T, double> value)
    {
        double[] values = [.. batches.Select(value)];
        int n = values.Length;
        if (n < 2)
            return new Estimate(values[0], double.NaN);
        double squares = 0;
        for (int i = 1; i < n; i++)
            squares += (values[i] - values[i - 1]) * (values[i] - values[i - 1]);
        return new Estimate(values.Average(), Math.Sqrt(squares / (2.0 * (n - 1) * n)));
    }

    /// <summary>2τ, τ the integrated autocorrelation time, over a window of five of them (Sokal 1997); at least 1.</summary>
    public static int Stride(ReadOnlySpan<double> values)
    {
        double mean = 0, variance = 0;
        foreach (double value in values)
            mean += value / values.Length;
        foreach (double value in values)
            variance += (value - mean) * (value - mean);
        if (variance == 0)
            return 1;
        double tau = 0.5;
        for (int lag = 1; lag < values.Length && lag < 5 * tau; lag++)
        {
            double sum = 0;
            for (int i = lag; i < values.Length; i++)
                sum += (values[i] - mean) * (values[i - lag] - mean);
            tau += sum / variance;
        }

        return (int)Math.Max(1, Math.Ceiling(2 * tau));
    }
}
