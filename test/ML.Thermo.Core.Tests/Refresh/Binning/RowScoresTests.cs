using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Tests.Refresh.Binning;

/// <summary>Which scores a row without its label has, and what they tell of.</summary>
internal sealed class RowScoresTests
{
    private static readonly double[] s_sample = [.. Enumerable.Range(0, 40).Select(i => i * 0.5)];

    private static readonly Bins[] s_bins =
    [
        BinScores.OfInputs([.. s_sample]), Bins.OfCategories([30, 40, 1]), BinScores.OfInputs([.. s_sample], true), Bins.OfNothing(),
    ];

    [Test]
    public void Self_energy_has_three_a_number_two_a_category_one_each_that_is_not_rare_and_a_prediction_its_value_too()
    {
        RowScores scores = Made([5, 7, 3]);
        Assert.That(scores.Count, Is.EqualTo(10));
        Assert.That(scores.Kinds, Is.EqualTo(new[]
        {
            ScoreKind.Other, ScoreKind.Other, ScoreKind.Other, ScoreKind.Location, ScoreKind.Other, ScoreKind.Location, ScoreKind.Location,
            ScoreKind.Prediction, ScoreKind.Other, ScoreKind.Prediction,
        }));
        Assert.That(Enumerable.Range(0, 5).Select(scores.Of), Is.EqualTo(new int[][] { [0, 1, 2], [3, 4], [5, 6], [7, 8, 9], [] }));
        Assert.That(Made([]).Of(0), Is.EqualTo(new[] { 0, 1 }), "without self-energy the inputs come first");
        RowScores classes = new([(Bins.OfCategories([30, 40]), true, true)], []);
        Assert.That(classes.Kinds, Is.EqualTo(new[] { ScoreKind.Prediction, ScoreKind.Prediction }), "classes that are predicted");
    }

    [Test]
    public void A_row_scores_by_its_cells_what_is_missing_nothing_and_what_is_rare_zero()
    {
        RowScores scores = Made([5, 7, 3]);
        double[] row = new double[10], self = [5 / 2.0 / 16, (5 + 3.5) / 16, (12 + 2) / 16.0];
        scores.Fill([1, 3, 0, RowSample.Missing, 0], row);
        Assert.That(
            row[..3], Is.EqualTo(new[] { -Math.Log(1 - self[1]), self[1], Math.Pow(self[1] - 0.5, 2) }).Within(1e-14), "the last bin has one ball more");
        Assert.That(row[3..5], Is.EqualTo(new[] { s_bins[0].Scores[0][3], s_bins[0].Scores[1][3] }));
        Assert.That(row[5..7], Is.EqualTo(new[] { 1.0, 0 }));
        Assert.That(row[7..], Is.EqualTo(new[] { double.NaN, double.NaN, double.NaN }));
        scores.Fill([2, 0, RowSample.Unscored, 1, 0], row);
        Assert.That(row[1], Is.EqualTo(self[2]).Within(1e-14));
        Assert.That(row[5..7], Is.EqualTo(new[] { 0.0, 0 }));
        Assert.That(row[7..], Is.EqualTo(s_bins[2].Scores.Select(score => score[1])));
    }

    [Test]
    public void Ranges_hold_every_score_and_the_zero_of_cells_without_one()
    {
        (double Least, double Most)[] ranges = [.. Made([5, 7, 3]).Ranges()];
        Assert.That(ranges[3], Is.EqualTo((s_bins[0].Scores[0].Min(), s_bins[0].Scores[0].Max())));
        Assert.That(ranges[4], Is.EqualTo((0.0, s_bins[0].Scores[1].Max())));
        Assert.That(ranges[5], Is.EqualTo((0.0, 1.0)));
        Assert.That(ranges[0].Least, Is.Zero);
        RowScores below = new([(BinScores.OfInputs([.. s_sample.Select(x => x - 100)], true), false, true)], []);
        Assert.That(below.Ranges().Last().Most, Is.Zero);
    }

    [Test]
    public void Rows_of_a_sample_come_in_the_order_that_is_asked_for()
    {
        RowScores scores = Made([]);
        var sample = new RowSample(4);
        sample.Add([1, 0, 2, 0]);
        sample.Add([4, 1, 5, 0]);
        double[] table = new double[3 * 7], first = new double[7], second = new double[7];
        scores.Fill([1, 0, 2, 0], first);
        scores.Fill([4, 1, 5, 0], second);
        scores.Fill(sample, [1, 0], table, 1);
        Assert.That(table, Is.EqualTo((double[])[.. new double[7], .. second, .. first]));
    }

    private static RowScores Made(long[] self) => new(s_bins.Select((bins, j) => (bins, j == 1, j == 2)), self);
}
