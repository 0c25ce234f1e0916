using System.Globalization;
using System.Text.RegularExpressions;

namespace ML.Thermo.Cli.Tables;

/// <summary>A span of time as options take it: 7d, 12h, 30min, 90s.</summary>
internal static partial class Duration
{
    /// <summary>For messages: what is taken.</summary>
    public const string Units = "w, d, h, min (or m) or s";

    /// <summary>Reads a positive number, with a unit or without one.</summary>
    /// <param name="text">What a user wrote.</param>
    /// <param name="value">In seconds where there is a unit, else the number as it is.</param>
    /// <param name="hasUnit">Whether there is one.</param>
    public static bool TryParse(string text, out double value, out bool hasUnit)
    {
        Match match = Form().Match(text);
        hasUnit = match.Groups["unit"].Length > 0;
        bool read = double.TryParse(match.Groups["number"].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        value *= match.Groups["unit"].Value switch { "w" => 604_800, "d" => 86_400, "h" => 3600, "min" or "m" => 60, _ => 1 };
        return read && value > 0 && double.IsFinite(value);
    }

    [GeneratedRegex(@"^(?<number>[0-9.]+([eE][+-]?[0-9]+)?)(?<unit>w|d|h|min|m|s)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
