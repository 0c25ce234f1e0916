using ML.Thermo.Onnx.Guards;
using ML.Thermo.Report.Fields;
using ML.Thermo.Report.Wording;

namespace ML.Thermo.Report.Guards;

/// <summary>A judged row and its number.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Verdict">What the guard said.</param>
internal sealed record NumberedRow(int Number, GuardedRow Verdict);

/// <summary>The numbers of a judged row: a new one is a line here.</summary>
internal static class GuardedRowFields
{
    public static IReadOnlyList<Field<NumberedRow>> All { get; } =
    [
        new("row", "row", "number of the row, from 0", row => Cell.Of(row.Number), Shown.Data | Shown.Console),
        new("pValue", "p", "how often a row of the reference's kind is as strange", row => Cell.Of(row.Verdict.PValue, "") with
            { Short = Numbers.Significant(row.Verdict.PValue, 2) }, Shown.Data | Shown.Console),
        new("strangeness", "strangeness", "½ dᵀC⁻¹d, nats", row => Cell.Of(row.Verdict.Strangeness, "a number is not finite") with
            { Short = double.IsNaN(row.Verdict.Strangeness) ? "—" : Numbers.Significant(row.Verdict.Strangeness, 3) }, Shown.Data | Shown.Console),
        new("hottestLayer", "hottest layer", "the layer with the largest part of it; none where the input's own statistics have it",
            row => Cell.Of(row.Verdict.HottestLayer) with { Short = row.Verdict.HottestLayer ?? "(input)" }, Shown.Data | Shown.Console),
    ];
}

/// <summary>What a guard sees of one kind of damage, by all scores.</summary>
/// <param name="Corruption">The damage.</param>
/// <param name="Strength">How much of it.</param>
/// <param name="Seen">The entries of that damage.</param>
internal sealed record DamageRow(string Corruption, double Strength, IReadOnlyList<GuardPower> Seen)
{
    public static IReadOnlyList<DamageRow> Of(IEnumerable<GuardPower> power) =>
        [.. power.GroupBy(entry => (entry.Corruption, entry.Strength)).Select(group => new DamageRow(group.Key.Corruption, group.Key.Strength, [.. group]))];

    public Cell Share(GuardScore score, bool windows)
    {
        GuardPower? found = Seen.FirstOrDefault(entry => entry.Score == score && (entry.Rows > 1) == windows);
        return found is null ? Cell.Undefined("") : Cell.Share(found.Power, "") with { Short = $"{100 * found.Power:0} %" };
    }
}

/// <summary>The table of <c>thermo guard fit</c>.</summary>
internal static class DamageFields
{
    public static IReadOnlyList<Field<DamageRow>> All { get; } =
    [
        new("corruption", "damage", "how rows of the reference were damaged", row => Cell.Of(row.Corruption), Shown.Csv | Shown.Console),
        new("strength", "strength", "how much", row => Cell.Of(row.Strength, "") with { Short = Numbers.Significant(row.Strength, 2) },
            Shown.Csv | Shown.Console),
        Row("layers", GuardScore.Layers, false),
        Row("input", GuardScore.Input, false),
        Row("joined", GuardScore.Joined, false),
        Row("layersOf20", GuardScore.Layers, true) with { Heading = "layers, 20" },
        Row("inputOf20", GuardScore.Input, true) with { Heading = "input, 20" },
        Row("joinedOf20", GuardScore.Joined, true) with { Heading = "joined, 20" },
    ];

    private static Field<DamageRow> Row(string name, GuardScore score, bool windows) =>
        new(name, name, "share that was seen", row => row.Share(score, windows), Shown.Csv | Shown.Console);
}
