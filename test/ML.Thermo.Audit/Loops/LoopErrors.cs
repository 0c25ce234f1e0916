using ML.Thermo.Initialization;
using ML.Thermo.Loops;
using ML.Thermo.Loops.Diversity;
using ML.Thermo.Loops.Guard;
using ML.Thermo.Loops.Simulation;

namespace ML.Thermo.Audit.Loops;

/// <summary>The errors of diversities of a generation: entropy and Gini–Simpson of counts, entropy change and τ of numbers.</summary>
internal static class LoopErrors
{
    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 150 : 600;
        foreach ((string name, int categories, int rows) in new[] { ("Zipf", 50, 500), ("Zipf", 50, 5000), ("Zipf", 500, 2000) })
        {
            double[] shares = [.. Enumerable.Range(1, categories).Select(k => 1.0 / k)];
            var runs = new CategoryDiversity[trials];
            Parallel.For(0, trials, trial => runs[trial] = new CategoryDiversity(Counts(new RandomStream(73, (ulong)trial), shares, rows)));
            string sample = $"{name} of {categories} categories, {rows} rows";
            yield return Spread.Ratio("error of S, categories", sample, [.. runs.Select(run => new Estimate(run.ChaoShen, run.EntropyStandardError))]);
            yield return Spread.Ratio("error of Gini–Simpson", sample, [.. runs.Select(run => new Estimate(run.GiniSimpson, run.GiniStandardError))]);
        }

        foreach ((int columns, int rows) in new[] { (1, 200), (3, 500) })
        {
            var runs = new NumberFinding[trials];
            Parallel.For(0, trials, trial => runs[trial] = NumberGuard.Judge(
                [Rows(new RandomStream(79, (ulong)trial), rows, columns, 1), Rows(new RandomStream(83, (ulong)trial), rows, columns, 0.8)], null, new() { Draws = 99 }));
            string sample = $"{columns} normal columns, {rows} rows";
            yield return Spread.Ratio("error of ΔS, numbers", sample, [.. runs.Select(run => run.Generations[^1].EntropyChange)]);
            yield return Spread.Ratio("error of τ, numbers", sample, [.. runs.Select(run => run.Temperature)]);
        }
    }

    /// <summary>T and λ of a loop by maximum likelihood, from six generations of 2,000 rows in 50 categories.</summary>
    public static IEnumerable<Finding> Fits(bool isQuick)
    {
        const int categories = 50, rows = 2000, generations = 6;
        int trials = isQuick ? 40 : 200;
        double[] shares = LoopSimulationOptions.Zipf(categories, 1.1);
        foreach ((double temperature, double fresh) in new[] { (0.8, 0.1), (1.2, 0.3) })
        {
            var map = new CategoricalLoop(shares, temperature, fresh);
            var runs = new LoopFit[trials];
            Parallel.For(0, trials, trial =>
            {
                var random = new RandomStream(89, (ulong)trial);
                double[] law = [.. shares];
                long[][] history = new long[generations][];
                for (int t = 0; t < generations; t++)
                {
                    if (t > 0)
                        map.Next([.. history[t - 1].Select(count => (double)count / rows)], law);
                    history[t] = Counts(random, law, rows);
                }

                runs[trial] = LoopGuard.Judge(CategoryTable.OfCounts(history), new() { Draws = 99, Runs = 2 }).Fit!;
            });
            string at = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"T = {temperature}, λ = {fresh}, {rows} rows, {categories} categories");
            yield return Spread.Ratio("error of T, loop", at, [.. runs.Select(run => run.Temperature)]);
            yield return Spread.Ratio("error of λ, loop", at, [.. runs.Select(run => run.FreshShare).Where(share => share.StandardError > 0)]);
        }
    }

    private static long[] Counts(RandomStream random, double[] shares, int rows)
    {
        long[] counts = new long[shares.Length];
        double total = shares.Sum();
        for (int row = 0; row < rows; row++)
        {
            double at = random.NextDouble() * total;
            int k = 0;
            while (k < shares.Length - 1 && (at -= shares[k]) > 0)
                k++;
            counts[k]++;
        }

        return counts;
    }

    private static double[,] Rows(RandomStream random, int rows, int columns, double spread)
    {
        double[,] values = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                values[i, j] = spread * random.NextNormal();
        }

        return values;
    }
}
