using ML.Thermo.Initialization;

namespace ML.Thermo.Refresh.Binning;

/// <summary>Has the mix of many categories changed? χ² of window and reference over the categories, ranked among re-labellings of their rows.</summary>
/// <remarks>Exact but for categories that one side did not have; those of fewer than five rows are left out, as χ² says nothing of them.</remarks>
internal static class CategoryMix
{
    private const int LeastRows = 5;

    /// <param name="before">Reference counts by category.</param>
    /// <param name="after">Window counts by category.</param>
    /// <param name="draws">Most re-labellings.</param>
    /// <param name="seed">Of the re-labellings.</param>
    public static double PValue(ReadOnlySpan<long> before, ReadOnlySpan<long> after, int draws, ulong seed)
    {
        List<int> rows = [], known = [];
        long window = 0, reference = 0;
        for (int k = 0; k < before.Length; k++)
        {
            if (before[k] + after[k] < LeastRows || before[k] == 0)
                continue;
            (reference, window) = (reference + before[k], window + after[k]);
            rows.AddRange(Enumerable.Repeat(known.Count, (int)(before[k] + after[k])));
            known.Add((int)(before[k] + after[k]));
        }

        if (known.Count < 2 || window == 0)
            return 1;
        int chosen = (int)Math.Min(window, reference), all = rows.Count;
        long[] counts = new long[known.Count];
        int at = 0;
        for (int k = 0; k < before.Length; k++)
        {
            if (before[k] + after[k] >= LeastRows && before[k] > 0)
                counts[at++] = window <= reference ? after[k] : before[k];
        }

        double observed = Statistic(counts) * (1 - 1e-9);
        var random = new RandomStream(seed, 2);
        int atLeast = 0;
        for (int draw = 1; draw <= draws; draw++)
        {
            counts.AsSpan().Clear();
            for (int i = 0; i < chosen; i++)
            {
                int pick = i + (int)random.NextInteger(all - i);
                (rows[pick], rows[i]) = (rows[i], rows[pick]);
                counts[rows[i]]++;
            }

            if (Statistic(counts) >= observed && ++atLeast == EnergyRule.Enough)
                return (double)EnergyRule.Enough / draw;
        }

        return (1.0 + atLeast) / (1 + draws);

        double Statistic(long[] counts)
        {
            double sum = 0;
            for (int k = 0; k < counts.Length; k++)
            {
                double expected = (double)known[k] * chosen / all;
                sum += (counts[k] - expected) * (counts[k] - expected) / known[k];
            }

            return sum;
        }
    }
}
