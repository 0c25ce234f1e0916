using ML.Thermo.Initialization;
using ML.Thermo.Numerics;
using ML.Thermo.Refresh.Dependence;

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
    private const int Calibrating = 499, NormalWork = 1 << 26, Together = 16;

    private static readonly double[] s_shares = [0.47, 0.24, 0.29]; // of the rate: predictions, the inputs' sum, the largest

    private readonly RowScores _scores;
    private readonly RowSample _reference;
    private readonly int _draws;
    private readonly ulong _seed;
    private readonly Lazy<double[][]> _normals;

    /// <param name="scores">Scores of a row.</param>
    /// <param name="reference">Rows of the reference.</param>
    /// <param name="correlation">In place of the rows: the correlation of the scores, of a reference of the first format.</param>
    /// <param name="draws">Most re-labellings.</param>
    /// <param name="seed">Of the re-labellings.</param>
    public InputRule(RowScores scores, RowSample reference, double[,]? correlation, int draws, ulong seed)
    {
        (_scores, _reference, _draws, _seed) = (scores, reference, draws, seed);
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
        double[] pool = new double[all * width];
        (RowSample small, RowSample large) = n <= _reference.Rows ? (window, _reference) : (_reference, window);
        _scores.Fill(small, small.Ordered(), pool, 0);
        _scores.Fill(large, large.Ordered(), pool, chosen);
        Standardize(pool, width);
        double factor = Math.Sqrt((all - 1.0) / ((double)chosen * (all - chosen))); // of a sum of scores of variance one, without replacement
        double[] z = [.. Corrected(Sums([[.. Enumerable.Range(0, chosen)]])[0], dependence).Select(Math.Abs)], observed = Statistics(z);
        int[] larger = new int[width], largerOfAll = new int[width];
        using IEnumerator<double[]> draw = Drawn().GetEnumerator();
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

        IEnumerable<double[]> Drawn()
        {
            int[] order = [.. Enumerable.Range(0, all)];
            var random = new RandomStream(_seed, 1);
            while (true)
            {
                int[][] choices = new int[Together][];
                for (int i = 0; i < Together; i++)
                {
                    Relabelling.Choose(order, chosen, random);
                    choices[i] = order[..chosen];
                }

                foreach (double[] sums in Sums(choices))
                    yield return sums;
            }
        }

        double[][] Sums(int[][] choices)
        {
            double[][] sums = [.. choices.Select(_ => new double[width])];
            RowSums.Of(pool, choices, sums);
            foreach (double[] of in sums)
                System.Numerics.Tensors.TensorPrimitives.Multiply(of, factor, of);
            return sums;
        }
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
        double[] scores = new double[rows * width];
        _scores.Fill(_reference, [.. Enumerable.Range(0, rows)], scores, 0);
        Standardize(scores, width);
        return new NormalShifts(scores, width, _seed).Of(2 * Math.Max(_draws, Calibrating), Statistics);
    }

    /// <summary>Largest |z| of predictions, sum of z² of locations, largest |z| of all; 0 where there is nothing of the kind.</summary>
    private double[] Statistics(double[] z)
    {
        double prediction = 0, locations = 0, largest = 0;
        for (int j = 0; j < z.Length; j++)
        {
            double size = Math.Abs(z[j]);
            largest = Math.Max(largest, size);
            if (_scores.Kinds[j] == ScoreKind.Prediction)
                prediction = Math.Max(prediction, size);
            else if (_scores.Kinds[j] == ScoreKind.Location)
                locations += size * size;
        }

        return [prediction, locations, largest];
    }

    /// <summary>Every score with mean zero and variance one; a missing value scores the mean.</summary>
    private static void Standardize(double[] pool, int width)
    {
        for (int j = 0; j < width; j++)
        {
            double sum = 0, squares = 0;
            int known = 0;
            for (int i = j; i < pool.Length; i += width)
                (sum, known) = double.IsNaN(pool[i]) ? (sum, known) : (sum + pool[i], known + 1);
            for (int i = j; i < pool.Length; i += width)
            {
                pool[i] = double.IsNaN(pool[i]) ? 0 : pool[i] - (sum / known);
                squares += pool[i] * pool[i];
            }

            double scale = squares > 1e-20 * pool.Length ? 1 / Math.Sqrt(squares / (pool.Length / width)) : 0;
            for (int i = j; i < pool.Length; i += width)
                pool[i] *= scale;
        }
    }
}
