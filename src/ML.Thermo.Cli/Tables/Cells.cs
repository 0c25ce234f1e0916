using System.Text;
using CsvHelper;

namespace ML.Thermo.Cli.Tables;

/// <summary>The cells of a file's current row: the one place where text becomes a number.</summary>
/// <param name="csv">The file.</param>
/// <param name="missing">Words that stand for an empty cell; NaN does always.</param>
internal sealed class Cells(CsvReader csv, IReadOnlyList<string>? missing = null)
{
    /// <summary>What tables of all kinds write for an empty cell.</summary>
    public static IReadOnlyList<string> UsualMissing { get; } = ["NA", "N/A", "n/a", "#N/A", "<NA>", "null", "NULL", "None", "NaT", "-"];

    private const int Longest = 40;
    private readonly byte[][] _missing = [.. (missing ?? []).Append("NaN").Append("nan").Select(Encoding.UTF8.GetBytes)];
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
    public bool IsMissing(int column)
    {
        ReadOnlySpan<byte> cell = csv.GetSpan(column);
        if (cell.IsEmpty)
            return true;
        foreach (byte[] word in _missing)
        {
            if (cell.SequenceEqual(word))
                return true;
        }

        return false;
    }

    /// <summary>The cell as messages show it.</summary>
    public string Show(int column)
    {
        string cell = Encoding.UTF8.GetString(csv.GetSpan(column)).ReplaceLineEndings(" ");
        return cell.Length == 0 ? "empty" : cell.Length > Longest ? $"'{cell[..Longest]}…'" : $"'{cell}'";
    }

    private bool HasComma(int column) => _mayHoldCommas && csv.GetSpan(column).Contains((byte)',');
}
