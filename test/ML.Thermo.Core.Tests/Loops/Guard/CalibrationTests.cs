using ML.Thermo.Initialization;
using ML.Thermo.Loops;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Loops.Simulation;

namespace ML.Thermo.Tests.Loops.Guard;

/// <summary>Stated rates and errors against repeated loops of known temperature and fresh share.</summary>
public class A_guard_of_repeated_loops
{
    [TestCase(500, 50, 1.1, 600)]
    [TestCase(30, 4, 0.0, 600)] // few rows: many ties
    public void Calls_resampling_a_loss_as_seldom_as_it_says(int rows, int classes, double zipf, int sets)
    {
        double[] p = [.. Loops(sets, rows, classes, zipf, 1, 0, 5, 1).Select(table => ResamplingTest.Of(table, 199, 7, CancellationToken.None).PValue)];
        int rejected = p.Count(value => value <= 0.05);
        TestContext.Out.WriteLine($"{rejected} of {sets} at 5 %, {p.Count(value => value <= 0.5)} at 50 %");
        Assert.That(rejected, Is.LessThanOrEqualTo((0.05 * sets) + (3 * Math.Sqrt(sets * 0.05 * 0.95))));
        if (rows == 500)
        {
            Assert.That(rejected, Is.GreaterThan((0.05 * sets) - (3 * Math.Sqrt(sets * 0.05 * 0.95))), "exact, not merely safe");
            Assert.That(p.Count(value => value <= 0.5), Is.EqualTo(0.5 * sets).Within(3 * Math.Sqrt(sets * 0.25)));
        }
    }

    [TestCase(0.97, 0.40, 0.72)] // 57 % by the source of the golden numbers
    [TestCase(0.9, 0.97, 1)]
    public void Sees_a_cold_sampler(double temperature, double least, double most)
    {
        const int sets = 150;
        double power = Loops(sets, 500, 50, 1.1, temperature, 0, 6, 2).Count(table => ResamplingTest.Of(table, 199, 7, CancellationToken.None).PValue <= 0.05) / (double)sets;
        TestContext.Out.WriteLine($"power {power}");
        Assert.That(power, Is.InRange(least, most));
    }

    [TestCase(0.8, 0.1)]
    [TestCase(1.2, 0.3)]
    [TestCase(0.9, 0.0)]
    public void Finds_temperature_and_share_within_its_errors(double temperature, double share)
    {
        const int sets = 120;
        LoopFit[] fits = [.. Loops(sets, 2000, 50, 1.1, temperature, share, 6, 3).Select(table => LoopFit.Of(new LoopLikelihood(table, Aligned(table, LoopSimulationOptions.Zipf(50, 1.1))), null, 0.05, CancellationToken.None))];
        double mean = fits.Average(fit => fit.Temperature.Value), sd = Math.Sqrt(fits.Sum(fit => Math.Pow(fit.Temperature.Value - mean, 2)) / (sets - 1));
        double error = Math.Sqrt(fits.Average(fit => fit.Temperature.StandardError * fit.Temperature.StandardError));
        int covered = fits.Count(fit => fit.TemperatureInterval.Low <= temperature && temperature <= fit.TemperatureInterval.High);
        int shares = fits.Count(fit => fit.FreshShareInterval.Low <= share && share <= fit.FreshShareInterval.High);
        TestContext.Out.WriteLine(
            $"T {mean:F4} ± {sd:F4} (se {error:F4}), λ {fits.Average(fit => fit.FreshShare.Value):F4}, coverage {covered} and {shares} of {sets}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(mean, Is.EqualTo(temperature).Within(0.012));
            Assert.That(covered, Is.GreaterThanOrEqualTo(0.95 * sets - (3 * Math.Sqrt(sets * 0.05 * 0.95))));
            Assert.That(shares, Is.GreaterThanOrEqualTo(0.95 * sets - (3 * Math.Sqrt(sets * 0.05 * 0.95))));
            if (share > 0)
                Assert.That(error / sd, Is.InRange(0.8, 1.35));
        }
    }

    [TestCase(1, 0.1, 500, 50_000, LoopVerdict.Freezing, 0.05)] // keeps 99 %
    [TestCase(0.8, 0.5, 500, 50_000, LoopVerdict.Alive, 0.025)] // keeps 87 %, asked for 90 %
    [TestCase(1, 0, 200, 50_000, LoopVerdict.Alive, 0.025)] // dies by resampling
    [TestCase(1, 0.1, 500, 0, LoopVerdict.Boiling, 0.025)] // generation 0 is the reference
    public void Gives_a_wrong_verdict_as_seldom_as_it_says(double temperature, double share, int rows, int reference, LoopVerdict wrong, double rate)
    {
        const int sets = 80;
        double[] q = LoopSimulationOptions.Zipf(20, 1);
        long[] real = new long[20];
        Multinomial.Add(q, reference, new RandomStream(8, 8), new double[20], real);
        var found = Loops(sets, rows, 20, 1, temperature, share, 5, 4, reference == 0 ? null : real)
            .Select(table => LoopGuard.Judge(table, new LoopGuardOptions { Draws = 199, Runs = 16 })).ToList();
        TestContext.Out.WriteLine(string.Join(", ", found.GroupBy(f => f.Verdict).Select(g => $"{g.Key} {g.Count()}"))
            + $"; p ≤ 0.025 {found.Count(f => f.Drift.PValue <= 0.025)}; median interval {found.Select(f => f.Forecast!.RetentionInterval.Low).Order().ElementAt(sets / 2):F3} {found.Select(f => f.Forecast!.RetentionInterval.High).Order().ElementAt(sets / 2):F3}");
        Assert.That(found.Count(finding => finding.Verdict == wrong), Is.LessThanOrEqualTo((rate * sets) + (3 * Math.Sqrt(sets * rate * (1 - rate)))));
    }

    [TestCase(0.9, 0.0, 0.0, LoopVerdict.Freezing)]
    [TestCase(1, 0.3, 0.3, LoopVerdict.Alive)]
    [TestCase(1.25, 0.1, null, LoopVerdict.Boiling)]
    public void Gives_the_right_verdict_where_the_case_is_clear(double temperature, double share, double? known, LoopVerdict right)
    {
        var found = Loops(30, 2000, 20, 1, temperature, share, 5, 5).Select(table => LoopGuard.Judge(table, new LoopGuardOptions { Draws = 199, Runs = 20, FreshShare = known }));
        Assert.That(found.Count(finding => finding.Verdict == right), Is.GreaterThanOrEqualTo(27));
    }

    private static double[] Aligned(CategoryTable table, double[] law) => [.. table.Names.Select(name => law[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)])];

    /// <summary>Histories of loops: generation 0 is real.</summary>
    private static IEnumerable<CategoryTable> Loops(int sets, int rows, int classes, double zipf, double temperature, double share, int generations, ulong seed, long[]? reference = null)
    {
        double[] q = LoopSimulationOptions.Zipf(classes, zipf), work = new double[classes], law = new double[classes];
        var map = new CategoricalLoop(q, temperature, share);
        for (int set = 0; set < sets; set++)
        {
            var random = new RandomStream(seed, (ulong)set);
            long[][] history = new long[generations][];
            q.CopyTo(law.AsSpan());
            for (int t = 0; t < generations; t++)
            {
                history[t] = new long[classes];
                if (t > 0)
                    map.Next([.. history[t - 1].Select(count => (double)count / rows)], law);
                Multinomial.Add(law, rows, random, work, history[t]);
            }

            yield return CategoryTable.OfCounts(history, reference);
        }
    }
}
