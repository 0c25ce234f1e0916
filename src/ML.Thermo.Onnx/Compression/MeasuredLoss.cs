using ML.Thermo.Initialization;

namespace ML.Thermo.Onnx.Compression;

/// <summary>The loss of a written model on rows that had no part in it.</summary>
/// <param name="Value">The mean over the rows: nats a row, or a share of the outputs' variance.</param>
/// <param name="Low">Lower end of its interval; NaN for fewer rows than <see cref="LeastRows"/>.</param>
/// <param name="High">Upper end of its interval.</param>
/// <remarks>
/// A few rows carry most of the loss, so mean ± 1.96 s/√n held in as little as seven of ten seeded runs. The interval is that of a studentised bootstrap of the
/// mean's logarithm, 1,000 resamples, between the first and the last hundredth; <c>./build.sh audit compression</c> says how often it holds: nine times of ten
/// or more. Prior art: Efron and Tibshirani 1993, chapter 12.
/// </remarks>
[Maturity(Maturity.Estimator, "an interval of the mean over random rows, by a bootstrap and an audit")]
public sealed record MeasuredLoss(double Value, double Low, double High)
{
    /// <summary>With fewer rows no interval is given.</summary>
    public const int LeastRows = 48;

    private const int Resamples = 1000, Tail = 10;

    /// <summary>The mean to two digits, with its interval in brackets where it has one.</summary>
    public override string ToString() => double.IsNaN(Low) ? Short(Value) : $"{Short(Value)} ({Short(Low)} to {Short(High)})";

    /// <summary>Of the losses of rows.</summary>
    internal static MeasuredLoss Of(double[] losses, double unit)
    {
        Estimate mean = NetworkCompression.RowMean(losses, unit);
        if (losses.Length < LeastRows || !(mean.Value > 0 && mean.StandardError > 0))
            return new(mean.Value, double.NaN, double.NaN);
        RandomStream random = new(1, 0);
        double[] drawn = new double[losses.Length], students = new double[Resamples];
        for (int i = 0; i < Resamples; i++)
        {
            for (int row = 0; row < drawn.Length; row++)
                drawn[row] = losses[random.NextInteger(losses.Length)];
            Estimate again = NetworkCompression.RowMean(drawn, unit);
            students[i] = again.StandardError > 0 && again.Value > 0 ? Math.Log(again.Value / mean.Value) * again.Value / again.StandardError : 0;
        }

        Array.Sort(students);
        double ratio = mean.StandardError / mean.Value;
        return new(mean.Value, mean.Value * Math.Exp(-students[^(Tail + 1)] * ratio), mean.Value * Math.Exp(-students[Tail] * ratio));
    }

    private static string Short(double value) => NumberText.Written(value, value, 2);
}
