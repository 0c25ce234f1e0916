using ML.Thermo.Dynamics.Audit;
using ML.Thermo.Initialization;

namespace ML.Thermo.Audit.Dynamics;

/// <summary>How often a lawful noisy trajectory is called unlawful, with noise known and estimated; and the error of a residual's slope.</summary>
internal static class LawRates
{
    private const double FalseAlarms = 0.05;

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 1500 : 10_000;
        // The two laws are tested at half the rate each, independently.
        double stated = 1 - Math.Pow(1 - (FalseAlarms / 2), 2);
        foreach (int rows in new[] { 6, 20, 100, 1000 })
        {
            foreach (bool isEstimated in new[] { false, true })
            {
                AuditNoise noise = isEstimated ? AuditNoise.Estimated : AuditNoise.Of(0.3, 0.1);
                var options = new AuditOptions { Noise = noise, FalseAlarms = FalseAlarms, FitsIsotonic = false };
                int alarms = 0, rising = 0, here = rows == 1000 ? trials / 5 : trials;
                Parallel.For(0, here, trial =>
                {
                    if (Audit(options, rows, 0, trial).IsLawful == false)
                        Interlocked.Increment(ref alarms);
                    if (Audit(options, rows, 0.05, trial).IsLawful == false)
                        Interlocked.Increment(ref rising);
                });
                string at = $"{rows} rows, noise {(isEstimated ? "estimated" : "known")} ({here})";
                yield return Finding.Rate("audit: flat lawful trajectory called unlawful", at, alarms, here, stated, exact: true);
                yield return Finding.Rate("audit: rising lawful trajectory called unlawful", at, rising, here, stated, exact: false);
            }
        }

        foreach ((string name, double memory) in new[] { ("white noise", 0.0), ("noise that keeps half of itself from row to row", 0.5) })
        {
            Estimate[] slopes = [.. Enumerable.Range(0, isQuick ? 400 : 2000).Select(trial => Slope(400, memory, trial))];
            yield return Spread.Ratio("audit: error of the residual's slope", $"{name}, 400 rows", slopes);
        }
    }

    private static LawReport Audit(AuditOptions options, int rows, double rise, int trial)
    {
        var random = new RandomStream(59, (ulong)trial);
        var audit = new LawAudit(options);
        for (int k = 0; k < rows; k++)
            audit.Add(k, [5 + (0.3 * random.NextNormal())], (0.1 * rise * k) + (0.1 * random.NextNormal()));
        return audit.Report();
    }

    private static Estimate Slope(int rows, double memory, int trial)
    {
        var random = new RandomStream(61, (ulong)trial);
        var audit = new LawAudit(new AuditOptions { Noise = AuditNoise.None, FitsIsotonic = false });
        double noise = random.NextNormal() / Math.Sqrt(1 - (memory * memory));
        for (int k = 0; k < rows; k++)
        {
            audit.Add(k, [noise, -0.5 * noise], k);
            noise = (memory * noise) + random.NextNormal();
        }

        return audit.Report().FirstLaw!.Slope;
    }
}
