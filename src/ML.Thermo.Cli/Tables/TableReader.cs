using CsvHelper;
using ML.Thermo.Data;

namespace ML.Thermo.Cli.Tables;

/// <summary>Reads a csv or tsv file straight into the arrays that the theory works on: 8 bytes a cell, no string a field.</summary>
internal sealed class TableReader
{
    private const int RowsBetweenReports = 4096;
    private readonly TableRequest _request;
    private readonly CsvReader _csv;
    private readonly Cells _cells;
    private readonly ColumnNames _names;
    private readonly int _label;
    private readonly int[] _columns;
    private readonly double _bytes;

    /// <summary>The first cell of a column that is not numeric; null for the others.</summary>
    private readonly string?[] _notNumeric;

    private TableReader(TableRequest request, CsvReader csv, long bytes)
    {
        _request = request;
        _csv = csv;
        _cells = new Cells(csv);
        _bytes = bytes;
        _names = new ColumnNames(csv.Headers, request.Path);
        _label = _names.Find(request.Label, request.Path);
        _columns = request.FeatureColumns(_names);
        _notNumeric = new string?[_columns.Length];
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
        using CsvReader csv = TableFile.Open(request.Path);
        return TableFile.Guard(request.Path, () => new TableReader(request, csv, new FileInfo(request.Path).Length).Read(selection, progress, cancellation));
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
            throw new UnusableDataException($"{Place} of '{_request.Path}' has {_csv.FieldCount} cells: expected {_names.Count}, one for each name in the "
                + "header.");

        _cells.NextRow();
        if (!_cells.TryParse(_label, out label[0]) || !double.IsFinite(label[0]))
            throw new UnusableDataException($"{Describe(_label)}: the label must be a finite number.");
        if (_request.RejectLabel?.Invoke(label[0]) is string expected)
            throw new UnusableDataException($"{Describe(_label)}: the loss expects {expected}.");
        for (int j = 0; j < _columns.Length; j++)
        {
            if (_notNumeric[j] is not null)
                continue;
            if (!_cells.TryParse(_columns[j], out features[j]))
                RejectCell(j);
            else if (!double.IsFinite(features[j]))
                throw Unusable(_columns[j]);
        }
    }

    /// <summary>The first row tells whether a column is numeric. A numeric column with a cell that is not is a fault of the data, and no
    /// reason to go on without it.</summary>
    private void RejectCell(int j)
    {
        if (_request.Features is not null || _csv.RowNumber > 1)
            throw Unusable(_columns[j]);
        _notNumeric[j] = Describe(_columns[j]);
    }

    private UnusableDataException Unusable(int column) =>
        new($"{Describe(column)}: expected a finite number; mend the cell, or leave the column out with --without.");

    private string Place => $"Row {_csv.RowNumber} (line {_csv.LineNumber})";

    private string Describe(int column) => $"{Place} of column '{_names[column]}' is {_cells.Show(column)}";

    private IEnumerable<LeftOutColumn> Nameless() =>
        Enumerable.Range(0, _names.Count).Where(column => _names[column].Length == 0)
            .Select(column => new LeftOutColumn($"column {column + 1}", "it has no name in the header"));

    private void CheckRows(int rows, bool holdsOut)
    {
        if (rows == 0)
            throw new UnusableDataException($"'{_request.Path}' has a header and no rows: expected one row a line below it.");
        if (rows == 1)
            throw new UnusableDataException($"'{_request.Path}' has one row: at least 2 are needed, and 4 to hold some out.");
        if (holdsOut && rows < 4)
            throw new UnusableDataException($"'{_request.Path}' has {rows} rows, too few to hold some out: give at least 4 rows, or take the training "
                + "losses with --type2 training.");
    }

    private LabelledTable Finish(RowSorter rows)
    {
        int[] kept = [.. Enumerable.Range(0, _columns.Length).Where(j => _notNumeric[j] is null)];
        IEnumerable<LeftOutColumn> notNumeric = Enumerable.Range(0, _columns.Length).Except(kept)
            .Select(j => new LeftOutColumn(_names[_columns[j]], _notNumeric[j]!));
        LeftOutColumn[] leftOut = [.. notNumeric, .. _request.Features is null ? Nameless() : []];
        if (kept.Length == 0)
            throw new UnusableDataException($"'{_request.Path}' has no numeric column beside the label "
                + $"'{_request.Label}'{string.Concat(leftOut.Take(1).Select(c => $" ({c.Reason})"))}: at least one feature is needed.");
        string[] names = [.. kept.Select(j => _names[_columns[j]])];
        return new LabelledTable(rows.Training.ToData(kept, names), rows.HeldOut.Rows > 0 ? rows.HeldOut.ToData(kept, names) : null, leftOut);
    }
}
