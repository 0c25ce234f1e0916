using ML.Thermo.Cli.Output;

namespace ML.Thermo.Cli.Refresh;

/// <summary>
/// The rows of one file, one at a time. While a block of rows is looked at, another thread reads the next one; two blocks are all the memory.
/// </summary>
internal sealed class RefreshRows : IDisposable
{
    private readonly string _path;
    private readonly RowParser _parser;
    private RowBlock _rows, _spare;
    private Task _reading = Task.CompletedTask;
    private int _row = -1;

    /// <summary>Opens a file.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="path">The file.</param>
    /// <param name="schema">The reference's columns, or null while it is the reference itself that is opened.</param>
    /// <param name="late">Labels that came later; null without any.</param>
    public RefreshRows(RefreshRequest request, string path, RefreshSchema? schema, LateLabels? late = null)
    {
        _path = path;
        _parser = new RowParser(request, path, schema, late);
        (_rows, _spare) = (_parser.NewBlock(), _parser.NewBlock());
        Ahead();
    }

    public RefreshSchema Schema => _parser.Schema;

    /// <summary>The label; NaN where it is not known.</summary>
    public double Label => _rows.Cells(_row)[0];

    /// <summary>Time; NaN without such a column.</summary>
    public double Time => _rows.Cells(_row)[1];

    /// <summary>The model's outputs.</summary>
    public ReadOnlySpan<double> Predictions => _rows.Predictions(_row);

    /// <summary>Numbers, codes of categories, and NaN for empty cells.</summary>
    public ReadOnlySpan<double> Inputs => Watched[Predictions.Length..];

    /// <summary>Predictions, then inputs.</summary>
    public ReadOnlySpan<double> Watched => _rows.Watched(_row);

    /// <summary>The cell of the time column; null without one.</summary>
    public string? TimeText => _rows.Place(_row).Time;

    /// <summary>The row as messages name it.</summary>
    public string PlaceName => Place(_rows.Place(_row).Row, _rows.Place(_row).Line, _path);

    /// <summary>A row as messages name it.</summary>
    public static string Place(long row, long line, string path) => $"Row {row} (line {line}) of '{path}'";

    /// <summary>Reads the next row.</summary>
    /// <param name="meter">Receives the share of the file read.</param>
    /// <param name="cancellation">Stops between blocks of rows.</param>
    /// <returns>False at the end.</returns>
    /// <exception cref="UnusableDataException">Something is wrong with the row.</exception>
    public bool Read(Meter meter, CancellationToken cancellation)
    {
        if (_row + 1 == _rows.Rows)
        {
            _rows.Fault?.Throw();
            if (_rows.IsLast)
                return false;
            cancellation.ThrowIfCancellationRequested();
            _reading.GetAwaiter().GetResult();
            (_rows, _spare, _row) = (_spare, _rows, -1);
            if (!_rows.IsLast && _rows.Fault is null)
                Ahead();
            meter.Report(_rows.Share);
            return Read(meter, cancellation);
        }

        _row++;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Task.WaitAny(_reading); // the other thread still uses the file
        _parser.Dispose();
    }

    private void Ahead()
    {
        RowBlock block = _spare;
        _reading = Task.Run(() => _parser.Fill(block));
    }
}
