using ML.Thermo.Scans;

namespace ML.Thermo.Tests.Scans;

/// <summary>Golden numbers: an independent program.</summary>
public class The_test_of_peaks
{
    private static readonly double[] s_values = [1, 1.2, 5, 4.8, 2, 1.1, 3.4, 1, .9, 2, 1.8], s_errors = [.1, .1, .3, .3, .2, .1, .3, .1, .1, .3, .3];
    private static readonly Estimate[] s_curve = [.. s_values.Zip(s_errors, (value, error) => new Estimate(value, error))];

    [TestCase(99, 2.895955540954)] // mpmath, 30 digits
    [TestCase(19, 3.2059064558)]
    public void Has_a_band_for_all_splits_together(double freedom, double critical) =>
        Assert.That(PeakTest.CriticalValue(11, freedom, 0.05), Is.EqualTo(critical).Within(1e-9));

    [Test]
    public void Finds_what_stands_out_on_both_sides()
    {
        IReadOnlyList<Peak> peaks = PeakTest.Find(s_curve, 99, new ScanOptions());
        Assert.That(peaks.Select(peak => (peak.Summit, peak.From, peak.To)), Is.EqualTo(new[] { (2, 1, 4), (6, 5, 7) }), "9 never leaves the band");
        Assert.That(peaks.Select(peak => peak.Prominence), Is.EqualTo(new[] { 10, 5.75 }).Within(1e-12));
        Assert.That(peaks[1].PValue, Is.EqualTo(1.0926e-6).Within(1e-10));
        Assert.That(PeakTest.Find(s_curve, 19, new ScanOptions())[1].PValue, Is.EqualTo(1.685583e-4).Within(1e-9));
    }

    [Test]
    public void Takes_every_prominent_maximum_of_an_exact_curve()
    {
        Estimate[] curve = [.. new double[] { 1, 1.05, 1, 3, 1, 1.5, 1.4 }.Select(Estimate.Exact)];
        Assert.That(PeakTest.Find(curve, double.PositiveInfinity, new ScanOptions()).Select(peak => peak.Summit), Is.EqualTo(new[] { 3 }));
        Assert.That(
            PeakTest.Find(curve, double.PositiveInfinity, new ScanOptions { LeastProminence = 0.01 }).Select(peak => peak.Summit),
            Is.EqualTo(new[] { 3, 5, 1 }));
    }

    [Test]
    public void Finds_nothing_in_a_level_curve() =>
        Assert.That(PeakTest.Find([.. Enumerable.Repeat(Estimate.Exact(0.2), 8)], double.PositiveInfinity, new ScanOptions()), Is.Empty);
}
