using ML.Thermo.Refresh.Dependence;

namespace ML.Thermo.Refresh.Binning;

/// <summary>Is an input as whole as it was? Empty cells, categories that the reference did not have, rare ones that are rare no more, and the mix of
/// many.</summary>
/// <param name="Missing">p-value of the empty cells: Fisher's exact test for more of them; 1 where the window has none.</param>
/// <param name="Unseen">p-value of unseen categories, by Pólya's urn in which those met once are the balls of what is still to be met; 1 for numbers.</param>
/// <param name="Rare">Least p-value of the categories that are too rare for a score of their own, times their number; 1 where there are none.</param>
/// <param name="Mix">p-value of the mix of all categories, where some are too rare for a score of their own; else 1.</param>
/// <param name="Tests">How many of the four there are for this input.</param>
internal readonly record struct InputQuality(double Missing, double Unseen, double Rare, double Mix, int Tests)
{
    /// <summary>What is said of a window with too few rows.</summary>
    public static InputQuality Unknown { get; } = new(1, 1, 1, 1, 1);

    /// <summary>The least of them, corrected for their number.</summary>
    public double PValue => Math.Min(1, Tests * Least);

    /// <summary>The empty cells are the most surprising of the four.</summary>
    public bool IsMissingLeast => Missing == Least;

    /// <summary>The unseen categories are.</summary>
    public bool IsUnseenLeast => Unseen == Least;

    private double Least => Math.Min(Math.Min(Missing, Unseen), Math.Min(Rare, Mix));

    /// <summary>The same of rows that depend on each other.</summary>
    /// <param name="dependence">Null for independent rows.</param>
    /// <param name="missing">Design effect of the empty cells.</param>
    /// <param name="categories">Design effect of the input's categories.</param>
    public InputQuality Corrected(DesignEffects? dependence, double missing, double categories) => dependence is null ? this : this with
    {
        Missing = dependence.CorrectedPValue(Missing, missing),
        Unseen = dependence.CorrectedPValue(Unseen, categories),
        Rare = dependence.CorrectedPValue(Rare, categories),
        Mix = dependence.CorrectedPValue(Mix, categories),
    };

    public static InputQuality Of(Bins bins, ReadOnlySpan<long> before, long missingBefore, ReadOnlySpan<long> after, long missingAfter, int draws, ulong seed)
    {
        long known = ScoreShifts.Rows(before), rows = ScoreShifts.Rows(after);
        double missing = CountTails.Hypergeometric(missingAfter, rows + missingAfter, missingBefore + missingAfter, known + missingBefore + rows
            + missingAfter);
        if (!bins.IsCategory)
            return new InputQuality(missing, 1, 1, 1, 1);
        long once = 0;
        double rarest = 1;
        int rare = 0;
        for (int k = 0; k < before.Length - 1; k++)
        {
            once += before[k] == 1 ? 1 : 0;
            if (bins.Cell(k) != RowSample.Unscored || before[k] == 0)
                continue;
            rare++;
            rarest = Math.Min(rarest, CountTails.Hypergeometric(after[k], rows, before[k] + after[k], known + rows));
        }

        double unseen = CountTails.Polya(after[^1], rows, once + 1, known + 1);
        return rare == 0
            ? new InputQuality(missing, unseen, 1, 1, 2)
            : new InputQuality(missing, unseen, Math.Min(1, rare * rarest), CategoryMix.PValue(before, after, draws, seed), 4);
    }
}
