using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Dependence;
using ML.Thermo.Refresh.Nulls;

namespace ML.Thermo.Refresh.Binning;

/// <summary>p-values of a window's losses.</summary>
/// <param name="Any">Of any change: of loss, entropy density or rank, up or down.</param>
/// <param name="Worse">Of higher losses: of mean loss or rank, up.</param>
/// <param name="Better">Of lower ones.</param>
internal readonly record struct EnergyPValues(double Any, double Worse, double Better)
{
    public static EnergyPValues Unknown { get; } = new(double.NaN, double.NaN, double.NaN);
}

/// <summary>
/// Has the law of the energy changed? The largest standardised difference between window and reference of three pooled scores (loss, entropy
/// density, rank), ranked among random re-labellings of the pooled rows.
/// </summary>
/// <remarks>
/// Under exchangeable rows every re-labelling is as likely as the true one, so P(p ≤ a) ≤ a for losses of any law, ties included, and for
/// every size (Hemerik and Goeman 2018). Draws end as soon as <see cref="Relabelling.Enough"/> of them are as large (Besag and Clifford 1991), which
/// keeps this. Against a small reference a quarter of the rate is for <see cref="RankGroups"/>, whose rarity is calibrated by re-labellings of their own. Above
/// <see cref="MostRows"/> rows, rows are put at random into blocks and the blocks are re-labelled: still exact.
/// </remarks>
internal static class EnergyRule
{
    private const int MostRows = 1024, FewRows = 100, Calibrating = 499;
    private static readonly double[] s_shares = [0.75, 0.25]; // of the largest difference, and of the groups

    /// <summary>The p-values of a window; each holds its level by itself.</summary>
    /// <param name="reference">Losses of the reference.</param>
    /// <param name="window">Losses of the window.</param>
    /// <param name="draws">Most re-labellings.</param>
    /// <param name="seed">Of the re-labellings.</param>
    /// <param name="dependence">What the losses' dependence does to the window; null for independent rows.</param>
    public static EnergyPValues PValues(LossSample reference, LossSample window, DesignEffects? dependence, int draws, ulong seed)
    {
        var pooled = PooledLosses.Of(reference, window, seed);
        var random = new RandomStream(seed, 0);
        int size = (Math.Min(pooled.OfReference.Length, pooled.OfWindow.Length) + MostRows - 1) / MostRows;
        double[] before = Blocks(pooled.OfReference, pooled.Table, size, random), after = Blocks(pooled.OfWindow, pooled.Table, size, random);
        bool isWindowSmaller = after.Length <= before.Length;
        double[] rows = isWindowSmaller ? [.. after, .. before] : [.. before, .. after];
        int chosen = Math.Min(before.Length, after.Length) / PooledLosses.Scores;
        bool isSmall = dependence is null && pooled.OfReference.Length <= FewRows;
        RankGroups? groups = isSmall ? new([.. rows.Where((_, i) => i % PooledLosses.Scores == PooledLosses.Scores - 1)]) : null;
        (double any, double up, double down) = Relabelled(rows, chosen, groups, dependence, draws, random);
        return isWindowSmaller ? new(any, up, down) : new(any, down, up); // a reference that is higher is a window that is lower
    }

