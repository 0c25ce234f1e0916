using ML.Thermo.Cli.Tables;

namespace ML.Thermo.Cli.Refresh;

/// <summary>One watched column: numbers, or text whose values become codes in the order in which the reference has them.</summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="Codes">Codes of categories; null for numbers.</param>
internal sealed record WatchedColumn(string Name, Dictionary<string, int>? Codes)
{
    /// <summary>Distinct categories that get a code of their own; all later ones share one.</summary>
    public const int MostCategories = 1000;

    /// <summary>The code of a category.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="learn">The reference is being read: a new category gets a code. Else it is −1, unseen.</param>
    public double Code(string text, bool learn)
    {
        if (Codes!.TryGetValue(text, out int code))
            return code;
        if (Codes.Count >= MostCategories)
            return MostCategories;
        if (!learn)
            return -1;
        Codes.Add(text, Codes.Count);
        return Codes.Count - 1;
    }
}

/// <summary>The columns that a request looks at, settled by the reference's header and first row.</summary>
internal sealed class RefreshSchema
{
    private readonly RefreshRequest _request;

    public RefreshSchema(RefreshRequest request, ColumnNames header, Func<int, bool> isText)
    {
        _request = request;
        foreach (string name in Wanted())
            _ = header.Find(name, request.Reference);
        int[] without = [.. request.Without.Select(name => header.Find(name, request.Reference))];
        string[] names = request.Features is { } features
            ? [.. features]
            : [.. Enumerable.Range(0, header.Count).Where(column => header[column].Length > 0 && !Wanted(isCurrent: true).Contains(header[column])
                && !without.Contains(column)).Select(column => header[column])];
        Watched = [.. names.Select(name => new WatchedColumn(name, isText(header.Find(name, request.Reference)) ? new(StringComparer.Ordinal) : null))];
    }

    /// <summary>Columns watched as inputs.</summary>
    public IReadOnlyList<WatchedColumn> Watched { get; }

    /// <summary>Positions of label, predictions, time, id and watched columns in a header; −1 for what was not asked for.</summary>
    /// <exception cref="UnusableDataException">Columns are missing; the message names all of them.</exception>
    public (int Label, int[] Predictions, int Time, int Id, int[] Watched) Locate(ColumnNames header, string path, bool isCurrent)
    {
        string[] missing = [.. Wanted(isCurrent).Concat(Watched.Select(column => column.Name)).Where(name => !header.Has(name)
            && !(isCurrent && _request.Labels is not null && name == _request.Label))];
        if (missing.Length > 0)
        {
            string[] extra = [.. Enumerable.Range(0, header.Count).Select(column => header[column]).Where(name => name.Length > 0
                && !Watched.Any(column => column.Name == name) && !Wanted(isCurrent).Contains(name))];
            string others = extra.Length > 0 ? $" It has {Quoted(extra)} instead." : "";
            throw new UnusableDataException($"'{path}' has not the columns of '{_request.Reference}': {Quoted(missing)} " +
                $"{(missing.Length == 1 ? "is" : "are")} missing.{others} Rename them, or leave them out with --without.");
        }

        return (
            _request.Label is { } label && (!isCurrent || _request.Labels is null || header.Has(label)) ? header.Find(label, path) : -1,
            [.. _request.Predictions.Select(name => header.Find(name, path))],
            isCurrent && _request.Clock.Column is { } time ? header.Find(time, path) : -1,
            isCurrent && _request.Id is { } id ? header.Find(id, path) : -1,
            [.. Watched.Select(column => header.Find(column.Name, path))]);
    }

    /// <summary>Named columns that are no inputs; time and id need be in the current file only.</summary>
    private IEnumerable<string> Wanted(bool isCurrent = false)
    {
        IEnumerable<string> named = _request.Label is { } label ? [label, .. _request.Predictions] : _request.Predictions;
        if (isCurrent && _request.Clock.Column is { } time)
            named = named.Append(time);
        return isCurrent && _request.Id is { } id ? named.Append(id) : named;
    }

    private static string Quoted(string[] names) =>
        string.Join(", ", names.Take(8).Select(name => $"'{name}'")) + (names.Length > 8 ? $" and {names.Length - 8} more" : "");
}
