using ML.Thermo.Initialization;
using ML.Thermo.Numerics;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Refresh.Dependence;
using ML.Thermo.Refresh.Nulls;

namespace ML.Thermo.Tests.Refresh.Binning;

/// <summary>The label-free rule beside its definition, re-labelling after re-labelling, score after score.</summary>
internal sealed class InputRuleTests
{
    private const int Calibrating = 499, Enough = 50;
    private const ulong Seed = 12;
    private static readonly double[] s_shares = [0.47, 0.24, 0.29];

    // Two numbers, a category and a prediction.
    private static readonly Bins[] s_bins =
    [
        BinScores.OfInputs(Normals(200, 1)), BinScores.OfInputs(Normals(200, 2)), Bins.OfCategories([60, 80, 3, 57]), BinScores.OfInputs(Normals(200, 3), true),
    ];

    private static readonly RowScores s_scores = new(s_bins.Select((bins, j) => (bins, j == 2, j == 3)), []);

    [TestCase(60, 40, 0.0)]
    [TestCase(60, 40, 0.5)]
    [TestCase(30, 50, 0.4)]
    [TestCase(40, 40, 1.5)]
    public void P_values_are_shares_of_the_relabellings_with_as_surprising_a_difference(int before, int after, double shift)
    {
        RowSample reference = Rows(before, 0, 4), window = Rows(after, shift, 5);
        InputPValues found = new InputRule(s_scores, reference, null, 400, Seed).PValues(window, () => throw new InvalidOperationException(), null);
        InputPValues expected = Defined(reference, window, 400, null);
        Check(found, expected);
    }

    [Test]
    public void Of_dependent_rows_the_true_differences_are_corrected_and_no_other()
    {
        DesignEffects dependence = Effects();
        foreach (double shift in new[] { 0.6, 1.2, 2.5 })
        {
            RowSample reference = Rows(200, 0, 6), window = Rows(64, shift, 7);
            InputPValues found = new InputRule(s_scores, reference, null, 400, Seed).PValues(window, () => [], dependence);
            Check(found, Defined(reference, window, 400, dependence));
        }
    }

    [TestCase(0.2)]
    [TestCase(3.0)]
    public void A_window_that_keeps_no_rows_is_compared_with_normal_differences_of_the_reference_s_correlation(double size)
    {
        RowSample reference = Rows(150, 0, 8), window = Rows(RowSample.MostRows + 1, 0, 9);
        double[] z = [.. Enumerable.Range(0, s_scores.Count).Select(j => size * Math.Cos(j))];
        DesignEffects dependence = Effects();
        double[][] table = Table(reference, Enumerable.Range(0, 150));
        Standardize(table);
        double[] rows = [.. table.SelectMany(row => row)];
        double[][] normals = new NormalShifts(rows, s_scores.Count, Seed).Of(2 * Calibrating, shifts => shifts);
        foreach (DesignEffects? effects in new[] { null, dependence })
        {
            double[] corrected = [.. z.Select((value, j) => effects?.Corrected(j, value) ?? value)];
            Check(new InputRule(s_scores, reference, null, 99, Seed).PValues(window, () => z, effects), AmongNormals(corrected, normals));
        }
    }

    [Test]
    public void A_reference_that_kept_a_correlation_in_place_of_rows_takes_normal_differences_of_that()
    {
        int p = s_scores.Count;
        double[,] correlation = new double[p, p];
        for (int a = 0; a < p; a++)
        {
            for (int b = 0; b < p; b++)
                correlation[a, b] = Math.Pow(0.3, Math.Abs(a - b));
        }

        double[] z = [.. Enumerable.Range(0, p).Select(j => 2.2 * Math.Sin(j))];
        InputPValues found = new InputRule(s_scores, new RowSample(s_bins.Length), correlation, 99, Seed).PValues(Rows(10, 0, 3), () => z, null);
        Check(found, AmongNormals(z, NullDistribution.Normals(correlation, 2 * Calibrating, Seed)));
    }

    private static void Check(InputPValues found, InputPValues expected)
    {
        Assert.That(found.Any, Is.EqualTo(expected.Any).Within(1e-12));
        Assert.That(found.Scores, Is.EqualTo(expected.Scores).Within(1e-12));
        Assert.That(found.Adjusted, Is.EqualTo(expected.Adjusted).Within(1e-12));
    }

    private static InputPValues AmongNormals(double[] z, double[][] normals)
    {
        double[] statistics = Statistics(z);
        double[][] calibrating = [.. normals[..Calibrating].Select(Statistics)], ranked = [.. normals[Calibrating..].Select(Statistics)];
        double observed = Surprise(calibrating, statistics);
        double Share(IEnumerable<double> draws, double value)
        {
            double[] all = [.. draws];
            return (1.0 + all.Count(draw => draw >= value)) / (1 + all.Length);
        }

        return new(
            Share(ranked.Select(draw => Surprise(calibrating, draw)), observed),
            [.. z.Select(value => 2 * SpecialFunctions.NormalDistribution(-Math.Abs(value)))],
            [.. z.Select(value => Share(normals.Select(draw => draw.Max(Math.Abs)), Math.Abs(value)))]);
    }

