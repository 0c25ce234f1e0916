namespace ML.Thermo.Cli.Commands;

/// <summary>Command lines to copy.</summary>
internal static class ShellWord
{
    /// <summary>A word as shells take it.</summary>
    public static string Of(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_./:,=+@%".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
