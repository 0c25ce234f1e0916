using CsvHelper;
using ML.Thermo.Cli.Tables;

namespace ML.Thermo.Cli.Refresh;

/// <summary>Reads the right answers of one file: numbers, the two words of a yes or no label, or names of classes.</summary>
/// <param name="csv">The file.</param>
/// <param name="cells">Its cells.</param>
/// <param name="request">What was asked.</param>
internal sealed class LabelCells(CsvReader csv, Cells cells, RefreshRequest request)
{
    private readonly bool _isBinary = request is { Energy: "ce", Predictions.Count: 1 };
    private readonly string[] _classes = [.. request.Predictions];

    /// <summary>What a cell may hold.</summary>
    public string Expected =>
        $"the label must be a finite number{(_classes.Length > 1 ? " or the name of a prediction column" : "")}, or empty where it is not known yet";

    /// <summary>The label in a cell; NaN where it is empty. False where it is none.</summary>
    public bool TryRead(int column, out double label)
    {
        if (cells.TryParse(column, out label) && double.IsFinite(label))
        {
            label = _isBinary && label == -1 ? 0 : label;
            return true;
        }

        string text = csv.GetString(column);
        if (_isBinary && Binary(text) is { } binary)
            label = binary;
        else if (cells.IsMissing(column))
            label = double.NaN;
        else
            label = _classes.Length > 1 ? Array.IndexOf(_classes, text) : -1;
        return double.IsNaN(label) || label >= 0;
    }

    private static double? Binary(string cell) => cell.ToUpperInvariant() switch
    {
        "TRUE" or "YES" or "T" or "Y" => 1,
        "FALSE" or "NO" or "F" or "N" => 0,
        _ => null,
    };
}
