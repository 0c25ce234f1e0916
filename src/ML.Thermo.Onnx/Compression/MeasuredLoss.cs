namespace ML.Thermo.Onnx.Compression;

/// <summary>The loss of a written model on rows that had no part in it.</summary>
/// <param name="Value">The mean over the rows: nats a row, or a share of the outputs' variance.</param>
/// <param name="Low">Lower end of its interval; NaN for fewer rows than <see cref="LeastRows"/>.</param>
/// <param name="High">Upper end of its interval.</param>
/// <remarks>
/// <para>A few rows carry most of the loss, so mean ± 1.96 s/√n held in as little as six of ten seeded runs. The interval is the wider, at each end, of two on a
/// logarithmic scale, both at 99 %: mean · exp(± 2.58 s/(mean √n)), and Cox's of a lognormal law, exp(ȳ + v/2 ± 2.58 √(v/n + v²/(2(n − 1)))), y the
/// logarithms of the rows' losses. <c>./build.sh audit compression</c> says how often it held.</para>
/// </remarks>
[Maturity(Maturity.Estimator, "an interval of the mean over random rows, by two rules and an audit")]
public sealed record MeasuredLoss(double Value, double Low, double High)
{
    /// <summary>With fewer rows no interval is given.</summary>
    public const int LeastRows = 48;

    private const double Wide = 2.5758293035489;

    /// <summary>Losses are no smaller than this share of their mean, for their logarithms.</summary>
    private const double Floor = 1e-6;

    /// <summary>Of the losses of rows.</summary>
    internal static MeasuredLoss Of(double[] losses, double unit)
    {
        Estimate mean = NetworkCompression.RowMean(losses, unit);
        if (losses.Length < LeastRows || !(mean.Value > 0))
            return new(mean.Value, double.NaN, double.NaN);
        double[] logs = [.. losses.Select(loss => Math.Log(Math.Max(loss / unit, Floor * mean.Value)))];
        double centre = logs.Average(), n = logs.Length, variance = logs.Sum(y => (y - centre) * (y - centre)) / (n - 1);
        double half = Wide * Math.Sqrt((variance / n) + (variance * variance / (2 * (n - 1)))), ratio = Wide * mean.StandardError / mean.Value;
        double lognormal = centre + (variance / 2), own = Math.Log(mean.Value);
        return new(mean.Value, Math.Exp(Math.Min(own - ratio, lognormal - half)), Math.Exp(Math.Max(own + ratio, lognormal + half)));
    }
}
