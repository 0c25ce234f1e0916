using ML.Thermo.Novelty;

namespace ML.Thermo.Onnx.Guards;

/// <summary>One of the numbers that a guard reads of a row.</summary>
/// <param name="Layer">The layer; null for a statistic of the input.</param>
/// <param name="Reading"><c>temperature</c> (its logarithm), <c>efficiency</c>, or the name of the statistic.</param>
internal sealed record GuardColumn(string? Layer, string Reading)
{
    public const string Temperature = "temperature", Efficiency = "efficiency";

    /// <summary>The columns of what <see cref="LayerReader.Read"/> gives.</summary>
    public static IEnumerable<GuardColumn> Of(IReadOnlyList<string> layers) =>
        [.. layers.Select(layer => new GuardColumn(layer, Temperature)), .. layers.Select(layer => new GuardColumn(layer, Efficiency))];
}

/// <summary>A law of some of the columns.</summary>
internal sealed class GuardLaw
{
    private readonly int[] _picked;

    private GuardLaw(IReadOnlyList<GuardColumn> columns, int[] picked, FluctuationLaw law) => (Columns, _picked, Law) = (columns, picked, law);

    /// <summary>The columns that it looks at.</summary>
    public IReadOnlyList<GuardColumn> Columns { get; }

    public FluctuationLaw Law { get; }

    /// <summary>Learns a law.</summary>
    /// <param name="all">What the numbers of a row are.</param>
    /// <param name="picked">Those to look at.</param>
    /// <param name="rows">The reference.</param>
    public static GuardLaw Of(IReadOnlyList<GuardColumn> all, int[] picked, IReadOnlyList<double[]> rows) =>
        new([.. picked.Select(at => all[at])], picked, FluctuationLaw.Of([.. rows.Select(row => Pick(row, picked))]));

    /// <summary>A law that was read, for rows whose numbers are others.</summary>
    /// <param name="all">What the numbers of a row are.</param>
    /// <param name="columns">What the law looks at; all of them are among the others.</param>
    /// <param name="law">The law.</param>
    public static GuardLaw Of(IReadOnlyList<GuardColumn> all, IReadOnlyList<GuardColumn> columns, FluctuationLaw law) =>
        new(columns, [.. columns.Select(column => all.ToList().IndexOf(column))], law);

    public double[] Whiten(double[] row) => Law.Whiten(Pick(row, _picked));

    public double Strangeness(double[] row) => FluctuationLaw.StrangenessOf(Whiten(row));

    /// <summary>The layer with the largest part of the strangeness; null where the statistics of the input have it, or nothing is finite.</summary>
    public string? Hottest(double[] row)
    {
        double[] parts = Law.Contributions(Pick(row, _picked));
        return Columns.Zip(parts).GroupBy(pair => pair.First.Layer).Select(layer => (layer.Key, Part: layer.Sum(pair => pair.Second)))
            .Where(layer => double.IsFinite(layer.Part)).OrderByDescending(layer => layer.Part).FirstOrDefault().Key;
    }

    private static double[] Pick(double[] row, int[] picked) => Array.ConvertAll(picked, at => row[at]);
}
