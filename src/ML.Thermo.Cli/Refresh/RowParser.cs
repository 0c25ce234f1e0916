using System.Runtime.ExceptionServices;
using CsvHelper;
using ML.Thermo.Cli.Tables;

namespace ML.Thermo.Cli.Refresh;

/// <summary>Turns the rows of one file into numbers: label, time, predictions and inputs.</summary>
internal sealed class RowParser : IDisposable
{
    private const double Rounding = 1e-6;

    private readonly string _path;
    private readonly CsvReader _csv;
    private readonly Cells _cells;
    private readonly ColumnNames _header;
    private readonly RefreshSchema _schema;
    private readonly double _bytes;
    private readonly bool _isCurrent;
    private readonly (int Label, int[] Predictions, int Time, int[] Watched) _at;
    private readonly bool _isBinary, _isProbability;
    private bool _firstIsRead;

    /// <summary>Opens a file.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="path">The file.</param>
    /// <param name="schema">The reference's columns, or null while it is the reference itself that is opened.</param>
    public RowParser(RefreshRequest request, string path, RefreshSchema? schema)
    {
        _path = path;
        _isCurrent = schema is not null && path == request.Current;
        _csv = TableFile.Open(path);
        _cells = new Cells(_csv, request.Missing);
        _bytes = new FileInfo(path).Length;
        _isProbability = request.Energy == "ce";
        _isBinary = request is { Energy: "ce", Predictions.Count: 1 };
        _header = TableFile.Guard(path, () => new ColumnNames(_csv.Headers, path));
        _firstIsRead = TableFile.Guard(path, _csv.Read);
        if (!_firstIsRead)
            throw new UnusableDataException($"'{path}' has a header and no rows: expected one row a line below it.");
        BeginRow();
        bool[] text = schema is null ? TableFile.Guard(path, () => ColumnTypes.Text(path, request.Missing)) : [];
        _schema = schema ?? new RefreshSchema(request, _header, column => IsText(column, text));
        _at = _schema.Locate(_header, path, _isCurrent);
        IsLearning = schema is null;
    }

    public RefreshSchema Schema => _schema;

    /// <summary>New categories get codes.</summary>
    public bool IsLearning { get; }

    /// <summary>An empty block.</summary>
    public RowBlock NewBlock() => new(_at.Predictions.Length, _at.Watched.Length);

    /// <summary>Fills a block with the next rows. What is wrong with a row is kept for whoever comes to it.</summary>
    public void Fill(RowBlock block)
    {
        block.Clear();
        try
        {
            while (block.Rows < RowBlock.MostRows && !block.IsLast)
            {
                block.IsLast = !_firstIsRead && !_csv.Read();
                if (!block.IsLast)
                    Parse(block);
            }
        }
        catch (CsvFormatException malformed)
        {
            block.Fault = ExceptionDispatchInfo.Capture(TableFile.Malformed(_path, malformed));
        }
        catch (ThermoException wrong)
        {
            block.Fault = ExceptionDispatchInfo.Capture(wrong);
        }

        block.Share = _csv.ByteOffset / _bytes;
    }

    private void Parse(RowBlock block)
    {
        _firstIsRead = false;
        BeginRow();
        Span<double> cells = block.Cells(block.Rows), predictions = block.Predictions(block.Rows), inputs = block.Watched(block.Rows)[predictions.Length..];
        cells[0] = _at.Label >= 0 ? ReadLabel() : double.NaN;
        string? time = _at.Time >= 0 ? _csv.GetString(_at.Time) : null;
        if (time is null)
            cells[1] = double.NaN;
        else if (!WindowClock.TryReadTime(time, out cells[1]))
            throw new UnusableDataException($"{Describe(_at.Time)}: expected a number or a date such as 2026-01-31T12:00:00.");
        for (int k = 0; k < predictions.Length; k++)
        {
            if (!TryNumber(_at.Predictions[k], out predictions[k]) || !double.IsFinite(predictions[k]))
                throw new UnusableDataException($"{Describe(_at.Predictions[k])}: a prediction must be a finite number.");
            if (_isProbability && predictions[k] is ((< 0 and >= -Rounding) or (> 1 and <= 1 + Rounding)))
                predictions[k] = Math.Clamp(predictions[k], 0, 1); // what single precision makes of 0 and 1
        }

        for (int j = 0; j < inputs.Length; j++)
            inputs[j] = ReadInput(_at.Watched[j], _schema.Watched[j]);
        block.Add(_csv.RowNumber, _csv.LineNumber, time);
    }

    /// <inheritdoc/>
    public void Dispose() => _csv.Dispose();

    private double ReadLabel()
    {
        if (_cells.TryParse(_at.Label, out double label) && double.IsFinite(label))
            return _isBinary && label == -1 ? 0 : label;
        if (_isBinary && Binary(_csv.GetString(_at.Label)) is { } binary)
            return binary;
        if (_cells.IsMissing(_at.Label))
            return double.NaN;
        bool isNamed = _schema.Classes.Count > 1;
        int named = isNamed ? _schema.Classes.ToList().IndexOf(_csv.GetString(_at.Label)) : -1;
        string expected = $"a finite number{(isNamed ? " or the name of a prediction column" : "")}";
        return named >= 0 ? named : throw new UnusableDataException($"{Describe(_at.Label)}: the label must be {expected}, or empty where it is not " +
            "known yet.");
    }

    /// <summary>The two words that a yes or no label is written with.</summary>
    private static double? Binary(string cell) => cell.ToUpperInvariant() switch
    {
        "TRUE" or "YES" or "T" or "Y" => 1,
        "FALSE" or "NO" or "F" or "N" => 0,
        _ => null,
    };

    private double ReadInput(int column, WatchedColumn watched)
    {
        if (watched.Codes is null && _cells.TryParse(column, out double number))
            return number;
        if (_cells.IsMissing(column))
            return double.NaN;
        return watched.Codes is not null ? watched.Code(_csv.GetString(column), IsLearning)
            : throw new UnusableDataException($"{Describe(column)}: its first rows held numbers; mend the cell, or leave the column out with --without.");
    }

    /// <summary>A column holds categories if one of its first cells is text. A number with a comma is none: it would become a category without a
    /// word.</summary>
    private bool IsText(int column, bool[] text) => _cells.IsNumberWithComma(column)
        ? throw new UnusableDataException($"{Describe(column)}: expected a decimal point and no thousands separator; or leave the column out with --without.")
        : text[column];

    private bool TryNumber(int column, out double number) => _cells.TryParse(column, out number) || _cells.IsMissing(column);

    private void BeginRow()
    {
        if (_csv.FieldCount != _header.Count)
        {
            string place = RefreshRows.Place(_csv.RowNumber, _csv.LineNumber, _path);
            throw new UnusableDataException($"{place} has {_csv.FieldCount} cells: expected {_header.Count}, one for each name in the header.");
        }

        _cells.NextRow();
    }

    private string Describe(int column) =>
        $"{RefreshRows.Place(_csv.RowNumber, _csv.LineNumber, _path)}, column '{_header[column]}', is {_cells.Show(column)}";
}
