using ML.Thermo.Initialization;
using ML.Thermo.Loops.Diversity;
using ML.Thermo.Loops.Guard;

namespace ML.Thermo.Audit.Loops;

/// <summary>The errors of diversities of a generation: entropy and Gini–Simpson of counts, entropy change of numbers.</summary>
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
