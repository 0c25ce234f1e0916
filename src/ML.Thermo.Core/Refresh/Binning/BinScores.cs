namespace ML.Thermo.Refresh.Binning;

/// <summary>How a channel is cut into bins, and what its bins score.</summary>
internal static class BinScores
{
    private const int InputBins = 16, LossBins = 64;

    /// <summary>
    /// Bins of a loss: 64 of equal mass, the top one halved again and again down to single points, because the mean of the
    /// losses lives in their upper tail. Three scores, which say how far a window has moved: the loss itself (its mean shift is ΔE), the
    /// entropy density −ln p (its mean shift is ΔS of one loss to first order, by the spacings of the sample) and the rank.
    /// </summary>
    public static Bins OfEnergies(double[] sample, ulong seed)
    {
        Array.Sort(sample);
        int n = sample.Length;
        IEnumerable<int> ranks = Equal(n, LossBins);
        var tail = new List<int>();
        for (double above = (n + 1.0) / LossBins / 2; above >= 2; above /= 2)
            tail.Add(n + 1 - (int)Math.Round(above));
        return EnergyBins.Of(sample, ranks.Concat(tail).Distinct().Order(), seed, (sorted, ends) =>
            [Mean(sorted, ends, (values, i) => values[i]), Mean(sorted, ends, Spacings(sorted)), Ranks(ends)]);
    }

    /// <summary>Scores of an input that are fixed by rank: those before the value of a prediction.</summary>
    public const int RankScores = 2;

    /// <summary>Sixteen bins of equal mass; two scores: the rank (where the input lies) and the square of the centred rank (how wide). A prediction has its
    /// value for a third: where a probability is calibrated, the likelihood ratio of label shift is linear in it.</summary>
    public static Bins OfInputs(double[] sample, bool isPrediction = false)
    {
        Array.Sort(sample);
        return Bins.OfNumbers(sample, Equal(sample.Length, InputBins), (sorted, ends) =>
        {
            double[] ranks = Ranks(ends);
            double[][] scores = [ranks, [.. ranks.Select(u => u * u)]];
            return isPrediction ? [.. scores, Mean(sorted, ends, (values, i) => values[i])] : scores;
        });
    }

    private static IEnumerable<int> Equal(int n, int bins) =>
        Enumerable.Range(1, bins - 1).Select(j => (int)Math.Round(j * (n + 1.0) / bins)).Where(rank => rank >= 1 && rank < n).Distinct();

    /// <summary>Mean of a function of the sample's points over each bin.</summary>
    private static double[] Mean(double[] sorted, int[] ends, Func<double[], int, double> of) => [.. ends.Select((end, bin) =>
    {
        int start = bin == 0 ? 0 : ends[bin - 1];
        if (start == end)
            return of(sorted, Math.Min(start, sorted.Length - 1)); // nothing of the sample lies in the gap beside an atom
        double sum = 0;
        for (int i = start; i < end; i++)
            sum += of(sorted, i);
        return sum / (end - start);
    })];

    /// <summary>ln of the distance that 2√N neighbours span: −ln p but for a constant (Vasicek's spacings).</summary>
    private static Func<double[], int, double> Spacings(double[] sample)
    {
        int m = Math.Max((int)Math.Sqrt(sample.Length), 1);
        double least = 1e-6 * (sample[^1] - sample[0]); // the width given to an atom
        return (values, i) =>
        {
            int low = Math.Max(i - m, 0), high = Math.Min(i + m, values.Length - 1);
            return Math.Log(Math.Max(values[high] - values[low], least) / (high - low));
        };
    }

    /// <summary>Middle of each bin on the axis of ranks, centred: −½ … ½.</summary>
    private static double[] Ranks(int[] ends) =>
        [.. ends.Select((end, bin) => (0.5 * (end + (bin == 0 ? 0 : ends[bin - 1])) / ends[^1]) - 0.5)];
}
