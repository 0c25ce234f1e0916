using MathNet.Numerics.Distributions;
using ML.Thermo.Initialization;

namespace ML.Thermo.Dynamics.Audit;

/// <summary>
/// The null laws where the noise is estimated from second differences of the same rows: drawdown and sum of squares in units of that estimate. They
/// depend on the
/// number of rows alone, so a simulation with a fixed seed gives them, and p-values that count it are exact for a flat series.
/// </summary>
/// <remarks>
/// Second differences do not see a line, and the slope of a line is independent of what is left about it. So the slope's law is a normal one over
/// the estimate's.
/// Above <see cref="MostRows"/> the estimate is so good that the laws of known noise are taken.
/// </remarks>
internal sealed class EstimatedNoiseLaw
{
    /// <summary>Rows above which the noise counts as known: its estimate has an error of 1/√n.</summary>
    public const int MostRows = 4096;

    private const int Draws = 15_999; // of a tail of 2.5 % they leave 0.12 % open
    private const ulong Seed = 20;
    private static volatile EstimatedNoiseLaw? s_last; // trajectories of a file often have one length

    private readonly int _rows;
    private readonly double[] _noises = new double[Draws], _drawdowns = new double[Draws], _squares = new double[Draws];

    private EstimatedNoiseLaw(int rows)
    {
        _rows = rows;
        Parallel.For(0, Draws, () => new double[rows], (draw, _, values) =>
        {
            new RandomStream(Seed, (ulong)draw).FillNormal(values);
            var differences = default(SecondDifferences);
            double highest = double.NegativeInfinity, drawdown = 0, sum = 0, squares = 0;
            foreach (double value in values)
            {
                differences.Add(value);
                highest = Math.Max(highest, value);
                drawdown = Math.Max(drawdown, highest - value);
                sum += value;
                squares += value * value;
            }

            _noises[draw] = differences.Deviation;
            _drawdowns[draw] = drawdown / _noises[draw];
            _squares[draw] = (squares - (sum * sum / rows)) / (_noises[draw] * _noises[draw]);
            return values;
        }, _ => { });
        Array.Sort(_drawdowns);
        Array.Sort(_squares);
    }

    /// <summary>The least p-value of a simulation.</summary>
    public static double Resolution => 1.0 / (Draws + 1);

    /// <summary>The laws of n rows, 5 ≤ n ≤ <see cref="MostRows"/>.</summary>
    public static EstimatedNoiseLaw Of(int rows) => s_last is { } last && last._rows == rows ? last : s_last = new EstimatedNoiseLaw(rows);

    /// <summary>P(drawdown ≥ x), x in estimated standard deviations.</summary>
    public double Drawdown(double x) => AtLeast(_drawdowns, x);

    /// <summary>P(Σ(y − mean)² ≥ x), x in estimated variances.</summary>
    public double Squares(double x) => AtLeast(_squares, x);

    /// <summary>P(|slope| ≥ |z|), z in estimated standard errors.</summary>
    public double Slope(double z)
    {
        double sum = 0;
        foreach (double noise in _noises)
            sum += 2 * Normal.CDF(0, 1, -Math.Abs(z) * noise);
        return sum / Draws;
    }

    private static double AtLeast(double[] sorted, double x)
    {
        int at = Array.BinarySearch(sorted, x);
        return (1.0 + Draws - (at < 0 ? ~at : at)) / (Draws + 1);
    }
}
