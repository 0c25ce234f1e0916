namespace ML.Thermo.Refresh.Binning;

/// <summary>What a score of the label-free rule tells of.</summary>
internal enum ScoreKind
{
    /// <summary>Where the model's output lies.</summary>
    Prediction,

    /// <summary>Where an input lies, or how often a category is.</summary>
    Location,

    /// <summary>How wide an input is, or any score of the self-energy.</summary>
    Other,
}

/// <summary>
/// Have the inputs moved? Every score of every channel gives a standardised shift z. Three statistics: the largest |z| of the predictions'
/// locations (label shift shows there), the sum of z² of the inputs' locations (a shift that many inputs share) and the largest |z| of all.
/// The smallest of their p-values is ranked among its own values.
/// </summary>
/// <remarks>The joint law is normal with the correlation that the reference's rows have. Scores are bounded, so the limit is near at 30 rows.</remarks>
internal sealed class InputRule
{
    private readonly ScoreKind[] _kinds;
    private readonly Func<double[], double>[] _statistics;
    private readonly NullDistribution[] _laws;
    private readonly NullDistribution _smallest;

    public InputRule(ScoreKind[] kinds, double[,] correlation, int draws, ulong seed)
    {
        _kinds = kinds;
        _statistics =
        [
            .. kinds.Contains(ScoreKind.Prediction) ? [z => Largest(z, predictionsOnly: true)] : Array.Empty<Func<double[], double>>(),
            .. kinds.Contains(ScoreKind.Location) ? [SumOfLocations] : Array.Empty<Func<double[], double>>(),
            z => Largest(z, predictionsOnly: false),
        ];
        double[][] normals = NullDistribution.Normals(correlation, draws, seed);
        _laws = [.. _statistics.Select(statistic => new NullDistribution([.. normals.Select(statistic)]))];
        _smallest = new NullDistribution([.. normals.Select(z => -Smallest(z))]);
    }

    /// <summary>The p-value of a window's shifts.</summary>
    public double PValue(double[] shifts) => _smallest.PValue(-Smallest(shifts));

    private double Smallest(double[] z) => _statistics.Select((statistic, i) => _laws[i].PValue(statistic(z))).Min();

    private double SumOfLocations(double[] z) => z.Where((_, i) => _kinds[i] == ScoreKind.Location).Sum(value => value * value);

    private double Largest(double[] z, bool predictionsOnly) =>
        z.Where((_, i) => !predictionsOnly || _kinds[i] == ScoreKind.Prediction).Max(Math.Abs);
}
