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
    private readonly (int Label, int[] Predictions, int Time, int Id, int[] Watched) _at;
    private readonly LabelCells _labels;
    private readonly LateLabels? _late;
    private readonly bool _isProbability, _hasUnit;
    private bool _firstIsRead;

    /// <summary>Opens a file.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="path">The file.</param>
    /// <param name="schema">The reference's columns, or null while it is the reference itself that is opened.</param>
    /// <param name="late">Labels that came later; null without any.</param>
    public RowParser(RefreshRequest request, string path, RefreshSchema? schema, LateLabels? late)
    {
        (_path, _late, _hasUnit) = (path, late, request.Clock.HasUnit);
        _isCurrent = schema is not null && path == request.Current;
        _csv = TableFile.Open(path);
        _cells = new Cells(_csv, request.Missing);
        _bytes = new FileInfo(path).Length;
        _isProbability = request.Energy == "ce";
        _labels = new LabelCells(_csv, _cells, request);
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
        catch (InvalidDataException damaged)
        {
            block.Fault = ExceptionDispatchInfo.Capture(new UnusableDataException($"'{_path}' is no gzip file, or damaged: {damaged.Message}"));
        }
        catch (ThermoException wrong)
        {
            block.Fault = ExceptionDispatchInfo.Capture(wrong);
        }

        block.Share = Math.Min(1, _csv.ByteOffset / _bytes); // of a packed file nobody knows how much is left
    }

    private void Parse(RowBlock block)
    {
        _firstIsRead = false;
        BeginRow();
        Span<double> cells = block.Cells(block.Rows), predictions = block.Predictions(block.Rows), inputs = block.Watched(block.Rows)[predictions.Length..];
        cells[0] = ReadLabel();
        string? time = _at.Time >= 0 ? _csv.GetString(_at.Time) : null;
        if (time is null)
            cells[1] = double.NaN;
        else if (!WindowClock.TryReadTime(time, out cells[1]))
            throw new UnusableDataException($"{Describe(_at.Time)}: expected a number or a date such as 2026-01-31T12:00:00.");
        else if (_hasUnit && WindowClock.IsNumber(time))
            throw new UnusableDataException($"{Describe(_at.Time)}, a number of a unit that nobody knows: expected --window without d, h, min or s, " +
                "in the column's own unit.");
        else if (!_hasUnit && !WindowClock.IsNumber(time))
            throw new UnusableDataException($"{Describe(_at.Time)}, a date, and --window has no unit: expected a span such as 7d, 12h, 30min or 90s.");
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
        double label = double.NaN;
        if (_at.Label >= 0 && !_labels.TryRead(_at.Label, out label))
            throw new UnusableDataException($"{Describe(_at.Label)}: {_labels.Expected}.");
        return double.IsNaN(label) && _at.Id >= 0 ? _late!.Take(_csv.GetString(_at.Id)) : label;
    }

    private double ReadInput(int column, WatchedColumn watched)
    {
        if (watched.Codes is null && _cells.TryParse(column, out double number))
            return number;
        if (_cells.IsMissing(column))
            return double.NaN;
        return watched.Codes is not null ? watched.Code(_csv.GetString(column), IsLearning)
            : throw new UnusableDataException($"{Describe(column)}: its first rows held numbers; mend the cell, name it with --missing if it stands for an " +
                "empty one, or leave the column out with --without.");
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
