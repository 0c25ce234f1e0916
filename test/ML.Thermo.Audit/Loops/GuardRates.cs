using ML.Thermo.Initialization;
using ML.Thermo.Loops;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Loops.Simulation;

namespace ML.Thermo.Audit.Loops;

/// <summary>The guard's rates over histories of known temperature and fresh share: size of its tests, coverage of its intervals, wrong verdicts.</summary>
internal static class GuardRates
{
    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int many = isQuick ? 300 : 2000, some = isQuick ? 60 : 300;
        foreach ((int rows, int classes, double zipf, bool isExact) in new[] { (500, 50, 1.1, true), (30, 4, 0.0, false) })
        {
            int rejected = Histories(many, rows, classes, zipf, 1, 0, 5, 41)
                .AsParallel().Count(table => ResamplingTest.Of(table, 199, 7, CancellationToken.None).PValue <= 0.05);
            string at = $"{rows} rows, {classes} categories ({many})";
            yield return Finding.Rate("collapse guard: p ≤ 0.05 at T = 1 without fresh rows", at, rejected, many, 0.05, isExact);
        }

        foreach ((double temperature, double share) in new[] { (0.8, 0.1), (1.2, 0.3), (0.9, 0.0) })
        {
            LoopFit[] fits = [.. Histories(some, 2000, 50, 1.1, temperature, share, 6, 43).AsParallel().AsOrdered().Select(table =>
                LoopFit.Of(new LoopLikelihood(table, Aligned(table)), null, 0.05, CancellationToken.None))];
            string at = FormattableString.Invariant($"T = {temperature}, λ = {share}, 2000 rows");
            yield return Spread.Covered("collapse guard: 95 % interval of T", at, fits.Count(fit => Holds(fit.TemperatureInterval, temperature)), some, 0.93);
            yield return Spread.Covered("collapse guard: 95 % interval of λ", at, fits.Count(fit => Holds(fit.FreshShareInterval, share)), some, 0.93);
            if (share > 0) // at the edge of its range the estimate of λ is no normal number
                yield return Spread.Ratio("collapse guard: error of T", at, [.. fits.Select(fit => fit.Temperature)]);
        }

        foreach ((double temperature, double share, int rows, LoopVerdict wrong, double rate) in new[]
        {
            (1, 0.1, 500, LoopVerdict.Freezing, 0.05), (0.8, 0.5, 500, LoopVerdict.Alive, 0.025), (1.0, 0.0, 200, LoopVerdict.Alive, 0.025),
        })
        {
            int said = Histories(some, rows, 20, 1, temperature, share, 5, 47, reference: 50_000)
                .Count(table => LoopGuard.Judge(table, new LoopGuardOptions { Draws = 199, Runs = 16 }).Verdict == wrong);
            string at = FormattableString.Invariant($"T = {temperature}, λ = {share}, {rows} rows ({some})");
            yield return Finding.Rate($"collapse guard: wrongly {wrong}", at, said, some, rate, exact: false);
        }
    }

    private static bool Holds((double Low, double High) interval, double truth) => interval.Low <= truth && truth <= interval.High;

    private static double[] Aligned(CategoryTable table)
    {
        double[] law = LoopSimulationOptions.Zipf(50, 1.1);
        return [.. table.Names.Select(name => law[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)])];
    }

    /// <summary>Histories of loops: generation 0 is real, or a reference of its own is.</summary>
    private static IEnumerable<CategoryTable> Histories(
        int sets, int rows, int classes, double zipf, double temperature, double share, int generations, ulong seed, int reference = 0)
    {
        double[] q = LoopSimulationOptions.Zipf(classes, zipf), work = new double[classes], law = new double[classes];
        long[] real = new long[classes];
        Multinomial.Add(q, reference, new RandomStream(seed, ulong.MaxValue), work, real);
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

            yield return CategoryTable.OfCounts(history, reference == 0 ? null : real);
        }
    }
}
