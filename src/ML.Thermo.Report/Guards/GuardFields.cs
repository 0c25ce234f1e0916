using ML.Thermo.Onnx.Guards;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Guards;

/// <summary>A judged row and its number.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Verdict">What the guard said.</param>
internal sealed record NumberedRow(int Number, GuardedRow Verdict)
{
    /// <summary>By p-value, then by strangeness; what is not finite is stranger than all.</summary>
    public static IEnumerable<NumberedRow> Strangest(IEnumerable<NumberedRow> rows) => rows.OrderBy(row => row.Verdict.PValue)
        .ThenByDescending(row => double.IsNaN(row.Verdict.Strangeness) ? double.PositiveInfinity : row.Verdict.Strangeness);
}

/// <summary>The numbers of a judged row: a new one is a line here.</summary>
internal static class GuardedRowFields
{
    private const Shown Everywhere = Shown.Data | Shown.Console | Shown.Page;

    public static IReadOnlyList<Field<NumberedRow>> All { get; } =
    [
        new("row", "row", "number of the row, from 0", row => Cell.Of(row.Number), Everywhere),
        new("pValue", "p", "how often a row of the reference's kind is as strange", row => Rounded(row.Verdict.PValue, 2), Everywhere),
        new("strangeness", "strangeness", "½ dᵀC⁻¹d, nats", row => Rounded(row.Verdict.Strangeness, 3), Everywhere),
        new("hottestLayer", "hottest layer", "the layer with the largest part of it; none where the input's own statistics have it",
            row => Cell.Of(row.Verdict.HottestLayer) with { Short = row.Verdict.HottestLayer ?? "(input)" }, Everywhere),
    ];

    /// <summary>A number to so many digits; a dash where it is not finite.</summary>
    private static Cell Rounded(double value, int digits)
    {
        if (double.IsNaN(value))
            return Cell.Of(value, "a number is not finite") with { Short = "—" };
        return Written(value, Numbers.Significant(value, digits));
    }

    /// <summary>A number that console and page write alike.</summary>
    public static Cell Written(double value, string text) => Cell.Of(value, new Quantity(value, null, text)) with { Short = text };
}

/// <summary>What a guard sees of one kind of damage, by all scores.</summary>
/// <param name="Corruption">The damage.</param>
/// <param name="Strength">How much of it.</param>
/// <param name="Seen">The entries of that damage.</param>
internal sealed record DamageRow(string Corruption, double Strength, IReadOnlyList<GuardPower> Seen)
{
    public static IReadOnlyList<DamageRow> Of(IEnumerable<GuardPower> power) =>
        [.. power.GroupBy(entry => (entry.Corruption, entry.Strength)).Select(group => new DamageRow(group.Key.Corruption, group.Key.Strength, [.. group]))];

    /// <summary>What a score saw of single rows or of windows; null where there is no such score.</summary>
    public GuardPower? Of(GuardScore score, bool windows) => Seen.FirstOrDefault(entry => entry.Score == score && (entry.Rows > 1) == windows);

    public Cell Share(GuardScore score, bool windows)
    {
        if (Of(score, windows) is not { } found)
            return Cell.Undefined("the network has nothing that this score could read");
        return GuardedRowFields.Written(found.Power, GuardSummary.Share(found.Power));
    }
}

/// <summary>The table of <c>thermo guard fit</c>.</summary>
internal static class DamageFields
{
    private const Shown Everywhere = Shown.Csv | Shown.Console | Shown.Page;

    public static IReadOnlyList<Field<DamageRow>> All { get; } =
    [
        new("corruption", "damage", "how rows of the reference were damaged", row => Cell.Of(row.Corruption), Everywhere),
        new("strength", "strength", "how much: deviations (noise, clipped), passes (blur), degrees (turned), levels (quantised), else a share",
            row => GuardedRowFields.Written(row.Strength, Numbers.Significant(row.Strength, 2)), Everywhere),
        Row("layers", GuardScore.Layers, false),
        Row("input", GuardScore.Input, false),
        Row("joined", GuardScore.Joined, false),
        Row("layersOf20", GuardScore.Layers, true),
        Row("inputOf20", GuardScore.Input, true),
        Row("joinedOf20", GuardScore.Joined, true),
    ];

    private static Field<DamageRow> Row(string name, GuardScore score, bool windows) =>
        new(name, windows ? $"{score.ToString().ToLowerInvariant()}, {NetworkGuard.UsualWindow}" : name,
            windows ? $"share of windows of {NetworkGuard.UsualWindow} that was seen" : "share of single rows that was seen",
            row => row.Share(score, windows), Everywhere);
}
