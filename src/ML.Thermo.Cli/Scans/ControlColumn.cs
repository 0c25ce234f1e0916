using System.Globalization;
using System.Text.RegularExpressions;
using ML.Thermo.Cli.Tables;
using ML.Thermo.Scans;

namespace ML.Thermo.Cli.Scans;

/// <summary>The column of x: numbers, or dates, which are cut into bins of time and counted in days.</summary>
internal sealed partial class ControlColumn
{
    private readonly NumberRows _rows;
    private readonly ScanTableRequest _request;
    private readonly int _column;
    private bool? _isTime;

    public ControlColumn(NumberRows rows, ScanTableRequest request) => (_rows, _request, _column) = (rows, request, rows.Find(request.Over));

    /// <summary>x of the current row.</summary>
    /// <exception cref="UnusableDataException">It is neither a number nor a date, or the first rows had the other kind.</exception>
    public double Read()
    {
        string cell = _rows.Text(_column);
        _isTime ??= !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _) && Iso().IsMatch(cell);
        if (_isTime == false)
            return _rows.Number(_column);
        const DateTimeStyles Style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!Iso().IsMatch(cell) || !DateTimeOffset.TryParse(cell, CultureInfo.InvariantCulture, Style, out DateTimeOffset time))
            throw new UnusableDataException($"Row {_rows.Row} of column '{_request.Over}' is '{cell}': expected an ISO date such as 2026-03-01, as before.");
        double bin = Math.Floor((time - DateTimeOffset.UnixEpoch) / _request.Bins);
        return bin * _request.Bins.TotalDays;
    }

    /// <summary>The grid of all values.</summary>
    public ControlGrid Grid(IEnumerable<double> values) => ControlGrid.Of(_request.Over, values, _isTime == true ? GridScale.Time : _request.Scale);

    /// <summary>A grid that stands in an option.</summary>
    public static ControlGrid GridOf(string name, string text, GridScale? scale)
    {
        try
        {
            return ControlGrid.Parse(name, text, scale);
        }
        catch (UnusableDataException wrong)
        {
            throw new UsageException($"--over {name}: {wrong.Message}");
        }
    }

    /// <summary>A width of time such as 1d, 6h or 15min.</summary>
    public static TimeSpan Width(string text) => Duration.TryParse(text, out double seconds, out bool hasUnit) && hasUnit
        ? TimeSpan.FromSeconds(seconds)
        : throw new UsageException($"--bins {text} is no width of time: expected a number with {Duration.Units}, such as 1d or 15min.");

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Iso();
}
