using ML.Thermo.Initialization;
using ML.Thermo.Numerics;
using ML.Thermo.Refresh.Dependence;
using ML.Thermo.Refresh.Nulls;

namespace ML.Thermo.Refresh.Binning;

/// <summary>p-values of a window's inputs.</summary>
/// <param name="Any">Of any of them.</param>
/// <param name="Scores">Of each score by itself.</param>
/// <param name="Adjusted">Of each score as one of all.</param>
internal sealed record InputPValues(double Any, double[] Scores, double[] Adjusted);

/// <summary>
/// Have the inputs moved? Every score of every channel gives a standardised difference z of window and reference. Three statistics: the
/// largest |z| of the predictions' ranks and values (label shift shows there), the sum of z² of the inputs' locations (a shift that many inputs
/// share) and the largest |z| of all. The most surprising of them, each by its share of the rate, is ranked among re-labellings of the rows.
/// </summary>
/// <remarks>
/// Rows are re-labelled whole, so their inputs may depend on each other in any way. Exact for categories; for numbers, whose bins are cut
/// through the reference, to first order. Above <see cref="RowSample.MostRows"/> rows a window keeps no rows, and the differences are
/// normal with the correlation of the reference's rows.
/// </remarks>
internal sealed class InputRule
{
    private const int Calibrating = 499, NormalWork = 1 << 26;

    private static readonly double[] s_shares = [0.47, 0.24, 0.29]; // of the rate: predictions, the inputs' sum, the largest

    private readonly RowScores _scores;
    private readonly RowSample _reference;
    private readonly int _draws;
    private readonly ulong _seed;
    private readonly Lazy<double[][]> _normals;
    private readonly Lazy<int[]> _ordered;

    /// <param name="scores">Scores of a row.</param>
    /// <param name="reference">Rows of the reference.</param>
    /// <param name="correlation">In place of the rows: the correlation of the scores, of a reference of the first format.</param>
    /// <param name="draws">Most re-labellings.</param>
    /// <param name="seed">Of the re-labellings.</param>
    public InputRule(RowScores scores, RowSample reference, double[,]? correlation, int draws, ulong seed)
    {
        (_scores, _reference, _draws, _seed) = (scores, reference, draws, seed);
        _ordered = new(reference.Ordered);
        _normals = new(() => correlation is null ? Normals()
            : [.. NullDistribution.Normals(correlation, 2 * Math.Max(draws, Calibrating), seed).Select(Statistics)]);
    }

    /// <summary>The p-value of a window, and of each score by itself and among all scores (Westfall and Young's largest |z|).</summary>
    /// <param name="rows">The window's rows.</param>
    /// <param name="shifts">The standardised differences by its counts, where it keeps no rows.</param>
    /// <param name="dependence">What dependent rows make of the differences; null for independent ones.</param>
    public InputPValues PValues(RowSample rows, Func<double[]> shifts, DesignEffects? dependence) =>
        rows.IsWhole && _reference.Rows > 0 ? Relabelled(rows, dependence) : AmongNormals(Corrected(shifts(), dependence));

    private static double[] Corrected(double[] z, DesignEffects? dependence) => dependence is null ? z
        : [.. z.Select((value, j) => dependence.Corrected(j, value))];

    private InputPValues Relabelled(RowSample window, DesignEffects? dependence)
    {
        int width = _scores.Count, n = window.Rows, all = n + _reference.Rows, chosen = Math.Min(n, _reference.Rows);
        using var pool = new ScorePool(_scores, all);
        bool isSmaller = n <= _reference.Rows;
        int[] order = window.Ordered();
        pool.Fill(window, order, isSmaller ? 0 : chosen);
        pool.Fill(_reference, _ordered.Value, isSmaller ? chosen : 0);
        pool.Standardize();
        double factor = Math.Sqrt((all - 1.0) / ((double)chosen * (all - chosen))); // of a sum of scores of variance one, without replacement
        double[] first = pool.SumsOfFirst(chosen, factor), z = [.. Corrected(first, dependence).Select(Math.Abs)], observed = Statistics(z);
        int[] larger = new int[width], largerOfAll = new int[width];
        using IEnumerator<double[]> draw = pool.Sums(RowChoices.Of(all, chosen, _seed), factor).GetEnumerator();
        var surprise = new Surprise([.. Enumerable.Range(0, Calibrating).Select(_ => Statistics(Next()))], s_shares);
        var any = new Relabelling.Exceedance(surprise.Of(observed));
        int draws = 0;
        while (draws < _draws && !any.IsKnown)
        {
            double[] drawn = Next(), statistics = Statistics(drawn);
            any.Add(surprise.Of(statistics), ++draws);
            for (int j = 0; j < width; j++)
            {
                double least = z[j] - 1e-9;
                larger[j] += Math.Abs(drawn[j]) >= least ? 1 : 0;
                largerOfAll[j] += statistics[^1] >= least ? 1 : 0;
            }
        }

        return new InputPValues(
            any.PValue(draws), [.. larger.Select(count => (1.0 + count) / (1 + draws))], [.. largerOfAll.Select(count => (1.0 + count) / (1 + draws))]);

        double[] Next() => draw.MoveNext() ? draw.Current : throw new InvalidOperationException("Re-labellings never end.");
    }

    private InputPValues AmongNormals(double[] shifts)
    {
        double[][] normals = _normals.Value;
        var surprise = new Surprise(normals[..(normals.Length / 2)], s_shares);
        var largest = new NullDistribution([.. normals.Select(statistics => statistics[^1])]);
        return new InputPValues(
            new NullDistribution([.. normals[(normals.Length / 2)..].Select(surprise.Of)]).PValue(surprise.Of(Statistics(shifts))),
            [.. shifts.Select(z => 2 * SpecialFunctions.NormalDistribution(-Math.Abs(z)))], [.. shifts.Select(z => largest.PValue(Math.Abs(z)))]);
    }

    /// <summary>Statistics of normal shifts with the correlation of the reference's rows.</summary>
    private double[][] Normals()
    {
        int width = _scores.Count, rows = Math.Min(_reference.Rows, Math.Max(256, NormalWork / Math.Max(width, 1) / 16));
        using var pool = new ScorePool(_scores, rows);
        pool.Fill(_reference, [.. Enumerable.Range(0, rows)], 0);
        pool.Standardize();
        return new NormalShifts(pool.ToRows(), width, _seed).Of(2 * Math.Max(_draws, Calibrating), Statistics);
    }

    /// <summary>Largest |z| of predictions, sum of z² of locations, largest |z| of all; 0 where there is nothing of the kind.</summary>
    private double[] Statistics(double[] z)
    {
        ScoreKind[] kinds = _scores.Kinds;
        double prediction = 0, locations = 0, largest = 0;
        for (int j = 0; j < kinds.Length; j++)
        {
            double size = Math.Abs(z[j]);
            largest = Math.Max(largest, size);
            if (kinds[j] == ScoreKind.Prediction)
                prediction = Math.Max(prediction, size);
            else if (kinds[j] == ScoreKind.Location)
                locations += size * size;
        }

        return [prediction, locations, largest];
    }
}
