using ML.Thermo.Refresh.Binning;

namespace ML.Thermo.Tests.Refresh.Binning;

/// <summary>A bet on scores that are fixed by rank has mean one, exactly: by all counts that a small window can have.</summary>
internal sealed class UrnBetsTests
{
    [TestCase(5)]
    [TestCase(9)]
    public void Every_bet_has_mean_one(int rows)
    {
        var urn = PolyaUrn.OfBalls([3, 2, 4, 1]);
        foreach (double[] score in RankBins.Scores(urn))
        {
            foreach (double tilt in new[] { -1, -0.25, 0.5, 1 })
            {
                double[] tilts = [.. score.Select(value => tilt * value)];
                double mean = 0, mass = 0;
                foreach (long[] counts in Counts(4, rows))
                {
                    double probability = Math.Exp(LogProbability(urn.Balls, counts));
                    mass += probability;
                    mean += probability * Math.Exp(urn.LogRatio(counts, tilts));
                }

                Assert.That(mass, Is.EqualTo(1).Within(1e-12));
                Assert.That(mean, Is.EqualTo(1).Within(1e-12), $"tilt {tilt}");
            }
        }
    }

    /// <summary>The Dirichlet-multinomial law, by products of integers.</summary>
    private static double LogProbability(ReadOnlySpan<long> balls, long[] counts)
    {
        long total = 0, n = counts.Sum();
        double log = 0;
        for (int k = 0; k < balls.Length; k++)
        {
            total += balls[k];
            for (long i = 0; i < counts[k]; i++)
                log += Math.Log(balls[k] + i) - Math.Log(i + 1);
        }

        for (long i = 0; i < n; i++)
            log += Math.Log(i + 1) - Math.Log(total + i);
        return log;
    }

    private static IEnumerable<long[]> Counts(int bins, int rows)
    {
        if (bins == 1)
        {
            yield return [rows];
            yield break;
        }

        for (int first = 0; first <= rows; first++)
        {
            foreach (long[] rest in Counts(bins - 1, rows - first))
                yield return [first, .. rest];
        }
    }
}
