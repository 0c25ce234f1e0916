using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Tests.Refresh.Binning;

/// <summary>Ties are broken by chance, so that equal losses give the law of continuous ones.</summary>
internal sealed class RankBinsTests
{
    [TestCase("distinct")]
    [TestCase("0 and 1")]
    [TestCase("all equal")]
    [TestCase("ties at the top")]
    [TestCase("ten values")]
    public void A_window_s_counts_have_the_urn_s_mean_and_variance(string law)
    {
        const int Rows = 60, Window = 30, Trials = 3000;
        double Draw(RandomStream random) => law switch
        {
            "distinct" => random.NextNormal(),
            "0 and 1" => random.NextInteger(3) / 2,
            "all equal" => 4,
            "ties at the top" => Math.Min(random.NextNormal(), 0.5),
            _ => random.NextInteger(10),
        };
        double[] sums = new double[3], squares = new double[3];
        double[] means = [], variances = [];
        for (int trial = 0; trial < Trials; trial++)
        {
            var random = new RandomStream(31, (ulong)trial);
            double[] sample = [.. Enumerable.Range(0, Rows).Select(_ => Draw(random))];
            Bins bins = BinScores.OfEnergies(sample, (ulong)trial);
            long[] reference = Count(bins, sample), window = Count(bins, [.. Enumerable.Range(0, Window).Select(_ => Draw(random))]);
            PolyaUrn urn = bins.Ranks!.Urn(reference, random);
            Assert.That(urn.Total, Is.EqualTo(Rows + 1));
            double[][] scores = RankBins.Scores(urn);
            long[] counts = bins.Ranks.Split(window, random);
            Assert.That(counts.Sum(), Is.EqualTo(Window));
            means = [.. scores.Select(score => urn.Moments(score).Mean)];
            variances = [.. scores.Select(score => urn.Moments(score).Variance * urn.MeanFactor(Window))];
            for (int j = 0; j < scores.Length; j++)
            {
                double mean = counts.Select((count, k) => count * scores[j][k]).Sum() / Window;
                sums[j] += mean - means[j];
                squares[j] += (mean - means[j]) * (mean - means[j]);
            }
        }

        for (int j = 0; j < sums.Length; j++)
        {
            Assert.That(sums[j] / Trials, Is.EqualTo(0).Within(4 * Math.Sqrt(variances[j] / Trials)), $"mean of score {j}");
            Assert.That(squares[j] / Trials, Is.EqualTo(variances[j]).Within(0.12 * variances[j]), $"variance of score {j}"); // sd of a variance: 2.6 to 3.5 %
        }
    }

    private static long[] Count(Bins bins, double[] losses)
    {
        long[] counts = new long[bins.Count];
        foreach (double loss in losses)
            counts[bins.Find(loss)]++;
        return counts;
    }
}