    /// <summary>p-values of the first rows among random choices of as many: of any difference, of higher and of lower losses.</summary>
    /// <param name="rows">Row after row, <see cref="PooledLosses.Scores"/> numbers each.</param>
    /// <param name="chosen">How many of them are chosen.</param>
    /// <param name="groups">Of a small reference, what of the difference's shape counts beside its size.</param>
    /// <param name="dependence">What dependent rows make of the true differences.</param>
    /// <param name="draws">Most draws.</param>
    /// <param name="random">Gives the choices.</param>
    private static (double Any, double Up, double Down) Relabelled(
        double[] rows, int chosen, RankGroups? groups, DesignEffects? dependence, int draws, RandomStream random)
    {
        const int Width = PooledLosses.Scores;
        int all = rows.Length / Width;
        Span<double> mean = stackalloc double[Width], scale = stackalloc double[Width], sums = stackalloc double[Width];
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

        int[] order = [.. Enumerable.Range(0, all)];
        Differences(rows, order.AsSpan(0, chosen), mean, scale, sums);
        if (dependence is not null)
        {
            double error = Math.Sqrt((double)chosen * (all - chosen) / all / (all - 1)); // of a difference, among labellings
            for (int j = 0; j < Width; j++)
                sums[j] = error * dependence.Corrected(j, sums[j] / error);
        }

        double observed = Any(sums);
        Relabelling.Exceedance up = new(Up(sums, 1)), down = new(Up(sums, -1));
        Surprise? surprise = null;
        if (groups is not null)
        {
            double shape = groups.Statistic(order.AsSpan(0, chosen));
            double[][] calibrating = new double[Calibrating][];
            for (int k = 0; k < Calibrating; k++)
            {
                Relabelling.Choose(order, chosen, random);
                Differences(rows, order.AsSpan(0, chosen), mean, scale, sums);
                calibrating[k] = [Any(sums), groups.Statistic(order.AsSpan(0, chosen))];
            }

            surprise = new Surprise(calibrating, s_shares);
            observed = surprise.Of([observed, shape]);
        }

        Relabelling.Exceedance any = new(observed);
        for (int draw = 1; draw <= draws && !(any.IsKnown && up.IsKnown && down.IsKnown); draw++)
        {
            Relabelling.Choose(order, chosen, random);
            Differences(rows, order.AsSpan(0, chosen), mean, scale, sums);
            any.Add(surprise is null ? Any(sums) : surprise.Of([Any(sums), groups!.Statistic(order.AsSpan(0, chosen))]), draw);
            up.Add(Up(sums, 1), draw);
            down.Add(Up(sums, -1), draw);
        }

        return (any.PValue(draws), up.PValue(draws), down.PValue(draws));
    }

    /// <summary>Sums of the chosen rows' scores less what is expected of them, on the scale that all labellings share.</summary>
    private static void Differences(double[] rows, ReadOnlySpan<int> chosen, ReadOnlySpan<double> mean, ReadOnlySpan<double> scale, Span<double> differences)
    {
        Sum(rows, chosen, differences);
        for (int j = 0; j < differences.Length; j++)
            differences[j] = (differences[j] - (chosen.Length * mean[j])) * scale[j];
    }

    private static void Sum(double[] rows, ReadOnlySpan<int> chosen, Span<double> sums)
    {
        double a = 0, b = 0, c = 0; // three: too few for vectors
        foreach (int row in chosen)
        {
            a += rows[PooledLosses.Scores * row];
            b += rows[(PooledLosses.Scores * row) + 1];
            c += rows[(PooledLosses.Scores * row) + 2];
        }

        (sums[0], sums[1], sums[2]) = (a, b, c);
    }

    private static double Any(ReadOnlySpan<double> differences)
    {
        double largest = 0;
        foreach (double difference in differences)
            largest = Math.Max(largest, Math.Abs(difference));
        return largest;
    }

    /// <summary>The larger of the shifts of loss and rank.</summary>
    private static double Up(ReadOnlySpan<double> differences, int sign) => Math.Max(sign * differences[0], sign * differences[^1]);

    /// <summary>Sums of rows put at random into blocks of one size, block after block; rows that fill no block are left out.</summary>
    private static double[] Blocks(int[] rows, double[] table, int size, RandomStream random)
    {
        if (size > 1)
            Relabelling.Choose(rows, rows.Length, random);
        double[] sums = new double[rows.Length / size * PooledLosses.Scores];
        for (int block = 0; block * PooledLosses.Scores < sums.Length; block++)
            Sum(table, rows.AsSpan(block * size, size), sums.AsSpan(block * PooledLosses.Scores, PooledLosses.Scores));
        return sums;
    }
}
