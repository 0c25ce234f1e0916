namespace ML.Thermo.Cli.Refresh;

/// <summary>Finds watched columns that name rows rather than describe them, ids and times, which always drift; and columns without any value.</summary>
internal sealed class RowNames(IReadOnlyList<WatchedColumn> columns)
{
    private const int LeastRows = 50;
    private readonly double[] _last = [.. columns.Select(_ => double.NegativeInfinity)];
    private readonly bool[] _falls = new bool[columns.Count], _hasValue = new bool[columns.Count];
    private long _rows;
    private bool _isSettled; // no later row can change what is said of any column

    /// <summary>Takes a row of the reference.</summary>
    public void Add(ReadOnlySpan<double> row)
    {
        _rows++;
        if (_isSettled)
            return;
        _isSettled = true;
        for (int j = 0; j < row.Length; j++)
        {
            _hasValue[j] |= !double.IsNaN(row[j]);
            _falls[j] |= !(row[j] > _last[j]);
            _last[j] = row[j];
            _isSettled &= _hasValue[j] && _falls[j];
        }
    }

    /// <summary>What to say of the columns.</summary>
    public IEnumerable<string> Warnings(string path)
    {
        for (int j = 0; j < columns.Count; j++)
        {
            string name = columns[j].Name;
            if (!_hasValue[j])
                yield return $"'{name}' is empty in '{path}': of it only that it is no longer empty could be said; leave it out with --without {name}";
            else if (_rows >= LeastRows && columns[j].Codes is { } codes && codes.Count > 0.9 * _rows)
                yield return $"'{name}' has another text in nearly every row of '{path}': an id? Leave it out with --without {name}";
            else if (_rows >= LeastRows && columns[j].Codes is null && !_falls[j])
                yield return $"'{name}' rises from row to row of '{path}': an id or a time, which always drifts? Leave it out with --without {name}";
        }
    }
}
