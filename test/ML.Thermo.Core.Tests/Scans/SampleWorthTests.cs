using ML.Thermo.Ising;
using ML.Thermo.Scans;

namespace ML.Thermo.Tests.Scans;

/// <summary>What a sample is worth: scored by both sides, against the score of its own side alone, as published code takes it.</summary>
public class A_sample_scored_by_both_sides
{
    private const int Samples = 4000;

    /// <summary>Golden: 67 and 6.9 from the exact laws, by an independent program.</summary>
    [TestCase(1, 2.1, 60, 75)]
    [TestCase(5, 1.8, 6, 7.5)]
    public void Is_worth_many_of_its_own_side(int window, double first, double least, double most)
    {
        double[] values = [.. Enumerable.Range(0, 2 * window).Select(k => first + (0.1 * k))];
        double[][] laws = [.. values.Select(EnumeratedLattice.Of(4).EnergyLaw)];
        // Each outcome as often as its law has it, so that nothing depends on a draw.
        List<double[]>[] samples = [.. laws.Select(law => law.SelectMany((share, y) =>
            Enumerable.Repeat(laws.Select(other => Math.Log(other[y])).ToArray(), (int)Math.Round(Samples * share))).ToList())];
        ScanReport report = Scan.Likelihoods(ControlGrid.Of("T", values, GridScale.Linear), samples, new ScanOptions { Window = window }, pooled: false);

        double[] score = [.. laws[0].Select((_, y) =>
        {
            double left = laws.Take(window).Sum(law => law[y]), right = laws.Skip(window).Sum(law => law[y]);
            return (left - right) / (left + right);
        })];
        double ownSide = laws.Zip(samples, (law, drawn) =>
        {
            double mean = law.Zip(score, (p, r) => p * r).Sum();
            return law.Zip(score, (p, r) => p * (r - mean) * (r - mean)).Sum() / drawn.Count;
        }).Sum() / (4.0 * window * window);
        Assert.That(ownSide / Math.Pow(report.Splits.Single().Linear.StandardError, 2), Is.InRange(least, most));
    }
}
