using ML.Thermo.Initialization;
using ML.Thermo.Loops.Guard;

namespace ML.Thermo.Audit.Loops;

/// <summary>The guard of numbers over normal loops of known temperature and fresh share.</summary>
internal static class NumberRates
{
    private const int Columns = 2;

    public static IEnumerable<Finding> Run(bool isQuick)
    {
        int trials = isQuick ? 300 : 2000;
        int rejected = Enumerable.Range(0, trials).Count(trial =>
            NumberGuard.Judge(Loop(60, 1, 0, trial), options: new LoopGuardOptions { Draws = 199 }).DriftPValue <= 0.05);
        yield return Finding.Rate("collapse guard of numbers: p ≤ 0.05 at τ = 1", $"60 rows, 2 columns ({trials})", rejected, trials, 0.05, exact: true);
        double[,] reference = Draw(20_000, new RandomStream(53, ulong.MaxValue));
        foreach ((double temperature, double share) in new[] { (0.9, 0.0), (0.9, 0.25), (1.15, 0.0) })
        {
            Estimate[] found = [.. Enumerable.Range(0, trials / 4).Select(trial => NumberGuard.Judge(
                Loop(400, temperature, share, trial), reference, new LoopGuardOptions { Draws = 39, FreshShare = share }).Temperature)];
            yield return Spread.Ratio("collapse guard of numbers: error of τ", FormattableString.Invariant($"τ = {temperature}, λ = {share}, 400 rows"), found);
        }
    }

    private static double[,] Draw(int rows, RandomStream random)
    {
        double[,] data = new double[rows, Columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < Columns; j++)
                data[i, j] = random.NextNormal();
        }

        return data;
    }

    /// <summary>Normal laws refitted column by column (independent columns) to draws of the last fit, whose variance is multiplied by τ, and to
    /// fresh rows.</summary>
    private static List<double[,]> Loop(int rows, double temperature, double share, int trial)
    {
        var random = new RandomStream(53, (ulong)trial);
        List<double[,]> generations = [Draw(rows, random)];
        int fresh = (int)Math.Round(share * rows);
        for (int t = 1; t < 5; t++)
        {
            double[,] last = generations[^1], next = Draw(rows, random);
            for (int j = 0; j < Columns; j++)
            {
                double mean = Enumerable.Range(0, rows).Average(i => last[i, j]);
                double scale = Math.Sqrt(temperature * Enumerable.Range(0, rows).Average(i => (last[i, j] - mean) * (last[i, j] - mean)));
                for (int i = fresh; i < rows; i++)
                    next[i, j] = mean + (scale * next[i, j]);
            }

            generations.Add(next);
        }

        return generations;
    }
}
