using ML.Thermo.Refresh;
using ML.Thermo.Refresh.Binning;
using ML.Thermo.Refresh.Distances;

namespace ML.Thermo.Tests.Refresh.Distances;

internal sealed class DistancesTests
{
    private static readonly long[] s_reference = [16, 18, 16, 14, 12, 12], s_current = [16, 16, 16, 16, 16, 8];

    // outside: Evidently's published test of these counts (chi-square p 0.67309, Hellinger 0.06812 to 1e-5); scipy 1.10 for all digits
    [Test]
    public void Published_counts_give_the_published_distances()
    {
        var distances = BinDistances.Of(s_reference, s_current);
        (double chi, double p) = BinDistances.GoodnessOfFit(s_reference, s_current);
        Assert.Multiple(() =>
        {
            Assert.That(chi, Is.EqualTo(3.1746031746031744).Within(1e-13));
            Assert.That(p, Is.EqualTo(0.6730876006966301).Within(1e-12));
            Assert.That(distances.Hellinger, Is.EqualTo(0.06812774370983354).Within(1e-14));
            Assert.That(distances.JensenShannon, Is.EqualTo(0.0046305570029488395).Within(1e-14));
            Assert.That(distances.PopulationStability, Is.EqualTo(0.037218381577290835).Within(1e-14));
            Assert.That(distances.TotalVariation, Is.EqualTo(0.06818181818181819).Within(1e-15));
            Assert.That(distances.ChiSquare, Is.EqualTo(1.6224089635854342).Within(1e-13), "scipy chi2_contingency");
            Assert.That(distances.ChiSquarePValue, Is.EqualTo(0.8985262394026607).Within(1e-12));
            Assert.That(distances.KolmogorovSmirnov, Is.NaN);
        });
    }

    // outside: scipy.stats.chi2.sf
    [TestCase(1, 3.84, 0.05004352124870519)]
    [TestCase(2, 5.99, 0.05003662708658629)]
    [TestCase(3, 0.5, 0.9188914116546758)]
    [TestCase(10, 18.3, 0.050109061411462506)]
    public void The_tail_of_chi_square_is_the_tabulated_one(int degrees, double x, double expected) =>
        Assert.That(BinDistances.ChiSquareTail(x, degrees), Is.EqualTo(expected).Within(1e-12));

    // outside: scipy.stats.ks_2samp(method='exact') and wasserstein_distance, scipy 1.10
    [Test]
    public void Samples_give_the_exact_Kolmogorov_Smirnov_test_and_Wasserstein_distance()
    {
        double[] a = [0.3, 1.2, -0.7, 2.1, 0.9, 1.5, -1.1, 0.05], b = [0.8, 1.9, 2.5, 0.4, 3.1, 1.75, 2.2];
        Check(a, b, 0.5892857142857143, 0.11810411810411808, 1.2758928571428574);
        Check([1, 1, 2, 2, 3, 3, 3, 4], [1, 2, 2, 2, 3, 4, 4, 5, 5], 0.3194444444444444, 0.6401480872069107, 0.7361111111111112);
        double[] x = [.. Enumerable.Range(0, 200).Select(i => Math.Pow(i, 1.1) / 37)], y = [.. Enumerable.Range(0, 150).Select(i => (Math.Sin(i) * 20) + 35)];
        Check(x, y, 1, 7.291851748795013e-103, 30.734982063601358);

        static void Check(double[] a, double[] b, double statistic, double p, double distance)
        {
            (double d, double pValue) = SampleDistances.KolmogorovSmirnov(a, b);
            Assert.Multiple(() =>
            {
                Assert.That(d, Is.EqualTo(statistic).Within(1e-15));
                Assert.That(pValue, Is.EqualTo(p).Within(1e-10 * p));
                Assert.That(SampleDistances.Wasserstein(a, b), Is.EqualTo(distance).Within(1e-12));
                Assert.That(SampleDistances.KolmogorovSmirnov(b, a).PValue, Is.EqualTo(pValue).Within(1e-12 * p));
            });
        }
    }

    [Test]
    public void Bins_find_the_distances_of_the_samples_to_their_own_width()
    {
        double[] x = DriftData.Squares(20_000, 1, 31, 0), y = DriftData.Squares(20_000, 1.5, 31, 1);
        DriftReference reference = DriftData.OfLosses(x);
        BinDistances binned = reference.Measure(DriftData.Window(reference, y)).Energy!.Distances;
        Assert.Multiple(() =>
        {
            Assert.That(binned.KolmogorovSmirnov, Is.EqualTo(SampleDistances.KolmogorovSmirnov(x, y).Statistic).Within(0.01));
            Assert.That(binned.Wasserstein, Is.EqualTo(SampleDistances.Wasserstein(x, y)).Within(5).Percent);
        });
    }

    [Test]
    public void Equal_counts_have_distance_zero_and_disjoint_ones_the_largest()
    {
        var none = BinDistances.Of(s_reference, s_reference);
        var all = BinDistances.Of([5, 0], [0, 9], [1.0]);
        Assert.Multiple(() =>
        {
            Assert.That((none.PopulationStability, none.JensenShannon, none.Hellinger, none.ChiSquare), Is.EqualTo((0.0, 0.0, 0.0, 0.0)));
            Assert.That(none.ChiSquarePValue, Is.EqualTo(1));
            Assert.That((all.Hellinger, all.TotalVariation, all.KolmogorovSmirnov), Is.EqualTo((1.0, 1.0, 1.0)));
            Assert.That(all.JensenShannon, Is.EqualTo(Math.Log(2)).Within(1e-15));
            Assert.That(all.PopulationStability, Is.Positive.And.LessThan(10));
            Assert.That(BinDistances.Of([1, 1], [0, 0]).Hellinger, Is.NaN);
            Assert.That(() => BinDistances.Of([1, 1], [1, 1, 1]), Throws.ArgumentException);
            Assert.That(() => BinDistances.Of([1, -1], [1, 1]), Throws.ArgumentException);
        });
    }

    // outside: the same formula in NumPy; p-value of 20,000 random divisions there: see the tolerance of four standard errors
    [Test]
    public void Discrepancy_of_vectors_agrees_with_NumPy()
    {
        double[] x = [.. Enumerable.Range(0, 12).SelectMany(i => new[] { Math.Sin(i), Math.Cos(2 * i) })];
        double[] y = [.. Enumerable.Range(0, 9).SelectMany(i => new[] { Math.Sin(i + 0.3) + 0.8, Math.Cos(2 * i) * 1.5 })];
        var test = MaximumMeanDiscrepancy.Test(x, y, 2, permutations: 4999);
        Assert.Multiple(() =>
        {
            Assert.That(test.Statistic, Is.EqualTo(MmdStatistic).Within(1e-12));
            Assert.That(test.Bandwidth, Is.EqualTo(MmdBandwidth).Within(1e-12));
            Assert.That(test.PValue, Is.EqualTo(MmdPValue).Within(4 * Math.Sqrt(MmdPValue / 4999 * 1.25)));
            Assert.That(() => MaximumMeanDiscrepancy.Test(x, y, 7), Throws.ArgumentException);
        });
    }

    private const double MmdStatistic = 0.10232372656235134, MmdBandwidth = 1.6864129126322283, MmdPValue = 0.0689;
}
