using System.Text;
using CsvHelper;
using ML.Thermo.Cli.Output;
using ML.Thermo.Cli.Tables;

namespace ML.Thermo.Cli.Refresh;

/// <summary>The rows of one file, one at a time: label, predictions, time and inputs, in buffers that are used again.</summary>
internal sealed class RefreshRows : IDisposable
{
    private const int RowsBetweenReports = 4096;
    private readonly string _path;
    private readonly CsvReader _csv;
    private readonly ColumnNames _header;
    private readonly RefreshSchema _schema;
    private readonly double _bytes;
    private readonly bool _isCurrent;
    private readonly (int Label, int[] Predictions, int Time, int[] Watched) _at;
    private bool _firstIsRead;

    /// <summary>Opens a file.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="path">The file.</param>
    /// <param name="schema">The reference's columns, or null while it is the reference itself that is opened.</param>
    public RefreshRows(RefreshRequest request, string path, RefreshSchema? schema)
    {
        _path = path;
        _isCurrent = schema is not null && path == request.Current;
        _csv = TableFile.Open(path);
        _bytes = new FileInfo(path).Length;
        _header = TableFile.Guard(path, () => new ColumnNames(_csv.Headers, path));
        _firstIsRead = TableFile.Guard(path, _csv.Read);
        if (!_firstIsRead)
            throw new UnusableDataException($"'{path}' has a header and no rows: expected one row a line below it.");
        CheckWidth();
        _schema = schema ?? new RefreshSchema(request, _header, column => !TryNumber(column, out _));
        _at = _schema.Locate(_header, path, _isCurrent);
        Predictions = new double[_at.Predictions.Length];
        Inputs = new double[_at.Watched.Length];
        IsLearning = schema is null;
    }

    public RefreshSchema Schema => _schema;

    /// <summary>New categories get codes.</summary>
    public bool IsLearning { get; }

    /// <summary>The label; NaN where it is not known.</summary>
    public double Label { get; private set; }

    /// <summary>The model's outputs.</summary>
    public double[] Predictions { get; }

    /// <summary>Numbers, codes of categories, and NaN for empty cells.</summary>
    public double[] Inputs { get; }

    /// <summary>Time; NaN without such a column.</summary>
    public double Time { get; private set; } = double.NaN;

    /// <summary>The cell of the time column; null without one.</summary>
    public string? TimeText => _at.Time >= 0 ? _csv.GetString(_at.Time) : null;

    /// <summary>The row as messages name it.</summary>
    public string Place => $"Row {_csv.RowNumber} (line {_csv.LineNumber}) of '{_path}'";

    /// <summary>Reads the next row.</summary>
    /// <param name="meter">Receives the share of the file read.</param>
    /// <param name="cancellation">Stops between blocks of rows.</param>
    /// <returns>False at the end.</returns>
    public bool Read(Meter meter, CancellationToken cancellation)
    {
        if (!_firstIsRead && !Next())
            return false;
        _firstIsRead = false;
        if (_csv.RowNumber % RowsBetweenReports == 0)
        {
            cancellation.ThrowIfCancellationRequested();
            meter.Report(_csv.ByteOffset / _bytes);
        }

        CheckWidth();
        if (_at.Label >= 0)
            Label = ReadLabel();
        for (int k = 0; k < Predictions.Length; k++)
        {
            if (!TryNumber(_at.Predictions[k], out Predictions[k]) || !double.IsFinite(Predictions[k]))
                throw new UnusableDataException($"{Describe(_at.Predictions[k])}: a prediction must be a finite number.");
        }

        if (_at.Time >= 0)
        {
            if (!WindowClock.TryReadTime(_csv.GetString(_at.Time), out double time))
                throw new UnusableDataException($"{Describe(_at.Time)}: expected a number or a date such as 2026-01-31T12:00:00.");
            Time = time;
        }

        for (int j = 0; j < Inputs.Length; j++)
            Inputs[j] = ReadInput(_at.Watched[j], _schema.Watched[j]);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _csv.Dispose();

    private bool Next()
    {
        try
        {
            return _csv.Read();
        }
        catch (CsvFormatException malformed)
        {
            throw TableFile.Malformed(_path, malformed);
        }
    }

    private double ReadLabel()
    {
        if (_csv.TryParse(_at.Label, out double label) && double.IsFinite(label))
            return label;
        ReadOnlySpan<byte> cell = _csv.GetSpan(_at.Label);
        if (IsMissing(cell))
            return double.NaN;
        int named = _schema.Classes.Count > 1 ? _schema.Classes.ToList().IndexOf(Encoding.UTF8.GetString(cell)) : -1;
        return named >= 0 ? named : throw new UnusableDataException($"{Describe(_at.Label)}: the label must be a finite number{(_schema.Classes.Count > 1 ? " or the name of a prediction column" : "")}, or empty where it is not known yet.");
    }

    private double ReadInput(int column, WatchedColumn watched)
    {
        if (watched.Codes is null && _csv.TryParse(column, out double number))
            return number;
        if (IsMissing(_csv.GetSpan(column)))
            return double.NaN;
        return watched.Codes is not null ? watched.Code(_csv.GetString(column), IsLearning) : throw new UnusableDataException($"{Describe(column)}: the column began with numbers; mend the cell, or leave the column out with --without.");
    }

    private static bool IsMissing(ReadOnlySpan<byte> cell) => cell.IsEmpty || cell.SequenceEqual("NaN"u8) || cell.SequenceEqual("nan"u8);

    private bool TryNumber(int column, out double number) => _csv.TryParse(column, out number) || IsMissing(_csv.GetSpan(column));

    private void CheckWidth()
    {
        if (_csv.FieldCount != _header.Count)
            throw new UnusableDataException($"{Place} has {_csv.FieldCount} cells: expected {_header.Count}, one for each name in the header.");
    }

    private string Describe(int column)
    {
        string cell = Encoding.UTF8.GetString(_csv.GetSpan(column));
        return $"{Place}, column '{_header[column]}', is {(cell.Length == 0 ? "empty" : $"'{(cell.Length > 40 ? $"{cell[..40]}…" : cell)}'")}";
    }
}
