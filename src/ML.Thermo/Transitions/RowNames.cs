using ML.Thermo.Steps;

namespace ML.Thermo.Transitions;

/// <summary>The columns around the row columns, by their names.</summary>
/// <param name="Score">What is read as the score.</param>
/// <param name="Features">What is read as the features.</param>
/// <param name="Label">The label, where the rows' target is the label or a step of the model reads it.</param>
/// <param name="IsTarget">Whether the label is the rows' target, and not the prediction.</param>
/// <param name="Transition">The column that carries the transition.</param>
/// <param name="Energy">The energy.</param>
/// <param name="Entropy">The entropy.</param>
/// <param name="Temperature">The temperature.</param>
internal sealed record RowNames(
    string Score, string Features, string Label, bool IsTarget, string Transition, string Energy, string Entropy, string Temperature)
{
    private const string Entry = "columns";

    /// <summary>What is added to a row, in order.</summary>
    public IReadOnlyList<string> Added => [Transition, Energy, Entropy, Temperature];

    public void Write(NamedValues entries) => entries[Entry] = string.Join(
        '/', ((string[])[Score, Features, Label, $"{IsTarget}", .. Added]).Select(Uri.EscapeDataString)); // neither quote nor semicolon is left

    /// <summary>Reads what <see cref="Write"/> wrote; null where nothing was, as in models of the first version.</summary>
    public static RowNames? Read(NamedValues entries) => !entries.Has(Entry) ? null
        : entries[Entry].Split('/').Select(Uri.UnescapeDataString).ToArray() is
            [var score, var features, var label, var isTarget, var transition, var energy, var entropy, var temperature]
        ? new RowNames(score, features, label, bool.Parse(isTarget), transition, energy, entropy, temperature)
        : throw new FormatException($"'{entries[Entry]}' are not the names of the row columns: the model is damaged.");
}
