using System.Globalization;
using System.Text;
using CsvHelper;
using ML.Thermo.Linear;

namespace ML.Thermo.Cli.Tables;

/// <summary>Reads a csv or tsv file straight into the arrays that the theory works on: 8 bytes a cell, no string a field.</summary>
internal sealed class TableReader
{
    private const int RowsBetweenReports = 4096;
    private readonly TableRequest _request;
    private readonly CsvReader _csv;
    private readonly ColumnNames _names;
    private readonly int _label;
    private readonly int[] _columns;
    private readonly double _bytes;

    /// <summary>Where a column first failed to be a finite number; null while it has not.</summary>
    private readonly string?[] _notNumeric, _notFinite;

    private TableReader(TableRequest request, CsvReader csv, long bytes)
    {
        _request = request;
        _csv = csv;
        _bytes = bytes;
        _names = new ColumnNames(csv.Headers, request.Path);
        _label = _names.Find(request.Label, request.Path);
        _columns = request.FeatureColumns(_names);
        _notNumeric = new string?[_columns.Length];
        _notFinite = new string?[_columns.Length];
    }

    /// <summary>Reads the table.</summary>
    /// <param name="request">File and columns.</param>
    /// <param name="selection">Chooses rows to hold out; null holds out none.</param>
    /// <param name="progress">Receives the share of the file read.</param>
    /// <param name="cancellation">Stops between blocks of rows.</param>
    /// <exception cref="UnusableDataException">The file does not hold what was asked for; the message names row, line and column.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LabelledTable Read(
        TableRequest request, HeldOutSelection? selection = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        if (Directory.Exists(request.Path))
            throw new ThermoException($"'{request.Path}' is a folder: expected a csv or tsv file.");
        if (!File.Exists(request.Path))
            throw new ThermoException($"There is no file '{request.Path}': check the path (the current folder is '{Environment.CurrentDirectory}').");
        string extension = Path.GetExtension(request.Path).ToLowerInvariant();
        var options = new CsvReaderOptions
        {
            Separator = extension is ".tsv" or ".tab" ? '\t' : null, // else the reader tells , ; tab and | apart by the first lines
            FormatProvider = CultureInfo.InvariantCulture,
            MalformedData = CsvMalformedDataHandling.Throw,
            MaxRecordSize = 1 << 26,
            TrackLineNumbers = true,
        };
        try
        {
            using CsvReader csv = CsvReader.FromFile(request.Path, options);
            return new TableReader(request, csv, new FileInfo(request.Path).Length).Read(selection, progress, cancellation);
        }
        catch (CsvFormatException malformed)
        {
            throw new UnusableDataException($"'{request.Path}' is not well-formed at line {malformed.LineNumber}: {malformed.Message}");
        }
    }

    private LabelledTable Read(HeldOutSelection? selection, IProgress<double>? progress, CancellationToken cancellation)
    {
        var rows = new RowSorter(_columns.Length, selection);
        while (_csv.Read())
        {
            if (_csv.RowNumber % RowsBetweenReports == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(Share);
            }

            Span<double> features = rows.NextRow(Share, out Span<double> label);
            ReadRow(label, features);
        }

        CheckRows(rows.Rows, selection is not null);
        rows.Finish();
        return Finish(rows);
    }

    private double Share => _csv.ByteOffset / _bytes;

    private void ReadRow(Span<double> label, Span<double> features)
    {
        if (_csv.FieldCount != _names.Count)
            throw new UnusableDataException($"{Place} of '{_request.Path}' has {_csv.FieldCount} cells: expected {_names.Count}, one for each name in the header.");

        // A comma inside a cell (decimal comma, thousands) would be read as grouping; no such cell is taken for a number.
        bool commas = _csv.Separator != ',' || _csv.RawRecord.Contains((byte)'"');
        if (!TryParse(_label, commas, out label[0]) || !double.IsFinite(label[0]))
            throw new UnusableDataException($"{Describe(_label)}: the label must be a finite number.");
        for (int j = 0; j < _columns.Length; j++)
        {
            if (_notNumeric[j] is not null)
                continue;
            if (!TryParse(_columns[j], commas, out features[j]))
                RejectCell(j);
            else if (!double.IsFinite(features[j]))
                _notFinite[j] ??= Describe(_columns[j]);
        }
    }

    private bool TryParse(int column, bool commas, out double value)
    {
        value = double.NaN;
        return !(commas && _csv.GetSpan(column).Contains((byte)',')) && _csv.TryParse(column, out value);
    }

    private void RejectCell(int j)
    {
        _notNumeric[j] = Describe(_columns[j]);
        if (_request.Features is not null)
            throw new UnusableDataException($"{_notNumeric[j]}: the feature must be a finite number.");
    }

    private string Place => $"Row {_csv.RowNumber} (line {_csv.LineNumber})";

    private string Describe(int column)
    {
        const int Longest = 40;
        string cell = Encoding.UTF8.GetString(_csv.GetSpan(column)).ReplaceLineEndings(" ");
        string shown = cell.Length == 0 ? "empty" : cell.Length > Longest ? $"'{cell[..Longest]}…'" : $"'{cell}'";
        return $"{Place} of column '{_names[column]}' is {shown}";
    }

    private void CheckRows(int rows, bool holdsOut)
    {
        if (rows == 0)
            throw new UnusableDataException($"'{_request.Path}' has a header and no rows: expected one row a line below it.");
        if (rows == 1)
            throw new UnusableDataException($"'{_request.Path}' has one row: at least 2 are needed, and 4 to hold some out.");
        if (holdsOut && rows < 4)
            throw new UnusableDataException($"'{_request.Path}' has {rows} rows, too few to hold some out: give at least 4 rows, or take the training losses with --type2 training.");
    }

    private LabelledTable Finish(RowSorter rows)
    {
        int[] kept = [.. Enumerable.Range(0, _columns.Length).Where(j => _notNumeric[j] is null)];
        foreach (int j in kept)
        {
            if (_notFinite[j] is string place)
                throw new UnusableDataException($"{place}: expected a finite number; mend the cell, or leave the column out with --without.");
        }

        LeftOutColumn[] leftOut = [.. Enumerable.Range(0, _columns.Length).Except(kept).Select(j => new LeftOutColumn(_names[_columns[j]], _notNumeric[j]!))];
        if (kept.Length == 0)
            throw new UnusableDataException($"'{_request.Path}' has no numeric column beside the label '{_request.Label}'{string.Concat(leftOut.Take(1).Select(c => $" ({c.Reason})"))}: at least one feature is needed.");
        string[] names = [.. kept.Select(j => _names[_columns[j]])];
        return new LabelledTable(rows.Training.ToData(kept, names), rows.HeldOut.Rows > 0 ? rows.HeldOut.ToData(kept, names) : null, leftOut);
    }
}