    private static InputPValues Defined(RowSample reference, RowSample window, int draws, DesignEffects? dependence)
    {
        (RowSample small, RowSample large) = window.Rows <= reference.Rows ? (window, reference) : (reference, window);
        double[][] pool = [.. Table(small, small.Ordered()), .. Table(large, large.Ordered())];
        Standardize(pool);
        int chosen = small.Rows, all = pool.Length;
        // A sum of n of N numbers of variance one, without replacement.
        double error = Math.Sqrt((double)chosen * (all - chosen) / (all - 1));
        double[] Differences(IEnumerable<int> rows) =>
            [.. Enumerable.Range(0, s_scores.Count).Select(j => rows.Sum(row => pool[row][j]) / error)];
        double[] seen = [.. Differences(Enumerable.Range(0, chosen)).Select((z, j) => Math.Abs(dependence?.Corrected(j, z) ?? z))];
        int[] order = [.. Enumerable.Range(0, all)];
        var random = new RandomStream(Seed, 1);
        double[] Next()
        {
            Relabelling.Choose(order, chosen, random);
            return Differences(order[..chosen]);
        }

        double[][] calibrating = [.. Enumerable.Range(0, Calibrating).Select(_ => Statistics(Next()))];
        double observed = Surprise(calibrating, Statistics(seen));
        int draw = 0, larger = 0;
        int[] own = new int[s_scores.Count], ofAll = new int[s_scores.Count];
        while (draw < draws && larger < Enough)
        {
            double[] drawn = Next();
            draw++;
            larger += Surprise(calibrating, Statistics(drawn)) >= observed - (1e-9 * Math.Abs(observed)) ? 1 : 0;
            for (int j = 0; j < own.Length; j++)
            {
                own[j] += Math.Abs(drawn[j]) >= seen[j] - 1e-10 ? 1 : 0;
                ofAll[j] += drawn.Max(Math.Abs) >= seen[j] - 1e-10 ? 1 : 0;
            }
        }

        return new(
            larger == Enough ? (double)Enough / draw : (1.0 + larger) / (1 + draw),
            [.. own.Select(count => (1.0 + count) / (1 + draw))], [.. ofAll.Select(count => (1.0 + count) / (1 + draw))]);
    }

    // Scores of the two numbers: rank, spread; of the category one for 0, 1 and 3; of the prediction rank, spread, value.
    private static double[] Statistics(double[] z) =>
    [
        Math.Max(Math.Abs(z[7]), Math.Abs(z[9])), new[] { 0, 2, 4, 5, 6 }.Sum(j => z[j] * z[j]), z.Max(Math.Abs),
    ];

    private static double Surprise(double[][] calibrating, double[] statistics) => Enumerable.Range(0, 3).Max(s =>
    {
        double[] values = [.. calibrating.Select(draw => draw[s]).Order()];
        int atLeast = values.Count(value => value >= statistics[s]), tail = values.Length / 10;
        double log = Math.Log((1.0 + values.Length) / (1 + atLeast));
        if (atLeast == 0)
            log += (statistics[s] - values[^1]) / (values[^tail..].Average() - values[^tail]);
        return log + Math.Log(s_shares[s]);
    });

    private static double[][] Table(RowSample rows, IEnumerable<int> order) => [.. order.Select(row =>
    {
        byte[] cells = rows.Row(row).ToArray();
        return s_bins.SelectMany((bins, channel) => bins.Scores.Select((score, s) =>
            cells[channel] == RowSample.Missing ? double.NaN : channel == 2 ? (cells[2] == s ? 1.0 : 0) : score[cells[channel]])).ToArray();
    })];

    /// <summary>Mean zero, variance one; what is missing scores the mean of what is known.</summary>
    private static void Standardize(double[][] rows)
    {
        for (int j = 0; j < rows[0].Length; j++)
        {
            double mean = rows.Select(row => row[j]).Where(double.IsFinite).Average();
            foreach (double[] row in rows)
                row[j] = double.IsNaN(row[j]) ? 0 : row[j] - mean;
            double deviation = Math.Sqrt(rows.Average(row => row[j] * row[j]));
            foreach (double[] row in rows)
                row[j] /= deviation;
        }
    }

    private static RowSample Rows(int count, double shift, ulong stream)
    {
        var random = new RandomStream(20, stream);
        var rows = new RowSample(s_bins.Length);
        for (int i = 0; i < count; i++)
        {
            double x = random.NextNormal();
            double[] row = [x + shift, i % 9 == 0 ? double.NaN : (0.5 * x) + random.NextNormal(), random.NextInteger(4), x + random.NextNormal() - shift];
            rows.Add([.. row.Select((value, j) => s_bins[j].Cell(s_bins[j].Find(value)))]);
        }

        return rows;
    }

    /// <summary>Design effects of an autoregression of as many scores, in windows of 64 rows.</summary>
    private static DesignEffects Effects()
    {
        var random = new RandomStream(21, 0);
        var series = new ScoreSeries(s_scores.Count);
        double[] last = new double[s_scores.Count];
        for (int i = 0; i < 1000; i++)
        {
            for (int j = 0; j < last.Length; j++)
                last[j] = (0.09 * j * last[j]) + random.NextNormal();
            series.Add(last);
        }

        return DesignEffects.Of(series, 64)!;
    }

    private static double[] Normals(int count, ulong stream)
    {
        double[] numbers = new double[count];
        new RandomStream(19, stream).FillNormal(numbers);
        return numbers;
    }
}
