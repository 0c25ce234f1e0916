using System.Globalization;
using System.Text;

namespace ML.Thermo.Cli.Output;

/// <summary>Text that comes from a file or a command line, made harmless for a terminal: what would move the cursor, change colours or turn the
/// direction of writing is shown as its code.</summary>
internal static class Plain
{
    /// <summary>The text with control characters (but for line breaks) and marks of direction as <c>\u001B</c>.</summary>
    public static string Text(string text)
    {
        if (!text.Any(IsHidden))
            return text;
        var shown = new StringBuilder();
        foreach (char c in text)
        {
            if (IsHidden(c))
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else
                shown.Append(c);
        }

        return shown.ToString();
    }

    /// <summary>The same as a cell of a table.</summary>
    public static string Cell(string text) => Spectre.Console.Markup.Escape(Text(text));

    private static bool IsHidden(char c) =>
        (char.IsControl(c) && c != '\n') || c is '\u061C' or '\u200E' or '\u200F' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
