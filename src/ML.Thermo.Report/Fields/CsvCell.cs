using System.Globalization;

namespace ML.Thermo.Report.Fields;

/// <summary>A cell between commas.</summary>
internal static class CsvCell
{
    /// <summary>The text, in quotes where it needs them; one that a spreadsheet would run as a formula, and that is no number, begins with an
    /// apostrophe.</summary>
    public static string Of(string text)
    {
        string cell = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? $"'{text}"
            : text;
        return cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
