using ML.Thermo.Initialization;
using ML.Thermo.Loops.Simulation;

namespace ML.Thermo.Loops.Guard;

/// <summary>Is more diversity lost than resampling explains?</summary>
/// <remarks>
/// <para>The null is the loop at T = 1 without fresh rows, each generation trained on the last: given generation 0 its law has no unknown, so simulated
/// loops of the same sizes make an exact test of Σp² in the last generation (Barnard 1963): P(p ≤ a) ≤ a. Fresh rows and a hotter sampler lose less
/// and make it conservative.</para>
/// <para>The sum is over the 256 categories that are most frequent in generation 0. A loop at T = 1 is closed under merging categories, so that the
/// test stays exact.</para></remarks>
[Maturity(Maturity.Theorem, "generation t is the whole training data of t + 1; rows independent given the model")]
public sealed record ResamplingTest
{
    internal const int MostCategories = 256;

    /// <summary>p: the share of simulated loops, and this one, with a Gini–Simpson index at most that of the last generation.</summary>
    public required double PValue { get; init; }

    /// <summary>How many loops were simulated.</summary>
    public required int Draws { get; init; }

    /// <summary>Between what bounds 95 % of the simulated loops have their unbiased Gini–Simpson index, by generation from 1 on.</summary>
    public required IReadOnlyList<(double Low, double High)> Band { get; init; }

    internal static ResamplingTest Of(CategoryTable table, int draws, ulong seed, CancellationToken cancellation)
    {
        int[] top = [.. Enumerable.Range(0, table.Names.Count).OrderByDescending(i => table.Generations[0][i]).Take(MostCategories)];
        double[] start = new double[top.Length + 1]; // the last is all others
        double rows = table.Generations[0].Sum();
        for (int k = 0; k < top.Length; k++)
            start[k] = table.Generations[0][top[k]] / rows;
        start[^1] = Math.Max(1 - start.Sum(), 0);
        if (top.Length == table.Names.Count)
            start[^1] = 0;
        long[] sizes = [.. table.Generations.Skip(1).Select(counts => counts.Sum())];
        long[] last = table.Generations[^1];
        double observed = top.Sum(i => Math.Pow((double)last[i] / sizes[^1], 2));

        double[][] squares = new double[draws][];
        Parallel.For(0, draws, new ParallelOptions { CancellationToken = cancellation }, draw =>
        {
            var random = new RandomStream(seed, (ulong)draw);
            double[] law = [.. start], work = new double[law.Length];
            long[] counts = new long[law.Length];
            squares[draw] = new double[sizes.Length];
            for (int t = 0; t < sizes.Length; t++)
            {
                cancellation.ThrowIfCancellationRequested();
                Array.Clear(counts);
                Multinomial.Add(law, sizes[t], random, work, counts);
                for (int k = 0; k < law.Length; k++)
                {
                    law[k] = (double)counts[k] / sizes[t];
                    squares[draw][t] += k < top.Length ? law[k] * law[k] : 0;
                }
            }
        });
        int asLow = squares.Count(loop => loop[^1] >= observed * (1 - 1e-12));
        return new ResamplingTest
        {
            PValue = (1.0 + asLow) / (draws + 1),
            Draws = draws,
            Band = [.. sizes.Select((size, t) => Bounds([.. squares.Select(loop => (1 - loop[t]) * size / (size - 1))]))],
        };
    }

    private static (double Low, double High) Bounds(double[] values)
    {
        Array.Sort(values);
        int tail = (int)(0.025 * (values.Length + 1));
        return tail == 0 ? (double.NaN, double.NaN) : (values[tail - 1], values[^tail]);
    }
}
