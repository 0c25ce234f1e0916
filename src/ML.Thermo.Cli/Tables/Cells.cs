using System.Text;
using CsvHelper;

namespace ML.Thermo.Cli.Tables;

/// <summary>The cells of a file's current row: the one place where text becomes a number.</summary>
/// <param name="csv">The file.</param>
internal sealed class Cells(CsvReader csv)
{
    private const int Longest = 40;
    private bool _mayHoldCommas = true;

    /// <summary>Looks at the next row. A comma inside a cell (decimal comma, thousands) would be read as grouping, so no such cell is taken for a number;
    /// where commas separate cells, only quotes can hold one.</summary>
    public void NextRow() => _mayHoldCommas = csv.Separator != ',' || csv.RawRecord.Contains((byte)'"');

    /// <summary>The number in a cell; NaN where there is none.</summary>
    public bool TryParse(int column, out double value)
    {
        value = double.NaN;
        return !HasComma(column) && csv.TryParse(column, out value);
    }

    /// <summary>The cell would be a number but for its commas: a decimal comma or thousands.</summary>
    public bool IsNumberWithComma(int column) => HasComma(column) && csv.TryParse(column, out double _);

    /// <summary>The cell says that nothing is known.</summary>
    public bool IsMissing(int column) => csv.GetSpan(column) is var cell && (cell.IsEmpty || cell.SequenceEqual("NaN"u8) || cell.SequenceEqual("nan"u8));

    /// <summary>The cell as messages show it.</summary>
    public string Show(int column)
    {
        string cell = Encoding.UTF8.GetString(csv.GetSpan(column)).ReplaceLineEndings(" ");
        return cell.Length == 0 ? "empty" : cell.Length > Longest ? $"'{cell[..Longest]}…'" : $"'{cell}'";
    }

    private bool HasComma(int column) => _mayHoldCommas && csv.GetSpan(column).Contains((byte)',');
}
