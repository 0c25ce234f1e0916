using System.Text;
using CsvHelper;

namespace ML.Thermo.Cli.Tables;

/// <summary>A csv or tsv file read row by row, with only the cells that are asked for parsed: constant memory.</summary>
internal sealed class NumberRows : IDisposable
{
    private readonly string _path;
    private readonly CsvReader _csv;
    private readonly Func<bool> _next;
    private readonly Cells _cells;
    private readonly double _bytes;

    public NumberRows(string path)
    {
        (_path, _csv, _bytes) = (path, TableFile.Open(path), new FileInfo(path).Length);
        (_next, _cells) = (_csv.Read, new Cells(_csv));
        Names = TableFile.Guard(path, () => new ColumnNames(_csv.Headers, path));
    }

    public ColumnNames Names { get; }

    /// <summary>The number of the row last read, from 0.</summary>
    public long Row => _csv.RowNumber - 1;

    /// <summary>Share of the file read.</summary>
    public double Share => _csv.ByteOffset / _bytes;

    /// <summary>The position of a column.</summary>
    /// <exception cref="UnusableDataException">There is none; the message lists those there are.</exception>
    public int Find(string name) => Names.Find(name, _path);

    /// <summary>The position of a column, or −1.</summary>
    public int Seek(string name) => Enumerable.Range(0, Names.Count).FirstOrDefault(column => Names[column] == name, -1);

    /// <summary>Goes to the next row.</summary>
    public bool Read()
    {
        if (!TableFile.Guard(_path, _next))
            return false;
        if (_csv.FieldCount != Names.Count)
            throw new UnusableDataException($"{Place} of '{_path}' has {_csv.FieldCount} cells: expected {Names.Count}, one for each name in the header.");
        _cells.NextRow();
        return true;
    }

    /// <summary>A cell as a finite number.</summary>
    /// <exception cref="UnusableDataException">It is none.</exception>
    public double Number(int column) => _cells.TryParse(column, out double value) && double.IsFinite(value) ? value
        : throw new UnusableDataException($"{Place} of column '{Names[column]}' is {_cells.Show(column)}: expected a finite number.");

    /// <summary>A cell as a whole number from 0.</summary>
    public int Index(int column)
    {
        double value = Number(column);
        return value is >= 0 and <= int.MaxValue && value == Math.Floor(value) ? (int)value
            : throw new UnusableDataException($"{Place} of column '{Names[column]}' is {value}: expected a whole number from 0.");
    }

    /// <summary>Whether a cell is a text, without making one.</summary>
    public bool Is(int column, string text)
    {
        ReadOnlySpan<byte> cell = _csv.GetSpan(column);
        return cell.Length == text.Length ? Ascii.Equals(cell, text) : Text(column) == text;
    }

    public string Text(int column) => Encoding.UTF8.GetString(_csv.GetSpan(column)).ReplaceLineEndings(" ");

    public void Dispose() => _csv.Dispose();

    private string Place => $"Row {Row} (line {_csv.LineNumber})";
}
