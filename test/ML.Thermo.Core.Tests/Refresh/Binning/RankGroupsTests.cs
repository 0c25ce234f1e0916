using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Tests.Refresh.Binning;

/// <summary>Changes of shape that no shift shows, by the groups into which a window's losses fall.</summary>
internal sealed class RankGroupsTests
{
    [Test]
    public void Chosen_rows_are_compared_with_their_share_of_each_group()
    {
        var groups = new RankGroups([.. Enumerable.Range(0, 16).Select(i => (double)i)]);

        Assert.That(groups.Statistic([0, 1, 2, 3]), Is.EqualTo(12).Within(1e-12)); // two of 0.5 expected in each of two groups, none in six: 2·1.5²/0.5 + 6·0.5
        Assert.That(groups.Statistic([0, 2, 4, 6, 8, 10, 12, 14]), Is.EqualTo(0).Within(1e-12));
    }

    [Test]
    public void Equal_losses_share_a_group() => Assert.That(new RankGroups([2, 2, 2, 2, 2]).Statistic([0, 1]), Is.EqualTo(0).Within(1e-12));

    /// <summary>Exact by re-labelling, ties included.</summary>
    [Test]
    public void Without_drift_of_a_small_reference_a_twentieth_of_the_windows_are_flagged([Values] bool hasTies)
    {
        const int Trials = 400;
        int flagged = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            double[] losses = new double[70];
            new RandomStream(17, (ulong)trial).FillUniform(losses);
            if (hasTies)
                losses = [.. losses.Select(loss => Math.Floor(3 * loss * loss))];
            flagged += EnergyRule.PValues(Of(losses[..40]), Of(losses[40..]), null, 199, (ulong)trial).Any <= 0.05 ? 1 : 0;
        }

        Assert.That((double)flagged / Trials, Is.LessThan(0.05 + (4 * Math.Sqrt(0.05 * 0.95 / Trials))).And.GreaterThan(hasTies ? 0 : 0.01));
    }

    private static LossSample Of(double[] losses)
    {
        var sample = new LossSample();
        foreach (double loss in losses)
            sample.Add(loss);
        return sample;
    }
}
