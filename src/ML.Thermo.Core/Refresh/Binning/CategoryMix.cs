using ML.Thermo.Initialization;
using ML.Thermo.Refresh.Nulls;

namespace ML.Thermo.Refresh.Binning;

/// <summary>Has the mix of many categories changed? χ² of window and reference over the categories, ranked among re-labellings of their rows.</summary>
/// <remarks>
/// Exact but for categories that one side did not have; those of fewer than five rows are left out, as χ² says nothing of them. Memory goes with
/// the smaller side: rows are drawn from the pooled counts (Floyd's choice without replacement).
/// </remarks>
internal static class CategoryMix
{
    private const int LeastRows = 5;

    /// <param name="before">Reference counts by category.</param>
    /// <param name="after">Window counts by category.</param>
    /// <param name="draws">Most re-labellings.</param>
    /// <param name="seed">Of the re-labellings.</param>
    public static double PValue(ReadOnlySpan<long> before, ReadOnlySpan<long> after, int draws, ulong seed)
    {
        List<long> reference = [], window = [], upTo = [];
        long all = 0;
        for (int k = 0; k < before.Length; k++)
        {
            if (before[k] + after[k] < LeastRows || before[k] == 0)
                continue;
            reference.Add(before[k]);
            window.Add(after[k]);
            upTo.Add(all += before[k] + after[k]);
        }

        long[] counts = [.. window.Sum() <= reference.Sum() ? window : reference];
        long chosen = counts.Sum();
        if (counts.Length < 2 || chosen == 0)
            return 1;
        var observed = new Relabelling.Exceedance(Statistic());
        var random = new RandomStream(seed, 2);
        var taken = new HashSet<long>();
        int draw = 0;
        while (draw < draws && !observed.IsKnown)
        {
            counts.AsSpan().Clear();
            taken.Clear();
            for (long last = all - chosen; last < all; last++)
            {
                long row = random.NextInteger(last + 1);
                if (!taken.Add(row))
                    taken.Add(row = last);
                int at = upTo.BinarySearch(row + 1);
                counts[at < 0 ? ~at : at]++;
            }

            observed.Add(Statistic(), ++draw);
        }

        return observed.PValue(draw);

        double Statistic()
        {
            double sum = 0;
            for (int k = 0; k < counts.Length; k++)
            {
                double rows = reference[k] + window[k], expected = rows * chosen / all;
                sum += (counts[k] - expected) * (counts[k] - expected) / rows;
            }

            return sum;
        }
    }
}
