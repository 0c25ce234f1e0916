namespace ML.Thermo.Langevin;

/// <summary>Errors of means along a chain, whose values remember each other.</summary>
internal static class BatchMeans
{
    /// <summary>
    /// The mean over consecutive batches, its error from the differences of neighbours (von Neumann 1941): a drift through all batches moves the
    /// mean and hardly the error. Batches joined in pairs are a second estimate of it; the larger counts, as memory longer than a batch makes the
    /// first too small (Flyvbjerg and Petersen 1989).
    /// </summary>
    public static Estimate Of<T>(IReadOnlyList<T> batches, Func<T, double> value)
    {
        double[] values = [.. batches.Select(value)], pairs = [.. values.Chunk(2).Where(pair => pair.Length == 2).Select(pair => pair.Average())];
        return new Estimate(values.Average(), values.Length < 2 ? double.NaN : pairs.Length < 4 ? Error(values) : Math.Max(Error(values), Error(pairs)));
    }

    /// <summary>2τ, at least 1, τ the integrated autocorrelation time, summed as long as two neighbouring lags are positive (Geyer 1992).</summary>
    public static int Stride(ReadOnlySpan<double> values)
    {
        double[] deviations = values.ToArray();
        double mean = deviations.Average();
        for (int i = 0; i < deviations.Length; i++)
            deviations[i] -= mean;
        double variance = Covariance(deviations, 0);
        if (variance == 0)
            return 1;
        double sum = 0;
        for (int lag = 0; lag + 1 < deviations.Length; lag += 2)
        {
            double pair = Covariance(deviations, lag) + Covariance(deviations, lag + 1);
            if (pair <= 0)
                break;
            sum += pair / variance;
        }

        return (int)Math.Max(1, Math.Ceiling((2 * sum) - 1));
    }

    private static double Error(double[] values)
    {
        double squares = 0;
        for (int i = 1; i < values.Length; i++)
            squares += (values[i] - values[i - 1]) * (values[i] - values[i - 1]);
        return Math.Sqrt(squares / (2.0 * (values.Length - 1) * values.Length));
    }

    private static double Covariance(double[] deviations, int lag) =>
        System.Numerics.Tensors.TensorPrimitives.Dot<double>(deviations.AsSpan(lag), deviations.AsSpan(0, deviations.Length - lag));
}
