namespace ML.Thermo.Cli.Tables;

/// <summary>The names in a table's header: found exactly or not at all, and listed nearest first where one was not found.</summary>
internal sealed class ColumnNames
{
    private const int MostListed = 12;
    private readonly string[] _names;
    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);

    public ColumnNames(IEnumerable<string> header, string path)
    {
        _names = [.. header.Select(name => name.Trim())];
        if (_names.Length == 0 || _names.All(name => name.Length == 0))
            throw new UnusableDataException($"'{path}' is empty: expected a header with column names, then one row a line.");
        for (int column = 0; column < _names.Length; column++)
        {
            if (_names[column].Length > 0 && !_positions.TryAdd(_names[column], column))
                throw new UnusableDataException($"The header of '{path}' has the name '{_names[column]}' twice (columns {_positions[_names[column]] + 1} and "
                    + $"{column + 1}): rename one.");
        }
    }

    public int Count => _names.Length;

    /// <summary>The name of a column; empty where the header gives none.</summary>
    public string this[int column] => _names[column];

    /// <summary>Whether there is a column of that name.</summary>
    public bool Has(string name) => _positions.ContainsKey(name);

    /// <summary>The position of a column.</summary>
    /// <exception cref="UnusableDataException">There is no such column; the message lists those there are, the nearest first.</exception>
    public int Find(string name, string path)
    {
        int column = _positions.GetValueOrDefault(name, -1);
        return column >= 0 ? column : throw new UnusableDataException($"'{path}' has no column '{name}'. Its columns, nearest first: {NearestFirst(name)}.");
    }

    private string NearestFirst(string wanted)
    {
        string[] named = [.. NearestNames.Order(wanted, _names.Where(name => name.Length > 0))];
        string rest = named.Length > MostListed ? $" and {named.Length - MostListed} more" : "";
        return string.Join(", ", named.Take(MostListed)) + rest;
    }
}
