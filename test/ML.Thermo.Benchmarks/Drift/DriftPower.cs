using ML.Thermo.Initialization;

namespace ML.Thermo.Benchmarks.Drift;

/// <summary>What every method says of the windows of one set: those without drift, and one of each shift and strength, for each division.</summary>
/// <param name="Set">Name of the set.</param>
/// <param name="Nulls">Statistics by division, window and method; larger is farther.</param>
/// <param name="Shifted">The same of the windows that drift.</param>
internal sealed record DriftPower(string Set, double[][][] Nulls, double[][][] Shifted)
{
    private const double Rate = 0.05;

    /// <summary>Number of divisions.</summary>
    public int Divisions => Nulls.Length;

    /// <summary>By kind of window and method: the share beyond the threshold that 5 % of the windows without drift exceed, which all divisions share.</summary>
    /// <param name="divisions">Which divisions count; one may count several times.</param>
    public double[][] Of(int[] divisions)
    {
        int methods = Nulls[0][0].Length;
        double[] thresholds = [.. Enumerable.Range(0, methods).Select(m => Threshold([.. divisions.SelectMany(d => Nulls[d].Select(window => window[m]))]))];
        return [.. Enumerable.Range(0, Shifted[0].Length).Select(kind => Enumerable.Range(0, methods)
            .Select(m => divisions.Average(d => Shifted[d][kind][m] > thresholds[m] ? 1.0 : 0)).ToArray())];
    }

    /// <summary>The same from divisions drawn with replacement.</summary>
    public double[][] Resampled(RandomStream random) => Of([.. Enumerable.Range(0, Divisions).Select(_ => (int)random.NextInteger(Divisions))]);

    private static double Threshold(double[] values)
    {
        Array.Sort(values);
        return values[Math.Min((int)Math.Ceiling(values.Length * (1 - Rate)), values.Length - 1)];
    }
}
