namespace ML.Thermo.Numerics;

/// <summary>The ratio of two means estimated from the same independent draws.</summary>
internal static class RatioEstimate
{
    /// <summary>Σa/Σb with its standard error by the delta method, sd(a − ratio·b)·√n/|Σb|; undefined where Σb = 0.</summary>
    public static Estimate Of(ReadOnlySpan<double> above, ReadOnlySpan<double> below)
    {
        double sum = Sum(below), ratio = Sum(above) / sum;
        if (!double.IsFinite(ratio))
            return Estimate.Undefined;
        CompensatedSum squares = default;
        for (int i = 0; i < above.Length; i++)
        {
            double residual = above[i] - (ratio * below[i]);
            squares.Add(residual * residual);
        }

        double n = above.Length;
        return new Estimate(ratio, Math.Sqrt(squares.Value / (n - 1) * n) / Math.Abs(sum));
    }

    /// <summary>Compensated sum.</summary>
    public static double Sum(ReadOnlySpan<double> values)
    {
        CompensatedSum sum = default;
        foreach (double value in values)
            sum.Add(value);
        return sum.Value;
    }
}
