namespace ML.Thermo.Numerics;

/// <summary>Means of samples.</summary>
[Maturity(Maturity.Theorem, "independent numbers of one law with a finite variance; coverage of ± 1.96 errors by the central limit")]
public static class SampleMean
{
    /// <summary>The mean, with its standard error s/√n, s² = Σ(x − mean)²/(n − 1), in compensated sums.</summary>
    /// <param name="values">At least one; of a single one the error is not known.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Estimate Of(ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
            throw new ArgumentException("There is no number: expected at least one.", nameof(values));
        double mean = CompensatedSum.Of(values) / values.Length;
        var squares = default(CompensatedSum);
        foreach (double value in values)
            squares.Add((value - mean) * (value - mean));
        return new(mean, values.Length == 1 ? double.NaN : Math.Sqrt(squares.Value / (values.Length - 1.0) / values.Length));
    }
}
