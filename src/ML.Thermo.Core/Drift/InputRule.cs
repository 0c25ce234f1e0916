namespace ML.Thermo.Drift;

/// <summary>
/// Have the inputs moved? Every score of every channel gives a standardised shift z; the sum of all z² sees a shift that many inputs share,
/// the largest |z| one that a single input has. The smaller of their two p-values is ranked among its own values.
/// </summary>
/// <remarks>The joint law is normal with the correlation that the reference's rows have. Scores are bounded, so the limit is near at 30 rows.</remarks>
internal sealed class InputRule
{
    private readonly NullLaw _sums, _largest, _smaller;

    public InputRule(double[,] correlation, int draws, ulong seed)
    {
        double[][] normals = NullLaw.Normals(correlation, draws, seed);
        _sums = new NullLaw([.. normals.Select(Sum)]);
        _largest = new NullLaw([.. normals.Select(Largest)]);
        _smaller = new NullLaw([.. normals.Select(z => -Smaller(z))]);
    }

    /// <summary>The p-value of a window's shifts.</summary>
    public double PValue(double[] shifts) => _smaller.PValue(-Smaller(shifts));

    private double Smaller(double[] z) => Math.Min(_sums.PValue(Sum(z)), _largest.PValue(Largest(z)));

    private static double Sum(double[] z) => z.Sum(value => value * value);

    private static double Largest(double[] z) => z.Max(Math.Abs);
}
