using MathNet.Numerics.Distributions;

namespace ML.Thermo.Refresh.Dependence;

/// <summary>What rows that depend on each other do to the differences of a window of a given size: a design effect for each score.</summary>
/// <remarks>
/// D = rows × variance of window means/variance of one row. A difference of z standard errors is z/√D then, and as D comes from k windows of the
/// reference, that is Student's t of k − 1 degrees of freedom; <see cref="Corrected(int, double)"/> gives the normal number that is as rare. It is never
/// larger than z.
/// </remarks>
internal sealed class DesignEffects
{
    private const double LargeEffect = 1.5;
    private readonly double[] _effects;
    private readonly double _blocks;

    private DesignEffects(double[] effects, double blocks) => (_effects, _blocks) = (effects, blocks);

    /// <summary>The largest.</summary>
    public double Largest => _effects.Max();

    /// <summary>The correction is small and well known: stated rates hold nearly.</summary>
    public bool RatesHold => Largest <= LargeEffect && _blocks >= ScoreSeries.KnownBlocks;

    /// <summary>Those of windows of so many rows; null where rows cannot be told from independent ones.</summary>
    public static DesignEffects? Of(ScoreSeries? series, long rows)
    {
        if (series is null || rows < 1)
            return null;
        (double[] effects, double blocks) = series.At(rows);
        return new DesignEffects(effects, blocks);
    }

    /// <summary>The difference of a score that is as rare among independent rows.</summary>
    public double Corrected(int score, double z) => Corrected(z, _effects[score]);

    /// <summary>The p-value of a count of which a score tells, corrected alike.</summary>
    public double CorrectedPValue(double p, double effect) =>
        p >= 0.5 || effect <= 1 ? p : Normal.CDF(0, 1, Corrected(Normal.InvCDF(0, 1, Math.Max(p, double.Epsilon)), effect));

    /// <summary>The largest effect of some scores.</summary>
    public double Of(IEnumerable<int> scores) => scores.Select(score => _effects[score]).DefaultIfEmpty(1).Max();

    private double Corrected(double z, double effect)
    {
        double tail = StudentT.CDF(0, 1, Math.Max(_blocks - 1, 1), -Math.Abs(z) / Math.Sqrt(effect));
        return Math.Sign(z) * Math.Min(-Normal.InvCDF(0, 1, Math.Clamp(tail, 1e-300, 0.5)), Math.Abs(z));
    }
}
