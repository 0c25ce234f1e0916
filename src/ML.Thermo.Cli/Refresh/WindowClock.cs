using System.Globalization;
using ML.Thermo.Cli.Tables;

namespace ML.Thermo.Cli.Refresh;

/// <summary>Cuts rows into windows: all in one, so many rows each, or so much time each.</summary>
/// <param name="Rows">Rows a window, or null.</param>
/// <param name="Column">The column of time, or null.</param>
/// <param name="Span">Time a window: units of a numeric column, seconds of dates.</param>
internal sealed record WindowClock(long? Rows, string? Column, double Span)
{
    /// <summary>The span was given with a unit of time.</summary>
    public bool HasUnit { get; private init; }

    /// <summary>Whether a moment is a plain number.</summary>
    public static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>Puts the options together.</summary>
    /// <param name="window">As <c>--window</c>: rows, or with a time column a span such as <c>7d</c>, <c>12h</c>, <c>30min</c>, <c>90s</c> or a number.</param>
    /// <param name="column">As <c>--time-column</c>.</param>
    public static WindowClock Parse(string? window, string? column)
    {
        if (column is null)
        {
            if (window is null)
                return new WindowClock(null, null, 0);
            return long.TryParse(window, NumberStyles.None, CultureInfo.InvariantCulture, out long rows) && rows > 0
                ? new WindowClock(rows, null, 0)
                : throw new ThermoException($"--window {window} is no number of rows: expected a whole number such as 1000, or with --time-column a span " +
                    "such as 7d.");
        }

        if (window is null)
            throw new ThermoException($"--time-column {column} needs the width of a window: add --window with a span such as 7d, 12h, 30min, 90s, or a " +
                "number where the column has numbers.");
        return Duration.TryParse(window, out double span, out bool hasUnit)
            ? new WindowClock(null, column, span) { HasUnit = hasUnit }
            : throw new ThermoException($"--window {window} is no span of time: expected a positive number with {Duration.Units}, or with no unit.");
    }

    /// <summary>Reads a moment: a number as it is, a date (ISO 8601, UTC where no zone is given) as seconds.</summary>
    public static bool TryReadTime(string text, out double time)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out time))
            return double.IsFinite(time);
        bool read = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date);
        time = read ? (date - DateTimeOffset.UnixEpoch).TotalSeconds : double.NaN;
        return read;
    }
}
