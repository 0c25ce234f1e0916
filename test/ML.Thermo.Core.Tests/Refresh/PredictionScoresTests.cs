using ML.Thermo.Refresh;

namespace ML.Thermo.Tests.Refresh;

/// <summary>What counts and sums of predictions say: definitions on rows that can be counted by hand.</summary>
public sealed class PredictionScoresTests
{
    // (probability of 1, label): at ½ three of the four ones and three of the four zeros are right.
    private static readonly (double P, double Label)[] s_rows = [(0.9, 1), (0.8, 1), (0.7, 0), (0.6, 1), (0.4, 1), (0.3, 0), (0.2, 0), (0.1, 0)];

    [Test]
    public void Of_one_probability_they_count_what_is_right_and_which_pairs_are_in_order()
    {
        PredictionQuality quality = Of(s_rows).Realised();
        Assert.That(quality.Accuracy, Is.EqualTo(6 / 8.0));
        Assert.That(quality.AreaUnderCurve, Is.EqualTo(14 / 16.0), "of 16 pairs of a one and a zero, (0.6, 0.7) and (0.4, 0.7) are out of order");
        Assert.That(quality.F1, Is.EqualTo(2 * 3 / (6.0 + 1 + 1)));
        Assert.That((quality.MeanAbsoluteError, quality.RootMeanSquaredError), Is.EqualTo((double.NaN, double.NaN)));
    }

    [Test]
    public void Equal_probabilities_are_half_in_order_and_a_half_says_one()
    {
        PredictionQuality quality = Of([(0.5, 1), (0.5, 0), (0.5, 1)]).Realised();
        Assert.That((quality.AreaUnderCurve, quality.Accuracy), Is.EqualTo((0.5, 2 / 3.0)));
        Assert.That(quality.CalibrationError, Is.EqualTo((2 / 3.0) - 0.5).Within(1e-12));
    }

    [Test]
    public void The_calibration_error_is_that_of_bins_of_the_confidence()
    {
        // Confidence 0.9: 3 of 4 right. Confidence 0.6: 2 of 2 right.
        PredictionQuality quality = Of([(0.9, 1), (0.9, 1), (0.1, 0), (0.1, 1), (0.6, 1), (0.4, 0)]).Realised();
        Assert.That(quality.CalibrationError, Is.EqualTo((Math.Abs(3 - 3.6) + Math.Abs(2 - 1.2)) / 6).Within(1e-12));
    }

    [Test]
    public void Of_classes_the_likeliest_counts_in_whatever_unit_the_probabilities_are()
    {
        var scores = new PredictionScores(isValue: false);
        scores.Observe([0.2, 0.7, 0.1], 1);
        scores.Observe([4, 5, 1], 0); // shares 0.4, 0.5, 0.1
        scores.Observe([0.1, 0.1, 0.8], 2);
        scores.Observe([0.1, 0.1, 0.8], double.NaN);
        PredictionQuality quality = scores.Realised();
        Assert.That(quality.Accuracy, Is.EqualTo(2 / 3.0));
        Assert.That(quality.CalibrationError, Is.EqualTo((0.3 + 0.5 + 0.2) / 3).Within(1e-12));
        Assert.That((quality.AreaUnderCurve, quality.F1), Is.EqualTo((double.NaN, double.NaN)), "there is no positive class");
        Assert.That((scores.Rows, scores.Labelled), Is.EqualTo((4L, 3L)));
    }

    [Test]
    public void Of_values_they_are_the_mean_absolute_and_the_root_of_the_mean_squared_error()
    {
        var scores = new PredictionScores(isValue: true);
        foreach ((double prediction, double label) in new[] { (3.0, 1.0), (1, 2), (0, 2), (7, double.NaN) })
            scores.Observe([prediction], label);
        PredictionQuality quality = scores.Realised();
        Assert.That((quality.MeanAbsoluteError, quality.RootMeanSquaredError), Is.EqualTo((5 / 3.0, Math.Sqrt(3))));
        Assert.That(quality.Accuracy, Is.NaN);
        Assert.That(scores.EstimatedAccuracy(scores).Value, Is.NaN);
    }

    [Test]
    public void Windows_that_merge_are_one_window([Values] bool isValue)
    {
        PredictionScores all = new(isValue), one = new(isValue), two = new(isValue);
        for (int i = 0; i < 40; i++)
        {
            double[] row = [(i * 0.37) % 1];
            double label = i % 5 == 0 ? double.NaN : i % 3 == 0 ? 0 : 1;
            all.Observe(row, label);
            (i < 13 ? one : two).Observe(row, label);
        }

        one.Merge(two);
        Assert.That(one.Realised(), Is.EqualTo(all.Realised()).Using<PredictionQuality>(Same));
        Assert.That((one.Rows, one.Labelled), Is.EqualTo((all.Rows, all.Labelled)));
        Assert.That(one.EstimatedAccuracy(two), Is.EqualTo(all.EstimatedAccuracy(two)).Using<Estimate>((a, b) =>
            Near(a.Value, b.Value) && Near(a.StandardError, b.StandardError)));

        static bool Same(PredictionQuality a, PredictionQuality b) => Near(a.Accuracy, b.Accuracy) && Near(a.AreaUnderCurve, b.AreaUnderCurve) && Near(a.F1, b.F1)
            && Near(a.CalibrationError, b.CalibrationError) && Near(a.MeanAbsoluteError, b.MeanAbsoluteError) && Near(a.RootMeanSquaredError, b.RootMeanSquaredError);

        static bool Near(double a, double b) => (double.IsNaN(a) && double.IsNaN(b)) || Math.Abs(a - b) < 1e-12;
    }

    [Test]
    public void Without_labels_a_confidence_is_right_as_often_as_it_was()
    {
        // At confidence 0.9 the reference was right in 600 of 1,000, at 0.6 in 500 of 1,000.
        PredictionScores reference = Of(
            [.. Enumerable.Range(0, 1000).Select(i => (0.9, i < 600 ? 1.0 : 0)), .. Enumerable.Range(0, 1000).Select(i => (0.6, i < 500 ? 1.0 : 0))]);
        PredictionScores window = Of([.. Enumerable.Repeat((0.9, double.NaN), 300), .. Enumerable.Repeat((0.6, double.NaN), 100)]);
        Estimate accuracy = window.EstimatedAccuracy(reference);
        Assert.That(accuracy.Value, Is.EqualTo(0.575).Within(0.001), "one more row of the confidence itself");
        // Binomial rows of the window, and shares that the reference knows to √(pq/1000).
        double rows = (300 * 0.24) + (100 * 0.25), shares = (300 * 300 * 0.24 / 1000) + (100 * 100 * 0.25 / 1000);
        Assert.That(accuracy.StandardError, Is.EqualTo(Math.Sqrt(rows + shares) / 400).Within(1).Percent);
    }

    [Test]
    public void Where_the_reference_has_no_label_the_confidence_itself_is_taken()
    {
        PredictionScores window = Of([(0.9, double.NaN), (0.6, double.NaN)]);
        Assert.That(window.EstimatedAccuracy(new PredictionScores(isValue: false)).Value, Is.EqualTo(0.75).Within(1e-12));
        Assert.That(new PredictionScores(isValue: false).EstimatedAccuracy(window).Value, Is.NaN, "no row");
    }

    private static PredictionScores Of((double P, double Label)[] rows)
    {
        var scores = new PredictionScores(isValue: false);
        foreach ((double p, double label) in rows)
            scores.Observe([p], label);
        return scores;
    }
}
