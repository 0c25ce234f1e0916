using ML.Thermo.Initialization;

namespace ML.Thermo.Refresh.Binning;

/// <summary>
/// Has the law of the energy changed? The largest standardised difference between window and reference of three pooled scores (loss, entropy
/// density, rank), ranked among random re-labellings of the pooled rows.
/// </summary>
/// <remarks>
/// Under exchangeable rows every re-labelling is as likely as the true one, so P(p ≤ a) ≤ a for losses of any law, ties included, and for
/// every size (Hemerik and Goeman 2018). Draws end as soon as <see cref="Enough"/> of them are as large (Besag and Clifford 1991), which
/// keeps this. Above <see cref="MostRows"/> rows, rows are put at random into blocks and the blocks are re-labelled: still exact.
/// </remarks>
internal static class EnergyRule
{
    /// <summary>Draws as large as the window's value after which a p-value is known well enough.</summary>
    public const int Enough = 50;

    private const int MostRows = 1024;

    /// <summary>The p-value of a window.</summary>
    /// <param name="reference">Losses of the reference.</param>
    /// <param name="window">Losses of the window.</param>
    /// <param name="draws">Most re-labellings.</param>
    /// <param name="seed">Of the re-labellings.</param>
    public static double PValue(LossSample reference, LossSample window, int draws, ulong seed)
    {
        var pooled = PooledLosses.Of(reference, window, seed);
        var random = new RandomStream(seed, 0);
        int size = (Math.Min(pooled.OfReference[0].Length, pooled.OfWindow[0].Length) + MostRows - 1) / MostRows;
        double[][] before = Blocks(pooled.OfReference, size, random), after = Blocks(pooled.OfWindow, size, random);
        bool isWindowSmaller = after.Length <= before.Length;
        double[] rows = [.. (isWindowSmaller ? after.Concat(before) : before.Concat(after)).SelectMany(row => row)];
        return Relabelled(rows, Math.Min(before.Length, after.Length), draws, random);
    }

    /// <summary>p-value of the first rows among random choices of as many.</summary>
    /// <param name="rows">Row after row, <see cref="PooledLosses.Scores"/> numbers each; put in another order.</param>
    /// <param name="chosen">How many of them are chosen.</param>
    /// <param name="draws">Most draws.</param>
    /// <param name="random">Gives the choices.</param>
    private static double Relabelled(double[] rows, int chosen, int draws, RandomStream random)
    {
        const int Width = PooledLosses.Scores;
        int all = rows.Length / Width;
        Span<double> mean = stackalloc double[Width], scale = stackalloc double[Width];
        for (int j = 0; j < Width; j++)
        {
            double sum = 0, squares = 0;
            for (int i = j; i < rows.Length; i += Width)
                sum += rows[i];
            mean[j] = sum / all;
            for (int i = j; i < rows.Length; i += Width)
                squares += (rows[i] - mean[j]) * (rows[i] - mean[j]);
            scale[j] = squares > 0 ? 1 / Math.Sqrt(squares) : 0; // the same for every labelling, up to a factor that all scores share
        }

        double observed = Largest(rows, chosen, mean, scale) * (1 - 1e-9); // equal but for rounding is equal
        int[] order = [.. Enumerable.Range(0, all)];
        int atLeast = 0;
        for (int draw = 1; draw <= draws; draw++)
        {
            double a = 0, b = 0, c = 0;
            for (int i = 0; i < chosen; i++)
            {
                int pick = i + (int)random.NextInteger(all - i), row = order[pick] * Width;
                (order[pick], order[i]) = (order[i], order[pick]);
                a += rows[row];
                b += rows[row + 1];
                c += rows[row + 2];
            }

            double largest = Math.Max(
                Math.Abs(a - (chosen * mean[0])) * scale[0], Math.Max(Math.Abs(b - (chosen * mean[1])) * scale[1], Math.Abs(c - (chosen * mean[2])) * scale[2]));
            if (largest >= observed && ++atLeast == Enough)
                return (double)Enough / draw;
        }

        return (1.0 + atLeast) / (1 + draws);
    }

    private static double Largest(double[] rows, int chosen, ReadOnlySpan<double> mean, ReadOnlySpan<double> scale)
    {
        double largest = 0;
        for (int j = 0; j < mean.Length; j++)
        {
            double sum = 0;
            for (int i = 0; i < chosen; i++)
                sum += rows[(i * mean.Length) + j];
            largest = Math.Max(largest, Math.Abs(sum - (chosen * mean[j])) * scale[j]);
        }

        return largest;
    }

    /// <summary>Sums of rows put at random into blocks of one size; rows that fill no block are left out.</summary>
    private static double[][] Blocks(double[][] scores, int size, RandomStream random)
    {
        int rows = scores[0].Length;
        int[] order = [.. Enumerable.Range(0, rows)];
        for (int i = rows - 1; i > 0 && size > 1; i--)
        {
            int pick = (int)random.NextInteger(i + 1);
            (order[pick], order[i]) = (order[i], order[pick]);
        }

        return [.. Enumerable.Range(0, rows / size).Select(block => scores.Select(score =>
        {
            double sum = 0;
            for (int i = block * size; i < (block + 1) * size; i++)
                sum += score[order[i]];
            return sum;
        }).ToArray())];
    }
}
