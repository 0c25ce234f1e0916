using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Tests.Refresh.Binning;

internal sealed class BinsTests
{
    [TestCase(400, 0)] // sixteen bins
    [TestCase(7, 0)] // fewer rows than bins
    [TestCase(400, 5)] // five values, each with a bin of its own
    [TestCase(400, 9)] // as many edges as fill whole vectors, and some more
    [TestCase(400, 1)] // one value only
    public void Every_value_falls_into_the_bin_that_a_plain_search_finds(int rows, int values)
    {
        var random = new RandomStream(3, (ulong)(rows + values));
        double[] sample = [.. Enumerable.Range(0, rows).Select(_ => values == 0 ? random.NextNormal() : random.NextInteger(values))];
        foreach (Bins bins in new[] { BinScores.OfInputs([.. sample]), BinScores.OfEnergies([.. sample], 1) })
        {
            double[] edges = [.. bins.Edges];
            double[] sought = [.. sample, .. edges, .. edges.Select(Math.BitIncrement), .. edges.Select(Math.BitDecrement), double.NegativeInfinity, double.PositiveInfinity, double.MaxValue];
            Assert.That(sought.Select(bins.Find), Is.EqualTo(sought.Select(value => edges.Count(edge => edge < value))));
            Assert.That(bins.Find(double.NaN), Is.EqualTo(bins.Count));
        }
    }

    /// <summary>Behind the rank and its square, which bets take alone, stands the mean value of each bin.</summary>
    [Test]
    public void A_prediction_scores_its_value_too()
    {
        double[] sample = [.. Enumerable.Range(1, 160).Select(i => i * i / 25_600.0)];

        var bins = BinScores.OfInputs([.. sample], isPrediction: true);

        Assert.That(bins.Scores, Has.Count.EqualTo(BinScores.RankScores + 1));
        Assert.That(bins.Scores[^1], Is.EqualTo(Enumerable.Range(0, bins.Count).Select(bin => sample.Where(value => bins.Find(value) == bin).Average())).Within(1e-12));
        Assert.That(BinScores.OfInputs([.. sample]).Scores, Has.Count.EqualTo(BinScores.RankScores));
    }

    [Test]
    public void Categories_that_the_reference_did_not_have_share_the_last_bin_and_missing_ones_none()
    {
        var bins = Bins.OfCategories([4, 0, 2]);
        Assert.That(new[] { 0, 2, -1, 3, double.PositiveInfinity, double.NaN }.Select(bins.Find), Is.EqualTo(new[] { 0, 2, 3, 3, 3, 4 }));
    }
}
