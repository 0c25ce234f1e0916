using ML.Thermo.Data;
using ML.Thermo.Initialization;

namespace ML.Thermo.Linear.Outputs;

/// <summary>Variance of a mean of losses as the double sum of their covariances, for normal parameters.</summary>
internal static class PairwiseCovariance
{
    /// <summary>With more rows than this the double sum gives way to draws: n²/2 pairs, about a second for eight million.</summary>
    public const int MostRows = 4096;

    /// <summary>Σᵢⱼ Cov(ℓᵢ, ℓⱼ)/n² and a bound on its error.</summary>
    /// <param name="data">n rows.</param>
    /// <param name="law">The parameters' law; only the variances are read.</param>
    /// <param name="deviations">Standard deviations of the n outputs.</param>
    /// <param name="diagonal">Var ℓᵢ.</param>
    /// <param name="laterRows">Sum over j &gt; i of Cov(ℓᵢ, ℓⱼ), and of bounds on the errors, from i and the n correlations of
    /// the outputs with output i; called from several threads.</param>
    public static (double Variance, double Bound) Variance(
        LabelledData data, ParameterLaw law, double[] deviations, double[] diagonal, Func<int, double[], (double Sum, double Bound)> laterRows)
    {
        double[] scale = [.. law.Variances.Select(Math.Sqrt)];
        double[] scaled = [.. data.Features.ToArray().Select((x, cell) => x * scale[cell % scale.Length])];
        var rows = new (double Sum, double Bound)[data.Rows];
        Parallel.For(0, data.Rows, () => new double[data.Rows], (i, _, correlations) =>
        {
            LinearOutputs.Correlations(scaled, deviations, i, correlations);
            rows[i] = laterRows(i, correlations);
            return correlations;
        }, _ => { });
        double squared = (double)data.Rows * data.Rows;
        double pairs = Numerics.CompensatedSum.Of([.. rows.Select(row => row.Sum)]);
        return ((Numerics.CompensatedSum.Of(diagonal) + (2 * pairs)) / squared, 2 * rows.Sum(row => row.Bound) / squared);
    }
}
