using CsvHelper;
using ML.Thermo.Cli.Tables;

namespace ML.Thermo.Cli.Refresh;

/// <summary>Labels in a file of their own, by the id of their row. All are held in memory, some 80 bytes each.</summary>
internal sealed class LateLabels
{
    private readonly Dictionary<string, double> _labels = new(StringComparer.Ordinal);

    /// <summary>Labels read.</summary>
    public int Count => _labels.Count;

    /// <summary>Labels that a row took.</summary>
    public int Taken { get; private set; }

    /// <summary>Reads the file; null where none was given.</summary>
    /// <exception cref="UnusableDataException">A column is missing, a label is none, or an id has two.</exception>
    public static LateLabels? Of(RefreshRequest request) => request.Labels is { } path ? TableFile.Guard(path, () => Read(request, path)) : null;

    /// <summary>The label of a row; NaN where it has not come.</summary>
    public double Take(string id)
    {
        if (!_labels.TryGetValue(id, out double label))
            return double.NaN;
        Taken++;
        return label;
    }

    private static LateLabels Read(RefreshRequest request, string path)
    {
        using CsvReader csv = TableFile.Open(path);
        var cells = new Cells(csv, request.Missing);
        var labels = new LabelCells(csv, cells, request);
        var header = new ColumnNames(csv.Headers, path);
        int id = header.Find(request.Id!, path), label = header.Find(request.Label!, path);
        var late = new LateLabels();
        while (csv.Read())
        {
            cells.NextRow();
            string place = RefreshRows.Place(csv.RowNumber, csv.LineNumber, path), name = csv.GetString(id);
            if (!labels.TryRead(label, out double value))
                throw new UnusableDataException($"{place}, column '{request.Label}', is {cells.Show(label)}: {labels.Expected}.");
            if (!double.IsNaN(value) && !late._labels.TryAdd(name, value) && late._labels[name] != value)
                throw new UnusableDataException($"{place} gives '{name}' the label {value}, and an earlier row {late._labels[name]}: expected one " +
                    "label an id.");
        }

        return late;
    }
}
