using ML.Thermo.Cli.Tables;

namespace ML.Thermo.Cli.Refresh;

/// <summary>Which columns of a reference hold text, by the values of its first rows and not by the first cell alone.</summary>
internal static class ColumnTypes
{
    private const int MostRows = 1000;

    /// <param name="path">The reference.</param>
    /// <param name="missing">Words for an empty cell.</param>
    public static bool[] Text(string path, IReadOnlyList<string> missing)
    {
        using CsvHelper.CsvReader csv = TableFile.Open(path);
        var cells = new Cells(csv, missing);
        int columns = csv.Headers.Count;
        bool[] text = new bool[columns];
        for (int row = 0; row < MostRows && csv.Read(); row++)
        {
            cells.NextRow();
            for (int column = 0; column < Math.Min(columns, csv.FieldCount); column++)
                text[column] |= !cells.IsMissing(column) && !cells.IsNumberWithComma(column) && !cells.TryParse(column, out _);
        }

        return text;
    }
}
