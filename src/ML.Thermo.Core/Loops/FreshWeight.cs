namespace ML.Thermo.Loops;

/// <summary>How much the fresh rows of a loop should count against the generated ones.</summary>
/// <remarks>
/// <para>With k = n/m fresh rows a generated one, the long-run variance of a mean is least where all fresh rows together weigh
/// w* = (√(k² + 4k) − k)/2, and then is w* times the variance of the fresh mean. The natural weight k/(1 + k) is worse: 0.52 against 0.27 at
/// k = 0.1. At k = 1 the weight is the golden ratio's 0.618.</para></remarks>
/// <param name="Total">w*, the weight of all fresh rows together; that of the others is 1 − w*.</param>
/// <param name="Fresh">Weight of one fresh row; weights of all rows have mean one.</param>
/// <param name="Generated">Weight of one generated row.</param>
[Maturity(Maturity.Theorem, "a mean of independent rows, retrained for ever at T = 1; for other models a rule of thumb")]
public readonly record struct FreshWeight(double Total, double Fresh, double Generated)
{
    /// <summary>The weights for given numbers of rows.</summary>
    /// <param name="freshRows">n ≥ 1.</param>
    /// <param name="generatedRows">m ≥ 0; with none every fresh row weighs one.</param>
    public static FreshWeight Of(double freshRows, double generatedRows)
    {
        if (!(freshRows > 0) || double.IsInfinity(freshRows))
            throw new ArgumentOutOfRangeException(nameof(freshRows), freshRows, $"There are {freshRows} fresh rows: expected more than 0.");
        if (!(generatedRows >= 0) || double.IsInfinity(generatedRows))
            throw new ArgumentOutOfRangeException(nameof(generatedRows), generatedRows, $"There are {generatedRows} generated rows: expected at least 0.");
        if (generatedRows == 0)
            return new FreshWeight(1, 1, double.NaN);
        double weight = OfRatio(freshRows / generatedRows), rows = freshRows + generatedRows;
        return new FreshWeight(weight, weight * rows / freshRows, (1 - weight) * rows / generatedRows);
    }

    /// <summary>w* for k fresh rows a generated one.</summary>
    /// <param name="ratio">k &gt; 0.</param>
    public static double OfRatio(double ratio) => ratio > 0 && !double.IsInfinity(ratio)
        ? 2 / (1 + Math.Sqrt(1 + (4 / ratio)))
        : throw new ArgumentOutOfRangeException(nameof(ratio), ratio, $"There are {ratio} fresh rows a generated one: expected more than 0.");

    /// <summary>Long-run variance of the mean, in units of the variance of the fresh mean: (w² + k(1 − w)²)/(1 − (1 − w)²).</summary>
    /// <param name="weight">w, above 0 and up to 1, of all fresh rows together.</param>
    /// <param name="ratio">k &gt; 0 fresh rows a generated one.</param>
    public static double StationaryVariance(double weight, double ratio)
    {
        double rest = 1 - weight;
        return ((weight * weight) + (ratio * rest * rest)) / (1 - (rest * rest));
    }
}
