using ML.Thermo.Refresh.Alarms;
using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Tests.Refresh.Alarms;

/// <summary>The alarm's sums beside R ← (1 + R)·exp(2k(z − k)) as it is written, one way, strength and reference after the other.</summary>
internal sealed class AlarmScoresTests
{
    private static readonly long[] s_balls = [5, 3, 7, 2, 4];
    private static readonly double[] s_strengths = [0.25, 0.5, 1];

    [TestCase(false, 1.0)]
    [TestCase(true, 1.0)]
    [TestCase(true, 0.7)]
    public void They_are_those_of_the_definition_window_after_window(bool bothWays, double shrink)
    {
        var scores = new AlarmScores(PolyaUrn.OfBalls(s_balls), bothWays);
        long[][] windows = [[2, 1, 3, 0, 4], [0, 0, 1, 2, 6], [7, 1, 0, 0, 0], [1, 1, 1, 1, 1]];
        (int Score, int Sign)[] ways = bothWays ? [(0, 1), (1, 1), (0, -1), (1, -1), (2, 1)] : [(0, 1), (1, 1)];
        double[][] byBin = [.. Scores().Take(bothWays ? 3 : 2)];
        Assert.That((scores.Count, scores.Width), Is.EqualTo((byBin.Length, (2 * 3 * ways.Length) + byBin.Length)));
        Assert.That(scores.ByBin, Is.EqualTo(byBin).Within(1e-14));
        double[] state = [.. Enumerable.Repeat(9.0, scores.Width)], sums = new double[2 * 3 * ways.Length];
        scores.Start(state);
        List<long> seen = [.. s_balls];
        long before = 0;
        foreach (long[] window in windows)
        {
            long rows = window.Sum();
            int at = 0;
            foreach (long[] reference in new long[][] { s_balls, [.. seen] })
            {
                double known = reference.Sum();
                foreach ((int score, int sign) in ways)
                {
                    // In standard errors of both means; the deviation is that of one draw from the first reference.
                    double deviation = Math.Sqrt(Mean(s_balls, [.. byBin[score].Select(x => Math.Pow(x - Mean(s_balls, byBin[score]), 2))]));
                    double error = deviation * Math.Sqrt((known + rows) / (rows * (known + 1)));
                    double z = shrink * sign * (Mean(window, byBin[score]) - Mean(reference, byBin[score])) / error;
                    foreach (double k in s_strengths)
                    {
                        sums[at] = (1 + sums[at]) * Math.Exp(2 * k * (z - k));
                        at++;
                    }
                }
            }

            double found = scores.Add(state, scores.Sums(window), rows, before, shrink);
            Assert.That(found, Is.EqualTo(sums.Average()).Within(1e-10 * sums.Average()));
            Assert.That(state[..sums.Length], Is.EqualTo(sums).Within(1e-10).Percent);
            for (int k = 0; k < window.Length; k++)
                seen[k] += window[k];
            before += rows;
            Assert.That(state[sums.Length..], Is.EqualTo(byBin.Select(score => seen.Select((count, k) => count * score[k]).Sum())).Within(1e-10));
        }
    }

    [Test]
    public void A_sum_stays_below_what_a_double_holds()
    {
        var scores = new AlarmScores(PolyaUrn.OfBalls(s_balls), bothWays: false);
        double[] state = new double[scores.Width];
        scores.Start(state);
        double last = 0;
        for (int t = 0; t < 40; t++)
            last = scores.Add(state, scores.Sums([0, 0, 0, 0, 400]), 400, 400.0 * t);
        Assert.That(last, Is.GreaterThan(1e98).And.LessThanOrEqualTo(1e100));
    }

    [Test]
    public void Where_all_losses_are_of_one_bin_nothing_grows_but_the_count_of_windows()
    {
        // z = 0: R ← (1 + R)·exp(−2k²), a geometric series.
        var scores = new AlarmScores(PolyaUrn.OfBalls([9]), bothWays: true);
        double[] state = new double[scores.Width];
        scores.Start(state);
        double first = scores.Add(state, scores.Sums([6]), 6, 0), second = scores.Add(state, scores.Sums([6]), 6, 6);
        Assert.That(first, Is.EqualTo(s_strengths.Average(k => Math.Exp(-2 * k * k))).Within(1e-14));
        Assert.That(second, Is.EqualTo(s_strengths.Average(k => Math.Exp(-2 * k * k) + Math.Exp(-4 * k * k))).Within(1e-14));
    }

    // Savage's −ln(1 − u), the rank u and (u − ½)² at the middle of each bin on the axis of ranks.
    private static IEnumerable<double[]> Scores()
    {
        double[] u = [.. s_balls.Select((balls, k) => (s_balls[..k].Sum() + (0.5 * balls)) / s_balls.Sum())];
        yield return [.. u.Select(x => -Math.Log(1 - x))];
        yield return u;
        yield return [.. u.Select(x => (x - 0.5) * (x - 0.5))];
    }

    private static double Mean(long[] counts, double[] score) => counts.Select((count, k) => count * score[k]).Sum() / counts.Sum();
}
