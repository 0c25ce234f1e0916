using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using CsvHelper;
using ML.Thermo.Cli.Tables;

namespace ML.Thermo.Cli.Loops;

/// <summary>Rows of a generation: csv and tsv by column, jsonl by property, txt a line a row.</summary>
internal static class GenerationFile
{
    private const int RowsBetweenReports = 4096;

    /// <summary>One row's cells, in the order of the columns asked for.</summary>
    /// <param name="cells">Their text.</param>
    /// <param name="place">Where the row is, for messages.</param>
    public delegate void RowAction(ReadOnlySpan<string> cells, Func<string> place);

    /// <summary>Reads chosen columns.</summary>
    /// <exception cref="UnusableDataException">There is no such column, or a line is malformed; the message names it.</exception>
    public static void Read(string path, IReadOnlyList<string> columns, RowAction row, IProgress<double>? progress, CancellationToken cancellation)
    {
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".jsonl" or ".ndjson":
                ReadLines(path, progress, (line, number, cells) => Property(path, line, number, columns, cells), columns.Count, row, cancellation);
                break;
            case ".txt":
                if (columns.Count != 1)
                    throw new UnusableDataException($"'{path}' has lines and no columns: expected a csv, tsv or jsonl file for {string.Join(", ", columns)}.");
                ReadLines(path, progress, (line, _, cells) => cells[0] = line, 1, row, cancellation);
                break;
            default:
                ReadTable(path, columns, row, progress, cancellation);
                break;
        }
    }

    /// <summary>Counts the values of a column.</summary>
    /// <param name="path">The file.</param>
    /// <param name="column">The column.</param>
    /// <param name="keep">Which rows to count, by number; null counts all.</param>
    /// <param name="progress">Receives the share of the file read.</param>
    /// <param name="cancellation">Stops between rows.</param>
    public static Dictionary<string, long> Count(
        string path, string column, Func<long, bool>? keep, IProgress<double>? progress, CancellationToken cancellation)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        long number = 0;
        Read(
            path,
            [column],
            (cells, _) =>
            {
                if (keep?.Invoke(number++) != false)
                    CollectionsMarshal.GetValueRefOrAddDefault(counts, cells[0], out bool _)++;
            },
            progress,
            cancellation);
        return counts;
    }

    private static void ReadTable(string path, IReadOnlyList<string> columns, RowAction row, IProgress<double>? progress, CancellationToken cancellation)
    {
        using CsvReader csv = TableFile.Open(path);
        double bytes = new FileInfo(path).Length;
        TableFile.Guard(path, () =>
        {
            var names = new ColumnNames(csv.Headers, path);
            int[] places = [.. columns.Select(column => names.Find(column, path))];
            string[] cells = new string[places.Length];
            while (csv.Read())
            {
                if (csv.RowNumber % RowsBetweenReports == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                    progress?.Report(csv.ByteOffset / bytes);
                }

                if (csv.FieldCount != names.Count)
                    throw new UnusableDataException($"Row {csv.RowNumber} (line {csv.LineNumber}) of '{path}' has {csv.FieldCount} cells: expected "
                        + $"{names.Count}, one for each name in the header.");
                for (int j = 0; j < places.Length; j++)
                    cells[j] = Encoding.UTF8.GetString(csv.GetSpan(places[j]));
                row(cells, () => $"Row {csv.RowNumber} (line {csv.LineNumber}) of '{path}'");
            }

            return true;
        });
    }

    private static void ReadLines(
        string path, IProgress<double>? progress, Action<string, long, string[]> fill, int count, RowAction row, CancellationToken cancellation)
    {
        if (!File.Exists(path))
            throw new ThermoException($"There is no file '{path}': check the path (the current folder is '{Environment.CurrentDirectory}').");
        double bytes = new FileInfo(path).Length, read = 0;
        string[] cells = new string[count];
        long number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            read += line.Length + 1;
            if (number % RowsBetweenReports == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(Math.Min(read / bytes, 1));
            }

            if (string.IsNullOrWhiteSpace(line))
                continue;
            fill(line, number, cells);
            long at = number;
            row(cells, () => $"Line {at} of '{path}'");
        }
    }

    private static void Property(string path, string line, long number, IReadOnlyList<string> columns, string[] cells)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            for (int j = 0; j < columns.Count; j++)
            {
                if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(columns[j], out JsonElement value))
                    throw new UnusableDataException($"Line {number} of '{path}' has no '{columns[j]}': expected a JSON object with it on every line.");
                cells[j] = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
            }
        }
        catch (JsonException error)
        {
            throw new UnusableDataException($"Line {number} of '{path}' is not JSON from byte {error.BytePositionInLine} on.");
        }
    }
}
